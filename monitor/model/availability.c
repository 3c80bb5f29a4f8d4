#include "availability.h"

#include "outage.h"

#include <stdlib.h>
#include <string.h>

const int64_t availability_windows_s[AVAILABILITY_WINDOWS] = {
    3600, 86400, INT64_C(7) * 86400, INT64_C(30) * 86400, INT64_C(365) * 86400,
};

static int64_t overlap(int64_t from, int64_t to, int64_t low, int64_t high)
{
    int64_t start = from > low ? from : low, end = to < high ? to : high;
    return end > start ? end - start : 0;
}

/* ---- bounds ---- */

enum side { SIDE_GOOD, SIDE_DOWN, SIDE_UNKNOWN };

static enum side side_of(enum outcome state)
{
    if (state == OUTCOME_DOWN)
        return SIDE_DOWN;
    return outcome_is_good(state) ? SIDE_GOOD : SIDE_UNKNOWN;
}

/* Seconds of `side` that lie in the open part of a bracket: after the last result that spoke so, when the next one
 * speaks otherwise. `next` is the span after a run of spans of that side, which begins at `begin`. */
static int64_t open_seconds(const struct span *next, int64_t begin, int64_t from, int64_t to)
{
    if (!next->before || next->before >= next->from)
        return 0;
    int64_t since = next->before > begin ? next->before : begin;
    return overlap(since, next->from, from, to);
}

/* What is counted as `side` although it may have been otherwise. */
static int64_t doubtful_seconds(const struct availability_question *question, enum side side)
{
    int64_t sum = 0, begin = 0;
    for (size_t i = 0; i < question->count; i++) {
        const struct span *span = &question->spans[i];
        const struct span *before = i ? span - 1 : NULL;
        if (side_of(span->state) == side) {
            if (!before || side_of(before->state) != side || before->to != span->from)
                begin = span->from;
        } else if (before && side_of(before->state) == side && before->to == span->from) {
            sum += open_seconds(span, begin, question->from, question->to);
        }
    }
    return sum;
}

static void set_bounds(const struct availability_question *question, struct availability *ret)
{
    int64_t good = tally_good(&ret->tally);
    ret->least_good_s = good - doubtful_seconds(question, SIDE_GOOD);
    ret->most_good_s = good + ret->tally.unknown + doubtful_seconds(question, SIDE_DOWN);
}

/* ---- outages ---- */

static int compare_seconds(const void *a, const void *b)
{
    int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;
    return (left > right) - (left < right);
}

static void take_outage(const struct availability_question *question, const struct outage *outage,
                        struct availability *ret)
{
    int64_t whole = outage->to - outage->from;
    int64_t within = outage_seconds(outage, question->from, question->to);
    if (within > ret->longest_s)
        ret->longest_s = within;
    if (outage->from >= question->from && outage->from < question->to) {
        ret->outages++;
        ret->incidents += whole >= question->incident_after_s;
    }
    if (outage->end != OUTAGE_OPEN && outage->to > question->from && outage->to <= question->to) {
        ret->durations[ret->ended++] = whole;
        ret->ended_s += whole;
    }
}

/* ---- worst windows ---- */

struct downtime {
    const struct outage *outages;
    size_t count;
    const int64_t *before; /* seconds down in all the outages before each */
    int64_t from, to;
};

/* Seconds down in [from, until) of the period. `*cursor` only moves on: ask in order of time. */
static int64_t down_until(const struct downtime *down, int64_t until, size_t *cursor)
{
    while (*cursor < down->count && down->outages[*cursor].to <= until)
        ++*cursor;
    if (*cursor == down->count)
        return down->before[down->count];
    return down->before[*cursor] + outage_seconds(&down->outages[*cursor], down->from, until);
}

static int64_t bounded(int64_t value, int64_t low, int64_t high)
{
    return value < low ? low : value > high ? high : value;
}

/* A worst window begins with an outage or ends with one. */
static int64_t worst_window(const struct downtime *down, int64_t length)
{
    int64_t worst = 0;
    size_t first[2] = {0}, last[2] = {0};
    for (size_t i = 0; i < down->count; i++) {
        int64_t begins[2] = {down->outages[i].from, down->outages[i].to - length};
        for (int k = 0; k < 2; k++) {
            int64_t begin = bounded(begins[k], down->from, down->to - length);
            int64_t seconds =
                down_until(down, begin + length, &last[k]) - down_until(down, begin, &first[k]);
            if (seconds > worst)
                worst = seconds;
        }
    }
    return worst;
}

static bool has_window(const struct availability_question *question, int i)
{
    return !question->without_windows && availability_windows_s[i] <= question->to - question->from;
}

static void set_worst(const struct availability_question *question, const struct outage *outages,
                      size_t count, struct arena *arena, struct availability *ret)
{
    int64_t *before = arena_array(arena, count + 1, sizeof *before);
    before[0] = 0;
    for (size_t i = 0; i < count; i++)
        before[i + 1] = before[i] + outage_seconds(&outages[i], question->from, question->to);
    struct downtime down = {outages, count, before, question->from, question->to};
    for (int i = 0; i < AVAILABILITY_WINDOWS; i++)
        if (has_window(question, i))
            ret->worst_s[i] = worst_window(&down, availability_windows_s[i]);
}

static void set_outages(const struct availability_question *question, struct arena *arena,
                        struct availability *ret)
{
    const struct outage *outages;
    size_t count = outages_in(question->spans, question->count, arena, &outages);
    for (int i = 0; i < AVAILABILITY_WINDOWS; i++)
        ret->worst_s[i] = has_window(question, i) ? 0 : -1;
    if (!count) /* most days */
        return;
    ret->durations = arena_array(arena, count + 1, sizeof *ret->durations);
    for (size_t i = 0; i < count; i++)
        take_outage(question, &outages[i], ret);
    if (ret->ended > 1)
        qsort(ret->durations, ret->ended, sizeof *ret->durations, compare_seconds);
    if (!question->without_windows)
        set_worst(question, outages, count, arena, ret);
}

/* ---- the whole ---- */

static void set_maintenance(const struct availability_question *question, struct availability *ret)
{
    for (size_t i = 0; i < question->maintenance_count; i++) {
        const struct stretch *announced = &question->maintenance[i];
        int64_t from = bounded(announced->from, question->from, question->to);
        int64_t to = bounded(announced->to, from, question->to);
        struct tally part = tally_of(question->spans, question->count, from, to);
        ret->maintenance_s += to - from;
        tally_join(&ret->excluded, &part);
    }
}

void availability_of(const struct availability_question *question, struct arena *arena,
                     struct availability *ret)
{
    *ret = (struct availability){.from = question->from, .to = question->to};
    ret->tally = tally_of(question->spans, question->count, question->from, question->to);
    set_bounds(question, ret);
    set_outages(question, arena, ret);
    set_maintenance(question, ret);
}

static int64_t *merge_sorted(const struct availability *a, const struct availability *b,
                             struct arena *arena)
{
    int64_t *merged = arena_array(arena, a->ended + b->ended + 1, sizeof *merged);
    size_t i = 0, j = 0, count = 0;
    while (i < a->ended || j < b->ended) {
        bool left = j == b->ended || (i < a->ended && a->durations[i] <= b->durations[j]);
        merged[count++] = left ? a->durations[i++] : b->durations[j++];
    }
    return merged;
}

void availability_add(struct availability *sum, const struct availability *part,
                      struct arena *arena)
{
    sum->durations = merge_sorted(sum, part, arena);
    sum->from = part->from;
    sum->to = part->to;
    tally_join(&sum->tally, &part->tally);
    tally_join(&sum->excluded, &part->excluded);
    sum->maintenance_s += part->maintenance_s;
    sum->least_good_s += part->least_good_s;
    sum->most_good_s += part->most_good_s;
    sum->outages += part->outages;
    sum->incidents += part->incidents;
    if (part->longest_s > sum->longest_s)
        sum->longest_s = part->longest_s;
    sum->ended += part->ended;
    sum->ended_s += part->ended_s;
    for (int i = 0; i < AVAILABILITY_WINDOWS; i++)
        sum->worst_s[i] = -1;
}

/* ---- ratios ---- */

enum { E5 = 100000 };

int64_t availability_e5(const struct availability *availability)
{
    return tally_availability_e5(&availability->tally);
}

int64_t availability_low_e5(const struct availability *availability)
{
    int64_t total = tally_total(&availability->tally);
    return total ? availability->least_good_s * E5 / total : -1;
}

int64_t availability_high_e5(const struct availability *availability)
{
    int64_t total = tally_total(&availability->tally);
    return total ? (availability->most_good_s * E5 + total - 1) / total : -1;
}

int64_t availability_without_maintenance_e5(const struct availability *availability)
{
    int64_t good = tally_good(&availability->tally) - tally_good(&availability->excluded);
    int64_t known = tally_known(&availability->tally) - tally_known(&availability->excluded);
    return known ? good * E5 / known : -1;
}

int64_t availability_coverage_e5(const struct availability *availability)
{
    return tally_coverage_e5(&availability->tally);
}

int64_t availability_mean_s(const struct availability *availability)
{
    return availability->ended ? availability->ended_s / (int64_t)availability->ended : -1;
}

int64_t availability_median_s(const struct availability *availability)
{
    size_t count = availability->ended;
    const int64_t *sorted = availability->durations;
    return count ? (sorted[(count - 1) / 2] + sorted[count / 2]) / 2 : -1;
}
