#include "infos.h"

#include "calendar.h"
#include "digits.h"
#include "macros.h"
#include "reading.h"
#include "sheet.h"
#include "writer.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { LIST_MAX = 16 * 1024, YEARS_FINE = 2 };

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

/* ---- periods ---- */

/* What is told of one period, of all services together. */
struct rung {
    int64_t from, to;
    int year; /* in whose list it is */
    bool is_known;
    struct tally tally;
    size_t outages;
    double median_ms;          /* of the answers; NAN = not known */
    struct histogram *answers; /* NULL = none, or it is a day: its median is enough */
};

/* The first second of a year's first period, and the periods one after the other, up to today. */
struct ladder {
    const char *name;
    int64_t (*begin)(int year);
    int64_t (*next)(int64_t begin, struct calendar_walk *walk);
    size_t most; /* in a year */
    bool fine;   /* only of the newest years */
    bool is_day;
};

struct rungs {
    const struct ladder *ladder;
    struct rung *list; /* each begins where the one before ends */
    size_t count, here;
};

static int64_t month_of(int year, int month)
{
    int64_t begin;
    calendar_instant(&(struct calendar_time){.year = year, .month = month, .day = 1}, &begin);
    return begin;
}

static int64_t year_begin(int year)
{
    return month_of(year, 1);
}

static int64_t next_month(int64_t begin, struct calendar_walk *walk)
{
    (void)walk;
    struct calendar_time at = calendar_at(begin);
    return at.month == 12 ? month_of(at.year + 1, 1) : month_of(at.year, at.month + 1);
}

/* ISO 8601: the Monday of the week that has the fourth of January. */
static int64_t weeks_begin(int year)
{
    enum { DAYS_BEFORE = 3, WEEK = 7, MONDAY_FIRST = 6 };
    int64_t fourth = calendar_day_after(year_begin(year), DAYS_BEFORE);
    return calendar_day_after(fourth, -((calendar_at(fourth).weekday + MONDAY_FIRST) % WEEK));
}

static int64_t next_week(int64_t begin, struct calendar_walk *walk)
{
    (void)walk;
    return calendar_day_after(begin, 7);
}

static int64_t next_day(int64_t begin, struct calendar_walk *walk)
{
    return calendar_walk(walk, begin);
}

static const struct ladder ladders[] = {
    {"months", year_begin, next_month, 12, false, false},
    {"weeks", weeks_begin, next_week, 53, true, false},
    {"days", year_begin, next_day, 366, true, true},
};

static void add_year(struct rungs *rungs, int year, int64_t today)
{
    const struct ladder *ladder = rungs->ladder;
    struct calendar_walk walk = {0};
    int64_t end = ladder->begin(year + 1);
    for (int64_t from = ladder->begin(year), next; from < end && from < today; from = next) {
        next = ladder->next(from, &walk);
        rungs->list[rungs->count++] = (struct rung){
            .from = from, .to = next < today ? next : today, .year = year, .median_ms = NAN};
    }
}

static struct rungs climb(const struct ladder *ladder, int64_t first, int64_t today,
                          struct arena *arena)
{
    struct rungs rungs = {.ladder = ladder};
    int last = calendar_at(today).year, fine = last - YEARS_FINE + 1;
    int year = calendar_at(first).year - 1; /* a week may be of it */
    if (ladder->fine && fine > year + 1)
        year = fine;
    rungs.list = arena_array(arena, (size_t)(last + 2 - year) * ladder->most, sizeof *rungs.list);
    for (; year <= last + 1; year++)
        add_year(&rungs, year, today);
    return rungs;
}

/* The period that holds a time; NULL = none does. Times come in order. */
static struct rung *rung_at(struct rungs *rungs, int64_t time)
{
    while (rungs->here < rungs->count && rungs->list[rungs->here].to <= time)
        rungs->here++;
    bool holds = rungs->here < rungs->count && rungs->list[rungs->here].from <= time;
    return holds ? &rungs->list[rungs->here] : NULL;
}

/* ---- services ---- */

struct source {
    const struct service *service;
    int64_t first; /* the day on which its record begins */
};

struct sources {
    const struct page *page;
    struct source *list;
    size_t count;
    int64_t first, today;
    struct rungs rungs[ARRAY_LEN(ladders)];
    struct arena *arena;
};

static void add_source(struct sources *sources, const struct service *service)
{
    const struct history *history = sources->page->history;
    int64_t begin = history->begin(history->owner, service->key);
    if (begin == 0 || begin >= sources->today)
        return;
    int64_t first = calendar_day(begin);
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
    struct sources sources = {.page = page, .today = calendar_day(page->now), .arena = arena};
    size_t most = subject.service ? 1 : subject.hoster->service_count;
    sources.list = arena_array(arena, most, sizeof *sources.list);
    if (subject.service)
        add_source(&sources, subject.service);
    for (size_t i = 0; !subject.service && i < most; i++)
        if (is_counted(subject.hoster, &subject.hoster->services[i]))
            add_source(&sources, &subject.hoster->services[i]);
    return sources;
}

/* ---- measuring ---- */

/* Its record from where it begins, in each period that it reaches. */
static void add_record(const struct source *source, struct reading reading, struct rungs *rungs)
{
    reading.first = reading.first_maintenance = 0;
    for (size_t i = 0; i < rungs->count; i++) {
        struct rung *rung = &rungs->list[i];
        struct arena arena = {0};
        if (rung->to <= source->first)
            continue;
        int64_t from = rung->from > source->first ? rung->from : source->first;
        struct availability part = reading_measure(&reading, from, rung->to, &arena);
        tally_join(&rung->tally, &part.tally);
        rung->outages += part.outages;
        rung->is_known = true;
        arena_free(&arena);
    }
}

/* One day's. Of a service's day the median is at hand; of longer periods it follows from all answers. */
static void add_answers(void *owner, int64_t day, const void *packed, size_t length)
{
    struct sources *sources = owner;
    struct histogram_list list;
    if (!histogram_list(packed, length, &list))
        return;
    for (size_t i = 0; i < ARRAY_LEN(ladders); i++) {
        struct rung *rung = rung_at(&sources->rungs[i], day);
        if (!rung)
            continue;
        if (!ladders[i].is_day) {
            if (!rung->answers)
                rung->answers = arena_alloc(sources->arena, sizeof *rung->answers);
            histogram_list_merge(rung->answers, &list);
        } else if (sources->count == 1 && rung->from == day) {
            rung->median_ms = histogram_list_percentile(&list, 0.5);
        }
    }
}

static void measure(struct sources *sources, const struct source *source)
{
    const struct page *page = sources->page;
    const struct history *history = page->history;
    struct arena arena = {0};
    struct reading reading =
        reading_open(page, source->service, source->first, sources->today, &arena);
    for (size_t i = 0; i < ARRAY_LEN(ladders); i++) {
        add_record(source, reading, &sources->rungs[i]);
        sources->rungs[i].here = 0;
    }
    history->answers(history->owner, source->service->key, source->first, sources->today,
                     add_answers, sources);
    arena_free(&arena);
}

static void find_medians(struct rungs *rungs)
{
    for (size_t i = 0; i < rungs->count; i++) {
        struct rung *rung = &rungs->list[i];
        if (rung->answers)
            rung->median_ms = histogram_percentile(rung->answers, 0.5);
    }
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

static void write_figures(struct sources *sources, struct buffer *out)
{
    struct list lists[METRICS];
    for (size_t i = 0; i < ARRAY_LEN(ladders); i++)
        sources->rungs[i] = climb(&ladders[i], sources->first, sources->today, sources->arena);
    for (size_t i = 0; i < sources->count; i++)
        measure(sources, &sources->list[i]);
    for (int i = 0; i < METRICS; i++) {
        lists[i].known = 0;
        buffer_init(&lists[i].text, LIST_MAX);
    }
    for (size_t i = 0; i < ARRAY_LEN(ladders); i++) {
        find_medians(&sources->rungs[i]);
        write_years(&sources->rungs[i], lists, out);
    }
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
    if (sources.count)
        write_figures(&sources, out);
    sheet_close(&sheet);
}
