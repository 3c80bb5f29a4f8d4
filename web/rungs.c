#include "rungs.h"

#include "calendar.h"
#include "macros.h"
#include "outage.h"
#include "reading.h"

#include <assert.h>
#include <math.h>

enum { YEARS_FINE = 2 };

/* ---- periods ---- */

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

static void add_year(struct flight *flight, int year, int64_t today)
{
    const struct ladder *ladder = flight->ladder;
    struct calendar_walk walk = {0};
    int64_t from = ladder->begin(year), end = ladder->begin(year + 1), next;
    for (size_t place = 0; from < end && from < today; from = next, place++) {
        next = ladder->next(from, &walk);
        flight->periods[flight->count++] =
            (struct period){from, next < today ? next : today, year, place};
    }
}

static struct flight flight_of(const struct ladder *ladder, int64_t first, int64_t today,
                               struct arena *arena)
{
    struct flight flight = {.ladder = ladder};
    int last = calendar_at(today).year, fine = last - YEARS_FINE + 1;
    int year = calendar_at(first).year - 1; /* a week may be of it */
    while (ladder->begin(year + 1) <= first)
        year++;
    if (ladder->fine && fine > year)
        year = fine;
    flight.periods =
        arena_array(arena, (size_t)(last + 2 - year) * ladder->most, sizeof *flight.periods);
    for (; year <= last + 1; year++)
        add_year(&flight, year, today);
    return flight;
}

struct stairs rungs_stairs(int64_t first, int64_t now, struct arena *arena)
{
    struct stairs stairs = {.first = first, .today = calendar_day(now)};
    for (size_t i = 0; i < RUNG_LADDERS; i++)
        stairs.flights[i] = flight_of(&ladders[i], first, stairs.today, arena);
    return stairs;
}

static struct rungs rungs_of(const struct flight *flight, int64_t first, struct arena *arena)
{
    size_t before = 0;
    while (before < flight->count && flight->periods[before].to <= first)
        before++;
    struct rungs rungs = {.ladder = flight->ladder,
                          .periods = flight->periods + before,
                          .count = flight->count - before};
    rungs.list = arena_array(arena, rungs.count, sizeof *rungs.list);
    for (size_t i = 0; i < rungs.count; i++)
        rungs.list[i].median_ms = NAN;
    return rungs;
}

struct climb rungs_empty(const struct stairs *stairs, int64_t first, struct arena *arena)
{
    struct climb climb;
    for (size_t i = 0; i < RUNG_LADDERS; i++)
        climb.rungs[i] = rungs_of(&stairs->flights[i], first, arena);
    return climb;
}

/* The one whose period holds a time; NULL = none does. Times come in order. */
static struct rung *rung_at(struct rungs *rungs, int64_t time)
{
    while (rungs->here < rungs->count && rungs->periods[rungs->here].to <= time)
        rungs->here++;
    bool holds = rungs->here < rungs->count && rungs->periods[rungs->here].from <= time;
    return holds ? &rungs->list[rungs->here] : NULL;
}

/* ---- measuring ---- */

int64_t rungs_first(const struct page *page, const struct service *service)
{
    int64_t begin = page->history->begin(page->history->owner, service->key);
    return begin == 0 || begin >= calendar_day(page->now) ? 0 : calendar_day(begin);
}

struct outage_list {
    const struct outage *list;
    size_t count;
};

/* The record from where it begins, in each period. */
static void add_record(struct reading reading, const struct outage_list *outages, int64_t first,
                       struct rungs *rungs)
{
    size_t next = 0;
    for (size_t i = 0; i < rungs->count; i++) {
        struct rung *rung = &rungs->list[i];
        const struct period *period = &rungs->periods[i];
        int64_t from = period->from > first ? period->from : first;
        rung->tally = reading_tally(&reading, from, period->to);
        while (next < outages->count && outages->list[next].from < from)
            next++;
        for (; next < outages->count && outages->list[next].from < period->to; next++)
            rung->outages++;
    }
}

struct answering {
    struct climb *climb;
    struct arena *arena;
};

/* One day's. Of a day the median is at hand; of longer periods it follows from all answers. */
static void add_answers(void *owner, int64_t day, const struct histogram_list *answers)
{
    struct answering *answering = owner;
    for (size_t i = 0; i < RUNG_LADDERS; i++) {
        struct rungs *rungs = &answering->climb->rungs[i];
        struct rung *rung = rung_at(rungs, day);
        if (!rung)
            continue;
        if (!ladders[i].is_day) {
            if (!rung->answers)
                rung->answers = arena_alloc(answering->arena, sizeof *rung->answers);
            histogram_list_merge(rung->answers, answers);
        } else if (rungs->periods[rungs->here].from == day) {
            rung->median_ms = histogram_list_percentile(answers, 0.5);
        }
    }
}

void rungs_settle(struct climb *sum)
{
    for (size_t i = 0; i < RUNG_LADDERS; i++) {
        struct rungs *rungs = &sum->rungs[i];
        for (size_t k = 0; k < rungs->count; k++)
            if (rungs->list[k].answers)
                rungs->list[k].median_ms = histogram_percentile(rungs->list[k].answers, 0.5);
    }
}

struct climb rungs_measure(const struct page *page, const struct service *service,
                           const struct stairs *stairs, int64_t first, struct arena *arena)
{
    const struct history *history = page->history;
    struct climb climb = rungs_empty(stairs, first, arena);
    struct arena of_spans = {0};
    struct answering answering = {&climb, arena};
    struct reading reading = reading_open(page, service, first, stairs->today, &of_spans);
    struct outage_list outages;
    outages.count = outages_in(reading.spans, reading.count, &of_spans, &outages.list);
    for (size_t i = 0; i < RUNG_LADDERS; i++)
        add_record(reading, &outages, first, &climb.rungs[i]);
    history->answers(history->owner, service->key, first, stairs->today, add_answers, &answering);
    rungs_settle(&climb);
    arena_free(&of_spans);
    return climb;
}

/* ---- several ---- */

static void add_rung(struct rung *sum, const struct rung *part, struct arena *arena)
{
    tally_join(&sum->tally, &part->tally);
    sum->outages += part->outages;
    if (!part->answers)
        return;
    if (!sum->answers)
        sum->answers = arena_alloc(arena, sizeof *sum->answers);
    histogram_merge(sum->answers, part->answers);
}

/* Both end with the same period; where `part` begins earlier, the sum does not tell of it. */
static void add_rungs(struct rungs *sum, const struct rungs *part, struct arena *arena)
{
    size_t count = sum->count < part->count ? sum->count : part->count;
    size_t into = sum->count - count, from = part->count - count;
    for (size_t i = 0; i < count; i++, into++, from++) {
        assert(sum->periods[into].from == part->periods[from].from);
        add_rung(&sum->list[into], &part->list[from], arena);
    }
}

void rungs_add(struct climb *sum, const struct climb *part, struct arena *arena)
{
    for (size_t i = 0; i < RUNG_LADDERS; i++)
        add_rungs(&sum->rungs[i], &part->rungs[i], arena);
}
