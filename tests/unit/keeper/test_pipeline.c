/* The pipeline over a real ledger and real series: what is recorded, what survives, what is refused. */
#include "pipeline.h"

#include "certificate_change.h"
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

enum { BEGIN = 1767225600, STEP = 60 };

static const struct check checks[] = {
    {.id = "web", .url = "https://pad.example/", .interval_ms = 60000, .timeout_ms = 10000}};

/* Two configurations: `mail` comes with the second. */
static const struct hoster hoster = {.id = "a"};
static const struct service services[] = {
    {.id = "mail", .key = "a/mail", .hoster = &hoster, .checks = checks, .check_count = 1},
    {.id = "pad", .key = "a/pad", .hoster = &hoster, .checks = checks, .check_count = 1},
};
static const struct service *const only_pad[] = {&services[1]};
static const struct service *const both[] = {&services[0], &services[1]};
static const struct config small = {.collective = {.services = only_pad, .service_count = 1}};
static const struct config large = {.collective = {.services = both, .service_count = 2}};

struct house {
    char folder[SCRATCH_SIZE];
    struct ledger *ledger;
    struct series *series;
    struct pipeline *pipeline;
};

static void on_lost(void *owner, const char *service, const char *why)
{
    (void)owner;
    fail_msg("%s lost: %s", service, why);
}

static void open_house(struct house *house)
{
    struct fault fault;
    struct series_rules rules = {.compact = true, .flush_ms = 3600000};
    assert_int_equal(ledger_open(house->folder, &house->ledger, &fault), 0);
    assert_int_equal(series_open(house->folder, &rules, on_lost, NULL, &house->series, &fault), 0);
    house->pipeline = pipeline_new(&small, house->ledger, house->series);
}

static void close_house(struct house *house)
{
    pipeline_free(house->pipeline);
    series_close(house->series);
    ledger_close(house->ledger);
}

static int set_up(void **state)
{
    struct house *house = mem_zalloc(sizeof *house);
    scratch_make(house->folder);
    open_house(house);
    *state = house;
    return 0;
}

static int tear_down(void **state)
{
    struct house *house = *state;
    close_house(house);
    scratch_remove(house->folder);
    free(house);
    return 0;
}

static struct result result_of(const char *service, int64_t at, enum reason reason)
{
    struct result result;
    result_init(&result);
    result.time = wall_from_seconds(at);
    text_copy(result.vantage, sizeof result.vantage, "here");
    text_copy(result.service, sizeof result.service, service);
    text_copy(result.check, sizeof result.check, "web");
    result.phases.ms[PHASE_TOTAL] = 20;
    result_set(&result, reason, "seen at %lld", (long long)at);
    return result;
}

static void feed(struct house *house, int64_t at, enum reason reason)
{
    struct result result = result_of("a/pad", at, reason);
    pipeline_result(house->pipeline, &result, result.time);
}

static void commit(struct house *house, enum keep keep)
{
    struct fault fault;
    assert_int_equal(pipeline_commit(house->pipeline, keep, &fault), 0);
}

/* Up, an outage of ten minutes, up again: twenty results. */
static enum reason story(int i)
{
    return i >= 5 && i < 15 ? REASON_connect_refused : REASON_ok;
}

static void play_outage(struct house *house, int from, int to)
{
    for (int i = from; i < to; i++)
        feed(house, BEGIN + i * STEP, story(i));
}

static size_t spans_of(struct house *house, struct arena *arena, const struct span **ret)
{
    struct fault fault;
    size_t count;
    assert_int_equal(
        ledger_spans(house->ledger, "a/pad", BEGIN, BEGIN + 86400, arena, ret, &count, &fault), 0);
    return count;
}

static void assert_outage(struct house *house)
{
    struct arena arena = {0};
    const struct span *spans;
    assert_int_equal(spans_of(house, &arena, &spans), 3);
    assert_int_equal(spans[0].state, OUTCOME_UP);
    assert_int_equal(spans[1].state, OUTCOME_DOWN);
    assert_int_equal(spans[1].from, BEGIN + 5 * STEP);
    assert_int_equal(spans[1].before, BEGIN + 4 * STEP);
    assert_int_equal(spans[1].to, BEGIN + 15 * STEP);
    assert_int_equal(spans[1].reason, REASON_connect_refused);
    assert_string_equal(spans[1].detail, "seen at 1767225900");
    assert_int_equal(spans[2].state, OUTCOME_UP);
    assert_int_equal(spans[2].before, BEGIN + 14 * STEP);
    assert_int_equal(spans[2].to, BEGIN + 19 * STEP);
    arena_free(&arena);
}

static void test_outage(void **state)
{
    struct house *house = *state;
    play_outage(house, 0, 20);
    assert_true(pipeline_urgent(house->pipeline));
    commit(house, KEEP_ALL);
    assert_false(pipeline_urgent(house->pipeline));
    assert_outage(house);
}

/* The same when the monitor ends after every single result. */
static void test_restarts(void **state)
{
    struct house *house = *state;
    for (int i = 0; i < 20; i++) {
        play_outage(house, i, i + 1);
        commit(house, i % 2 ? KEEP_ALL : KEEP_TIMES);
        close_house(house);
        open_house(house);
    }
    commit(house, KEEP_ALL);
    assert_outage(house);
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
    commit(house, KEEP_ALL);
    assert_outage(house);
}

static void test_refused(void **state)
{
    struct house *house = *state;
    const struct pipeline_counts *counts = pipeline_counts(house->pipeline);
    struct result result = result_of("a/nobody", BEGIN, REASON_ok);
    pipeline_result(house->pipeline, &result, result.time);
    assert_int_equal(counts->unknown_subject, 1);

    result = result_of("a/pad", BEGIN + 3600, REASON_ok);
    pipeline_result(house->pipeline, &result, wall_from_seconds(BEGIN));
    assert_int_equal(counts->bad_time, 1);

    feed(house, BEGIN, REASON_ok);
    feed(house, BEGIN, REASON_timeout);
    feed(house, BEGIN - 60, REASON_timeout);
    assert_int_equal(counts->stale, 2);
    assert_int_equal(counts->results, 1);
}

static void test_reload(void **state)
{
    struct house *house = *state;
    play_outage(house, 0, 5);
    pipeline_reload(house->pipeline, &large);
    struct result mail = result_of("a/mail", BEGIN + 5 * STEP, REASON_ok);
    pipeline_result(house->pipeline, &mail, mail.time);
    play_outage(house, 5, 15);
    pipeline_reload(house->pipeline, &small);
    assert_null(pipeline_record(house->pipeline, "a/mail"));
    play_outage(house, 15, 20);
    commit(house, KEEP_ALL);
    assert_outage(house);
}

static void show_certificate(struct house *house, int step, char digest, char key)
{
    struct result result = result_of("a/pad", BEGIN + step * STEP, REASON_ok);
    memset(result.certificate.sha256, digest, 64);
    memset(result.certificate.key_sha256, key, 64);
    text_copy(result.certificate.issuer, sizeof result.certificate.issuer, "E7");
    result.certificate.not_after = wall_from_seconds(BEGIN + 90 * 86400);
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
        commit(house, KEEP_TIMES);
        close_house(house);
        open_house(house);
    }
    assert_int_equal(certificates_of(house, &arena, &events), 2);
    assert_int_equal(events[0].at, BEGIN + 6 * STEP);
    assert_true(events[0].before >= BEGIN && events[0].before < BEGIN + 6 * STEP);
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
    commit(house, KEEP_CHANGES);
    while (pipeline_next_changed(house->pipeline) >= 0)
        ;
    show_certificate(house, 2, 'b', 'd');
    assert_true(pipeline_urgent(house->pipeline));
    assert_int_equal(pipeline_next_changed(house->pipeline), 0);
    commit(house, KEEP_CHANGES);
    assert_int_equal(certificates_of(house, &arena, &events), 2);
    assert_int_equal(events[0].before, BEGIN + STEP);
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
    int64_t end = BEGIN + 90 * 86400;
    for (int i = 0; i < 130; i++)
        show_certificate(house, i, 'a', 'c');
    struct result sooner = result_of("a/pad", BEGIN + 130 * STEP, REASON_ok);
    sooner.family = FAMILY_IPV6;
    memset(sooner.certificate.sha256, 'b', 64);
    sooner.certificate.not_after = wall_from_seconds(end - 86400);
    pipeline_result(house->pipeline, &sooner, sooner.time);
    assert_int_equal(series_tick(house->series, BEGIN + 4 * 3600, &fault), 0);
    assert_int_equal(series_flush(house->series, NULL, &fault), 0);
    text_format(path, sizeof path, "%s/series/a/pad/web.cert.rrd", house->folder);
    struct oracle_row *rows = oracle_fetch(path, "MIN", 3600, BEGIN, BEGIN + 3 * 3600, &count);
    assert_int_equal(count, 3);
    assert_true(fabs(rows[0].value[0] - (double)(end - BEGIN - 59 * STEP)) < 1e-3);
    assert_true(fabs(rows[1].value[0] - (double)(end - BEGIN - 119 * STEP)) < 1e-3);
    assert_true(fabs(rows[2].value[0] - (double)(end - 86400 - BEGIN - 130 * STEP)) < 1e-3);
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
    struct result result = result_of("a/pad", BEGIN, REASON_ok);
    result.family = FAMILY_IPV6;
    memset(result.certificate.sha256, 'b', 64);
    pipeline_result(house->pipeline, &result, result.time);
    commit(house, KEEP_CHANGES);
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
    feed(house, BEGIN, REASON_ok);
    pipeline_settle(house->pipeline, BEGIN + 3600);
    commit(house, KEEP_ALL);
    assert_int_equal(spans_of(house, &arena, &spans), 2);
    assert_int_equal(spans[0].to, BEGIN + 120);
    assert_int_equal(spans[1].state, OUTCOME_UNKNOWN);
    assert_int_equal(spans[1].reason, REASON_silent);
    assert_int_equal(spans[1].to, BEGIN + 3600 - 25);
    arena_free(&arena);
}

static void test_complete(void **state)
{
    struct house *house = *state;
    assert_false(pipeline_is_complete(house->pipeline));
    feed(house, BEGIN, REASON_timeout);
    assert_false(pipeline_is_complete(house->pipeline));
    feed(house, BEGIN + 5, REASON_timeout);
    feed(house, BEGIN + 10, REASON_timeout);
    assert_true(pipeline_is_complete(house->pipeline));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_outage),
        TEST(test_restarts),
        TEST(test_full_disk),
        TEST(test_refused),
        TEST(test_reload),
        TEST(test_certificates),
        TEST(test_certificate_changes),
        TEST(test_certificates_in_the_series),
        TEST(test_certificates_by_family),
        TEST(test_silence),
        TEST(test_complete),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
