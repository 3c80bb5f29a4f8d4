#include "span.h"

#include "macros.h"
#include "testing.h"

static struct span span(int64_t from, int64_t to, enum outcome state)
{
    return (struct span){.from = from, .to = to, .state = state};
}

static void tally_is(const struct tally *tally, int64_t up, int64_t degraded, int64_t down,
                     int64_t unknown)
{
    assert_int_equal(tally->up, up);
    assert_int_equal(tally->degraded, degraded);
    assert_int_equal(tally->down, down);
    assert_int_equal(tally->unknown, unknown);
}

static void test_only_what_lies_inside(void **state)
{
    (void)state;
    static const struct {
        int64_t from, to, wanted;
    } rows[] = {
        {0, 10, 0},     {0, 100, 0},   {0, 101, 1},   {90, 110, 10}, {100, 200, 100},
        {50, 500, 100}, {199, 300, 1}, {200, 300, 0}, {150, 150, 0}, {160, 140, 0},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct tally tally = {0};
        struct span one = span(rows[i].from, rows[i].to, OUTCOME_DOWN);
        tally_add(&tally, &one, 100, 200);
        assert_row(i, tally.down == rows[i].wanted);
    }
}

static void test_gaps_are_unknown(void **state)
{
    (void)state;
    const struct span spans[] = {
        span(0, 10, OUTCOME_UP),       span(10, 15, OUTCOME_DEGRADED), span(20, 30, OUTCOME_DOWN),
        span(30, 40, OUTCOME_UNKNOWN), span(50, 100, OUTCOME_UP),
    };
    struct tally tally = tally_of(spans, ARRAY_LEN(spans), 5, 60);
    tally_is(&tally, 5 + 10, 5, 10, 5 + 10 + 10);
    assert_int_equal(tally_total(&tally), 55);
    assert_int_equal(tally_good(&tally), 20);
    assert_int_equal(tally_known(&tally), 30);
    tally = tally_of(spans, ARRAY_LEN(spans), 60, 60);
    tally_is(&tally, 0, 0, 0, 0);
    tally = tally_of(NULL, 0, 0, 1000);
    tally_is(&tally, 0, 0, 0, 1000);
}

static void test_ratios_round_down(void **state)
{
    (void)state;
    static const struct {
        struct tally tally;
        int64_t availability, coverage;
    } rows[] = {
        {{0, 0, 0, 0}, -1, -1},
        {{0, 0, 0, 10}, -1, 0},
        {{10, 0, 0, 0}, 100000, 100000},
        {{0, 10, 0, 0}, 100000, 100000},
        {{31535999, 0, 1, 0}, 99999, 100000}, /* one second of a year: not 100 % */
        {{31535999, 0, 0, 1}, 100000, 99999},
        {{2, 0, 1, 0}, 66666, 100000},
        {{31500000, 0, 7200, 28800}, 99977, 99908},
        {{0, 0, 5, 5}, 0, 50000},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        assert_row(i, tally_availability_e5(&rows[i].tally) == rows[i].availability);
        assert_row(i, tally_coverage_e5(&rows[i].tally) == rows[i].coverage);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_only_what_lies_inside),
        cmocka_unit_test(test_gaps_are_unknown),
        cmocka_unit_test(test_ratios_round_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
