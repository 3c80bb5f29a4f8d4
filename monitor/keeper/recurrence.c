#include "recurrence.h"

#include "calendar.h"
#include "macros.h"
#include "text.h"

#include <libical/ical.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { RULE_MAX = 255 };

/* ---- what we let near libical ---- */

static const char *const parts[] = {"FREQ",     "INTERVAL", "COUNT",      "UNTIL",
                                    "BYDAY",    "BYMONTH",  "BYMONTHDAY", "BYYEARDAY",
                                    "BYWEEKNO", "BYSETPOS", "WKST"};
static const char *const frequencies[] = {"DAILY", "WEEKLY", "MONTHLY", "YEARLY"};

static bool is_one_of(const char *text, size_t length, const char *const *words, size_t count,
                      size_t *ret)
{
    for (size_t i = 0; i < count; i++) {
        if (strlen(words[i]) == length && memcmp(words[i], text, length) == 0) {
            *ret = i;
            return true;
        }
    }
    return false;
}

static int check_part(const char *part, size_t length, unsigned *seen, struct fault *fault)
{
    size_t name = strcspn(part, "=;"), index;
    if (name >= length || part[name] != '=' || name + 1 == length)
        return fault_set(fault, "a rule is made of parts like FREQ=WEEKLY, with ; between them");
    if (!is_one_of(part, name, parts, ARRAY_LEN(parts), &index))
        return fault_set(fault, "a rule may not have the part '%.*s'", (int)name, part);
    if (*seen & 1u << index)
        return fault_set(fault, "the rule has its part %s twice", parts[index]);
    *seen |= 1u << index;
    if (index == 0 &&
        !is_one_of(part + name + 1, length - name - 1, frequencies, ARRAY_LEN(frequencies), &index))
        return fault_set(fault, "FREQ is one of DAILY, WEEKLY, MONTHLY, YEARLY");
    return 0;
}

static int check_parts(const char *rule, struct fault *fault)
{
    unsigned seen = 0;
    if (strlen(rule) > RULE_MAX || rule[strspn(rule, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789=;,+-")])
        return fault_set(fault,
                         "a rule is a text like FREQ=MONTHLY;BYDAY=1SU, of at most %d "
                         "capitals, digits and signs",
                         RULE_MAX);
    for (const char *part = rule;; part += strcspn(part, ";") + 1) {
        size_t length = strcspn(part, ";");
        if (check_part(part, length, &seen, fault))
            return -1;
        if (!part[length])
            break;
    }
    return seen & 1 ? 0 : fault_set(fault, "a rule begins with FREQ=, as FREQ=WEEKLY");
}

/* ---- civil time ---- */

static int64_t instant_of(const struct icaltimetype *civil)
{
    const struct calendar_time clock = {.year = civil->year,
                                        .month = civil->month,
                                        .day = civil->day,
                                        .hour = civil->hour,
                                        .minute = civil->minute,
                                        .second = civil->second};
    int64_t time;
    calendar_instant(&clock, &time); /* a clock time that is left out is as good as any */
    return time;
}

static struct icaltimetype civil_of(int64_t time)
{
    struct calendar_time at = calendar_at(time);
    struct icaltimetype civil = icaltime_null_time();
    civil.year = at.year;
    civil.month = at.month;
    civil.day = at.day;
    civil.hour = at.hour;
    civil.minute = at.minute;
    civil.second = at.second;
    return civil;
}

/* The last second at which something may begin. UNTIL is a day, a civil time, or an instant when it ends in Z. */
static int64_t last_begin(const struct icalrecurrencetype *rule)
{
    struct icaltimetype until = rule->until;
    if (icaltime_is_null_time(until))
        return INT64_MAX;
    if (icaltime_is_utc(until))
        return (int64_t)icaltime_as_timet(until);
    if (until.is_date) {
        until.hour = 23;
        until.minute = until.second = 59;
    }
    return instant_of(&until);
}

/* ---- rules ---- */

struct rule {
    icalrecur_iterator *days;
    int64_t last;
};

/* UNTIL is ours to look after: libical compares it with civil time, in whatever zone it is meant. */
static bool open_rule(const char *text, int64_t first, struct rule *ret)
{
    struct fault fault;
    if (check_parts(text, &fault))
        return false;
    icalerror_set_errors_are_fatal(0); /* what is no rule is no reason to die */
    struct icalrecurrencetype recurrence = icalrecurrencetype_from_string(text);
    if (recurrence.freq < ICAL_DAILY_RECURRENCE || recurrence.freq > ICAL_YEARLY_RECURRENCE)
        return false;
    ret->last = last_begin(&recurrence);
    recurrence.until = icaltime_null_time();
    ret->days = icalrecur_iterator_new(recurrence, civil_of(first));
    return ret->days;
}

static void close_rule(struct rule *rule)
{
    icalrecur_iterator_free(rule->days);
}

/* False at the end. */
static bool next_begin(struct rule *rule, int64_t *ret)
{
    struct icaltimetype civil = icalrecur_iterator_next(rule->days);
    if (icaltime_is_null_time(civil))
        return false;
    *ret = instant_of(&civil);
    return *ret <= rule->last;
}

int recurrence_check(const char *text, int64_t first, struct fault *fault)
{
    struct rule rule;
    int64_t begin;
    if (check_parts(text, fault))
        return -1;
    if (!open_rule(text, first, &rule))
        return fault_set(fault, "'%s' is no rule as RFC 5545 has them", text);
    bool fits = next_begin(&rule, &begin) && begin == first;
    close_rule(&rule);
    return fits ? 0
                : fault_set(fault,
                            "the rule %s does not fall on the first occurrence; let it begin "
                            "on a day that the rule names",
                            text);
}

void recurrence_each(const char *text, int64_t first, int64_t until,
                     void (*each)(void *owner, int64_t begin), void *owner)
{
    struct rule rule;
    int64_t begin;
    if (!open_rule(text, first, &rule))
        return;
    for (int i = 0; i < RECURRENCE_MOST && next_begin(&rule, &begin) && begin < until; i++)
        each(owner, begin);
    close_rule(&rule);
}
