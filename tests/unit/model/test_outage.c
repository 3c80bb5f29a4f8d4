#include "outage.h"

#include "testing.h"

static void test_neighbours_are_one(void **state)
{
    (void)state;
    static const struct span spans[] = {
        {.from = 100, .to = 200, .state = OUTCOME_UP},
        {.from = 200,
         .to = 260,
         .before = 195,
         .state = OUTCOME_DOWN,
         .reason = REASON_timeout,
         .detail = "t"},
        {.from = 260, .to = 300, .state = OUTCOME_DOWN, .reason = REASON_http_status},
        {.from = 300, .to = 400, .before = 290, .state = OUTCOME_DEGRADED, .reason = REASON_slow},
        {.from = 400, .to = 450, .state = OUTCOME_DOWN, .reason = REASON_timeout},
        {.from = 450, .to = 500, .state = OUTCOME_UNKNOWN, .reason = REASON_self},
        {.from = 500, .to = 600, .state = OUTCOME_DOWN, .reason = REASON_timeout},
    };
    struct arena arena = {0};
    const struct outage *outages;
    assert_int_equal(outages_in(spans, 7, &arena, &outages), 3);
    assert_int_equal(outages[0].from, 200);
    assert_int_equal(outages[0].to, 300);
    assert_int_equal(outages[0].last_good, 195);
    assert_int_equal(outages[0].last_bad, 290);
    assert_int_equal(outages[0].end, OUTAGE_OVER);
    assert_int_equal(outages[0].reason, REASON_timeout); /* what began it */
    assert_string_equal(outages[0].detail, "t");
    assert_int_equal(outages[1].end, OUTAGE_LOST);
    assert_int_equal(outages[1].last_good, 0);
    assert_int_equal(outages[2].end, OUTAGE_OPEN);
    assert_int_equal(outage_seconds(&outages[0], 0, 1000), 100);
    assert_int_equal(outage_seconds(&outages[0], 250, 270), 20);
    assert_int_equal(outage_seconds(&outages[0], 300, 400), 0);
    arena_free(&arena);
}

static void test_none(void **state)
{
    (void)state;
    static const struct span calm = {.from = 1, .to = 2, .state = OUTCOME_UP};
    struct arena arena = {0};
    const struct outage *outages;
    assert_int_equal(outages_in(NULL, 0, &arena, &outages), 0);
    assert_int_equal(outages_in(&calm, 1, &arena, &outages), 0);
    arena_free(&arena);
}

/* A hole between two stretches of down is not measured: they stay two. */
static void test_a_gap_parts(void **state)
{
    (void)state;
    static const struct span spans[] = {{.from = 1, .to = 5, .state = OUTCOME_DOWN},
                                        {.from = 9, .to = 12, .state = OUTCOME_DOWN},
                                        {.from = 20, .to = 22, .state = OUTCOME_UP}};
    struct arena arena = {0};
    const struct outage *outages;
    assert_int_equal(outages_in(spans, 3, &arena, &outages), 2);
    assert_int_equal(outages[0].end, OUTAGE_LOST);
    assert_int_equal(outages[1].end, OUTAGE_LOST);
    arena_free(&arena);
}

/* Ended by a line whose last bad answer is of an earlier one. */
static void test_an_older_failure(void **state)
{
    (void)state;
    static const struct span spans[] = {{.from = 10, .to = 20, .state = OUTCOME_DOWN},
                                        {.from = 20, .to = 30, .before = 5, .state = OUTCOME_UP},
                                        {.from = 30, .to = 40, .state = OUTCOME_DOWN},
                                        {.from = 40, .to = 50, .before = 30, .state = OUTCOME_UP}};
    struct arena arena = {0};
    const struct outage *outages;
    assert_int_equal(outages_in(spans, 4, &arena, &outages), 2);
    assert_int_equal(outages[0].end, OUTAGE_OVER);
    assert_int_equal(outages[0].last_bad, 0);
    assert_int_equal(outages[1].last_bad, 30);
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_neighbours_are_one),
        cmocka_unit_test(test_none),
        cmocka_unit_test(test_a_gap_parts),
        cmocka_unit_test(test_an_older_failure),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
