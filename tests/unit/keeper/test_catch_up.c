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
    house = (struct house){
        .config = {.series_profile = SERIES_COMPACT,
                   .collective = {.vantage = "here", .services = services, .service_count = 1}}};
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

static void feed_family(struct house *house, enum family family, int from, int to,
                        enum reason reason)
{
    struct result result;
    for (int i = from; i < to; i++) {
        result_init(&result);
        result.time = wall_from_seconds(BEGIN + i * MINUTE);
        text_copy(result.vantage, sizeof result.vantage, "here");
        text_copy(result.service, sizeof result.service, "a/pad");
        text_copy(result.check, sizeof result.check, "web");
        result.family = family;
        result_set(&result, reason, "minute %d", i);
        pipeline_result(house->pipeline, &result, result.time);
    }
}

static void feed(struct house *house, int from, int to, enum reason reason)
{
    feed_family(house, FAMILY_IPV4, from, to, reason);
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
    assert_int_equal(made_anew(house), 2); /* of the service, and of its line */
    assert_agreement(house, 3);
    free(scratch_run("test -f %s/series/a/pad/avail.rrd.bad", house->folder));
    free(scratch_run("test -f %s/series/a/pad/web.ipv4.avail.rrd.bad", house->folder));
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

/* One family waits for a confirmation and holds up the service; the other one goes on alone. */
static void keep_one_line(struct house *house)
{
    for (int i = 0; i < 30; i++) {
        feed_family(house, FAMILY_IPV4, i, i + 1, REASON_ok);
        feed_family(house, FAMILY_IPV6, i, i + 1, REASON_ok);
    }
    feed_family(house, FAMILY_IPV4, 30, 31, REASON_timeout);
    commit(house, KEEP_ALL);
    flush(house);
    feed_family(house, FAMILY_IPV6, 30, 90, REASON_ok);
    commit(house, KEEP_TIMES);
    flush(house);
}

static void test_a_line_ahead_of_its_service_is_known(void **state)
{
    struct house *house = *state;
    live_and_die(house, keep_one_line);
    open_house(house);
    feed_family(house, FAMILY_IPV6, 91, 200, REASON_ok);
    feed_family(house, FAMILY_IPV4, 91, 200, REASON_ok);
    commit(house, KEEP_ALL);
    flush(house);
    close_house(house);
    assert_int_equal(made_anew(house), 0);
    assert_agreement(house, 6);
    char *up = scratch_run("rrdtool fetch %s/series/a/pad/web.ipv6.avail.rrd AVERAGE -r 3600"
                           " -s %d -e %d | grep -c '1.0000000000e+00 0.0000000000e+00'",
                           house->folder, BEGIN, BEGIN + 3 * 3600 - 1);
    assert_string_equal(up, "3\n");
    free(up);
}

static void lose_line(struct house *house, const char *how)
{
    open_house(house);
    feed(house, 0, 100, REASON_ok);
    feed(house, 100, 150, REASON_connect_refused);
    feed(house, 150, 240, REASON_ok);
    commit(house, KEEP_ALL);
    flush(house);
    close_house(house);
    free(scratch_run("%s %s/series/a/pad/web.ipv4.avail.rrd", how, house->folder));
    go_on(house, 240);
    assert_int_equal(made_anew(house), 1);
    assert_agreement(house, 10);
    free(scratch_run("test -f %s/series/a/pad/web.ipv4.avail.rrd", house->folder));
}

static void test_a_missing_line_is_made_anew(void **state)
{
    lose_line(*state, "rm");
}

static void test_a_line_that_was_cut_is_made_anew(void **state)
{
    lose_line(*state, "truncate -s 3000");
}

/* The file is lost while changes of its line still wait to be written. */
static void test_a_line_lost_before_a_commit_is_made_anew(void **state)
{
    struct house *house = *state;
    struct fault fault;
    open_house(house);
    feed(house, 0, 100, REASON_ok);
    commit(house, KEEP_ALL);
    flush(house);
    feed(house, 100, 150, REASON_connect_refused);
    feed(house, 150, 400, REASON_ok);
    free(scratch_run("truncate -s 3000 %s/series/a/pad/web.ipv4.avail.rrd", house->folder));
    free(scratch_run("sqlite3 %s/ledger.sqlite \"create trigger full before insert on event"
                     " begin select raise(abort, 'full'); end\"",
                     house->folder));
    flush(house); /* finds out */
    flush(house); /* tells us, and we cannot commit */
    assert_int_equal(pipeline_commit(house->pipeline, KEEP_ALL, &fault), -1);
    free(scratch_run("sqlite3 %s/ledger.sqlite \"drop trigger full\"", house->folder));
    commit(house, KEEP_ALL);
    flush(house);
    close_house(house);
    assert_agreement(house, 10);
}

/* A check that is gone leaves its line unknown, and it may come back. */
static void test_a_check_comes_back(void **state)
{
    struct house *house = *state;
    static const struct service without = {.id = "pad", .key = "a/pad", .hoster = &hoster};
    static const struct service *const list[] = {&without};
    struct config config = house->config;
    open_house(house);
    feed(house, 0, 100, REASON_ok);
    config.collective.services = list;
    pipeline_reload(house->pipeline, &config);
    commit(house, KEEP_ALL);
    flush(house);
    pipeline_reload(house->pipeline, &house->config);
    feed(house, 300, 500, REASON_ok);
    commit(house, KEEP_ALL);
    flush(house);
    close_house(house);
    assert_agreement(house, 10);
    free(scratch_run("rm %s/series/a/pad/web.ipv4.avail.rrd", house->folder));
    open_house(house);
    commit(house, KEEP_ALL);
    flush(house);
    close_house(house);
    assert_int_equal(made_anew(house), 1);
    assert_agreement(house, 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_times_that_were_kept_are_in_the_series, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_series_ahead_of_the_ledger_are_made_anew, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_a_line_ahead_of_its_service_is_known, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_a_missing_line_is_made_anew, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_line_that_was_cut_is_made_anew, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_line_lost_before_a_commit_is_made_anew, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_a_check_comes_back, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_journal_ahead_of_the_ledger_is_forgotten, set_up,
                                        tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
