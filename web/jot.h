/* JSON as it is written by hand: commas come by themselves, texts are escaped. `key` is ours and written as it is;
 * NULL = an element of an array. Pure. */
#ifndef VIBRISSE_JOT_H
#define VIBRISSE_JOT_H

#include "buffer.h"

#include <stdbool.h>
#include <stdint.h>

void jot_open(struct buffer *out, const char *key, char bracket); /* '{' or '[' */
void jot_close(struct buffer *out, char bracket);                 /* '}' or ']' */

void jot_text(struct buffer *out, const char *key, const char *text); /* NULL = null */
void jot_number(struct buffer *out, const char *key, int64_t number);
void jot_bool(struct buffer *out, const char *key, bool value);
void jot_null(struct buffer *out, const char *key);
void jot_time(struct buffer *out, const char *key, int64_t time); /* s; 0 = null */
void jot_day(struct buffer *out, const char *key, int64_t time);  /* the civil day; 0 = null */
/* Seconds of which -1 says that there are none to tell. */
void jot_seconds(struct buffer *out, const char *key, int64_t seconds);
/* Hundred-thousandths as a number from 0 to 1; -1 = null. */
void jot_share(struct buffer *out, const char *key, int64_t e5);
void jot_ms(struct buffer *out, const char *key, double ms); /* one decimal; not finite = null */

#endif
