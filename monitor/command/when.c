#include "when.h"

#include "calendar.h"
#include "stamp.h"

#include <ctype.h>
#include <stdbool.h>

enum { DATE_LENGTH = 10 }; /* of 2026-03-01 */

/* Whether `text` begins with `count` digits; their value. */
static bool read_digits(const char **text, int count, int *ret)
{
    *ret = 0;
    for (int i = 0; i < count; i++, ++*text) {
        if (!isdigit((unsigned char)**text))
            return false;
        *ret = *ret * 10 + (**text - '0');
    }
    return true;
}

/* The mark and two digits. */
static bool read_part(const char **text, char mark, int *ret)
{
    if (**text != mark)
        return false;
    ++*text;
    return read_digits(text, 2, ret);
}

static bool read_date(const char **text, struct calendar_time *ret)
{
    return read_digits(text, 4, &ret->year) &&
           (!**text ||
            (read_part(text, '-', &ret->month) && (!**text || read_part(text, '-', &ret->day))));
}

static bool read_time_of_day(const char **text, struct calendar_time *ret)
{
    char mark = **text;
    return (mark == 'T' || mark == 't' || mark == ' ') && read_part(text, mark, &ret->hour) &&
           read_part(text, ':', &ret->minute) && (!**text || read_part(text, ':', &ret->second));
}

static int days_of_month(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return days[month - 1] + (month == 2 && leap);
}

static bool is_in_calendar(const struct calendar_time *clock)
{
    return clock->month >= 1 && clock->month <= 12 && clock->day >= 1 &&
           clock->day <= days_of_month(clock->year, clock->month) && clock->hour <= 23 &&
           clock->minute <= 59 && clock->second <= 59;
}

static int refuse_gap(const char *text, const char *option, int64_t later, struct fault *fault)
{
    struct calendar_time then = calendar_at(later);
    return fault_set(fault,
                     "%s: there is no %s, since the clock is put forward over it in the "
                     "collective's time zone; perhaps %04d-%02d-%02dT%02d:%02d is meant",
                     option, text, then.year, then.month, then.day, then.hour, then.minute);
}

static int refuse(const char *text, const char *option, struct fault *fault)
{
    return text ? fault_set(fault, "%s takes " WHEN_EXAMPLES ", not '%s'", option, text)
                : fault_set(fault, "%s takes " WHEN_EXAMPLES, option);
}

int when_parse(const char *text, const char *option, int64_t *ret, struct fault *fault)
{
    struct calendar_time clock = {.month = 1, .day = 1};
    const char *rest = text;
    struct wall time;
    if (!text)
        return refuse(text, option, fault);
    if (read_date(&rest, &clock) && (!*rest || (read_time_of_day(&rest, &clock) && !*rest))) {
        if (!is_in_calendar(&clock))
            return refuse(text, option, fault);
        bool is_shown = calendar_instant(&clock, ret);
        if (rest - text <= DATE_LENGTH) /* the first second of a day, at whatever hour it begins */
            *ret = calendar_day(*ret);
        else if (!is_shown)
            return refuse_gap(text, option, *ret, fault);
        return 0;
    }
    if (!stamp_parse(text, &time))
        return refuse(text, option, fault);
    *ret = wall_seconds(time);
    return 0;
}
