#include "infos.h"

#include "calendar.h"
#include "digits.h"
#include "macros.h"
#include "climb_store.h"
#include "rungs.h"
#include "sheet.h"
#include "writer.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { LIST_MAX = 16 * 1024 };

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

static struct climb measure(const struct page *page, const struct source *source,
                            struct arena *arena)
{
    return page->climbs ? climb_store_get(page->climbs, page, source->service, source->first, arena)
                        : rungs_measure(page, source->service, source->first, arena);
}

static struct climb measure_all(const struct page *page, const struct sources *sources,
                                struct arena *arena)
{
    if (sources->count == 1)
        return measure(page, sources->list, arena);
    struct climb sum = rungs_empty(page, sources->first, arena);
    for (size_t i = 0; i < sources->count; i++) {
        struct climb part = measure(page, &sources->list[i], arena);
        rungs_add(&sum, &part, arena);
    }
    return sum;
}

/* ---- lists ---- */

/* Values of one year, up to the last that is known. */
struct list {
    struct buffer text;
    size_t known; /* length */
};

static void add_percent(struct buffer *out, int64_t e5)
{
    enum { PERCENT = 1000 };
    char text[2 * DIGITS_MAX];
    if (e5 < 0)
        return;
    char *at = digits_put(text, e5 / PERCENT, 0);
    *at++ = '.';
    at = digits_put(at, e5 % PERCENT, 3);
    buffer_add(out, text, (size_t)(at - text));
}

static void add_value(struct buffer *out, enum metric metric, const struct rung *rung)
{
    bool is_measured = tally_known(&rung->tally) > 0;
    switch (metric) {
    case METRIC_AVAILABILITY:
        add_percent(out, tally_availability_e5(&rung->tally));
        break;
    case METRIC_COVERAGE:
        add_percent(out, tally_coverage_e5(&rung->tally));
        break;
    case METRIC_OUTAGES:
        if (is_measured)
            html_number(out, (int64_t)rung->outages);
        break;
    case METRIC_DOWN:
        if (is_measured)
            html_number(out, rung->tally.down);
        break;
    case METRIC_LATENCY:
        if (isfinite(rung->median_ms))
            html_real(out, rung->median_ms, 1);
        break;
    case METRICS:
        break;
    }
}

static void add_period(struct list lists[METRICS], size_t number, const struct rung *rung)
{
    for (int i = 0; i < METRICS; i++) {
        struct buffer *text = &lists[i].text;
        if (number)
            buffer_byte(text, ',');
        size_t before = text->length;
        if (rung->is_known)
            add_value(text, (enum metric)i, rung);
        if (text->length > before)
            lists[i].known = text->length;
    }
}

static void write_lists(struct list lists[METRICS], int year, const char *period,
                        struct buffer *out)
{
    for (int i = 0; i < METRICS; i++) {
        if (lists[i].known) {
            buffer_printf(out, "metrics.%s.%d.%s = ", metrics[i].path, year, period);
            buffer_add(out, buffer_text(&lists[i].text), lists[i].known);
            buffer_byte(out, '\n');
        }
        buffer_clear(&lists[i].text);
        lists[i].known = 0;
    }
}

static void write_years(const struct rungs *rungs, struct list lists[METRICS], struct buffer *out)
{
    for (size_t i = 0, number = 0; i < rungs->count; i++) {
        const struct rung *rung = &rungs->list[i];
        add_period(lists, number++, rung);
        if (i + 1 < rungs->count && rung[1].year == rung->year)
            continue;
        write_lists(lists, rung->year, rungs->ladder->name, out);
        number = 0;
    }
}

static void write_figures(const struct climb *climb, struct buffer *out)
{
    struct list lists[METRICS];
    for (int i = 0; i < METRICS; i++) {
        lists[i].known = 0;
        buffer_init(&lists[i].text, LIST_MAX);
    }
    for (size_t i = 0; i < RUNG_LADDERS; i++)
        write_years(&climb->rungs[i], lists, out);
    for (int i = 0; i < METRICS; i++)
        buffer_fini(&lists[i].text);
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
    if (sources.count) {
        struct climb climb = measure_all(page, &sources, &sheet.arena);
        write_figures(&climb, out);
    }
    sheet_close(&sheet);
}
