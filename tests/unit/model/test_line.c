/* Each counting rule as rows: results at seconds, the stretches that come out. */
#include "line.h"

#include "macros.h"
#include "text.h"
#include "testing.h"

#include <stdlib.h>
#include <string.h>

enum { START = 1767225600, INTERVAL_MS = 60000 };

/* "0u 60d": up at 0, down at 60; u d g(degraded) ? */
struct story {
    const char *rule, *results,
        *wanted; /* "0-60u 60-180?": the stretches after settling up to `until` */
    int64_t until;
};

static enum outcome letter_outcome(char letter)
{
    switch (letter) {
    case 'u':
        return OUTCOME_UP;
    case 'g':
        return OUTCOME_DEGRADED;
    case 'd':
        return OUTCOME_DOWN;
    default:
        return OUTCOME_UNKNOWN;
    }
}

static char outcome_letter(enum outcome outcome)
{
    return "?ugd"[outcome];
}

static struct result result_at(double second, char letter)
{
    static const enum reason reasons[] = {REASON_self, REASON_ok, REASON_slow,
                                          REASON_connect_refused};
    struct result result;
    result_init(&result);
    result_set(&result, reasons[letter_outcome(letter)], "found at %g", second);
    result.time.ms = START * (int64_t)1000 + (int64_t)(second * 1000);
    return result;
}

/* Neighbours of one state are one stretch. */
struct written {
    char blips[200];
    struct span spans[64];
    char details[64][RESULT_DETAIL_SIZE];
    size_t count;
};

/* "60-75u2": failed at 60, once more, and was up at 75; "60-?1": nothing came any more. */
static void note_blip(struct written *written, const struct blip *blip)
{
    size_t used = strlen(written->blips);
    if (!blip->results)
        return;
    assert_int_equal(blip->reason, REASON_connect_refused);
    used += (size_t)snprintf(written->blips + used, sizeof written->blips - used, "%s%lld-",
                             used ? " " : "", (long long)blip->at - START);
    if (blip->until)
        used += (size_t)snprintf(written->blips + used, sizeof written->blips - used, "%lld",
                                 (long long)blip->until - START);
    snprintf(written->blips + used, sizeof written->blips - used, "%c%d",
             outcome_letter(blip->then), blip->results);
}

static void note(struct written *written, const struct line_step *step)
{
    note_blip(written, &step->blip);
    for (size_t i = 0; i < step->count; i++) {
        const struct span *span = &step->spans[i];
        struct span *last = written->count ? &written->spans[written->count - 1] : NULL;
        if (last)
            assert_int_equal(last->to, span->from);
        if (last && last->state == span->state) {
            last->to = span->to;
            continue;
        }
        text_copy(written->details[written->count], RESULT_DETAIL_SIZE, span_detail(span));
        written->spans[written->count] = *span;
        written->spans[written->count].detail = written->details[written->count];
        written->count++;
    }
}

static void play(struct line *line, const char *results, struct written *written)
{
    struct line_step step;
    for (char *rest; *results; results = *rest ? rest + 1 : rest) {
        double second = strtod(results, &rest);
        struct result result = result_at(second, *rest++);
        assert_int_equal(line_feed(line, &result, INTERVAL_MS, &step), LINE_TAKEN);
        note(written, &step);
    }
}

static void settle(struct line *line, int64_t until, struct written *written)
{
    struct line_step step;
    line_settle(line, START + until, &step);
    note(written, &step);
}

static void told(const struct written *written, char *text, size_t size)
{
    size_t used = 0;
    text[0] = '\0';
    for (size_t i = 0; i < written->count; i++) {
        const struct span *span = &written->spans[i];
        used += (size_t)snprintf(text + used, size - used, "%s%lld-%lld%c", i ? " " : "",
                                 (long long)span->from - START, (long long)span->to - START,
                                 outcome_letter(span->state));
    }
}

static const struct story stories[] = {
    {"1: nothing is known before the first good result", "0d 5d 60u", "0-60? 60-120u", 120},
    {"1: a confirmed failure ends it too, from its first", "0d 5d 15d", "0-60d", 60},
    {"1: the first good result is enough", "0u", "0-60u", 60},
    {"2: two failures are a blip", "0u 60d 65d 75u", "0-100u", 100},
    {"2: three make an outage, from the first", "0u 60d 65d 75d", "0-60u 60-80d", 80},
    {"2: three scheduled ones do as well", "0u 60d 120d 180d", "0-60u 60-200d", 200},
    {"2: a good one in between begins the row anew", "0u 60d 65d 75u 80d 85d 90u", "0-100u", 100},
    {"3: one good result does not end it", "0u 60d 65d 75d 120u 125d 180d", "0-60u 60-200d", 200},
    {"3: two do, from the first", "0u 60d 65d 75d 120u 125u", "0-60u 60-120d 120-140u", 140},
    {"4: what is unconfirmed is not settled", "0u 60d 65d", "0-60u", 100},
    {"4: degraded is good, and kept apart", "0u 60g 120u", "0-60u 60-120g 120-130u", 130},
    {"4: degraded confirms that it is up again", "0d 5d 15d 60g 65u", "0-60d 60-65g 65-70u", 70},
    {"4: a blip within degraded counts as degraded", "0g 60d 65g", "0-70g", 70},
    {"5: a result speaks for two intervals at most", "0u 300u", "0-120u 120-300? 300-310u", 310},
    {"5: then silence", "0u", "0-120u 120-500?", 500},
    {"5: to the second", "0u 120u 241u", "0-240u 240-241? 241-250u", 250},
    {"5: an outage falls silent too", "0d 5d 15d 400d", "0-135d 135-400? 400-410d", 410},
    {"5: unknown speaks at once", "0u 60? 70u", "0-60u 60-70? 70-80u", 80},
    {"5: and interrupts a row", "0u 60d 65d 70? 75d 80d 85u", "0-70u 70-75? 75-90u", 90},
    {"5: an outage outlives it", "0d 5d 15d 60? 70d", "0-60d 60-70? 70-80d", 80},
    {"5: and needs two good ones after it, too", "0d 5d 15d 60? 70u 75d 80u 85u",
     "0-60d 60-70? 70-80d 80-90u", 90},
    {"5: silence alone does not interrupt it", "0u 60d 65d 604864d",
     "0-60u 60-185d 185-604864? 604864-604870d", 604870},
    {"5: but for seven days", "0u 60d 65d 604865d 604870u", "0-185u 185-604865? 604865-604880u",
     604880},
    {"5: after which nothing waits any more", "0u 60d", "0-180u 180-604860?", 604860},
    {"7: time is cut to the second", "0.999u 59.999d 60.999d 61.999d", "0-59u 59-70d", 70},
    {"7: two in one second leave nothing of the first", "0u 10.1? 10.2u", "0-20u", 20},
};

static void test_stories(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(stories); i++) {
        struct line line = {0};
        struct written written = {.count = 0};
        char text[600];
        play(&line, stories[i].results, &written);
        settle(&line, stories[i].until, &written);
        told(&written, text, sizeof text);
        if (strcmp(text, stories[i].wanted) != 0)
            fail_msg("%s\n  results %s\n  wanted  %s\n  got     %s", stories[i].rule,
                     stories[i].results, stories[i].wanted, text);
    }
}

static void test_blips(void **state)
{
    (void)state;
    static const struct {
        const char *results, *wanted;
        int64_t until;
    } rows[] = {
        {"0u 60u", "", 100},
        {"0u 60d 120u", "60-120u1", 130},
        {"0u 60d 65d 75u 80u", "60-75u2", 100},
        {"0g 60d 65g", "60-65g1", 70},
        {"0u 60d 65d 75d 80u 85u", "", 100},
        {"0u 60d 65d", "", 100},                         /* who knows */
        {"0u 60d 65d 75d 120u 125d 180d 190u", "", 200}, /* within an outage nothing is one */
        {"0u 60d 65d 75d 120u 125u 180d 240u", "180-240u1", 250},
        {"0d 5d 60u 120u", "0-60u2", 130}, /* before anything is known, too */
        {"0u 60d 65? 70d 75? 80u", "60-65?1 70-75?1", 90},
        {"0d 5d 15d 60? 70d 75u 80u", "", 90},
        {"0u 60d 65u 70d 75d 80u", "60-65u1 70-80u2", 90},
        {"0u 60d 604860d 604865u", "60-?1 604860-604865u1", 604870},
        {"0u 60d 65d", "60-?2", 604865},
        {"0u 60d 65d", "", 604864},
        {"0.9u 10.2d 10.9u", "10-10u1", 20},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct line line = {0};
        struct written written = {.count = 0};
        play(&line, rows[i].results, &written);
        settle(&line, rows[i].until, &written);
        if (strcmp(written.blips, rows[i].wanted) != 0)
            fail_msg("results %s\n  wanted  %s\n  got     %s", rows[i].results, rows[i].wanted,
                     written.blips);
    }
}

/* Of the first failure, and nothing that the sums up to now need be told. */
static void test_evidence_of_a_blip(void **state)
{
    (void)state;
    struct line line = {0};
    struct line_step step;
    struct result result = result_at(0, 'u');
    line_feed(&line, &result, INTERVAL_MS, &step);
    result = result_at(60, 'd');
    line_feed(&line, &result, INTERVAL_MS, &step);
    assert_int_equal(step.blip.results, 0);
    result = result_at(65, 'd');
    line_feed(&line, &result, INTERVAL_MS, &step);
    struct line copy = line;
    line_finish(&copy, START + 100, &step);
    assert_int_equal(step.blip.results, 0);
    result = result_at(75, 'u');
    line_feed(&line, &result, INTERVAL_MS, &step);
    assert_string_equal(step.blip.detail, "found at 60");
    line_settle(&line, START + 80, &step);
    assert_int_equal(step.blip.results, 0);
}

/* The other end of the bracket: the last result that found otherwise, blips and all. */
static void test_brackets(void **state)
{
    (void)state;
    static const struct {
        const char *results;
        size_t span;
        int64_t before; /* -1 = none */
    } rows[] = {
        {"0u 60d 65d 75d", 0, -1},
        {"0u 60d 65d 75d", 1, 0},
        {"0u 60d 65d 70u 120d 125d 135d", 1, 70},
        {"0u 60d 65? 120d 125d 135d", 2, 0},
        {"0u 60d 65d 75d 180u 185u", 2, 75},
        {"0u 60d 65d 75d 120u 125d 180u 185u", 2, 125},
        {"0u 60g 65u", 1, 0},
        {"0u 60g 65u", 2, 60},
        {"10u 180u", 1, 10},
        {"10u 180u", 2, -1},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct line line = {0};
        struct written written = {.count = 0};
        play(&line, rows[i].results, &written);
        settle(&line, 190, &written);
        assert_row(i, written.count > rows[i].span);
        assert_row(i, written.spans[rows[i].span].before ==
                          (rows[i].before < 0 ? 0 : START + rows[i].before));
    }
}

static void test_reason_and_evidence(void **state)
{
    (void)state;
    struct line line = {0};
    struct written written = {.count = 0};
    play(&line, "0u 60d 65d 75d 300d", &written);
    settle(&line, 301, &written);
    assert_int_equal(written.spans[1].reason, REASON_connect_refused);
    assert_string_equal(written.spans[1].detail, "found at 60");
    assert_int_equal(written.spans[2].state, OUTCOME_UNKNOWN);
    assert_int_equal(written.spans[2].reason, REASON_silent);
    assert_int_equal(line_reason(&line, START + 301), REASON_connect_refused);
    assert_int_equal(line_reason(&line, START + 500), REASON_silent);
}

/* Failures before anything is known are not the service being well. */
static void test_reason_before_the_first_good_one(void **state)
{
    (void)state;
    struct line line = {0};
    struct written written = {.count = 0};
    play(&line, "0d", &written);
    assert_int_equal(line_reason(&line, START), REASON_silent);
    play(&line, "60u", &written);
    assert_int_equal(written.spans[0].state, OUTCOME_UNKNOWN);
    assert_int_equal(written.spans[0].reason, REASON_silent);
}

static void test_the_same_moment_twice_is_stale(void **state)
{
    (void)state;
    struct line line = {0};
    struct written written = {.count = 0};
    struct line_step step;
    play(&line, "0u 60u", &written);
    struct result result = result_at(60, 'u');
    assert_int_equal(line_feed(&line, &result, INTERVAL_MS, &step), LINE_STALE);
    result.time.ms++;
    assert_int_equal(line_feed(&line, &result, INTERVAL_MS, &step), LINE_TAKEN);
}

static void test_belief_of_the_unconfirmed(void **state)
{
    (void)state;
    struct line line = {0};
    struct written written = {.count = 0};
    assert_int_equal(line_state(&line, START), OUTCOME_UNKNOWN);
    assert_int_equal(line_reason(&line, START), REASON_silent);
    play(&line, "0d", &written);
    assert_int_equal(line_state(&line, START), OUTCOME_UNKNOWN);
    play(&line, "5u", &written);
    assert_int_equal(line_state(&line, START + 5), OUTCOME_UP);
    play(&line, "60d 65d", &written);
    assert_int_equal(line_state(&line, START + 65), OUTCOME_UP);
    assert_int_equal(line_state(&line, START + 65 + 119), OUTCOME_UP);
    assert_int_equal(line_state(&line, START + 65 + 120), OUTCOME_UNKNOWN);
    play(&line, "75d 120u", &written);
    assert_int_equal(line_state(&line, START + 120), OUTCOME_DOWN);
    assert_int_equal(line_reason(&line, START + 120), REASON_connect_refused);
}

static void test_stale_results_change_nothing(void **state)
{
    (void)state;
    struct line line = {0}, before;
    struct written written = {.count = 0};
    struct line_step step;
    play(&line, "0u 60u", &written);
    settle(&line, 100, &written);
    before = line;
    static const double late[] = {-1000, 0, 59, 60, 99.999};
    for (size_t i = 0; i < ARRAY_LEN(late); i++) {
        struct result result = result_at(late[i], 'd');
        assert_row(i, line_feed(&line, &result, INTERVAL_MS, &step) == LINE_STALE);
        assert_row(i, step.count == 0);
        assert_memory_equal(&line, &before, sizeof line);
    }
    struct result result = result_at(100, 'd');
    assert_int_equal(line_feed(&line, &result, INTERVAL_MS, &step), LINE_TAKEN);
}

static void test_settling_twice_or_backwards_is_nothing(void **state)
{
    (void)state;
    struct line line = {0};
    struct written written = {.count = 0};
    struct line_step step;
    settle(&line, 1000, &written);
    assert_int_equal(written.count, 0);
    play(&line, "0u", &written);
    settle(&line, 50, &written);
    line_settle(&line, START + 50, &step);
    assert_int_equal(step.count, 0);
    line_settle(&line, START + 10, &step);
    assert_int_equal(step.count, 0);
    line_settle(&line, START - 10, &step);
    assert_int_equal(step.count, 0);
}

/* A reload may change the interval: the result that was there keeps the reach that it had. */
static void test_interval_changes(void **state)
{
    (void)state;
    struct line line = {0};
    struct written written = {.count = 0};
    struct line_step step;
    char text[100];
    play(&line, "0u", &written);
    struct result result = result_at(200, 'u');
    assert_int_equal(line_feed(&line, &result, 10000, &step), LINE_TAKEN);
    note(&written, &step);
    settle(&line, 300, &written);
    told(&written, text, sizeof text);
    assert_string_equal(text, "0-120u 120-200? 200-220u 220-300?");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_stories),
        cmocka_unit_test(test_blips),
        cmocka_unit_test(test_evidence_of_a_blip),
        cmocka_unit_test(test_brackets),
        cmocka_unit_test(test_reason_and_evidence),
        cmocka_unit_test(test_reason_before_the_first_good_one),
        cmocka_unit_test(test_the_same_moment_twice_is_stale),
        cmocka_unit_test(test_belief_of_the_unconfirmed),
        cmocka_unit_test(test_stale_results_change_nothing),
        cmocka_unit_test(test_settling_twice_or_backwards_is_nothing),
        cmocka_unit_test(test_interval_changes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
