/* Dates of the calendar of Gregory as arithmetic, without zones. Pure. */
#ifndef VIBRISSE_DATE_H
#define VIBRISSE_DATE_H

#include <stdint.h>

struct date {
    int year;
    int month; /* 1..12 */
    int day;   /* 1..31 */
};

/* Of the day that many days after 1970-01-01; not before the year 0. Pages have very many dates: hence inline.
 *
 * Years that begin in March have their leap day last. 719468 days lie between the first of March of the year 0 and 1970;
 * 146097 are 400 years, of which one is added so that nothing is negative; months from March on have 153 days in five. */
static inline struct date date_of(int64_t days)
{
    enum { BEFORE_1970 = 719468, ERA = 146097, ERA_YEARS = 400 };
    uint64_t shifted = (uint64_t)(days + BEFORE_1970 + ERA);
    int era = (int)(shifted / ERA) - 1, day_of_era = (int)(shifted % ERA);
    int year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int march_month = (5 * day_of_year + 2) / 153;
    int month = march_month < 10 ? march_month + 3 : march_month - 9;
    return (struct date){.year = era * ERA_YEARS + year_of_era + (month <= 2),
                         .month = month,
                         .day = day_of_year - (153 * march_month + 2) / 5 + 1};
}

#endif
