/* What pages are told equals what is recorded, now and at an earlier time, on a good disk and on a full one. */
#include "memory.h"

#include "calendar.h"
#include "mem.h"
#include "scratch.h"
#include "text.h"
#include "village.h"

#include "testing.h"

#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

enum { BEGIN = VILLAGE_BEGIN + 12 * 3600, STEP = VILLAGE_STEP };

static const char *const keys[] = {"a/mail", "a/pad", NULL};

struct house {
    char folder[SCRATCH_SIZE];
    struct ledger *ledger;
    struct series *series;
    struct config *config;
    struct pipeline *pipeline;
    struct memory memory;
    struct history history;
    struct arena arena;
};

static void on_lost(void *owner, const char *service, const char *why)
{
    (void)owner;
    fail_msg("%s lost: %s", service, why);
}

static int set_up(void **state)
{
    struct house *house = mem_zalloc(sizeof *house);
    struct series_rules rules = {.compact = true, .flush_ms = 3600000};
    struct fault fault;
    scratch_make(house->folder);
    assert_int_equal(ledger_open(house->folder, &house->ledger, &fault), 0);
    assert_int_equal(series_open(house->folder, &rules, on_lost, NULL, &house->series, &fault), 0);
    house->config = village_config(keys);
    house->pipeline = pipeline_new(house->config, house->ledger, house->series);
    house->memory = (struct memory){house->ledger, house->pipeline, BEGIN};
    house->history = memory_history(&house->memory);
    *state = house;
    return 0;
}

static int tear_down(void **state)
{
    struct house *house = *state;
    arena_free(&house->arena);
    pipeline_free(house->pipeline);
    series_close(house->series);
    ledger_close(house->ledger);
    config_free(house->config);
    scratch_remove(house->folder);
    free(house);
    return 0;
}

/* Up for five minutes, down for ten, up for five. */
static void feed(struct house *house, int from, int to)
{
    for (int i = from; i < to; i++) {
        struct result result = village_result(
            "a/pad", BEGIN + i * STEP, i >= 5 && i < 15 ? REASON_connect_refused : REASON_ok);
        pipeline_result(house->pipeline, &result, result.time);
    }
    house->memory.now = BEGIN + (to - 1) * STEP;
}

static void commit(struct house *house, enum keep keep)
{
    struct fault fault;
    assert_int_equal(pipeline_commit(house->pipeline, keep, &fault), 0);
}

static void commit_on_full_disk(struct house *house)
{
    struct fault fault;
    struct rlimit before, none;
    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &before);
    none = (struct rlimit){0, before.rlim_max};
    setrlimit(RLIMIT_FSIZE, &none);
    int rc = pipeline_commit(house->pipeline, KEEP_ALL, &fault);
    setrlimit(RLIMIT_FSIZE, &before);
    assert_int_equal(rc, -1);
}

static size_t spans_of(struct house *house, int64_t from, int64_t to, const struct span **ret)
{
    return house->history.spans(house->history.owner, "a/pad", from, to, &house->arena, ret);
}

static struct service_belief belief_at(struct house *house, int64_t now)
{
    house->memory.now = now;
    return house->history.service(house->history.owner, "a/pad");
}

static void test_nothing_yet(void **state)
{
    struct house *house = *state;
    const struct history *history = &house->history;
    const struct span *spans;
    const struct line_belief *lines;
    const struct latency_day *days;
    assert_int_equal(belief_at(house, BEGIN).state, OUTCOME_UNKNOWN);
    assert_int_equal(history->service(history->owner, "no/body").state, OUTCOME_UNKNOWN);
    assert_int_equal(spans_of(house, 0, INT64_MAX, &spans), 0);
    assert_int_equal(history->lines(history->owner, "a/pad", &house->arena, &lines), 0);
    assert_int_equal(history->lines(history->owner, "no/body", &house->arena, &lines), 0);
    assert_int_equal(history->latency(history->owner, "a/pad", 0, INT64_MAX, &house->arena, &days),
                     0);
    assert_int_equal(history->begin(history->owner, "a/pad"), 0);
    assert_int_equal(history->measured(history->owner), 0);
}

static void assert_same_span(const struct span *left, const struct span *right)
{
    assert_int_equal(left->from, right->from);
    assert_int_equal(left->to, right->to);
    assert_int_equal(left->before, right->before);
    assert_int_equal(left->state, right->state);
    assert_int_equal(left->reason, right->reason);
    assert_string_equal(span_detail(left), span_detail(right));
}

/* The stretches are the ledger's, but the last one lasts as far as the record knows. */
static void test_spans(void **state)
{
    struct house *house = *state;
    const struct span *told, *kept;
    size_t count;
    struct fault fault;
    feed(house, 0, 20);
    commit(house, KEEP_CHANGES);
    feed(house, 20, 30);
    assert_int_equal(spans_of(house, BEGIN, BEGIN + 86400, &told), 3);
    assert_int_equal(ledger_spans(house->ledger, "a/pad", BEGIN, BEGIN + 86400, &house->arena,
                                  &kept, &count, &fault),
                     0);
    assert_int_equal(count, 3);
    for (size_t i = 0; i < 2; i++)
        assert_same_span(&told[i], &kept[i]);
    assert_int_equal(told[2].from, kept[2].from);
    assert_int_equal(told[2].before, kept[2].before);
    assert_int_equal(told[2].to, BEGIN + 29 * STEP);
    assert_true(kept[2].to < told[2].to);
    assert_int_equal(told[1].state, OUTCOME_DOWN);
    assert_int_equal(told[1].from, BEGIN + 5 * STEP);
    assert_int_equal(told[1].to, BEGIN + 15 * STEP);

    commit(house, KEEP_TIMES);
    commit(house, KEEP_ALL);
    assert_int_equal(ledger_spans(house->ledger, "a/pad", BEGIN, BEGIN + 86400, &house->arena,
                                  &kept, &count, &fault),
                     0);
    assert_int_equal(kept[2].to, told[2].to);
    assert_int_equal(house->history.begin(house->history.owner, "a/pad"), BEGIN);
    assert_int_equal(house->history.measured(house->history.owner), BEGIN + 29 * STEP);
}

/* Of a time that is over nothing is added. */
static void test_spans_of_the_past(void **state)
{
    struct house *house = *state;
    const struct span *spans;
    feed(house, 0, 30);
    commit(house, KEEP_ALL);
    assert_int_equal(spans_of(house, BEGIN, BEGIN + 5 * STEP, &spans), 1);
    assert_int_equal(spans[0].to, BEGIN + 5 * STEP);
    assert_int_equal(spans_of(house, BEGIN + 6 * STEP, BEGIN + 7 * STEP, &spans), 1);
    assert_int_equal(spans[0].from, BEGIN + 5 * STEP);
    assert_int_equal(spans[0].to, BEGIN + 15 * STEP);
    assert_int_equal(spans_of(house, BEGIN - 86400, BEGIN, &spans), 0);
}

/* While the ledger cannot be written, an outage must not look like the uptime before it. */
static void test_spans_on_a_full_disk(void **state)
{
    struct house *house = *state;
    const struct span *spans;
    feed(house, 0, 4);
    commit(house, KEEP_ALL);
    feed(house, 4, 14);
    commit_on_full_disk(house);
    assert_int_equal(spans_of(house, BEGIN, BEGIN + 86400, &spans), 2);
    assert_int_equal(spans[0].state, OUTCOME_UP);
    assert_true(spans[0].to <= BEGIN + 5 * STEP);
    assert_int_equal(spans[1].state, OUTCOME_DOWN);
    assert_int_equal(spans[1].reason, REASON_connect_refused);
    assert_string_equal(spans[1].detail, "seen at 1767269100");
    assert_int_equal(spans[1].from, BEGIN + 5 * STEP);
    assert_int_equal(spans[1].to, BEGIN + 13 * STEP);
    assert_int_equal(spans_of(house, BEGIN, BEGIN + 4 * STEP, &spans), 1);
}

static void test_belief(void **state)
{
    struct house *house = *state;
    feed(house, 0, 30);
    commit(house, KEEP_ALL);
    struct service_belief now = belief_at(house, BEGIN + 29 * STEP);
    assert_int_equal(now.state, OUTCOME_UP);
    assert_int_equal(now.since, BEGIN + 15 * STEP);
    assert_int_equal(now.measured, BEGIN + 29 * STEP);

    struct service_belief then = belief_at(house, BEGIN + 10 * STEP);
    assert_int_equal(then.state, OUTCOME_DOWN);
    assert_int_equal(then.reason, REASON_connect_refused);
    assert_int_equal(then.since, BEGIN + 5 * STEP);
    assert_string_equal(then.detail, "seen at 1767269100");

    assert_int_equal(belief_at(house, BEGIN + 5 * STEP - 1).state, OUTCOME_UP);
    assert_int_equal(belief_at(house, BEGIN + 15 * STEP).state, OUTCOME_UP);
    assert_int_equal(belief_at(house, BEGIN - 1).state, OUTCOME_UNKNOWN);
    assert_int_equal(belief_at(house, BEGIN + 86400).state, OUTCOME_UNKNOWN);
}

static void test_lines(void **state)
{
    struct house *house = *state;
    const struct line_belief *lines;
    feed(house, 0, 10);
    assert_int_equal(house->history.lines(house->history.owner, "a/pad", &house->arena, &lines), 1);
    assert_int_equal(lines[0].state, OUTCOME_DOWN);
    assert_int_equal(lines[0].reason, REASON_connect_refused);
    assert_string_equal(lines[0].last.check, "web");
    assert_int_equal(wall_seconds(lines[0].last.time), BEGIN + 9 * STEP);
}

static void add_answers(void *owner, int64_t day, const struct histogram_list *answers)
{
    (void)day;
    histogram_list_merge(owner, answers);
}

static uint64_t answers_in(struct house *house, const char *key, int64_t from, int64_t to)
{
    struct histogram sum = {{0}};
    house->history.answers(house->history.owner, key, from, to, add_answers, &sum);
    return histogram_count(&sum);
}

static void expect_answers(struct house *house, int64_t day_s)
{
    int64_t second = calendar_day(BEGIN + day_s);
    assert_int_equal(answers_in(house, "a/pad", 0, calendar_day(BEGIN + 2 * day_s)), 20);
    assert_int_equal(answers_in(house, "a/pad", second, second + 1), 10);
    assert_int_equal(answers_in(house, "no/body", 0, INT64_MAX), 0);
}

/* Days of the ledger, and today, which it does not know yet. */
static void test_latency(void **state)
{
    struct house *house = *state;
    const struct latency_day *days;
    enum { DAY = 86400 };
    for (int day = 0; day < 3; day++) {
        for (int i = 0; i < 10; i++) {
            struct result result = village_result("a/pad", BEGIN + day * DAY + i * STEP, REASON_ok);
            result.phases.ms[PHASE_TOTAL] = 100 * (day + 1);
            pipeline_result(house->pipeline, &result, result.time);
        }
    }
    assert_int_equal(
        house->history.latency(house->history.owner, "a/pad", 0, INT64_MAX, &house->arena, &days),
        3);
    for (int day = 0; day < 3; day++) {
        assert_int_equal(days[day].from, calendar_day(BEGIN + day * DAY));
        assert_int_equal(days[day].count, 10);
        assert_true(fabs(days[day].p50 / (100 * (day + 1)) - 1) < 0.1);
        assert_true(fabs(days[day].p95 / (100 * (day + 1)) - 1) < 0.1);
    }
    assert_int_equal(house->history.latency(house->history.owner, "a/pad",
                                            calendar_day(BEGIN + DAY),
                                            calendar_day(BEGIN + 2 * DAY), &house->arena, &days),
                     1);
    assert_int_equal(days[0].from, calendar_day(BEGIN + DAY));
    /* What was kept is not counted twice. */
    commit(house, KEEP_ALL);
    assert_int_equal(
        house->history.latency(house->history.owner, "a/pad", 0, INT64_MAX, &house->arena, &days),
        3);
    assert_int_equal(days[2].count, 10);
    expect_answers(house, DAY);
}

/* Latencies that went down with a failed commit are written with the next. */
static void test_latency_after_full_disk(void **state)
{
    struct house *house = *state;
    const struct latency_day *days;
    feed(house, 0, 4);
    commit_on_full_disk(house);
    commit(house, KEEP_ALL);
    pipeline_free(house->pipeline);
    house->pipeline = pipeline_new(house->config, house->ledger, house->series);
    house->memory.pipeline = house->pipeline;
    assert_int_equal(
        house->history.latency(house->history.owner, "a/pad", 0, INT64_MAX, &house->arena, &days),
        1);
    assert_int_equal(days[0].count, 4);
}

static void show_certificate(struct house *house, int step, enum family family, char digest)
{
    struct result result = village_result("a/pad", BEGIN + step * STEP, REASON_ok);
    result.family = family;
    memset(result.certificate.sha256, digest, 64);
    pipeline_result(house->pipeline, &result, result.time);
}

/* Of both families together, newest first, bounded. */
static void test_certificates(void **state)
{
    struct house *house = *state;
    const struct history *history = &house->history;
    const struct certificate_change *changes;
    show_certificate(house, 0, FAMILY_IPV4, 'a');
    show_certificate(house, 1, FAMILY_IPV4, 'b');
    show_certificate(house, 2, FAMILY_IPV6, 'c');
    show_certificate(house, 3, FAMILY_IPV4, 'd');
    commit(house, KEEP_CHANGES);
    assert_int_equal(
        history->certificates(history->owner, "a/pad", "web", 10, &house->arena, &changes), 4);
    static const char order[] = "dcba";
    for (int i = 0; i < 4; i++) {
        assert_int_equal(changes[i].now.sha256[0], order[i]);
        assert_int_equal(changes[i].at, BEGIN + (3 - i) * STEP);
        assert_int_equal(changes[i].of_one_family, i < 2);
    }
    assert_int_equal(changes[0].before.sha256[0], 'b');
    assert_int_equal(changes[0].family, FAMILY_IPV4);
    assert_int_equal(changes[0].last, BEGIN + STEP);
    assert_int_equal(changes[1].family, FAMILY_IPV6);
    assert_int_equal(
        history->certificates(history->owner, "a/pad", "web", 3, &house->arena, &changes), 3);
    assert_int_equal(changes[2].now.sha256[0], 'b');
    assert_int_equal(
        history->certificates(history->owner, "a/mail", "web", 10, &house->arena, &changes), 0);
}

/* An outage that goes on is one stretch, also where the question begins after what is settled of it. */
static void test_counted_spans_of_an_outage(void **state)
{
    struct house *house = *state;
    const struct span *spans;
    feed(house, 0, 15);
    commit(house, KEEP_ALL);
    int64_t from = BEGIN + 14 * STEP + 30;
    assert_in_range(pipeline_record(house->pipeline, "a/pad")->frontier, BEGIN + 12 * STEP, from);
    size_t count =
        memory_counted_spans(&house->memory, "a/pad", from, from + STEP, &house->arena, &spans);
    assert_true(count >= 1);
    assert_int_equal(spans[0].state, OUTCOME_DOWN);
    assert_int_equal(spans[0].from, BEGIN + 5 * STEP);
    assert_int_equal(spans[count - 1].state, OUTCOME_DOWN);
    assert_int_equal(spans[count - 1].to, from + STEP);
}

/* The lines' own stretches, and when we saw badly. */
static void test_lines_of_the_past(void **state)
{
    struct house *house = *state;
    const struct history *history = &house->history;
    const struct line_past *pasts;
    const struct sight *sights;
    feed(house, 0, 25);
    pipeline_event(house->pipeline, EVENT_VANTAGE, "", 0, BEGIN + 300, "ipv6 impaired: 1 of 3");
    pipeline_event(house->pipeline, EVENT_VANTAGE, "", 0, BEGIN + 400, "ipv6 good");
    pipeline_event(house->pipeline, EVENT_VANTAGE, "", 0, BEGIN + 1000, "clock blind");
    commit(house, KEEP_ALL);
    size_t count =
        history->line_pasts(history->owner, "a/pad", BEGIN, BEGIN + 900, &house->arena, &pasts);
    assert_int_equal(count, 1);
    assert_string_equal(pasts[0].check, "web");
    assert_string_equal(pasts[0].vantage, "here");
    assert_int_equal(pasts[0].family, FAMILY_IPV4);
    assert_int_equal(pasts[0].span_count, 2); /* the third begins at BEGIN + 900 */
    assert_int_equal(pasts[0].spans[1].state, OUTCOME_DOWN);
    assert_true(pasts[0].spans[1].from == BEGIN + 5 * STEP);
    count = history->sights(history->owner, BEGIN, BEGIN + 900, &house->arena, &sights);
    assert_int_equal(count, 1);
    assert_true(sights[0].from == BEGIN + 300 && sights[0].to == BEGIN + 400);
    count = history->sights(history->owner, BEGIN + 400, BEGIN + 2000, &house->arena, &sights);
    assert_int_equal(count, 1);
    assert_true(sights[0].blind && sights[0].to == house->memory.now);
    assert_int_equal(
        history->sights(history->owner, BEGIN + 86400, BEGIN + 90000, &house->arena, &sights), 0);
}

/* As the ledger has it, by line, and as far as the time that the page speaks of. */
static void test_blips(void **state)
{
    struct house *house = *state;
    const struct history *history = &house->history;
    const struct line_blip *blips;
    size_t all = 9;
    assert_int_equal(
        history->blips(history->owner, "a/pad", 0, BEGIN, 5, &house->arena, &blips, &all), 0);
    assert_int_equal(all, 0);
    for (int i = 0; i < 20; i++) {
        struct result result =
            village_result("a/pad", BEGIN + i * STEP, i % 5 == 4 ? REASON_timeout : REASON_ok);
        pipeline_result(house->pipeline, &result, result.time);
    }
    commit(house, KEEP_ALL);
    size_t count = history->blips(history->owner, "a/pad", BEGIN, BEGIN + 20 * STEP, 2,
                                  &house->arena, &blips, &all);
    assert_int_equal(count, 2);
    assert_int_equal(all, 3); /* the fourth is not over */
    assert_int_equal(blips[0].blip.at, BEGIN + 14 * STEP);
    assert_int_equal(blips[0].blip.until, BEGIN + 15 * STEP);
    assert_int_equal(blips[1].blip.at, BEGIN + 9 * STEP);
    assert_int_equal(blips[0].family, FAMILY_IPV4);
    const struct record_line *line = pipeline_record(house->pipeline, "a/pad")->lines;
    assert_string_equal(blips[0].check, line->check);
    assert_string_equal(blips[0].vantage, line->vantage);
    assert_int_equal(history->blips(history->owner, "a/pad", BEGIN, BEGIN + 9 * STEP, 2,
                                    &house->arena, &blips, &all),
                     1);
    assert_int_equal(
        history->blips(history->owner, "a/mail", 0, INT64_MAX, 2, &house->arena, &blips, &all), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_lines_of_the_past),
        TEST(test_blips),
        TEST(test_nothing_yet),
        TEST(test_certificates),
        TEST(test_spans),
        TEST(test_spans_of_the_past),
        TEST(test_spans_on_a_full_disk),
        TEST(test_counted_spans_of_an_outage),
        TEST(test_belief),
        TEST(test_lines),
        TEST(test_latency),
        TEST(test_latency_after_full_disk),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
