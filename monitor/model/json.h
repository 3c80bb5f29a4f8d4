/* Small helpers over jansson that the readers and writers of our wire formats share. */
#ifndef VIBRISSE_JSON_H
#define VIBRISSE_JSON_H

#include "buffer.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

/* Appends a JSON string with its quotes. `text` is UTF-8 (what is not becomes U+FFFD). */
void json_add_text(struct buffer *out, const char *text);

/* Cleans the string at `key` into `to`. False when it is there but no string; missing leaves "". */
bool json_get_text(const json_t *object, const char *key, char *to, size_t size);
/* RFC 3339 time at `key`, in ms; false when missing or no time. */
bool json_get_time(const json_t *object, const char *key, int64_t *ret_ms);

#endif
