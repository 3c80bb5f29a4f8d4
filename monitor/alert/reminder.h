/* When somebody is reminded of what goes on: after an hour, then after twice as long each time, at least once a day; of
 * a certificate, as its end comes near. Pure. */
#ifndef VIBRISSE_REMINDER_H
#define VIBRISSE_REMINDER_H

#include "level.h"

struct reminder {
    int64_t at;   /* s; the next; 0 = none */
    int64_t step; /* s; between the last message and this one */
};

enum { REMINDER_MOST_S = 86400 };

/* After the news, told at `now`. `first_ms` 0: none are wanted. `expires` (s) of a certificate, 0 = not known. */
void reminder_begin(struct reminder *reminder, enum level level, int64_t first_ms, int64_t expires,
                    int64_t now);
/* After a reminder, told at `now`. */
void reminder_next(struct reminder *reminder, enum level level, int64_t expires, int64_t now);

#endif
