#include "calendar.h"

#include "civil.h"
#include "zone.h"

#include <time.h>

enum { DAY_S = 86400 };

static struct tm local(int64_t time)
{
    struct tm tm = {0};
    time_t seconds = (time_t)time;
    localtime_r(&seconds, &tm);
    return tm;
}

struct calendar_time calendar_at(int64_t time)
{
    int offset_s;
    if (zone_offset(time, &offset_s))
        return civil_at(time, offset_s);
    struct tm tm = local(time);
    return (struct calendar_time){
        .year = tm.tm_year + 1900,
        .month = tm.tm_mon + 1,
        .day = tm.tm_mday,
        .weekday = tm.tm_wday,
        .hour = tm.tm_hour,
        .minute = tm.tm_min,
        .second = tm.tm_sec,
        .offset_s = (int)tm.tm_gmtoff,
    };
}

int64_t calendar_number(int64_t time)
{
    int offset_s;
    if (zone_offset(time, &offset_s))
        return (time + offset_s) / DAY_S;
    struct tm tm = local(time);
    int64_t shown = (int64_t)timegm(&tm);
    return (shown - (shown % DAY_S + DAY_S) % DAY_S) / DAY_S;
}

static int offset_at(int64_t time)
{
    int offset_s;
    return zone_offset(time, &offset_s) ? offset_s : (int)local(time).tm_gmtoff;
}

/* mktime() normalises the day of the month. Where a summer time begins at midnight there is no midnight and it may
 * fall back to the evening before: the day then begins when the clock has jumped. */
static int64_t midnight(const struct calendar_time *at, int days)
{
    struct tm wanted = {.tm_year = at->year - 1900,
                        .tm_mon = at->month - 1,
                        .tm_mday = at->day + days,
                        .tm_isdst = -1};
    int64_t time = (int64_t)mktime(&wanted);
    struct calendar_time found = calendar_at(time);
    if (found.hour >= 12)
        time += (24 - found.hour) * 3600 - found.minute * 60 - found.second;
    return time;
}

/* Whether no change of the clock is near a midnight: mktime() looks for it by trying, and costs several times as much. */
static bool is_calm(int64_t midnight, int offset_s)
{
    return offset_at(midnight - DAY_S / 2) == offset_s &&
           offset_at(midnight + DAY_S / 2) == offset_s;
}

int64_t calendar_day(int64_t time)
{
    struct calendar_time at = calendar_at(time);
    int64_t begin = time - (at.hour * 3600 + at.minute * 60 + at.second);
    return is_calm(begin, at.offset_s) ? begin : midnight(&at, 0);
}

static bool is_even(const struct calendar_time *midnight, int64_t after)
{
    return !midnight->hour && !midnight->minute && !midnight->second &&
           is_calm(after, midnight->offset_s);
}

int64_t calendar_day_after(int64_t day, int days)
{
    struct calendar_time begin = calendar_at(day);
    int64_t after = day + (int64_t)days * DAY_S;
    return is_even(&begin, after) ? after : midnight(&begin, days);
}

/* Clocks were put forward for a week (Noronha 2000, Gaza 2040), but never for less. */
int64_t calendar_walk(struct calendar_walk *walk, int64_t day)
{
    enum { LOOK_AHEAD_S = 4 * DAY_S };
    if (day >= walk->even_from && day + DAY_S <= walk->even_to)
        return day + DAY_S;
    struct calendar_time begin = calendar_at(day);
    if (is_even(&begin, day + LOOK_AHEAD_S))
        *walk = (struct calendar_walk){day, day + LOOK_AHEAD_S};
    else if (!is_even(&begin, day + DAY_S))
        return midnight(&begin, 1);
    return day + DAY_S;
}

static bool shows(int64_t time, const struct calendar_time *clock)
{
    struct calendar_time shown = calendar_at(time);
    return shown.year == clock->year && shown.month == clock->month && shown.day == clock->day &&
           shown.hour == clock->hour && shown.minute == clock->minute &&
           shown.second == clock->second;
}

/* Whether summer time is in force is no help: in Dublin it is winter time that is called so. The offsets of the day
 * before and after are those on either side of any change. */
bool calendar_instant(const struct calendar_time *clock, int64_t *ret_time)
{
    struct tm tm = {.tm_year = clock->year - 1900,
                    .tm_mon = clock->month - 1,
                    .tm_mday = clock->day,
                    .tm_hour = clock->hour,
                    .tm_min = clock->minute,
                    .tm_sec = clock->second};
    int64_t time = (int64_t)timegm(&tm);
    int64_t by_earlier = time - calendar_at(time - DAY_S).offset_s;
    int64_t by_later = time - calendar_at(time + DAY_S).offset_s;
    *ret_time = by_earlier;
    if (shows(by_earlier, clock))
        return true;
    if (!shows(by_later, clock))
        return false;
    *ret_time = by_later;
    return true;
}
