#include "civil.h"

enum { DAY_S = 86400, HOUR_S = 3600, MINUTE_S = 60 };

/* Years that begin in March have their leap day last. 719468 days lie between the first of March of the year 0 and 1970;
 * 146097 are 400 years; months from March on have 153 days in five. */
static void set_date(struct calendar_time *at, int64_t days)
{
    int64_t shifted = days + 719468, era = shifted / 146097;
    int day_of_era = (int)(shifted % 146097);
    int year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int march_month = (5 * day_of_year + 2) / 153;
    at->day = day_of_year - (153 * march_month + 2) / 5 + 1;
    at->month = march_month < 10 ? march_month + 3 : march_month - 9;
    at->year = (int)(era * 400) + year_of_era + (at->month <= 2);
}

struct calendar_time civil_at(int64_t time, int offset_s)
{
    enum { THURSDAY = 4, WEEK = 7 };
    int64_t local = time + offset_s, days = local / DAY_S;
    int second = (int)(local % DAY_S);
    struct calendar_time at = {.weekday = (int)((days + THURSDAY) % WEEK),
                               .hour = second / HOUR_S,
                               .minute = second % HOUR_S / MINUTE_S,
                               .second = second % MINUTE_S,
                               .offset_s = offset_s};
    set_date(&at, days);
    return at;
}
