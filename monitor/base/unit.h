/* Durations (10s 5m 6h 30d, 250ms) and sizes (64KiB) as people write them. Pure. */
#ifndef VIBRISSE_UNIT_H
#define VIBRISSE_UNIT_H

#include <stdbool.h>
#include <stdint.h>

enum { UNIT_TEXT_SIZE = 32 };

/* A number without unit, a negative one or an overflow is refused. */
bool unit_duration(const char *text, int64_t *ret_ms);
bool unit_size(const char *text, int64_t *ret_bytes);

/* The shortest exact form, which the parsers read back to the same number. */
char *unit_duration_text(int64_t ms, char text[UNIT_TEXT_SIZE]);
char *unit_size_text(int64_t bytes, char text[UNIT_TEXT_SIZE]);

#endif
