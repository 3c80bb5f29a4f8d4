/* The pipeline over a real ledger and real series: what is recorded, what survives, what is refused. */
#include "pipeline.h"

#include "certificate_change.h"
#include "house.h"
#include "mem.h"
#include "oracle.h"
#include "scratch.h"
#include "testing.h"
#include "text.h"

#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

/* Up, an outage of ten minutes, up again: twenty results. */
static enum reason story(int i)
{
    return i >= 5 && i < 15 ? REASON_connect_refused : REASON_ok;
}

static void play_outage(struct house *house, int from, int to)
{
    for (int i = from; i < to; i++)
        house_feed(house, VILLAGE_BEGIN + i * VILLAGE_STEP, story(i));
}

static size_t spans_of(struct house *house, struct arena *arena, const struct span **ret)
{
    struct fault fault;
    size_t count;
    assert_int_equal(ledger_spans(house->ledger, "a/pad", VILLAGE_BEGIN, VILLAGE_BEGIN + 86400,
                                  arena, ret, &count, &fault),
                     0);
    return count;
}

static void assert_outage(struct house *house)
{
    struct arena arena = {0};
    const struct span *spans;
    assert_int_equal(spans_of(house, &arena, &spans), 3);
    assert_int_equal(spans[0].state, OUTCOME_UP);
    assert_int_equal(spans[1].state, OUTCOME_DOWN);
    assert_int_equal(spans[1].from, VILLAGE_BEGIN + 5 * VILLAGE_STEP);
    assert_int_equal(spans[1].before, VILLAGE_BEGIN + 4 * VILLAGE_STEP);
    assert_int_equal(spans[1].to, VILLAGE_BEGIN + 15 * VILLAGE_STEP);
    assert_int_equal(spans[1].reason, REASON_connect_refused);
    assert_string_equal(spans[1].detail, "seen at 1767225900");
    assert_int_equal(spans[2].state, OUTCOME_UP);
    assert_int_equal(spans[2].before, VILLAGE_BEGIN + 14 * VILLAGE_STEP);
    assert_int_equal(spans[2].to, VILLAGE_BEGIN + 19 * VILLAGE_STEP);
    arena_free(&arena);
}

static void test_outage(void **state)
{
    struct house *house = *state;
    play_outage(house, 0, 20);
    assert_true(pipeline_urgent(house->pipeline));
    house_commit(house, KEEP_ALL);
    assert_false(pipeline_urgent(house->pipeline));
    assert_outage(house);
}

/* The same when the monitor ends after every single result. */
static void test_restarts(void **state)
{
    struct house *house = *state;
    for (int i = 0; i < 20; i++) {
        play_outage(house, i, i + 1);
        house_commit(house, i % 2 ? KEEP_ALL : KEEP_TIMES);
        house_close(house);
        house_open(house);
        assert_int_equal(pipeline_measured(house->pipeline), VILLAGE_BEGIN + i * VILLAGE_STEP);
    }
    house_commit(house, KEEP_ALL);
    assert_outage(house);
}

static void assert_one_blip(struct house *house)
{
    struct arena arena = {0};
    struct fault fault;
    const struct event *events;
    size_t count;
    assert_int_equal(
        ledger_blips(house->ledger, "a/pad", 0, INT64_MAX, 9, &arena, &events, &count, &fault), 0);
    assert_int_equal(count, 1);
    assert_string_equal(events[0].subject, "a/pad/web/ipv4/here");
    assert_int_equal(events[0].at, VILLAGE_BEGIN + VILLAGE_STEP);
    struct blip blip = {.at = events[0].at};
    assert_true(blip_read(events[0].facts, &blip));
    assert_int_equal(blip.until, VILLAGE_BEGIN + VILLAGE_STEP + 15);
    assert_int_equal(blip.results, 2);
    assert_int_equal(blip.reason, REASON_timeout);
    assert_string_equal(blip.detail, "seen at 1767225660");
    const struct span *spans;
    assert_int_equal(spans_of(house, &arena, &spans), 1);
    assert_int_equal(spans[0].state, OUTCOME_UP);
    arena_free(&arena);
}

static const struct {
    int at;
    enum reason reason;
} wavering[] = {{-VILLAGE_STEP, REASON_ok},     {0, REASON_ok},
                {VILLAGE_STEP, REASON_timeout}, {VILLAGE_STEP + 5, REASON_connect_refused},
                {VILLAGE_STEP + 15, REASON_ok}, {2 * VILLAGE_STEP, REASON_slow},
                {3 * VILLAGE_STEP, REASON_ok},  {4 * VILLAGE_STEP, REASON_ok}};
enum { WAVERING = sizeof wavering / sizeof *wavering };

static void waver(struct house *house, int from, int to)
{
    for (int i = from; i < to; i++)
        house_feed(house, VILLAGE_BEGIN + wavering[i].at, wavering[i].reason);
}

/* Listed once, wherever the monitor is killed, with or without what it had not written, and however often it is told. */
static void test_a_blip_is_listed_once(void **state)
{
    (void)state;
    for (int cut = 3; cut < WAVERING; cut++) {
        for (int lost = 0; lost <= 1; lost++) {
            struct house house;
            scratch_make(house.folder);
            house_open(&house);
            waver(&house, 0, 2);
            house_commit(&house, KEEP_CHANGES);
            waver(&house, 2, cut - lost);
            house_commit(&house, KEEP_CHANGES);
            waver(&house, cut - lost, cut); /* never written */
            house_close(&house);
            house_open(&house);
            waver(&house, 0, WAVERING);
            house_commit(&house, KEEP_ALL);
            pipeline_settle(house.pipeline, VILLAGE_BEGIN + 4 * VILLAGE_STEP);
            waver(&house, 0, WAVERING);
            house_commit(&house, KEEP_ALL);
            int64_t blips;
            struct fault fault;
            assert_int_equal(
                ledger_count_blips(house.ledger, "a/pad", 0, INT64_MAX, &blips, &fault), 0);
            assert_row((size_t)cut, blips == 1);
            house_close(&house);
            scratch_remove(house.folder);
        }
    }
}

static void test_a_blip_counts_nowhere(void **state)
{
    struct house *house = *state;
    waver(house, 0, 5);
    house_feed(house, VILLAGE_BEGIN + 2 * VILLAGE_STEP, REASON_ok);
    assert_true(pipeline_urgent(house->pipeline));
    house_commit(house, KEEP_ALL);
    assert_one_blip(house);
}

/* What cannot be written waits, and is written when there is room again. */
static void test_full_disk(void **state)
{
    struct house *house = *state;
    struct rlimit before, none;
    struct fault fault = {""};
    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &before);
    none = (struct rlimit){0, before.rlim_max};
    play_outage(house, 0, 20);
    setrlimit(RLIMIT_FSIZE, &none);
    int rc = pipeline_commit(house->pipeline, KEEP_ALL, &fault);
    setrlimit(RLIMIT_FSIZE, &before);
    assert_int_equal(rc, -1);
    assert_true(fault.text[0]);
    assert_true(pipeline_urgent(house->pipeline));
    assert_int_equal(pipeline_counts(house->pipeline)->failed_commits, 1);
    house_commit(house, KEEP_ALL);
    assert_outage(house);
}

/* When too much waits, time stands still: no change that was found is lost, and the ledger says what was not taken. */
static void test_too_much_waits(void **state)
{
    struct house *house = *state;
    struct arena arena = {0};
    struct fault fault;
    const struct event *events;
    size_t count;
    int64_t at = VILLAGE_BEGIN;
    for (int i = 0; !pipeline_counts(house->pipeline)->refused; i++, at += VILLAGE_STEP)
        house_feed(house, at, i % 5 < 2 ? REASON_ok : REASON_connect_refused);
    size_t most = pipeline_waiting(house->pipeline);
    assert_in_range(most, PIPELINE_WAITING_MAX, PIPELINE_WAITING_MAX + 10);
    int64_t frontier = pipeline_record(house->pipeline, "a/pad")->frontier;
    pipeline_settle(house->pipeline, at + 86400);
    pipeline_event(house->pipeline, EVENT_CLOCK, "", 0, at, "it jumped");
    assert_int_equal(pipeline_record(house->pipeline, "a/pad")->frontier, frontier);
    assert_int_equal(pipeline_waiting(house->pipeline), most);
    assert_int_equal(pipeline_counts(house->pipeline)->refused, 2);
    house_commit(house, KEEP_CHANGES);
    house_feed(house, at, REASON_ok);
    house_commit(house, KEEP_CHANGES);
    assert_int_equal(
        ledger_events(house->ledger, (int64_t)most, 10, &arena, &events, &count, &fault), 0);
    assert_true(count >= 1);
    assert_int_equal(events[0].kind, EVENT_BLIND);
    assert_int_equal(events[0].before, at - VILLAGE_STEP);
    assert_int_equal(events[0].at, at);
    arena_free(&arena);
}

static void test_refused(void **state)
{
    struct house *house = *state;
    const struct pipeline_counts *counts = pipeline_counts(house->pipeline);
    struct result result = village_result("a/nobody", VILLAGE_BEGIN, REASON_ok);
    pipeline_result(house->pipeline, &result, result.time);
    assert_int_equal(counts->unknown_subject, 1);
    result = village_result("a/pad", VILLAGE_BEGIN, REASON_ok);
    text_copy(result.check, sizeof result.check, "other");
    pipeline_result(house->pipeline, &result, result.time);
    assert_int_equal(counts->unknown_subject, 2);

    result = village_result("a/pad", VILLAGE_BEGIN + 3600, REASON_ok);
    pipeline_result(house->pipeline, &result, wall_from_seconds(VILLAGE_BEGIN));
    assert_int_equal(counts->bad_time, 1);

    house_feed(house, VILLAGE_BEGIN, REASON_ok);
    house_feed(house, VILLAGE_BEGIN, REASON_timeout);
    house_feed(house, VILLAGE_BEGIN - 60, REASON_timeout);
    assert_int_equal(counts->stale, 2);
    assert_int_equal(counts->results, 1);
}

static void test_reload(void **state)
{
    struct house *house = *state;
    play_outage(house, 0, 5);
    pipeline_reload(house->pipeline, &house_large);
    struct result mail = village_result("a/mail", VILLAGE_BEGIN + 5 * VILLAGE_STEP, REASON_ok);
    pipeline_result(house->pipeline, &mail, mail.time);
    play_outage(house, 5, 15);
    assert_int_equal(pipeline_next_changed(house->pipeline), 0); /* the turn is with the last one */
    pipeline_reload(house->pipeline, &house_small);
    assert_true(pipeline_next_changed(house->pipeline) <= 0);
    assert_null(pipeline_record(house->pipeline, "a/mail"));
    play_outage(house, 15, 20);
    house_commit(house, KEEP_ALL);
    assert_outage(house);
}

/* Two changes between two commits: it is again as it was, and a crash comes before its times were written. */
static void test_there_and_back_before_a_crash(void **state)
{
    struct house *house = *state;
    play_outage(house, 0, 5);
    house_commit(house, KEEP_ALL);
    house_feed(house, VILLAGE_BEGIN + 20 * VILLAGE_STEP, REASON_ok);
    house_feed(house, VILLAGE_BEGIN + 21 * VILLAGE_STEP, REASON_ok);
    house_commit(house, KEEP_CHANGES);
    house_close(house);
    house_open(house);
    for (int i = 22; i < 30; i++)
        house_feed(house, VILLAGE_BEGIN + i * VILLAGE_STEP, REASON_ok);
    house_commit(house, KEEP_ALL);
    struct arena arena = {0};
    const struct span *spans;
    assert_int_equal(spans_of(house, &arena, &spans), 3);
    assert_int_equal(spans[1].state, OUTCOME_UNKNOWN);
    arena_free(&arena);
}

static void show_certificate(struct house *house, int step, char digest, char key)
{
    struct result result = village_result("a/pad", VILLAGE_BEGIN + step * VILLAGE_STEP, REASON_ok);
    memset(result.certificate.sha256, digest, 64);
    memset(result.certificate.key_sha256, key, 64);
    text_copy(result.certificate.issuer, sizeof result.certificate.issuer, "E7");
    result.certificate.not_after = wall_from_seconds(VILLAGE_BEGIN + 90 * 86400);
    pipeline_result(house->pipeline, &result, result.time);
}

static size_t certificates_of(struct house *house, struct arena *arena, const struct event **ret)
{
    struct fault fault;
    size_t count;
    assert_int_equal(
        ledger_certificates(house->ledger, "a/pad/web", 100, arena, ret, &count, &fault), 0);
    return count;
}

/* A certificate is an event when it is another, not each time it is seen, not even after a restart. */
static void test_certificates(void **state)
{
    struct house *house = *state;
    struct arena arena = {0};
    const struct event *events;
    struct certificate_change change = {0};
    for (int i = 0; i < 9; i++) {
        show_certificate(house, i, i < 6 ? 'a' : 'b', 'c');
        house_commit(house, KEEP_TIMES);
        house_close(house);
        house_open(house);
    }
    assert_int_equal(certificates_of(house, &arena, &events), 2);
    assert_int_equal(events[0].at, VILLAGE_BEGIN + 6 * VILLAGE_STEP);
    assert_true(events[0].before >= VILLAGE_BEGIN &&
                events[0].before < VILLAGE_BEGIN + 6 * VILLAGE_STEP);
    assert_true(certificate_change_read(events[0].facts, &change));
    assert_int_equal(change.before.sha256[0], 'a');
    assert_int_equal(change.now.sha256[0], 'b');
    assert_false(certificate_change_of_key(&change));
    assert_true(certificate_change_read(events[1].facts, &change));
    assert_true(certificate_change_is_first(&change));
    arena_free(&arena);
}

/* The bracket: between the last sight of the old one and the first of the new one. And the page is due. */
static void test_certificate_changes(void **state)
{
    struct house *house = *state;
    struct arena arena = {0};
    const struct event *events;
    show_certificate(house, 0, 'a', 'c');
    show_certificate(house, 1, 'a', 'c');
    house_commit(house, KEEP_CHANGES);
    while (pipeline_next_changed(house->pipeline) >= 0)
        ;
    show_certificate(house, 2, 'b', 'd');
    assert_true(pipeline_urgent(house->pipeline));
    assert_int_equal(pipeline_next_changed(house->pipeline), 0);
    house_commit(house, KEEP_CHANGES);
    assert_int_equal(certificates_of(house, &arena, &events), 2);
    assert_int_equal(events[0].before, VILLAGE_BEGIN + VILLAGE_STEP);
    assert_non_null(strstr(events[0].facts, "\"changed\":[\"certificate\",\"key\"]"));
    arena_free(&arena);
}

/* What rrdtool reads is the time to the end that the result tells, the least of each hour, over both families. */
static void test_certificates_in_the_series(void **state)
{
    struct house *house = *state;
    struct fault fault;
    size_t count;
    char path[128];
    int64_t end = VILLAGE_BEGIN + 90 * 86400;
    for (int i = 0; i < 130; i++)
        show_certificate(house, i, 'a', 'c');
    struct result sooner = village_result("a/pad", VILLAGE_BEGIN + 130 * VILLAGE_STEP, REASON_ok);
    sooner.family = FAMILY_IPV6;
    memset(sooner.certificate.sha256, 'b', 64);
    sooner.certificate.not_after = wall_from_seconds(end - 86400);
    pipeline_result(house->pipeline, &sooner, sooner.time);
    assert_int_equal(series_tick(house->series, VILLAGE_BEGIN + 4 * 3600, &fault), 0);
    assert_int_equal(series_flush(house->series, NULL, &fault), 0);
    text_format(path, sizeof path, "%s/series/a/pad/web.cert.rrd", house->folder);
    struct oracle_row *rows =
        oracle_fetch(path, "MIN", 3600, VILLAGE_BEGIN, VILLAGE_BEGIN + 3 * 3600, &count);
    assert_int_equal(count, 3);
    assert_true(fabs(rows[0].value[0] - (double)(end - VILLAGE_BEGIN - 59 * VILLAGE_STEP)) < 1e-3);
    assert_true(fabs(rows[1].value[0] - (double)(end - VILLAGE_BEGIN - 119 * VILLAGE_STEP)) < 1e-3);
    assert_true(
        fabs(rows[2].value[0] - (double)(end - 86400 - VILLAGE_BEGIN - 130 * VILLAGE_STEP)) < 1e-3);
    free(rows);
}

/* Over IPv6 another certificate: an endpoint of its own. */
static void test_certificates_by_family(void **state)
{
    struct house *house = *state;
    struct arena arena = {0};
    const struct event *events;
    size_t count;
    struct fault fault;
    show_certificate(house, 0, 'a', 'c');
    struct result result = village_result("a/pad", VILLAGE_BEGIN, REASON_ok);
    result.family = FAMILY_IPV6;
    memset(result.certificate.sha256, 'b', 64);
    pipeline_result(house->pipeline, &result, result.time);
    house_commit(house, KEEP_CHANGES);
    assert_int_equal(certificates_of(house, &arena, &events), 1);
    assert_int_equal(
        ledger_certificates(house->ledger, "a/pad/web/ipv6", 9, &arena, &events, &count, &fault),
        0);
    assert_int_equal(count, 1);
    arena_free(&arena);
}

static void test_silence(void **state)
{
    struct house *house = *state;
    struct arena arena = {0};
    const struct span *spans;
    house_feed(house, VILLAGE_BEGIN, REASON_ok);
    pipeline_settle(house->pipeline, VILLAGE_BEGIN + 3600);
    house_commit(house, KEEP_ALL);
    assert_int_equal(spans_of(house, &arena, &spans), 2);
    assert_int_equal(spans[0].to, VILLAGE_BEGIN + 120);
    assert_int_equal(spans[1].state, OUTCOME_UNKNOWN);
    assert_int_equal(spans[1].reason, REASON_silent);
    assert_int_equal(spans[1].to, VILLAGE_BEGIN + 3600 - 25);
    arena_free(&arena);
}

static void feed_family(struct house *house, enum family family, int64_t at, enum reason reason)
{
    struct result result = village_result("a/pad", at, reason);
    result.family = family;
    pipeline_result(house->pipeline, &result, result.time);
}

/* One family is never heard again, with or without a last word in doubt: the record goes on. */
static void test_a_line_that_ends(void **state)
{
    struct house *house = *state;
    const int64_t week = INT64_C(7) * 86400, end = VILLAGE_BEGIN + week + 7200;
    feed_family(house, FAMILY_IPV6, VILLAGE_BEGIN, REASON_ok);
    for (int i = 0; i < 60; i++)
        feed_family(house, FAMILY_IPV4, VILLAGE_BEGIN + i * VILLAGE_STEP, REASON_ok);
    house_commit(house, KEEP_ALL);
    assert_in_range(ledger_frontier(house->ledger, "a/pad"), VILLAGE_BEGIN + 57 * VILLAGE_STEP,
                    VILLAGE_BEGIN + 60 * VILLAGE_STEP);

    feed_family(house, FAMILY_IPV6, VILLAGE_BEGIN + 60 * VILLAGE_STEP, REASON_timeout);
    for (int64_t at = VILLAGE_BEGIN + 61 * VILLAGE_STEP; at < end; at += VILLAGE_STEP)
        feed_family(house, FAMILY_IPV4, at, REASON_ok);
    house_commit(house, KEEP_ALL);
    assert_in_range(ledger_frontier(house->ledger, "a/pad"), end - 3 * VILLAGE_STEP, end);
}

/* ---- however often time is told to pass ---- */

static uint64_t seed;

static int64_t below(int64_t limit)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (int64_t)((seed >> 33) % (uint64_t)limit);
}

/* Outages, blips, single good results, what we could not tell, and silences of one family or both. */
static enum reason random_reason(bool *down)
{
    static const enum reason seldom[] = {REASON_ok, REASON_slow, REASON_timeout, REASON_self};
    if (below(12) == 0)
        *down = !*down;
    if (below(5) == 0)
        return seldom[below(4)];
    return *down ? REASON_connect_refused : REASON_ok;
}

static void play_random(struct house *house, uint64_t story, bool settling)
{
    int64_t next[FAMILY_COUNT] = {VILLAGE_BEGIN, VILLAGE_BEGIN + 20};
    bool down[FAMILY_COUNT] = {false, false};
    seed = story;
    for (int64_t now = VILLAGE_BEGIN; now < VILLAGE_BEGIN + 6 * 3600; now += 5) {
        for (int i = 0; i < FAMILY_COUNT; i++) {
            if (now < next[i])
                continue;
            feed_family(house, (enum family)i, now, random_reason(&down[i]));
            next[i] = now + (below(4) ? VILLAGE_STEP : below(3) ? 5 : 5 * below(200));
        }
        if (settling)
            pipeline_settle(house->pipeline, now);
    }
    house_commit(house, KEEP_ALL);
}

static void assert_same_spans(struct house *one, struct house *other, const char *subject)
{
    struct arena arena = {0};
    struct fault fault;
    const struct span *left, *right;
    size_t count, count_right;
    int64_t to = ledger_frontier(one->ledger, subject);
    if (ledger_frontier(other->ledger, subject) < to)
        to = ledger_frontier(other->ledger, subject);
    assert_true(to > VILLAGE_BEGIN + 4 * 3600);
    assert_int_equal(ledger_spans(one->ledger, subject, 0, to, &arena, &left, &count, &fault), 0);
    assert_int_equal(
        ledger_spans(other->ledger, subject, 0, to, &arena, &right, &count_right, &fault), 0);
    assert_int_equal(count, count_right);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(left[i].from, right[i].from);
        assert_int_equal(left[i].before, right[i].before);
        assert_int_equal(left[i].state, right[i].state);
        assert_int_equal(left[i].reason, right[i].reason);
        assert_string_equal(span_detail(&left[i]), span_detail(&right[i]));
    }
    arena_free(&arena);
}

/* A record made live, where time passes every few seconds, is the one made from the bare results. */
static void test_settling_changes_nothing(void **state)
{
    (void)state;
    for (uint64_t story = 1; story <= 12; story++) {
        struct house bare, live;
        scratch_make(bare.folder);
        scratch_make(live.folder);
        house_open(&bare);
        house_open(&live);
        play_random(&bare, story, false);
        play_random(&live, story, true);
        assert_same_spans(&bare, &live, "a/pad");
        house_close(&bare);
        house_close(&live);
        scratch_remove(bare.folder);
        scratch_remove(live.folder);
    }
}

static void test_complete(void **state)
{
    struct house *house = *state;
    assert_false(pipeline_is_complete(house->pipeline));
    house_feed(house, VILLAGE_BEGIN, REASON_timeout);
    assert_false(pipeline_is_complete(house->pipeline));
    house_feed(house, VILLAGE_BEGIN + 5, REASON_timeout);
    house_feed(house, VILLAGE_BEGIN + 10, REASON_timeout);
    assert_true(pipeline_is_complete(house->pipeline));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, house_set_up, house_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_outage),
        TEST(test_restarts),
        TEST(test_a_blip_counts_nowhere),
        cmocka_unit_test(test_a_blip_is_listed_once),
        TEST(test_full_disk),
        TEST(test_too_much_waits),
        TEST(test_refused),
        TEST(test_reload),
        TEST(test_there_and_back_before_a_crash),
        TEST(test_certificates),
        TEST(test_certificate_changes),
        TEST(test_certificates_in_the_series),
        TEST(test_certificates_by_family),
        TEST(test_silence),
        TEST(test_a_line_that_ends),
        cmocka_unit_test(test_settling_changes_nothing),
        TEST(test_complete),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
