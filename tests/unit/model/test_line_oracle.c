/* The counting rules once more, written the slow way: every second of a random history is judged by itself, looking at
 * the whole list of results, by runs of equal findings. line.c, which sees the results one by one, must say the same
 * of every second, and must have said at each moment what the results up to then allowed. */
#include "line.h"

#include "testing.h"

#include <string.h>

enum { RESULTS_MAX = 48, HISTORIES = 4000 };

struct history {
    int64_t interval_ms;
    int64_t ms[RESULTS_MAX];
    enum outcome found[RESULTS_MAX];
    size_t count;
};

/* ---- the oracle ---- */

static bool same_class(enum outcome left, enum outcome right)
{
    return outcome_is_good(left) ? outcome_is_good(right) : left == right;
}

/* What each of the first `count` results counts as. */
static void judge(const struct history *history, size_t count, enum outcome *counts)
{
    enum outcome old = OUTCOME_UNKNOWN;
    for (size_t start = 0, end; start < count; start = end) {
        enum outcome first = history->found[start];
        for (end = start + 1; end < count && same_class(history->found[end], first); end++)
            ;
        size_t length = end - start;
        bool turns = outcome_is_good(first) ? old != OUTCOME_DOWN || length >= 2
                                            : old == OUTCOME_DOWN || length >= 3;
        for (size_t i = start; i < end; i++)
            counts[i] = first == OUTCOME_UNKNOWN ? OUTCOME_UNKNOWN
                        : turns                  ? history->found[i]
                                                 : old;
        if (first != OUTCOME_UNKNOWN)
            old = counts[end - 1];
    }
}

/* The state of one second, given the first `count` results. */
static enum outcome at_second(const struct history *history, size_t count, int64_t second)
{
    enum outcome counts[RESULTS_MAX];
    int64_t speaker = -1;
    judge(history, count, counts);
    for (size_t i = 0; i < count; i++)
        if (history->ms[i] / 1000 <= second)
            speaker = (int64_t)i;
    if (speaker < 0 || second - history->ms[speaker] / 1000 >= 2 * history->interval_ms / 1000)
        return OUTCOME_UNKNOWN;
    return counts[speaker];
}

/* Whether result i is the first of a row of failures that is too short to turn the state and that another result ended;
 * `*ret_end`: that one. */
static bool begins_blip(const struct history *history, size_t i, size_t *ret_end)
{
    enum outcome counts[RESULTS_MAX];
    size_t end = i;
    if (history->found[i] != OUTCOME_DOWN || (i && history->found[i - 1] == OUTCOME_DOWN))
        return false;
    while (end < history->count && history->found[end] == OUTCOME_DOWN)
        end++;
    judge(history, history->count, counts);
    *ret_end = end;
    return end < history->count && counts[i] != OUTCOME_DOWN;
}

/* ---- random histories ---- */

static uint64_t seed;

static int64_t below(int64_t limit)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (int64_t)((seed >> 33) % (uint64_t)limit);
}

/* Mostly an interval with some jitter; rechecks, pauses, results within one second. */
static int64_t random_step(int64_t interval_ms)
{
    switch (below(10)) {
    case 0:
        return interval_ms * 2 + below(interval_ms * 4);
    case 1:
        return 2 * interval_ms - 1000 + below(2001);
    case 2:
    case 3:
        return 5000 + below(15000);
    case 4:
        return 1 + below(1500);
    default:
        return interval_ms - interval_ms / 20 + below(interval_ms / 10 + 1);
    }
}

/* Stretches of one mood, so that rows long enough to turn the state are as common as blips. */
static enum outcome random_outcome(enum outcome mood)
{
    static const enum outcome any[] = {OUTCOME_UP, OUTCOME_DOWN, OUTCOME_DEGRADED, OUTCOME_UNKNOWN};
    return below(4) ? mood : any[below(4)];
}

static struct history random_history(void)
{
    static const int64_t intervals[] = {1000, 1500, 10000, 60000, 300000};
    struct history history = {.interval_ms = intervals[below(5)],
                              .count = 1 + (size_t)below(RESULTS_MAX)};
    int64_t now = 1767225600000 + below(1000);
    enum outcome mood = OUTCOME_UP;
    for (size_t i = 0; i < history.count; i++, now += random_step(history.interval_ms)) {
        if (below(6) == 0)
            mood = random_outcome(mood);
        history.ms[i] = now;
        history.found[i] = random_outcome(mood);
    }
    return history;
}

/* ---- the comparison ---- */

struct player {
    struct line line;
    int64_t frontier; /* end of the last span; 0 = none yet */
};

static void say(const struct history *history, const char *what, int64_t second)
{
    print_error("%s at second %lld; interval %lld ms; results:\n", what,
                (long long)(second - history->ms[0] / 1000), (long long)history->interval_ms);
    for (size_t i = 0; i < history->count; i++)
        print_error("  %lld.%03lld %s\n",
                    (long long)(history->ms[i] / 1000 - history->ms[0] / 1000),
                    (long long)(history->ms[i] % 1000), outcome_name(history->found[i]));
    fail();
}

/* What is settled never changes: it is compared with the judgement of all results, also those to come. */
static void check_spans(struct player *player, const struct history *history,
                        const struct line_step *step)
{
    for (size_t i = 0; i < step->count; i++) {
        const struct span *span = &step->spans[i];
        if (span->from >= span->to || (player->frontier && span->from != player->frontier))
            say(history, "a hole or an overlap", span->from);
        for (int64_t second = span->from; second < span->to; second++)
            if (at_second(history, history->count, second) != span->state)
                say(history, "a settled second differs", second);
        player->frontier = span->to;
    }
    if (player->frontier && player->frontier != player->line.settled)
        say(history, "the frontier differs", player->frontier);
}

/* A row's end tells of it, and nothing else does. */
static void check_blip(const struct history *history, size_t i, const struct blip *blip)
{
    size_t end = i, first = i;
    while (first > 0 && history->found[first - 1] == OUTCOME_DOWN)
        first--;
    bool wanted = first < i && begins_blip(history, first, &end) && end == i;
    if (wanted != (blip->results > 0))
        say(history, wanted ? "a blip is missing" : "a blip too many", history->ms[i] / 1000);
    if (wanted && (blip->at != history->ms[first] / 1000 || blip->until != history->ms[i] / 1000 ||
                   blip->then != history->found[i] || blip->results != (int)(i - first)))
        say(history, "a blip is another", blip->at);
}

/* What is believed between result i and the next one comes from the results up to i alone. */
static void check_belief(const struct player *player, const struct history *history, size_t i)
{
    int64_t from = history->ms[i] / 1000;
    int64_t to =
        i + 1 < history->count ? history->ms[i + 1] / 1000 : from + 3 * history->interval_ms / 1000;
    for (int64_t second = from; second <= to; second += 1 + (to - from) / 7)
        if (line_state(&player->line, second) != at_second(history, i + 1, second))
            say(history, "the belief differs", second);
}

static void settle_somewhere(struct player *player, const struct history *history, size_t i)
{
    struct line_step step;
    int64_t from = history->ms[i] / 1000,
            to = i + 1 < history->count ? history->ms[i + 1] / 1000 : from + 10000;
    if (below(3))
        return;
    line_settle(&player->line, from + below(to - from + 1), &step);
    check_spans(player, history, &step);
}

static void play(const struct history *history)
{
    struct player player = {0};
    for (size_t i = 0; i < history->count; i++) {
        struct result result;
        struct line_step step;
        result_init(&result);
        result.time.ms = history->ms[i];
        result.outcome = history->found[i];
        if (line_feed(&player.line, &result, history->interval_ms, &step) != LINE_TAKEN)
            say(history, "a result is refused", history->ms[i] / 1000);
        check_blip(history, i, &step.blip);
        check_spans(&player, history, &step);
        check_belief(&player, history, i);
        settle_somewhere(&player, history, i);
    }
    /* Nothing is held back but what may still turn. */
    int64_t newest = history->ms[history->count - 1] / 1000;
    if (player.line.pending == 0 && player.line.settled < newest)
        say(history, "settled too little", player.line.settled);
}

static void test_thousands_of_histories(void **state)
{
    (void)state;
    for (seed = 0; seed < HISTORIES; seed++) {
        uint64_t this = seed;
        struct history history = random_history();
        play(&history);
        seed = this;
    }
}

/* All histories of up to seven results, evenly spaced: no sequence of outcomes is left out. */
static void test_every_short_history(void **state)
{
    (void)state;
    for (size_t count = 1; count <= 7; count++) {
        for (unsigned code = 0; code < 1u << (2 * count); code++) {
            struct history history = {.interval_ms = 2000, .count = count};
            for (size_t i = 0; i < count; i++) {
                history.ms[i] = 1767225600000 + (int64_t)i * 2000;
                history.found[i] = (enum outcome)(code >> (2 * i) & 3);
            }
            seed = code;
            play(&history);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_thousands_of_histories),
        cmocka_unit_test(test_every_short_history),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
