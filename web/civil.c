#include "civil.h"

#include "date.h"

enum { DAY_S = 86400, HOUR_S = 3600, MINUTE_S = 60 };

struct calendar_time civil_at(int64_t time, int offset_s)
{
    enum { THURSDAY = 4, WEEK = 7 };
    int64_t local = time + offset_s, days = local / DAY_S;
    int second = (int)(local % DAY_S);
    struct date date = date_of(days);
    return (struct calendar_time){.year = date.year,
                                  .month = date.month,
                                  .day = date.day,
                                  .weekday = (int)((days + THURSDAY) % WEEK),
                                  .hour = second / HOUR_S,
                                  .minute = second % HOUR_S / MINUTE_S,
                                  .second = second % MINUTE_S,
                                  .offset_s = offset_s};
}
