#include "infos.h"

#include "calendar.h"
#include "macros.h"
#include "reading.h"
#include "sheet.h"
#include "writer.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { LIST_MAX = 16 * 1024, YEARS_FINE = 2 };

/* What is told of one period. */
struct figures_of {
    struct availability availability;
    double median_ms; /* of the answers; NAN = not known */
};

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

/* The first second of a year's first period, of the period after one, and of the next year's first one. */
struct ladder {
    const char *name;
    int64_t (*begin)(int year);
    int64_t (*next)(int64_t begin);
    bool fine; /* only of the newest years */
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

static int64_t next_month(int64_t begin)
{
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

static int64_t next_week(int64_t begin)
{
    return calendar_day_after(begin, 7);
}

static int64_t next_day(int64_t begin)
{
    return calendar_day_after(begin, 1);
}

static const struct ladder ladders[] = {
    {"months", year_begin, next_month, false},
    {"weeks", weeks_begin, next_week, true},
    {"days", year_begin, next_day, true},
};

/* ---- one service ---- */

struct source {
    const struct page *page;
    const struct service *service;
    struct reading reading;
    int64_t first; /* the day on which its record begins */
    const struct latency_day *days;
    size_t day_count, next_day;
};

struct sources {
    struct source *list;
    size_t count;
    int64_t first, today;
};

static void open_source(const struct page *page, const struct service *service, int64_t today,
                        struct arena *arena, struct sources *ret)
{
    const struct history *history = page->history;
    int64_t begin = history->begin(history->owner, service->key);
    if (begin == 0 || begin >= today)
        return;
    struct source *source = &ret->list[ret->count++];
    *source = (struct source){.page = page, .service = service, .first = calendar_day(begin)};
    source->reading = reading_open(page, service, source->first, today, arena);
    source->day_count =
        history->latency(history->owner, service->key, source->first, today, arena, &source->days);
    if (!ret->first || source->first < ret->first)
        ret->first = source->first;
}

/* A hoster that only tries things out is judged by these. */
static bool is_counted(const struct hoster *hoster, const struct service *service)
{
    for (size_t i = 0; i < hoster->service_count; i++)
        if (hoster->services[i].counted)
            return service->counted;
    return true;
}

static struct sources open_sources(const struct page *page, struct output_subject subject,
                                   struct arena *arena)
{
    struct sources sources = {.today = calendar_day(page->now)};
    size_t most = subject.service ? 1 : subject.hoster->service_count;
    sources.list = arena_array(arena, most, sizeof *sources.list);
    if (subject.service)
        open_source(page, subject.service, sources.today, arena, &sources);
    for (size_t i = 0; !subject.service && i < most; i++)
        if (is_counted(subject.hoster, &subject.hoster->services[i]))
            open_source(page, &subject.hoster->services[i], sources.today, arena, &sources);
    return sources;
}

/* From the first period on again. */
static void rewind_sources(struct sources *sources)
{
    for (size_t i = 0; i < sources->count; i++) {
        sources->list[i].reading.first = sources->list[i].reading.first_maintenance = 0;
        sources->list[i].next_day = 0;
    }
}

/* ---- one period ---- */

/* Of a day its median is at hand; of longer periods it follows from all answers. */
static double median_of_day(struct source *source, int64_t from)
{
    while (source->next_day < source->day_count && source->days[source->next_day].from < from)
        source->next_day++;
    bool is_there =
        source->next_day < source->day_count && source->days[source->next_day].from == from;
    return is_there ? source->days[source->next_day].p50 : NAN;
}

static double median_of_all(const struct sources *sources, int64_t from, int64_t to)
{
    struct histogram sum = {{0}};
    for (size_t i = 0; i < sources->count; i++) {
        const struct source *source = &sources->list[i];
        const struct history *history = source->page->history;
        history->answers(history->owner, source->service->key, from, to, &sum);
    }
    return histogram_count(&sum) ? histogram_percentile(&sum, 0.5) : NAN;
}

/* Of several services, those whose record has begun. False: of none it has. */
static bool measure(struct sources *sources, int64_t from, int64_t to, bool is_day,
                    struct arena *arena, struct figures_of *ret)
{
    size_t found = 0;
    *ret = (struct figures_of){.availability = {.from = from, .to = to}, .median_ms = NAN};
    for (size_t i = 0; i < sources->count; i++) {
        struct source *source = &sources->list[i];
        int64_t begin = from > source->first ? from : source->first;
        if (begin >= to)
            continue;
        struct availability part = reading_measure(&source->reading, begin, to, arena);
        if (sources->count == 1)
            ret->availability = part;
        else
            availability_add(&ret->availability, &part, arena);
        found++;
    }
    if (!is_day)
        ret->median_ms = median_of_all(sources, from, to);
    else if (sources->count == 1)
        ret->median_ms = median_of_day(&sources->list[0], from);
    return found > 0;
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
    if (e5 >= 0)
        buffer_printf(out, "%d.%03d", (int)(e5 / PERCENT), (int)(e5 % PERCENT));
}

static void add_value(struct buffer *out, enum metric metric, const struct figures_of *figures)
{
    const struct availability *a = &figures->availability;
    bool is_measured = tally_known(&a->tally) > 0;
    switch (metric) {
    case METRIC_AVAILABILITY:
        add_percent(out, availability_e5(a));
        break;
    case METRIC_COVERAGE:
        add_percent(out, availability_coverage_e5(a));
        break;
    case METRIC_OUTAGES:
        if (is_measured)
            buffer_printf(out, "%zu", a->outages);
        break;
    case METRIC_DOWN:
        if (is_measured)
            buffer_printf(out, "%lld", (long long)a->tally.down);
        break;
    case METRIC_LATENCY:
        if (isfinite(figures->median_ms))
            html_real(out, figures->median_ms, 1);
        break;
    case METRICS:
        break;
    }
}

static void add_period(struct list lists[METRICS], size_t number, const struct figures_of *figures)
{
    for (int i = 0; i < METRICS; i++) {
        struct buffer *text = &lists[i].text;
        if (number)
            buffer_byte(text, ',');
        size_t before = text->length;
        if (figures)
            add_value(text, (enum metric)i, figures);
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

static void write_year(struct sources *sources, const struct ladder *ladder, int year,
                       struct list lists[METRICS], struct buffer *out)
{
    int64_t end = ladder->begin(year + 1);
    size_t number = 0;
    for (int64_t from = ladder->begin(year), next; from < end && from < sources->today;
         from = next, number++) {
        struct arena arena = {0};
        struct figures_of figures;
        next = ladder->next(from);
        bool is_known = measure(sources, from, next < sources->today ? next : sources->today,
                                ladder->next == next_day, &arena, &figures);
        add_period(lists, number, is_known ? &figures : NULL);
        arena_free(&arena);
    }
    write_lists(lists, year, ladder->name, out);
}

static void write_figures(struct sources *sources, struct buffer *out)
{
    struct list lists[METRICS];
    int first = calendar_at(sources->first).year, last = calendar_at(sources->today).year;
    for (int i = 0; i < METRICS; i++) {
        lists[i].known = 0;
        buffer_init(&lists[i].text, LIST_MAX);
    }
    for (size_t i = 0; i < ARRAY_LEN(ladders); i++) {
        int fine = last - YEARS_FINE + 1;
        int year = ladders[i].fine && fine > first ? fine : first - 1; /* a week may be of it */
        rewind_sources(sources);
        for (; year <= last + 1; year++)
            write_year(sources, &ladders[i], year, lists, out);
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
    struct sources sources = open_sources(page, subject, &sheet.arena);
    infos_head(page, "metrics", out);
    buffer_printf(out, "file.datetime = %04d-%02d-%02dT00:00:00\n\n# [Metrics]\n", day.year,
                  day.month, day.day);
    write_labels(&sheet);
    if (sources.count)
        write_figures(&sources, out);
    sheet_close(&sheet);
}
