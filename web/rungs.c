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

static struct rungs rungs_of(const struct ladder *ladder, int64_t first, int64_t today,
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

struct climb rungs_empty(const struct page *page, int64_t first, struct arena *arena)
{
    struct climb climb = {.today = calendar_day(page->now)};
    for (size_t i = 0; i < RUNG_LADDERS; i++)
        climb.rungs[i] = rungs_of(&ladders[i], first, climb.today, arena);
    return climb;
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

/* The record from where it begins, in each period that it reaches. */
static void add_record(struct reading reading, const struct outage_list *outages, int64_t first,
                       struct rungs *rungs)
{
    size_t next = 0;
    for (size_t i = 0; i < rungs->count; i++) {
        struct rung *rung = &rungs->list[i];
        int64_t from = rung->from > first ? rung->from : first;
        if (rung->to <= first)
            continue;
        rung->tally = reading_tally(&reading, from, rung->to);
        rung->is_known = true;
        while (next < outages->count && outages->list[next].from < from)
            next++;
        for (; next < outages->count && outages->list[next].from < rung->to; next++)
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
        struct rung *rung = rung_at(&answering->climb->rungs[i], day);
        if (!rung)
            continue;
        if (!ladders[i].is_day) {
            if (!rung->answers)
                rung->answers = arena_alloc(answering->arena, sizeof *rung->answers);
            histogram_list_merge(rung->answers, answers);
        } else if (rung->from == day) {
            rung->median_ms = histogram_list_percentile(answers, 0.5);
        }
    }
}

static void find_medians(struct climb *climb)
{
    for (size_t i = 0; i < RUNG_LADDERS; i++) {
        struct rungs *rungs = &climb->rungs[i];
        for (size_t k = 0; k < rungs->count; k++)
            if (rungs->list[k].answers)
                rungs->list[k].median_ms = histogram_percentile(rungs->list[k].answers, 0.5);
    }
}

struct climb rungs_measure(const struct page *page, const struct service *service, int64_t first,
                           struct arena *arena)
{
    const struct history *history = page->history;
    struct climb climb = rungs_empty(page, first, arena);
    struct arena of_spans = {0};
    struct answering answering = {&climb, arena};
    struct reading reading = reading_open(page, service, first, climb.today, &of_spans);
    struct outage_list outages;
    outages.count = outages_in(reading.spans, reading.count, &of_spans, &outages.list);
    for (size_t i = 0; i < RUNG_LADDERS; i++)
        add_record(reading, &outages, first, &climb.rungs[i]);
    history->answers(history->owner, service->key, first, climb.today, add_answers, &answering);
    find_medians(&climb);
    arena_free(&of_spans);
    return climb;
}

/* ---- several ---- */

static void add_rung(struct rung *sum, const struct rung *part, struct arena *arena)
{
    tally_join(&sum->tally, &part->tally);
    sum->outages += part->outages;
    sum->is_known |= part->is_known;
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
    struct rung *into = sum->list + (sum->count - count);
    const struct rung *from = part->list + (part->count - count);
    for (size_t i = 0; i < count; i++) {
        assert(into[i].from == from[i].from);
        add_rung(&into[i], &from[i], arena);
    }
}

void rungs_add(struct climb *sum, const struct climb *part, struct arena *arena)
{
    for (size_t i = 0; i < RUNG_LADDERS; i++)
        add_rungs(&sum->rungs[i], &part->rungs[i], arena);
    find_medians(sum);
}
