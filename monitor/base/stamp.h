/* RFC 3339 time stamps in UTC, with up to milliseconds: 2026-01-02T03:04:05.678Z. Pure. */
#ifndef VIBRISSE_STAMP_H
#define VIBRISSE_STAMP_H

#include "clock.h"

#include <stdbool.h>

enum { STAMP_SIZE = 32 };

/* Both return `text`. Years outside 0..9999 are printed as the nearest bound. */
char *stamp_ms(struct wall time, char text[STAMP_SIZE]);
char *stamp_seconds(int64_t seconds, char text[STAMP_SIZE]);

/* Accepts any RFC 3339 offset and a bare date (midnight UTC); false when it is not a time. */
bool stamp_parse(const char *text, struct wall *ret_time);

#endif
