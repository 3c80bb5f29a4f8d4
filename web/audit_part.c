#include "audit_sum.h"

#include "calendar.h"
#include "mem.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- durations, windows ---- */

json_t *audit_sum_durations(const struct audit_data *data, const struct audit_set *set)
{
    static const int64_t bounds[] = {600, 1800, 3600, 14400, 86400};
    struct audit_figures figures = {0};
    struct audit_numbers ended = {0};
    for (size_t i = 0; i < set->count; i++)
        audit_sum_service(data, set->services[i], data->from, data->to, &figures, &ended);
    json_t *spread = audit_numbers_spread(&ended);
    json_t *classes = audit_sum_classes(bounds, sizeof bounds / sizeof *bounds, &ended);
    audit_numbers_free(&ended);
    return json_pack("{s:o,s:o}", "whole_s", spread, "classes", classes);
}

/* Seconds down in [begin, begin + length) of the service's year. */
static int64_t down_in(const struct audit_service *service, int64_t begin, int64_t length)
{
    int64_t sum = 0, end = begin + length;
    for (size_t i = 0; i < service->outage_count; i++) {
        int64_t from = service->outages[i].from > begin ? service->outages[i].from : begin;
        int64_t to = service->outages[i].to < end ? service->outages[i].to : end;
        sum += to > from ? to - from : 0;
    }
    return sum;
}

/* Wherever a window is, it can be moved to the begin of an outage, to the end of one, or to the edge of the year without
 * losing anything: all of these are tried. */
static int64_t worst_of(const struct audit_service *service, int64_t length)
{
    int64_t worst = 0, last = service->to - length;
    if (last < service->from)
        return -1;
    for (size_t i = 0; i < 2 * service->outage_count; i++) {
        const struct audit_outage *outage = &service->outages[i / 2];
        int64_t begin = i % 2 ? outage->to - length : outage->from;
        begin = begin < service->from ? service->from : begin > last ? last : begin;
        int64_t down = down_in(service, begin, length);
        worst = down > worst ? down : worst;
    }
    return worst;
}

json_t *audit_sum_worst(const struct audit_set *set)
{
    static const int64_t windows[] = {3600, 86400, 604800, 2592000, 31536000};
    json_t *all = json_array();
    for (size_t i = 0; i < sizeof windows / sizeof *windows; i++) {
        int64_t worst = -1;
        for (size_t j = 0; j < set->count; j++) {
            int64_t one = worst_of(set->services[j], windows[i]);
            worst = one > worst ? one : worst;
        }
        if (worst >= 0)
            json_array_append_new(all, json_pack("{s:I,s:I}", "window_s", (json_int_t)windows[i],
                                                 "down_s", (json_int_t)worst));
    }
    return all;
}

/* ---- by the clock, a quarter of an hour at a time: no zone's hours begin elsewhere ---- */

struct clocks {
    int64_t outages[24], down[24], day_outages[7], day_down[7];
};

static void add_down(int64_t from, int64_t to, struct clocks *clocks)
{
    enum { QUARTER = 900 };
    while (from < to) {
        int64_t until = (from / QUARTER + 1) * QUARTER;
        struct calendar_time at = calendar_at(from);
        until = until < to ? until : to;
        clocks->down[at.hour] += until - from;
        clocks->day_down[at.weekday] += until - from;
        from = until;
    }
}

static void add_service(const struct audit_service *service, struct clocks *clocks)
{
    for (size_t i = 0; i < service->outage_count; i++) {
        const struct audit_outage *outage = &service->outages[i];
        struct calendar_time at = calendar_at(outage->from);
        bool began = outage->from >= service->from && outage->from < service->to;
        clocks->outages[at.hour] += began;
        clocks->day_outages[at.weekday] += began;
        add_down(outage->from < service->from ? service->from : outage->from,
                 outage->to > service->to ? service->to : outage->to, clocks);
    }
}

static json_t *clocks_json(const char *name, const int64_t *outages, const int64_t *down, int count)
{
    json_t *all = json_array();
    for (int i = 0; i < count; i++)
        json_array_append_new(all,
                              json_pack("{s:i,s:I,s:I}", name, i, "outages", (json_int_t)outages[i],
                                        "down_s", (json_int_t)down[i]));
    return all;
}

void audit_sum_clocks(const struct audit_set *set, json_t *to)
{
    struct clocks clocks = {0};
    for (size_t i = 0; i < set->count; i++)
        add_service(set->services[i], &clocks);
    json_object_set_new(to, "hours", clocks_json("hour", clocks.outages, clocks.down, 24));
    json_object_set_new(to, "weekdays",
                        clocks_json("weekday", clocks.day_outages, clocks.day_down, 7));
}

/* ---- answers, IPv6 ---- */

struct answer {
    double ms;
    int64_t count;
};

static int compare_answers(const void *a, const void *b)
{
    double left = ((const struct answer *)a)->ms, right = ((const struct answer *)b)->ms;
    return left < right ? -1 : left > right;
}

static json_t *percentile(const struct answer *sorted, size_t count, int64_t total, int64_t percent)
{
    int64_t seen = 0;
    for (size_t i = 0; i < count; i++) {
        seen += sorted[i].count;
        if (seen * 100 >= total * percent)
            return json_real(sorted[i].ms);
    }
    return json_null();
}

json_t *audit_sum_answers(struct audit_data *data, const struct audit_set *set)
{
    enum { P99_NEEDS = 1000, PERCENTILES_NEED = 100 };
    const struct audit_table *table = &data->answers;
    struct answer *answers = arena_array(data->arena, table->row_count + 1, sizeof *answers);
    size_t used = 0, cursor = 0;
    int64_t total = 0;
    for (size_t i = 0; i < table->row_count; i++) {
        const struct audit_service *service = audit_data_service(data, table, i, &cursor);
        if (!service || !audit_set_has(set, service))
            continue;
        answers[used] = (struct answer){strtod(audit_table_text(table, i, "about_ms"), NULL),
                                        audit_table_number(table, i, "answers")};
        total += answers[used++].count;
    }
    if (used)
        qsort(answers, used, sizeof *answers, compare_answers);
    return json_pack("{s:I,s:b,s:o,s:o,s:o}", "count", (json_int_t)total, "few",
                     total < PERCENTILES_NEED, "p50_ms", percentile(answers, used, total, 50),
                     "p95_ms", percentile(answers, used, total, 95), "p99_ms",
                     total < P99_NEEDS ? json_null() : percentile(answers, used, total, 99));
}

json_t *audit_sum_ipv6(const struct audit_data *data, const struct audit_set *set)
{
    json_int_t none = 0, failing = 0, working = 0;
    for (size_t i = 0; i < set->count; i++) {
        const char *ipv6 = audit_table_text(&data->services, set->services[i]->row, "ipv6");
        none += strcmp(ipv6, "none") == 0;
        failing += strcmp(ipv6, "failing") == 0;
        working += strcmp(ipv6, "working") == 0;
    }
    return json_pack("{s:I,s:b,s:I,s:I}", "known", none + failing + working, "few",
                     none + failing + working < AUDIT_FEW, "published", failing + working,
                     "working", working);
}

/* ---- measured at all ---- */

static int compare_spans(const void *a, const void *b)
{
    const struct audit_span *left = a, *right = b;
    return left->from < right->from ? -1 : left->from > right->from;
}

static int64_t covered(struct audit_span *spans, size_t count, int64_t *ret_pieces)
{
    int64_t sum = 0, reached = INT64_MIN;
    *ret_pieces = 0;
    if (count)
        qsort(spans, count, sizeof *spans, compare_spans);
    for (size_t i = 0; i < count; i++) {
        int64_t from = spans[i].from > reached ? spans[i].from : reached;
        if (spans[i].to > from)
            sum += spans[i].to - from;
        *ret_pieces += spans[i].from > reached && spans[i].to > spans[i].from;
        reached = spans[i].to > reached ? spans[i].to : reached;
    }
    return sum;
}

int64_t audit_sum_measured(const struct audit_set *set)
{
    size_t count = 0, used = 0;
    int64_t pieces;
    for (size_t i = 0; i < set->count; i++)
        count += set->services[i]->stretch_count;
    struct audit_span *spans = mem_array(count + 1, sizeof *spans);
    for (size_t i = 0; i < set->count; i++)
        for (size_t j = 0; j < set->services[i]->stretch_count; j++) {
            const struct audit_service *service = set->services[i];
            const struct audit_stretch *one = &service->stretches[j];
            if (one->state != '?')
                spans[used++] =
                    (struct audit_span){one->from < service->from ? service->from : one->from,
                                        one->to > service->to ? service->to : one->to};
        }
    int64_t sum = covered(spans, used, &pieces);
    free(spans);
    return sum;
}

json_t *audit_sum_monitor(const struct audit_data *data)
{
    const struct audit_table *table = &data->sights;
    struct audit_span *spans = arena_array(data->arena, table->row_count + 1, sizeof *spans);
    int64_t since = data->to, pieces, ignored, sums[2];
    for (size_t i = 0; i < data->service_count; i++)
        since = data->service[i].from < since ? data->service[i].from : since;
    for (int blind = 0; blind < 2; blind++) {
        size_t used = 0;
        for (size_t i = 0; i < table->row_count; i++) {
            int64_t from = audit_table_time(table, i, "from");
            if (!blind || audit_table_bool(table, i, "blind"))
                spans[used++] = (struct audit_span){from > since ? from : since,
                                                    audit_table_time(table, i, "to")};
        }
        sums[blind] = covered(spans, used, blind ? &pieces : &ignored);
    }
    int64_t total = data->to - since;
    return json_pack("{s:I,s:I,s:I,s:I,s:o}", "total_s", (json_int_t)total, "blind_s",
                     (json_int_t)sums[1], "impaired_s", (json_int_t)(sums[0] - sums[1]),
                     "blind_count", (json_int_t)pieces, "availability",
                     audit_share(total - sums[1], total, false));
}
