/* Who leaves with a reload, and comes back with another: known as well as whoever stayed. */
#include "house.h"
#include "testing.h"

#include <stdlib.h>

static void feed_mail(struct house *house, int from, int to, enum reason reason)
{
    for (int i = from; i < to; i++) {
        struct result result = village_result("a/mail", VILLAGE_BEGIN + i * VILLAGE_STEP, reason);
        pipeline_result(house->pipeline, &result, result.time);
    }
}

static void assert_mail_span(struct house *house, size_t i, size_t count, int from, int to,
                             enum outcome state)
{
    struct arena arena = {0};
    struct fault fault;
    const struct span *spans;
    size_t found;
    assert_int_equal(ledger_spans(house->ledger, "a/mail", VILLAGE_BEGIN, INT64_MAX, &arena, &spans,
                                  &found, &fault),
                     0);
    assert_int_equal(found, count);
    assert_int_equal(spans[i].from, VILLAGE_BEGIN + from * VILLAGE_STEP);
    assert_int_equal(spans[i].to, VILLAGE_BEGIN + to * VILLAGE_STEP);
    assert_int_equal(spans[i].state, state);
    arena_free(&arena);
}

/* Up for so long that the ledger was told of nothing but time. */
static void play_calm(struct house *house)
{
    pipeline_reload(house->pipeline, &house_large);
    for (int i = 0; i < 500; i++) {
        feed_mail(house, i, i + 1, REASON_ok);
        if (i % 10 == 3)
            house_commit(house, i < 100 ? KEEP_ALL : KEEP_TIMES);
    }
}

static void come_back(struct house *house)
{
    house_commit(house, KEEP_TIMES);
    house_commit(house, KEEP_ALL);
    pipeline_reload(house->pipeline, &house_large);
    assert_int_equal(series_known(house->series, "a/mail"), VILLAGE_BEGIN + 499 * VILLAGE_STEP);
    feed_mail(house, 500, 510, REASON_ok);
    house_commit(house, KEEP_ALL);
}

static void test_comes_back_later(void **state)
{
    struct house *house = *state;
    play_calm(house);
    pipeline_reload(house->pipeline, &house_small);
    come_back(house);
    assert_mail_span(house, 0, 1, 0, 509, OUTCOME_UP);
}

static void test_comes_back_after_a_restart(void **state)
{
    struct house *house = *state;
    play_calm(house);
    pipeline_reload(house->pipeline, &house_small);
    house_commit(house, KEEP_END);
    house_close(house);
    house_open(house);
    come_back(house);
    assert_mail_span(house, 0, 1, 0, 509, OUTCOME_UP);
}

/* What is on disk at the moment is all that the next start has. */
static void crash(struct house *house)
{
    free(scratch_run("cp -r %s %s.copy", house->folder, house->folder));
    house_close(house);
    free(scratch_run("rm -r %s && mv %s.copy %s", house->folder, house->folder, house->folder));
    house_open(house);
}

/* The monitor was killed, and the configuration of its next starts lacks the service for a while. */
static void test_comes_back_after_a_crash(void **state)
{
    struct house *house = *state;
    play_calm(house);
    house_commit(house, KEEP_ALL);
    crash(house);
    assert_true(series_known(house->series, "a/mail") < VILLAGE_BEGIN + 499 * VILLAGE_STEP);
    house_commit(house, KEEP_TIMES);
    crash(house);
    come_back(house);
    assert_mail_span(house, 0, 1, 0, 509, OUTCOME_UP);
    assert_int_equal(series_known(house->series, "a/mail"), VILLAGE_BEGIN + 509 * VILLAGE_STEP);
}

/* Before the ledger was written: what waits is not forgotten. */
static void test_comes_back_at_once(void **state)
{
    struct house *house = *state;
    pipeline_reload(house->pipeline, &house_large);
    feed_mail(house, 0, 5, REASON_ok);
    house_commit(house, KEEP_ALL);
    feed_mail(house, 5, 10, REASON_connect_refused);
    for (int i = 0; i < 3; i++) {
        pipeline_reload(house->pipeline, &house_small);
        assert_null(pipeline_record(house->pipeline, "a/mail"));
        pipeline_reload(house->pipeline, &house_large);
    }
    feed_mail(house, 10, 20, REASON_connect_refused);
    house_commit(house, KEEP_ALL);
    assert_mail_span(house, 0, 2, 0, 5, OUTCOME_UP);
    assert_mail_span(house, 1, 2, 5, 19, OUTCOME_DOWN);
}

static void test_leaving_is_urgent(void **state)
{
    struct house *house = *state;
    pipeline_reload(house->pipeline, &house_large);
    feed_mail(house, 0, 5, REASON_ok);
    house_commit(house, KEEP_ALL);
    assert_false(pipeline_urgent(house->pipeline));
    pipeline_reload(house->pipeline, &house_small);
    assert_true(pipeline_urgent(house->pipeline));
    house_commit(house, KEEP_CHANGES);
    assert_false(pipeline_urgent(house->pipeline));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, house_set_up, house_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_comes_back_later),         TEST(test_comes_back_after_a_restart),
        TEST(test_comes_back_after_a_crash), TEST(test_comes_back_at_once),
        TEST(test_leaving_is_urgent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
