#include "figures.h"

#include "form.h"
#include "stamp.h"
#include "text.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const char prefix[] = "metrics.";

static const struct {
    const char *name;
    size_t most;
} periods[] = {{"months", 12}, {"weeks", 53}, {"days", 366}};

enum { PERIODS = sizeof periods / sizeof periods[0], YEAR_DIGITS = 4 };

bool figures_is_label(const char *key)
{
    return text_ends(key, ".name") || text_ends(key, ".description");
}

static bool is_leap(int year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

/* The last two elements and what stands before them. */
static bool read_key(const char *key, struct arena *arena, struct declaration_figures *ret,
                     size_t *ret_most)
{
    const char *path = key + strlen(prefix), *last = strrchr(key, '.');
    const char *year = last - YEAR_DIGITS;
    if (year <= path || year[-1] != '.' || strspn(year, "0123456789") != YEAR_DIGITS)
        return false;
    for (size_t i = 0; i < PERIODS; i++) {
        if (strcmp(last + 1, periods[i].name) != 0)
            continue;
        ret->period = periods[i].name;
        ret->year = (int)strtol(year, NULL, 10);
        ret->path = arena_bytes(arena, path, (size_t)(year - 1 - path));
        *ret_most = periods[i].most;
        if (*ret_most == 366 && !is_leap(ret->year))
            *ret_most = 365;
        return true;
    }
    return false;
}

static double read_number(const struct property *property, const char *text,
                          struct remarks *remarks)
{
    double number = NAN;
    if (*text && strcasecmp(text, "null") != 0 && !form_number(text, &number)) {
        remarks_add(remarks, REMARK_metric_number, property->line, property->key, text, NULL);
        return NAN;
    }
    return number;
}

/* Nearly all of them are whole numbers of few digits. */
static bool read_digits(const char *from, const char *end, double *ret)
{
    enum { EXACTLY = 15 }; /* digits, which a double has without rounding */
    int64_t number = 0;
    if (from == end || end - from > EXACTLY)
        return false;
    for (; from < end; from++) {
        if (*from < '0' || *from > '9')
            return false;
        number = number * 10 + (*from - '0');
    }
    *ret = (double)number;
    return true;
}

static size_t count_values(const struct property *property, char separator, size_t most,
                           struct remarks *remarks)
{
    char number[24];
    size_t count = form_list_count(property->value, separator);
    if (count <= most)
        return count;
    text_format(number, sizeof number, "%zu", most);
    remarks_add(remarks, REMARK_metric_long, property->line, property->key, NULL, number);
    return most;
}

static void read_values(const struct property *property, size_t most, struct arena *arena,
                        struct declaration_figures *ret, struct remarks *remarks)
{
    const char *text = property->value;
    char separator = form_separator(text);
    size_t count = count_values(property, separator, most, remarks);
    double *values = arena_array(arena, count, sizeof *values);
    for (size_t i = 0; i < count; i++) {
        const char *end = strchrnul(text, separator);
        if (!read_digits(text, end, &values[i]))
            values[i] = read_number(property, form_element(text, end, arena), remarks);
        text = end + 1;
    }
    ret->values = values;
    ret->count = count;
}

bool figures_read(const struct property *property, int year_now, struct arena *arena,
                  struct declaration_figures *ret, struct remarks *remarks)
{
    size_t most;
    *ret = (struct declaration_figures){0};
    if (!read_key(property->key, arena, ret, &most)) {
        remarks_add(remarks, REMARK_metric_key, property->line, property->key, NULL, NULL);
        return false;
    }
    if (ret->year > year_now)
        remarks_add(remarks, REMARK_metric_year, property->line, property->key, NULL, NULL);
    read_values(property, most, arena, ret, remarks);
    return true;
}

/* ---- use ---- */

enum { MONTHS = 12, USES = 3 };

/* What counts as accounts comes first where both are told. */
static const char *const use_paths[USES] = {"service.accounts", "service.users",
                                            "service.accounts.active"};

/* Months since the year 0. */
static int month_of(struct wall time)
{
    char stamp[STAMP_SIZE];
    stamp_seconds(wall_seconds(time), stamp);
    return (int)strtol(stamp, NULL, 10) * MONTHS + (int)strtol(stamp + 5, NULL, 10) - 1;
}

static bool is_count(double value)
{
    return isfinite(value) && value >= 0 && value <= USERS_MAX;
}

/* Of a path: what is told of the month; NAN = nothing. */
static double value_in(const struct declaration *metrics, const char *path, int month)
{
    for (size_t i = 0; i < metrics->figures_count; i++) {
        const struct declaration_figures *figures = &metrics->figures[i];
        size_t place = (size_t)(month % MONTHS);
        if (figures->year == month / MONTHS && strcmp(figures->path, path) == 0 &&
            strcmp(figures->period, "months") == 0 && place < figures->count &&
            is_count(figures->values[place]))
            return figures->values[place];
    }
    return NAN;
}

/* -1 = none. */
static int newest_of(const struct declaration_figures *figures, int latest)
{
    if (strcmp(figures->period, "months") != 0)
        return -1;
    for (size_t i = figures->count; i-- > 0;) {
        int month = figures->year * MONTHS + (int)i;
        if (month <= latest && is_count(figures->values[i]))
            return month;
    }
    return -1;
}

static int newest_month(const struct declaration *metrics, int latest)
{
    int newest = -1;
    for (size_t i = 0; i < metrics->figures_count; i++)
        for (size_t j = 0; j < USES; j++) {
            int month = strcmp(metrics->figures[i].path, use_paths[j]) == 0
                            ? newest_of(&metrics->figures[i], latest)
                            : -1;
            newest = month > newest ? month : newest;
        }
    return newest;
}

static int64_t count_of(double value)
{
    return isnan(value) ? USERS_UNKNOWN : (int64_t)value;
}

void figures_use(const struct declaration *metrics, struct wall now, struct usage_said *ret)
{
    int month = newest_month(metrics, month_of(now));
    *ret = (struct usage_said){.accounts = USERS_UNKNOWN, .active = USERS_UNKNOWN};
    if (month < 0)
        return;
    double accounts = value_in(metrics, use_paths[0], month);
    if (isnan(accounts))
        accounts = value_in(metrics, use_paths[1], month);
    text_format(ret->month, sizeof ret->month, "%04d-%02d", month / MONTHS, month % MONTHS + 1);
    ret->accounts = count_of(accounts);
    ret->active = count_of(value_in(metrics, use_paths[2], month));
}
