/* How much a service is used, from results to what pages are told: once a day, the newest of each month, over restarts. */
#include "ledger_usage.h"
#include "memory.h"
#include "mem.h"
#include "scratch.h"
#include "testing.h"
#include "text.h"

#include <stdlib.h>

enum { DAY = 86400, BEGIN = 1767225600 /* 1 January 2026 */, FEBRUARY = BEGIN + 31 * DAY };

static const struct check checks[] = {
    {.id = "web", .url = "nodeinfo://a.example/", .interval_ms = 3600000, .timeout_ms = 10000}};
static const struct hoster hoster = {.id = "a"};
static const struct service social = {
    .id = "social", .key = "a/social", .hoster = &hoster, .checks = checks, .check_count = 1};
static const struct service *const services[] = {&social};
static const struct config config = {
    .collective = {.vantage = "here", .services = services, .service_count = 1}};

struct house {
    char folder[SCRATCH_SIZE];
    struct ledger *ledger;
    struct pipeline *pipeline;
};

static void open_house(struct house *house)
{
    struct fault fault;
    assert_int_equal(ledger_open(house->folder, &house->ledger, &fault), 0);
    house->pipeline = pipeline_new(&config, house->ledger, NULL);
}

static void close_house(struct house *house)
{
    pipeline_free(house->pipeline);
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

static void tell(struct house *house, int64_t at, struct users users)
{
    struct result result;
    result_init(&result);
    text_copy(result.vantage, sizeof result.vantage, "here");
    text_copy(result.service, sizeof result.service, social.key);
    text_copy(result.check, sizeof result.check, "web");
    result_set(&result, REASON_ok, "%s", "");
    result.time.ms = at * 1000;
    result.users = users;
    pipeline_result(house->pipeline, &result, (struct wall){at * 1000});
}

static void commit(struct house *house)
{
    struct fault fault;
    assert_int_equal(pipeline_commit(house->pipeline, KEEP_CHANGES, &fault), 0);
}

static size_t months(struct house *house, int64_t now, struct arena *arena,
                     const struct usage **ret)
{
    struct memory memory = {house->ledger, house->pipeline, now};
    struct history history = memory_history(&memory);
    return history.usage(history.owner, social.key, arena, ret);
}

static void expect_two_months(struct house *house)
{
    struct arena arena = {0};
    const struct usage *list;
    assert_int_equal(months(house, FEBRUARY + DAY, &arena, &list), 2);
    assert_int_equal(list[0].month, BEGIN);
    assert_int_equal(list[0].at, BEGIN + DAY);
    assert_int_equal(list[0].users.total, 20);
    assert_int_equal(list[0].users.month, USERS_UNKNOWN);
    assert_int_equal(list[0].users.posts, 5);
    assert_int_equal(list[1].month, FEBRUARY);
    assert_int_equal(list[1].users.total, 30);
    assert_int_equal(list[1].users.halfyear, 8);
    assert_int_equal(months(house, BEGIN + 2 * DAY, &arena, &list), 1);
    assert_int_equal(months(house, BEGIN, &arena, &list), 0);
    arena_free(&arena);
}

/* The first of a day counts, the last day of a month, and a month that waits for the disk when the next begins. */
static void test_newest_of_each_month(void **state)
{
    struct house *house = *state;
    tell(house, BEGIN + 60, (struct users){10, 1, 2, 3});
    commit(house);
    tell(house, BEGIN + DAY, (struct users){20, USERS_UNKNOWN, 4, 5});
    tell(house, BEGIN + DAY + 3600, (struct users){99, 99, 99, 99});
    tell(house, FEBRUARY, (struct users){30, 6, 8, 9});
    expect_two_months(house);
    commit(house);
    expect_two_months(house);
    close_house(house);
    open_house(house);
    expect_two_months(house);
    tell(house, FEBRUARY + 3600, (struct users){99, 99, 99, 99});
    expect_two_months(house);
}

static void test_nothing_is_made_up(void **state)
{
    struct house *house = *state;
    struct arena arena = {0};
    const struct usage *list;
    tell(house, BEGIN, users_unknown);
    commit(house);
    assert_int_equal(months(house, BEGIN + DAY, &arena, &list), 0);
    tell(house, BEGIN + 3600, (struct users){0, 0, 0, 0});
    assert_int_equal(months(house, BEGIN + DAY, &arena, &list), 1);
    arena_free(&arena);
}

static void test_older_reading_never_replaces(void **state)
{
    struct house *house = *state;
    struct fault fault;
    struct arena arena = {0};
    const struct usage *list;
    tell(house, BEGIN + DAY, (struct users){20, 1, 1, 1});
    commit(house);
    const struct usage older = {BEGIN, BEGIN + 60, {7, 7, 7, 7}};
    assert_int_equal(ledger_save_usage(house->ledger, social.key, &older, &fault), 0);
    close_house(house);
    open_house(house);
    assert_int_equal(months(house, FEBRUARY, &arena, &list), 1);
    assert_int_equal(list[0].users.total, 20);
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_newest_of_each_month, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_nothing_is_made_up, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_older_reading_never_replaces, set_up, tear_down),
    };
    setenv("TZ", "UTC", 1);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
