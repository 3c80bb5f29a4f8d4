#include "audit_sum.h"

#include "mem.h"

#include <stdlib.h>

static int64_t most(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int64_t common(int64_t from, int64_t to, int64_t low, int64_t high)
{
    return most(0, least(to, high) - most(from, low));
}

/* ---- numbers ---- */

void audit_numbers_add(struct audit_numbers *numbers, int64_t value)
{
    void *values = numbers->values;
    mem_grow(&values, &numbers->capacity, numbers->count + 1, sizeof *numbers->values);
    numbers->values = values;
    numbers->values[numbers->count++] = value;
}

void audit_numbers_free(struct audit_numbers *numbers)
{
    free(numbers->values);
    *numbers = (struct audit_numbers){0};
}

static int compare(const void *a, const void *b)
{
    int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;
    return left < right ? -1 : left > right;
}

/* The smallest number with at least so many of a hundred at or below it, found by counting. */
static json_t *at_percent(const struct audit_numbers *sorted, size_t percent)
{
    for (size_t i = 0; i < sorted->count; i++)
        if ((i + 1) * 100 >= sorted->count * percent)
            return json_integer(sorted->values[i]);
    return json_null();
}

static int64_t median_of(const struct audit_numbers *sorted)
{
    size_t half = sorted->count / 2;
    int64_t above = sorted->values[half];
    return sorted->count % 2 ? above : (sorted->values[half - 1] + above) / 2;
}

static int64_t total_of(const struct audit_numbers *numbers)
{
    int64_t total = 0;
    for (size_t i = 0; i < numbers->count; i++)
        total += numbers->values[i];
    return total;
}

static json_t *median_or_null(const struct audit_numbers *sorted)
{
    return sorted->count ? json_integer(median_of(sorted)) : json_null();
}

static json_t *mean_or_null(const struct audit_numbers *numbers)
{
    return numbers->count ? json_integer(total_of(numbers) / (int64_t)numbers->count) : json_null();
}

json_t *audit_numbers_spread(struct audit_numbers *numbers)
{
    if (numbers->count)
        qsort(numbers->values, numbers->count, sizeof *numbers->values, compare);
    return json_pack(
        "{s:I,s:b,s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:o}", "count", (json_int_t)numbers->count, "few",
        numbers->count < AUDIT_FEW, "least", at_percent(numbers, 0), "p10", at_percent(numbers, 10),
        "p25", at_percent(numbers, 25), "median", median_or_null(numbers), "p75",
        at_percent(numbers, 75), "p90", at_percent(numbers, 90), "p95", at_percent(numbers, 95),
        "most", at_percent(numbers, 100), "mean", mean_or_null(numbers));
}

json_t *audit_sum_classes(const int64_t *bounds, size_t count, const struct audit_numbers *numbers)
{
    json_t *classes = json_array();
    for (size_t i = 0; i <= count; i++) {
        int64_t from = i ? bounds[i - 1] : 0, to = i < count ? bounds[i] : INT64_MAX, inside = 0;
        for (size_t j = 0; j < numbers->count; j++)
            inside += numbers->values[j] >= from && numbers->values[j] < to;
        json_array_append_new(classes, json_pack("{s:I,s:o,s:I}", "from_s", (json_int_t)from,
                                                 "to_s", i < count ? json_integer(to) : json_null(),
                                                 "count", (json_int_t)inside));
    }
    return classes;
}

json_t *audit_share(int64_t part, int64_t whole, bool up)
{
    enum { E5 = 100000 };
    if (!whole)
        return json_null();
    return json_real((double)((part * E5 + (up ? whole - 1 : 0)) / whole) / E5);
}

/* ---- one service ---- */

static void add_state(struct audit_figures *figures, char state, int64_t seconds)
{
    int64_t *to = state == 'u'   ? &figures->up
                  : state == 'd' ? &figures->degraded
                  : state == 'x' ? &figures->down
                                 : &figures->unknown;
    *to += seconds;
}

static void add_maintained(const struct audit_service *service, const struct audit_stretch *stretch,
                           int64_t from, int64_t to, struct audit_figures *figures)
{
    for (size_t i = 0; i < service->maintenance_count; i++) {
        const struct audit_span *one = &service->maintenance[i];
        int64_t seconds =
            common(most(stretch->from, from), least(stretch->to, to), one->from, one->to);
        if (stretch->state == 'x')
            figures->maintenance_down += seconds;
        else if (stretch->state != '?')
            figures->maintenance_up += seconds;
    }
}

static int side_of(char state)
{
    return state == 'x' ? 1 : state == '?' ? 2 : 0;
}

/* What was counted as before the change may already have been as after it, from the last result on that said otherwise. */
static void add_doubt(const struct audit_service *service, size_t i, int64_t from, int64_t to,
                      struct audit_figures *figures)
{
    const struct audit_stretch *now = &service->stretches[i], *was = now - 1;
    int side = i ? side_of(was->state) : 2;
    if (!i || was->to != now->from || side == side_of(now->state) || side == 2 || !now->before ||
        now->before >= now->from)
        return;
    while (was > service->stretches && was[-1].to == was->from && side_of(was[-1].state) == side)
        was--;
    int64_t seconds = common(most(now->before, was->from), now->from, from, to);
    if (side == 1)
        figures->doubt_down += seconds;
    else
        figures->doubt_up += seconds;
}

static void add_outages(const struct audit_data *data, const struct audit_service *service,
                        int64_t from, int64_t to, struct audit_figures *figures,
                        struct audit_numbers *ended)
{
    for (size_t i = 0; i < service->outage_count; i++) {
        const struct audit_outage *outage = &service->outages[i];
        bool began = outage->from >= from && outage->from < to;
        figures->outages += began;
        figures->incidents += began && outage->to - outage->from >= data->incident_after_s;
        figures->longest = most(figures->longest, common(outage->from, outage->to, from, to));
        if (outage->over && outage->to > from && outage->to <= to)
            audit_numbers_add(ended, outage->to - outage->from);
    }
}

void audit_sum_service(const struct audit_data *data, const struct audit_service *service,
                       int64_t from, int64_t to, struct audit_figures *figures,
                       struct audit_numbers *ended)
{
    int64_t known = 0;
    from = most(from, service->from);
    to = least(to, service->to);
    if (from >= to)
        return;
    figures->services++;
    for (size_t i = 0; i < service->stretch_count; i++) {
        const struct audit_stretch *stretch = &service->stretches[i];
        int64_t seconds = common(stretch->from, stretch->to, from, to);
        known += seconds;
        add_state(figures, stretch->state, seconds);
        add_maintained(service, stretch, from, to, figures);
        add_doubt(service, i, from, to, figures);
    }
    figures->unknown += to - from - known;
    for (size_t i = 0; i < service->maintenance_count; i++)
        figures->maintenance +=
            common(service->maintenance[i].from, service->maintenance[i].to, from, to);
    add_outages(data, service, from, to, figures, ended);
}

/* ---- as JSON ---- */

static json_t *seconds_json(const struct audit_figures *of)
{
    int64_t up = of->up + of->degraded;
    return json_pack(
        "{s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:I}", "services", (json_int_t)of->services, "up_s",
        (json_int_t)up, "degraded_s", (json_int_t)of->degraded, "down_s", (json_int_t)of->down,
        "unknown_s", (json_int_t)of->unknown, "maintenance_s", (json_int_t)of->maintenance,
        "maintenance_up_s", (json_int_t)of->maintenance_up, "maintenance_down_s",
        (json_int_t)of->maintenance_down, "least_up_s", (json_int_t)(up - of->doubt_up),
        "most_up_s", (json_int_t)(up + of->unknown + of->doubt_down));
}

static void set_shares(json_t *to, const struct audit_figures *of)
{
    int64_t up = of->up + of->degraded, known = up + of->down, all = known + of->unknown;
    int64_t apart_up = up - of->maintenance_up;
    json_object_set_new(to, "availability", audit_share(up, known, false));
    json_object_set_new(to, "availability_low", audit_share(up - of->doubt_up, all, false));
    json_object_set_new(to, "availability_high",
                        audit_share(up + of->unknown + of->doubt_down, all, true));
    json_object_set_new(to, "availability_excluding_maintenance",
                        audit_share(apart_up, apart_up + of->down - of->maintenance_down, false));
    json_object_set_new(to, "coverage", audit_share(known, all, false));
}

static json_t *each(int64_t seconds, size_t services)
{
    return services ? json_integer(seconds / (int64_t)services) : json_null();
}

static void set_down(json_t *to, const struct audit_figures *of)
{
    int64_t down = of->down - of->maintenance_down;
    json_object_set_new(to, "down_apart_from_maintenance_s", json_integer(down));
    json_object_set_new(to, "down_each_s", each(down, of->services));
    json_object_set_new(to, "least_down_each_s",
                        each(most(0, down - of->doubt_down), of->services));
    json_object_set_new(to, "most_down_each_s",
                        each(down + of->doubt_up + of->unknown, of->services));
}

json_t *audit_sum_json(const struct audit_figures *figures, struct audit_numbers *ended)
{
    json_t *to = seconds_json(figures);
    set_shares(to, figures);
    set_down(to, figures);
    json_decref(audit_numbers_spread(ended)); /* sorts */
    json_object_set_new(to, "outages", json_integer(figures->outages));
    json_object_set_new(to, "incidents", json_integer(figures->incidents));
    json_object_set_new(to, "longest_outage_s", json_integer(figures->longest));
    json_object_set_new(to, "outages_ended", json_integer((json_int_t)ended->count));
    json_object_set_new(to, "mttr_s", mean_or_null(ended));
    json_object_set_new(to, "median_outage_s", median_or_null(ended));
    json_object_set_new(to, "few", json_boolean(ended->count < AUDIT_FEW));
    return to;
}

json_t *audit_sum_of(const struct audit_data *data, const struct audit_set *set, int64_t from,
                     int64_t to, int64_t *ret_down_each)
{
    struct audit_figures figures = {0};
    struct audit_numbers ended = {0};
    for (size_t i = 0; i < set->count; i++)
        audit_sum_service(data, set->services[i], from, to, &figures, &ended);
    json_t *sum = audit_sum_json(&figures, &ended);
    *ret_down_each = json_integer_value(json_object_get(sum, "down_each_s"));
    audit_numbers_free(&ended);
    return sum;
}

json_t *audit_sum_each(const struct audit_data *data, const struct audit_set *set, int64_t from,
                       int64_t to)
{
    struct audit_numbers down = {0};
    for (size_t i = 0; i < set->count; i++) {
        struct audit_figures figures = {0};
        struct audit_numbers ended = {0};
        audit_sum_service(data, set->services[i], from, to, &figures, &ended);
        if (figures.services)
            audit_numbers_add(&down, figures.down - figures.maintenance_down);
        audit_numbers_free(&ended);
    }
    json_t *spread = audit_numbers_spread(&down);
    audit_numbers_free(&down);
    return spread;
}

bool audit_set_has(const struct audit_set *set, const struct audit_service *service)
{
    for (size_t i = 0; i < set->count; i++)
        if (set->services[i] == service)
            return true;
    return false;
}
