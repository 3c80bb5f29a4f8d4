#include "availability.h"

#include "macros.h"
#include "testing.h"

enum { HOUR = 3600 };

/* Up, an outage of 100 s seen with brackets of 10 s on both sides, silence of 50 s, degraded. */
static const struct span year[] = {
    {.from = 1000, .to = 2000, .state = OUTCOME_UP},
    {.from = 2000, .to = 2100, .before = 1990, .state = OUTCOME_DOWN},
    {.from = 2100, .to = 3000, .before = 2090, .state = OUTCOME_UP},
    {.from = 3000, .to = 3050, .before = 2980, .state = OUTCOME_UNKNOWN},
    {.from = 3050, .to = 4000, .state = OUTCOME_DEGRADED},
};

static struct availability ask(int64_t from, int64_t to, const struct span *spans, size_t count,
                               struct arena *arena)
{
    struct availability_question question = {
        .from = from, .to = to, .spans = spans, .count = count, .incident_after_s = 60};
    struct availability ret;
    availability_of(&question, arena, &ret);
    return ret;
}

static void test_sums(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct availability got = ask(1000, 5000, year, ARRAY_LEN(year), &arena);
    assert_int_equal(tally_good(&got.tally), 1000 + 900 + 950);
    assert_int_equal(got.tally.degraded, 950);
    assert_int_equal(got.tally.down, 100);
    assert_int_equal(got.tally.unknown, 50 + 1000); /* the record ends at 4000 */
    assert_int_equal(availability_e5(&got), 2850 * 100000 / 2950);
    assert_int_equal(availability_coverage_e5(&got), 2950 * 100000 / 4000);
    assert_int_equal(got.outages, 1);
    assert_int_equal(got.incidents, 1);
    assert_int_equal(got.longest_s, 100);
    assert_int_equal(availability_mean_s(&got), 100);
    assert_int_equal(availability_median_s(&got), 100);
    arena_free(&arena);
}

/* Against it: the seconds before the first bad and before the silence; for it: those before the first good. */
static void test_bounds(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct availability got = ask(1000, 4000, year, ARRAY_LEN(year), &arena);
    assert_int_equal(got.least_good_s, 2850 - 10 - 20);
    assert_int_equal(got.most_good_s, 2850 + 50 + 10);
    assert_int_equal(availability_low_e5(&got), 94000);
    assert_int_equal(availability_high_e5(&got), 97000);
    got = ask(1995, 2095, year, ARRAY_LEN(year), &arena); /* both brackets are cut by the period */
    assert_int_equal(got.least_good_s, 0);
    assert_int_equal(got.most_good_s, 5 + 5);
    arena_free(&arena);
}

static void test_upper_bound_is_rounded_up(void **state)
{
    (void)state;
    static const struct span spans[] = {
        {.from = 0, .to = 1, .state = OUTCOME_UP},
        {.from = 1, .to = 3, .state = OUTCOME_DOWN},
    };
    struct arena arena = {0};
    struct availability got = ask(0, 3, spans, 2, &arena);
    assert_int_equal(availability_low_e5(&got), 33333);
    assert_int_equal(availability_e5(&got), 33333);
    assert_int_equal(availability_high_e5(&got), 33334);
    arena_free(&arena);
}

static void test_nothing_known(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct availability got = ask(0, 100, NULL, 0, &arena);
    assert_int_equal(availability_e5(&got), -1);
    assert_int_equal(availability_low_e5(&got), 0);
    assert_int_equal(availability_high_e5(&got), 100000);
    assert_int_equal(availability_without_maintenance_e5(&got), -1);
    assert_int_equal(availability_coverage_e5(&got), 0);
    assert_int_equal(availability_mean_s(&got), -1);
    assert_int_equal(availability_median_s(&got), -1);
    assert_int_equal(got.worst_s[0], -1);
    arena_free(&arena);
}

static void test_maintenance(void **state)
{
    (void)state;
    static const struct stretch announced[] = {{500, 1100}, {1950, 2050}, {3900, 9000}};
    struct availability_question question = {.from = 1000,
                                             .to = 4000,
                                             .spans = year,
                                             .count = ARRAY_LEN(year),
                                             .maintenance = announced,
                                             .maintenance_count = ARRAY_LEN(announced)};
    struct arena arena = {0};
    struct availability got;
    availability_of(&question, &arena, &got);
    assert_int_equal(got.maintenance_s, 100 + 100 + 100);
    assert_int_equal(got.excluded.down, 50);
    assert_int_equal(availability_without_maintenance_e5(&got),
                     (2850 - 250) * INT64_C(100000) / (2950 - 300));
    assert_int_equal(availability_e5(&got), 2850 * 100000 / 2950); /* counts what was measured */
    arena_free(&arena);
}

/* One that crosses the begin of the period counted for the one before; one that crosses its end has no duration yet. */
static void test_edges_of_the_period(void **state)
{
    (void)state;
    static const struct span spans[] = {
        {.from = 0, .to = 200, .state = OUTCOME_DOWN},
        {.from = 200, .to = 300, .state = OUTCOME_UP},
        {.from = 300, .to = 310, .state = OUTCOME_DOWN},
        {.from = 310, .to = 400, .state = OUTCOME_UP},
        {.from = 400, .to = 900, .state = OUTCOME_DOWN},
        {.from = 900, .to = 950, .state = OUTCOME_UP},
    };
    struct arena arena = {0};
    struct availability got = ask(100, 500, spans, ARRAY_LEN(spans), &arena);
    assert_int_equal(got.outages, 2);
    assert_int_equal(got.incidents, 1);
    assert_int_equal(got.longest_s, 100);
    assert_int_equal(got.ended, 2);
    assert_int_equal(availability_mean_s(&got), (200 + 10) / 2);
    assert_int_equal(availability_median_s(&got), (200 + 10) / 2);
    arena_free(&arena);
}

/* By looking at every window. */
static int64_t slow_worst(const struct span *spans, size_t count, int64_t from, int64_t to,
                          int64_t length)
{
    int64_t worst = 0;
    for (int64_t begin = from; begin + length <= to; begin++) {
        int64_t down = tally_of(spans, count, begin, begin + length).down;
        if (down > worst)
            worst = down;
    }
    return worst;
}

static void test_worst_windows(void **state)
{
    (void)state;
    struct span spans[40];
    struct arena arena = {0};
    unsigned random = 1;
    for (int round = 0; round < 20; round++) {
        int64_t at = 0;
        for (size_t i = 0; i < ARRAY_LEN(spans); i++) {
            random = random * 1103515245u + 12345u;
            int64_t length = 1 + random / 65536 % (i % 2 ? 900 : 1500);
            spans[i] = (struct span){
                .from = at, .to = at + length, .state = i % 2 ? OUTCOME_DOWN : OUTCOME_UP};
            at += length;
        }
        struct availability got = ask(500, at - 300, spans, ARRAY_LEN(spans), &arena);
        assert_int_equal(got.worst_s[0], slow_worst(spans, ARRAY_LEN(spans), 500, at - 300, HOUR));
        assert_int_equal(got.worst_s[1], -1); /* a day is longer than the period */
    }
    struct availability_question question = {.from = 500,
                                             .to = 9000,
                                             .spans = spans,
                                             .count = ARRAY_LEN(spans),
                                             .without_windows = true};
    struct availability without;
    availability_of(&question, &arena, &without);
    struct availability with = ask(500, 9000, spans, ARRAY_LEN(spans), &arena);
    assert_true(with.worst_s[0] > 0);
    assert_int_equal(without.worst_s[0], -1);
    assert_int_equal(without.ended_s, with.ended_s);
    assert_int_equal(without.longest_s, with.longest_s);
    arena_free(&arena);
}

static void test_adding_up(void **state)
{
    (void)state;
    static const struct span other[] = {
        {.from = 1000, .to = 1500, .state = OUTCOME_DOWN},
        {.from = 1500, .to = 5000, .before = 1490, .state = OUTCOME_UP},
    };
    struct arena arena = {0};
    struct availability sum = {0}, first = ask(1000, 4000, year, ARRAY_LEN(year), &arena),
                        second = ask(1000, 4000, other, 2, &arena);
    availability_add(&sum, &first, &arena);
    availability_add(&sum, &second, &arena);
    assert_int_equal(tally_total(&sum.tally), 6000);
    assert_int_equal(sum.tally.down, 600);
    assert_int_equal(sum.outages, 2);
    assert_int_equal(sum.longest_s, 500);
    assert_int_equal(availability_median_s(&sum), 300);
    assert_int_equal(sum.most_good_s, first.most_good_s + second.most_good_s);
    assert_int_equal(sum.worst_s[0], -1);
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sums),
        cmocka_unit_test(test_bounds),
        cmocka_unit_test(test_upper_bound_is_rounded_up),
        cmocka_unit_test(test_nothing_known),
        cmocka_unit_test(test_maintenance),
        cmocka_unit_test(test_edges_of_the_period),
        cmocka_unit_test(test_worst_windows),
        cmocka_unit_test(test_adding_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
