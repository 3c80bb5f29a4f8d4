#include "distribution.h"
#include "macros.h"
#include "testing.h"

static void test_ranks(void **state)
{
    (void)state;
    int64_t values[20];
    for (int i = 0; i < 20; i++)
        values[i] = 20 - i; /* 1 to 20, not in order */
    struct distribution of = distribution_of(values, 20);
    assert_int_equal(of.count, 20);
    assert_int_equal(of.sum, 210);
    assert_int_equal(of.least, 1);
    assert_int_equal(of.tenth, 2);
    assert_int_equal(of.quarter, 5);
    assert_int_equal(of.median, 10); /* of 10 and 11, rounded down */
    assert_int_equal(of.three_quarters, 15);
    assert_int_equal(of.nine_tenths, 18);
    assert_int_equal(of.p95, 19);
    assert_int_equal(of.most, 20);
    assert_int_equal(distribution_mean(&of), 10);
}

static void test_few(void **state)
{
    (void)state;
    int64_t one[] = {7};
    struct distribution of = distribution_of(one, 1);
    assert_int_equal(of.tenth, 7);
    assert_int_equal(of.median, 7);
    assert_int_equal(of.p95, 7);
    of = distribution_of(NULL, 0);
    assert_int_equal(of.count, 0);
    assert_int_equal(of.median, -1);
    assert_int_equal(of.most, -1);
    assert_int_equal(distribution_mean(&of), -1);
}

static void test_classes(void **state)
{
    (void)state;
    const int64_t values[] = {0, 59, 60, 3599, 3600, 1000000}, bounds[] = {60, 3600};
    size_t counts[3] = {0, 0, 1};
    distribution_class(values, ARRAY_LEN(values), bounds, ARRAY_LEN(bounds), counts);
    assert_int_equal(counts[0], 2);
    assert_int_equal(counts[1], 2);
    assert_int_equal(counts[2], 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ranks),
        cmocka_unit_test(test_few),
        cmocka_unit_test(test_classes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
