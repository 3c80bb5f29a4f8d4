/* Bytes as people write them in an option: text in which \n \r \t \0 \\ and \xHH stand for one byte each. Pure. */
#ifndef VIBRISSE_ESCAPE_H
#define VIBRISSE_ESCAPE_H

#include "fault.h"

#include <stddef.h>
#include <stdint.h>

/* At most as many bytes as `text` has. `ret` may be NULL, to check only. -1 and a sentence; `name` is the option's. */
int escape_read(const char *name, const char *text, uint8_t *ret, size_t *ret_length,
                struct fault *fault);

#endif
