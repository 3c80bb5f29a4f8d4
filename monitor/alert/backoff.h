/* How long to wait before a message is tried again: 5 s, 30 s, 2, 5, 15 and 30 min, then an hour each time, a fifth more
 * or less, so that not everything comes back at once. Pure: chance comes from a text. */
#ifndef VIBRISSE_BACKOFF_H
#define VIBRISSE_BACKOFF_H

#include <stdint.h>

enum { BACKOFF_MOST_S = 3600 };

/* ms, after `failures` (from 1) in a row. The same for the same salt and failures. */
int64_t backoff_ms(int failures, const char *salt);

#endif
