/* Crashes between what the ledger learned and what the series were told: afterwards they agree to the hour. */
#include "pipeline.h"

#include "scratch.h"
#include "testing.h"
#include "text.h"
#include "verify.h"

#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum { BEGIN = 1767225600, MINUTE = 60 };

static const struct check checks[] = {
    {.id = "web", .url = "https://pad.example/", .interval_ms = 60000, .timeout_ms = 10000}};
static const struct hoster hoster = {.id = "a"};
static const struct service pad = {
    .id = "pad", .key = "a/pad", .hoster = &hoster, .checks = checks, .check_count = 1};
static const struct service *const services[] = {&pad};

struct house {
    char folder[SCRATCH_SIZE];
    struct config config;
    struct ledger *ledger;
    struct series *series;
    struct pipeline *pipeline;
};

static void on_lost(void *owner, const char *service, const char *why)
{
    struct house *house = owner;
    (void)why;
    pipeline_refeed(house->pipeline, service);
}

static void open_house(struct house *house)
{
    struct fault fault;
    struct series_rules rules = {.compact = true, .flush_ms = 3600000};
    assert_int_equal(ledger_open(house->folder, &house->ledger, &fault), 0);
    assert_int_equal(series_open(house->folder, &rules, on_lost, house, &house->series, &fault), 0);
    house->pipeline = pipeline_new(&house->config, house->ledger, house->series);
}

static void close_house(struct house *house)
{
    pipeline_free(house->pipeline);
    series_close(house->series);
    ledger_close(house->ledger);
}

static int set_up(void **state)
{
    static struct house house;
    house = (struct house){.config = {.series_profile = SERIES_COMPACT,
                                      .collective = {.services = services, .service_count = 1}}};
    scratch_make(house.folder);
    house.config.data = house.folder;
    *state = &house;
    return 0;
}

static int tear_down(void **state)
{
    struct house *house = *state;
    scratch_remove(house->folder);
    return 0;
}

static void feed(struct house *house, int from, int to, enum reason reason)
{
    struct result result;
    for (int i = from; i < to; i++) {
        result_init(&result);
        result.time = wall_from_seconds(BEGIN + i * MINUTE);
        text_copy(result.vantage, sizeof result.vantage, "here");
        text_copy(result.service, sizeof result.service, "a/pad");
        text_copy(result.check, sizeof result.check, "web");
        result_set(&result, reason, "minute %d", i);
        pipeline_result(house->pipeline, &result, result.time);
    }
}

static void commit(struct house *house, enum keep keep)
{
    struct fault fault;
    assert_int_equal(pipeline_commit(house->pipeline, keep, &fault), 0);
}

static void flush(struct house *house)
{
    struct fault fault;
    assert_int_equal(series_flush(house->series, NULL, &fault), 0);
}

/* A monitor that is gone from one moment to the next. */
static void live_and_die(struct house *house, void (*life)(struct house *house))
{
    int status;
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        open_house(house);
        life(house);
        _exit(0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

static void on_difference(void *owner, const char *sentence)
{
    (void)owner;
    print_error("%s\n", sentence);
}

/* Down from then on, for two hours. */
static void go_on(struct house *house, int from)
{
    open_house(house);
    feed(house, from, from + 120, REASON_connect_refused);
    commit(house, KEEP_ALL);
    flush(house);
    close_house(house);
}

static void assert_agreement(struct house *house, int64_t hours)
{
    const struct verify_ears ears = {NULL, on_difference};
    struct verify_counts counts;
    struct fault fault;
    assert_int_equal(verify_all(&house->config, &ears, &counts, &fault), 0);
    assert_int_equal(counts.differences, 0);
    assert_true(counts.hours >= hours);
}

/* How often the ledger says that the series was. */
static int made_anew(struct house *house)
{
    char *count = scratch_run("sqlite3 %s/ledger.sqlite \"select count(*) from event"
                              " where kind = 'series'\"",
                              house->folder);
    int number = atoi(count);
    free(count);
    return number;
}

/* The file's turn came with the first flush; then only times were kept. */
static void keep_times(struct house *house)
{
    feed(house, 0, 30, REASON_ok);
    commit(house, KEEP_ALL);
    flush(house);
    feed(house, 30, 90, REASON_ok);
    commit(house, KEEP_TIMES);
}

static void test_times_that_were_kept_are_in_the_series(void **state)
{
    struct house *house = *state;
    live_and_die(house, keep_times);
    go_on(house, 91);
    assert_int_equal(made_anew(house), 0);
    assert_agreement(house, 3);
}

static void run_ahead(struct house *house)
{
    feed(house, 0, 30, REASON_ok);
    commit(house, KEEP_ALL);
    feed(house, 30, 90, REASON_ok);
    flush(house);
}

/* What was up in the series only is not known any more: nobody could tell it from what was measured. */
static void test_series_ahead_of_the_ledger_are_made_anew(void **state)
{
    struct house *house = *state;
    live_and_die(house, run_ahead);
    go_on(house, 91);
    assert_int_equal(made_anew(house), 1);
    assert_agreement(house, 3);
    free(scratch_run("test -f %s/series/a/pad/avail.rrd.bad", house->folder));
}

static void wait_ahead(struct house *house)
{
    struct fault fault;
    feed(house, 0, 30, REASON_ok);
    commit(house, KEEP_ALL);
    feed(house, 30, 40, REASON_ok);
    feed(house, 40, 90, REASON_connect_refused);
    assert_int_equal(series_tick(house->series, BEGIN + 100 * MINUTE, &fault), 0); /* no turn yet */
    series_close(house->series);
}

/* The same when there is no file yet, only a journal. */
static void test_a_journal_ahead_of_the_ledger_is_forgotten(void **state)
{
    struct house *house = *state;
    live_and_die(house, wait_ahead);
    go_on(house, 91);
    assert_agreement(house, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_times_that_were_kept_are_in_the_series, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_series_ahead_of_the_ledger_are_made_anew, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_a_journal_ahead_of_the_ledger_is_forgotten, set_up,
                                        tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
