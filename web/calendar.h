/* Civil days in the zone of the process, which the program sets once at its start (TZ, then tzset()). A day has 23,
 * 24 or 25 hours. Seconds are Unix time. Thread-safe. */
#ifndef VIBRISSE_CALENDAR_H
#define VIBRISSE_CALENDAR_H

#include <stdbool.h>
#include <stdint.h>

struct calendar_time {
    int year;
    int month;   /* 1..12 */
    int day;     /* 1..31 */
    int weekday; /* 0 = Sunday */
    int hour, minute, second;
    int offset_s; /* east of UTC */
};

struct calendar_time calendar_at(int64_t time);
int64_t calendar_number(int64_t time); /* of the civil day: 0 = 1 January 1970 */
int64_t calendar_day(int64_t time);    /* first second of the day that holds `time` */
int64_t calendar_day_after(int64_t day,
                           int days); /* first second of the day that many days later or earlier */

/* Day after day: several days are looked at together. All zero = nothing is known yet. */
struct calendar_walk {
    int64_t even_from, even_to; /* s; each 24 h within begin another day */
};

int64_t calendar_walk(struct calendar_walk *walk, int64_t day); /* first second of the next day */

/* What the clock shows at year, month, day, hour, minute and second (nothing else is looked at), as an instant. Of an hour
 * that comes twice the first one is meant. False: the clock never shows it; where an hour is left out, *ret_time is as
 * much later as the clock jumps (RFC 5545, 3.3.5). */
bool calendar_instant(const struct calendar_time *clock, int64_t *ret_time);

#endif
