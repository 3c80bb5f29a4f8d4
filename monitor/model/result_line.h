/* The wire format, version 1: one JSON object a line (architecture: prober to keeper, files for replay, remote
 * vantages). Reading never trusts the line: it is bounded, checked and cleaned as if a stranger had sent it. */
#ifndef VIBRISSE_RESULT_LINE_H
#define VIBRISSE_RESULT_LINE_H

#include "buffer.h"
#include "fault.h"
#include "result.h"

#include <stddef.h>

enum { RESULT_LINE_MAX = 16 * 1024 }; /* bytes, without the line end */

/* Appends the line and its '\n'. */
void result_line_write(const struct result *result, struct buffer *out);

/* `line` without its '\n'. -1 and a sentence when it is refused; *ret is then untouched. */
int result_line_read(const char *line, size_t length, struct result *ret, struct fault *fault);

#endif
