#include "zone.h"

#include "civil.h"
#include "text.h"

#include <limits.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* Stretches of three days, so that four years have room. Clocks were put forward for a week (Noronha 2000, Gaza 2040), but never
 * for less: where both ends are as far from UTC, all between is. */
enum { STRETCHES = 512, STRETCH_BITS = 18, ZONE_SIZE = 64, UNEVEN = INT_MIN };
static const int64_t earliest = 1 << STRETCH_BITS, latest = (int64_t)1 << 37; /* the year 6325 */

struct stretch {
    int number; /* 0 = none: times before `earliest` are not asked for */
    int offset_s;
};

struct memo {
    char **environment, *entry; /* where TZ=… stands in it, and that it has not been set since */
    size_t place;
    char zone[ZONE_SIZE]; /* the entry as a whole */
    struct stretch stretches[STRETCHES];
};

/* The zone is the process's, so what is remembered of it cannot be anybody's in particular. */
static _Thread_local struct memo of_this_thread;

/* Zones that count leap seconds ("right/…") are not simply so far from UTC. */
static bool is_simple(int64_t time, const struct tm *tm)
{
    struct calendar_time at = civil_at(time, (int)tm->tm_gmtoff);
    return at.year == tm->tm_year + 1900 && at.month == tm->tm_mon + 1 && at.day == tm->tm_mday &&
           at.hour == tm->tm_hour && at.minute == tm->tm_min && at.second == tm->tm_sec;
}

static int find_out(int number)
{
    time_t first = (time_t)number << STRETCH_BITS, last = first + (1 << STRETCH_BITS) - 1;
    struct tm at_first, at_last;
    bool is_even = localtime_r(&first, &at_first) && localtime_r(&last, &at_last) &&
                   at_first.tm_gmtoff == at_last.tm_gmtoff && is_simple(first, &at_first) &&
                   is_simple(last, &at_last);
    return is_even ? (int)at_first.tm_gmtoff : UNEVEN;
}

static bool is_zone(const char *entry)
{
    return strncmp(entry, "TZ=", 3) == 0;
}

/* Whoever changes TZ says tzset(), and so does this, lest the C library still speak of the zone before. */
static bool learn_zone(struct memo *memo)
{
    size_t place = 0;
    while (environ && environ[place] && !is_zone(environ[place]))
        place++;
    if (!environ || !environ[place])
        return false;
    if (strcmp(environ[place], memo->zone) != 0) {
        *memo = (struct memo){.zone = ""};
        tzset();
        if (!text_copy(memo->zone, sizeof memo->zone, environ[place]))
            return false;
    }
    memo->environment = environ;
    memo->entry = environ[place];
    memo->place = place;
    return true;
}

/* setenv() puts another text in the place of the one before: so looking for it each time, as getenv() does, is spared. */
static bool knows_zone(struct memo *memo)
{
    bool is_as_before =
        environ && environ == memo->environment && environ[memo->place] == memo->entry;
    return is_as_before || learn_zone(memo);
}

bool zone_offset(int64_t time, int *ret_offset_s)
{
    struct memo *memo = &of_this_thread;
    if (time < earliest || time >= latest || !knows_zone(memo))
        return false;
    int number = (int)(time >> STRETCH_BITS);
    struct stretch *stretch = &memo->stretches[number % STRETCHES];
    if (stretch->number != number)
        *stretch = (struct stretch){number, find_out(number)};
    *ret_offset_s = stretch->offset_s;
    return stretch->offset_s != UNEVEN;
}
