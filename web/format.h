/* Numbers, durations and times as people of a language write them. Texts live in the arena. Pure but for the zone of
 * the process, see calendar.h. */
#ifndef VIBRISSE_FORMAT_H
#define VIBRISSE_FORMAT_H

#include "arena.h"
#include "words.h"

#include <stdint.h>

struct day_words;

struct format {
    struct arena *arena;
    const struct words *words;
    struct day_words *day_words; /* NULL = none */
};

const char *format_count(const struct format *format, int64_t n); /* 40 000 */
/* Hundred-thousandths as a percentage, cut, never rounded: 99997 is 99.99 %. Decimals 0..3; 100000 is 100 %. */
const char *format_percent(const struct format *format, int64_t e5, int decimals);
const char *format_duration(const struct format *format,
                            int64_t seconds); /* 5 h 30 min, 1 min 12 s; cut */
/* The same without seconds beside minutes. */
const char *format_duration_short(const struct format *format, int64_t seconds);
const char *format_latency(const struct format *format,
                           double ms); /* 186 ms, 1.4 s; NaN and 0 are a dash */

const char *format_weekday(const struct format *format, int64_t time); /* Sunday */
const char *format_date(const struct format *format, int64_t time);    /* 22 November 2026 */
/* 22 November; with its year when that is not the year of `now`. */
const char *format_day(const struct format *format, int64_t time, int64_t now);
const char *format_day_short(const struct format *format, int64_t time);   /* 22 Nov */
const char *format_month(const struct format *format, int64_t time);       /* November 2026 */
const char *format_month_short(const struct format *format, int64_t time); /* Nov */
const char *format_clock(const struct format *format, int64_t time);       /* 14:30 */
const char *format_clock_exact(const struct format *format, int64_t time); /* 03:12:05 */
/* Clock alone when on the day of `now`, with the day before it when not, with the year when that differs too. */
const char *format_moment(const struct format *format, int64_t time, int64_t now);
const char *format_moment_exact(const struct format *format, int64_t time, int64_t now);

/* For <time datetime>, the same in every language. */
const char *format_stamp(const struct format *format, int64_t time); /* 2026-11-22T14:32:05+01:00 */
const char *format_stamp_day(const struct format *format, int64_t time); /* 2026-11-22 */

#endif
