#include "infos.h"

#include "calendar.h"
#include "climb_store.h"
#include "digits.h"
#include "macros.h"
#include "rungs.h"
#include "sheet.h"
#include "writer.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum metric {
    METRIC_AVAILABILITY,
    METRIC_COVERAGE,
    METRIC_OUTAGES,
    METRIC_DOWN,
    METRIC_LATENCY,
    METRICS
};

static const struct {
    const char *path, *name, *description; /* N_() */
} metrics[METRICS] = {
    [METRIC_AVAILABILITY] = {"uptime.availability", N_("Availability"),
                             N_("time available over time measured, in percent, cut")},
    [METRIC_COVERAGE] = {"uptime.coverage", N_("Coverage"),
                         N_("time measured over all time, in percent, cut")},
    [METRIC_OUTAGES] = {"uptime.outages", N_("Interruptions"), N_("how many began")},
    [METRIC_DOWN] = {"uptime.down", N_("Unavailable"), N_("in seconds")},
    [METRIC_LATENCY] = {"uptime.latency", N_("Response time"),
                        N_("median of the answers, in milliseconds")},
};

/* ---- services ---- */

struct source {
    const struct service *service;
    int64_t first; /* the day on which its record begins */
};

struct sources {
    struct source *list;
    size_t count;
    int64_t first;
};

static void add_source(struct sources *sources, const struct page *page,
                       const struct service *service)
{
    int64_t first = rungs_first(page, service);
    if (first == 0)
        return;
    sources->list[sources->count++] = (struct source){service, first};
    if (!sources->first || first < sources->first)
        sources->first = first;
}

/* A hoster that only tries things out is judged by these. */
static bool is_counted(const struct hoster *hoster, const struct service *service)
{
    for (size_t i = 0; i < hoster->service_count; i++)
        if (hoster->services[i].counted)
            return service->counted;
    return true;
}

static struct sources find_sources(const struct page *page, struct output_subject subject,
                                   struct arena *arena)
{
    struct sources sources = {.count = 0};
    size_t most = subject.service ? 1 : subject.hoster->service_count;
    sources.list = arena_array(arena, most, sizeof *sources.list);
    if (subject.service)
        add_source(&sources, page, subject.service);
    for (size_t i = 0; !subject.service && i < most; i++)
        if (is_counted(subject.hoster, &subject.hoster->services[i]))
            add_source(&sources, page, &subject.hoster->services[i]);
    return sources;
}

static struct climb measure(const struct page *page, struct climb_store *store,
                            const struct sources *sources, struct arena *arena)
{
    const struct source *source = sources->list;
    if (sources->count == 1)
        return climb_store_get(store, page, source->service, source->first, arena);
    struct climb sum =
        climb_store_empty(store, page, source->service->hoster, sources->first, arena);
    for (; source < sources->list + sources->count; source++) {
        struct climb part = climb_store_get(store, page, source->service, source->first, arena);
        rungs_add(&sum, &part, arena);
    }
    rungs_settle(&sum);
    return sum;
}

/* ---- lists ---- */

static bool has_value(enum metric metric, const struct rung *rung)
{
    switch (metric) {
    case METRIC_COVERAGE:
        return true;
    case METRIC_LATENCY:
        return isfinite(rung->median_ms);
    default:
        return tally_known(&rung->tally) > 0;
    }
}

static void write_percent(struct buffer *out, int64_t e5)
{
    enum { DECIMALS = 3 };
    char text[DIGITS_MAX + 1], decimals[DECIMALS];
    char *end = digits_put(text, e5, 1 + DECIMALS), *point = end - DECIMALS;
    memcpy(decimals, point, DECIMALS);
    memcpy(point + 1, decimals, DECIMALS);
    *point = '.';
    buffer_add(out, text, (size_t)(end + 1 - text));
}

static void write_value(struct buffer *out, enum metric metric, const struct rung *rung)
{
    switch (metric) {
    case METRIC_AVAILABILITY:
        write_percent(out, tally_availability_e5(&rung->tally));
        break;
    case METRIC_COVERAGE:
        write_percent(out, tally_coverage_e5(&rung->tally));
        break;
    case METRIC_OUTAGES:
        html_number(out, (int64_t)rung->outages);
        break;
    case METRIC_DOWN:
        html_number(out, rung->tally.down);
        break;
    case METRIC_LATENCY:
        html_real(out, rung->median_ms, 1);
        break;
    case METRICS:
        break;
    }
}

/* The rungs of one year. */
struct list {
    const struct rungs *rungs;
    size_t begin, end;
};

/* Each at its place in the year, up to the last that is known. */
static void write_list(struct list list, enum metric metric, struct buffer *out)
{
    const struct rung *rungs = list.rungs->list;
    const struct period *first = &list.rungs->periods[list.begin];
    while (list.end > list.begin && !has_value(metric, &rungs[list.end - 1]))
        list.end--;
    if (list.end == list.begin)
        return;
    buffer_text_add(out, "metrics.");
    buffer_text_add(out, metrics[metric].path);
    buffer_byte(out, '.');
    buffer_number(out, first->year);
    buffer_byte(out, '.');
    buffer_text_add(out, list.rungs->ladder->name);
    buffer_text_add(out, " = ");
    for (size_t i = 0; i < first->place; i++)
        buffer_byte(out, ',');
    for (size_t i = list.begin; i < list.end; i++) {
        if (i > list.begin)
            buffer_byte(out, ',');
        if (has_value(metric, &rungs[i]))
            write_value(out, metric, &rungs[i]);
    }
    buffer_byte(out, '\n');
}

static void write_years(const struct rungs *rungs, struct buffer *out)
{
    struct list list = {.rungs = rungs};
    for (; list.begin < rungs->count; list.begin = list.end) {
        int year = rungs->periods[list.begin].year;
        while (list.end < rungs->count && rungs->periods[list.end].year == year)
            list.end++;
        for (int i = 0; i < METRICS; i++)
            write_list(list, (enum metric)i, out);
    }
}

static void write_labels(struct sheet *sheet)
{
    char key[64];
    for (int i = 0; i < METRICS; i++) {
        snprintf(key, sizeof key, "metrics.%s.name", metrics[i].path);
        infos_entry(sheet->out, key, sheet_text(sheet, metrics[i].name, NULL));
        snprintf(key, sizeof key, "metrics.%s.description", metrics[i].path);
        infos_entry(sheet->out, key, sheet_text(sheet, metrics[i].description, NULL));
    }
}

static void write_figures(const struct page *page, const struct sources *sources,
                          struct sheet *sheet)
{
    struct climb_store *own = page->climbs ? NULL : climb_store_new();
    struct climb climb = measure(page, own ? own : page->climbs, sources, &sheet->arena);
    for (size_t i = 0; i < RUNG_LADDERS; i++)
        write_years(&climb.rungs[i], sheet->out);
    climb_store_free(own);
}

void infos_metrics(const struct page *page, struct output_subject subject, struct buffer *out)
{
    struct sheet sheet;
    struct calendar_time day = calendar_at(calendar_day(page->now));
    sheet_open(&sheet, page, out, "", "");
    struct sources sources = find_sources(page, subject, &sheet.arena);
    infos_head(page, "metrics", out);
    buffer_printf(out, "file.datetime = %04d-%02d-%02dT00:00:00\n\n# [Metrics]\n", day.year,
                  day.month, day.day);
    write_labels(&sheet);
    if (sources.count)
        write_figures(page, &sources, &sheet);
    sheet_close(&sheet);
}
