#include "stamp.h"

#include "date.h"
#include "digits.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static const int64_t first_second = -62167219200; /* 0000-01-01 */
static const int64_t last_second = 253402300799;  /* 9999-12-31T23:59:59 */

static int64_t clamp_seconds(int64_t seconds)
{
    if (seconds < first_second)
        return first_second;
    return seconds > last_second ? last_second : seconds;
}

static char *put_after(char mark, char *at, int number)
{
    *at++ = mark;
    return digits_put(at, number, 2);
}

char *stamp_seconds(int64_t seconds, char text[STAMP_SIZE])
{
    enum { DAY = 86400, HOUR = 3600, MINUTE = 60 };
    int64_t past = clamp_seconds(seconds) - first_second; /* not negative */
    struct date date = date_of(past / DAY + first_second / DAY);
    int second = (int)(past % DAY);
    char *at = put_after('-', digits_put(text, date.year, 4), date.month);
    at = put_after('-', at, date.day);
    at = put_after('T', at, second / HOUR);
    at = put_after(':', at, second % HOUR / MINUTE);
    at = put_after(':', at, second % MINUTE);
    memcpy(at, "Z", 2);
    return text;
}

char *stamp_ms(struct wall time, char text[STAMP_SIZE])
{
    int64_t seconds = time.ms / 1000, ms = time.ms % 1000;
    if (ms < 0) {
        seconds--;
        ms += 1000;
    }
    stamp_seconds(seconds, text);
    char *z = strchr(text, 'Z');
    snprintf(z, STAMP_SIZE - (size_t)(z - text), ".%03dZ", (int)ms);
    return text;
}

/* Reads exactly `digits` digits. */
static bool number(const char **cursor, int digits, int *ret)
{
    int value = 0;
    for (int i = 0; i < digits; i++, (*cursor)++) {
        if (!isdigit((unsigned char)**cursor))
            return false;
        value = value * 10 + (**cursor - '0');
    }
    *ret = value;
    return true;
}

static bool literal(const char **cursor, char wanted)
{
    if (**cursor != wanted)
        return false;
    (*cursor)++;
    return true;
}

/* ".678" or nothing; at least one digit follows the point. */
static bool fraction(const char **cursor, int *ret_ms)
{
    int scale = 100;
    *ret_ms = 0;
    if (!literal(cursor, '.'))
        return true;
    if (!isdigit((unsigned char)**cursor))
        return false;
    for (; isdigit((unsigned char)**cursor); (*cursor)++, scale /= 10)
        *ret_ms += (**cursor - '0') * scale;
    return true;
}

static bool offset_seconds(const char **cursor, int *ret)
{
    if (literal(cursor, 'Z') || literal(cursor, 'z')) {
        *ret = 0;
        return true;
    }
    int sign = **cursor == '-' ? -1 : 1, hours, minutes;
    if (!literal(cursor, '+') && !literal(cursor, '-'))
        return false;
    if (!number(cursor, 2, &hours) || !literal(cursor, ':') || !number(cursor, 2, &minutes))
        return false;
    if (hours > 23 || minutes > 59)
        return false;
    *ret = sign * (hours * 3600 + minutes * 60);
    return true;
}

static bool date(const char **cursor, struct tm *tm)
{
    if (!number(cursor, 4, &tm->tm_year) || !literal(cursor, '-') ||
        !number(cursor, 2, &tm->tm_mon) || !literal(cursor, '-') ||
        !number(cursor, 2, &tm->tm_mday))
        return false;
    tm->tm_year -= 1900;
    tm->tm_mon -= 1;
    return true;
}

static bool time_of_day(const char **cursor, struct tm *tm)
{
    return number(cursor, 2, &tm->tm_hour) && literal(cursor, ':') &&
           number(cursor, 2, &tm->tm_min) && literal(cursor, ':') && number(cursor, 2, &tm->tm_sec);
}

/* timegm() accepts 31 February; a time that does not survive the way back is none. */
static bool exact_seconds(const struct tm *wanted, int64_t *ret)
{
    struct tm tm = *wanted, back;
    time_t seconds = timegm(&tm);
    gmtime_r(&seconds, &back);
    *ret = seconds;
    return back.tm_mon == wanted->tm_mon && back.tm_mday == wanted->tm_mday &&
           back.tm_hour == wanted->tm_hour && back.tm_min == wanted->tm_min &&
           back.tm_sec == wanted->tm_sec;
}

bool stamp_parse(const char *text, struct wall *ret_time)
{
    struct tm tm = {0};
    const char *cursor = text;
    int ms = 0, offset = 0;
    int64_t seconds;
    if (!date(&cursor, &tm))
        return false;
    if (*cursor) {
        if ((!literal(&cursor, 'T') && !literal(&cursor, 't') && !literal(&cursor, ' ')) ||
            !time_of_day(&cursor, &tm) || !fraction(&cursor, &ms))
            return false;
        if (!offset_seconds(&cursor, &offset) || *cursor)
            return false;
    }
    if (!exact_seconds(&tm, &seconds))
        return false;
    ret_time->ms = (seconds - offset) * 1000 + ms;
    return true;
}
