#include "when.h"

#include "stamp.h"

#include <ctype.h>
#include <string.h>
#include <time.h>

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

static bool read_part(const char **text, int *ret)
{
    if (**text != '-')
        return false;
    ++*text;
    return read_digits(text, 2, ret);
}

/* Also tells a day that is in no calendar, which mktime() would move. */
static bool first_second(int year, int month, int day, int64_t *ret)
{
    struct tm tm = {.tm_year = year - 1900, .tm_mon = month - 1, .tm_mday = day, .tm_isdst = -1};
    struct tm asked = tm;
    *ret = (int64_t)mktime(&tm);
    return tm.tm_mon == asked.tm_mon && tm.tm_mday == asked.tm_mday;
}

bool when_parse(const char *text, int64_t *ret)
{
    int year, month = 1, day = 1;
    const char *rest = text;
    if (!read_digits(&rest, 4, &year))
        return false;
    if (!*rest || (read_part(&rest, &month) && (!*rest || (read_part(&rest, &day) && !*rest))))
        return first_second(year, month, day, ret);
    struct wall time;
    if (!stamp_parse(text, &time))
        return false;
    *ret = wall_seconds(time);
    return true;
}
