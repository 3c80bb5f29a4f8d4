/* What is counted narrowly is what a whole histogram would count. */
#include "gauge.h"

#include "macros.h"
#include "testing.h"

#include <math.h>
#include <string.h>

static void same(const struct gauge *gauge, const struct histogram *wanted)
{
    struct histogram read;
    gauge_read(gauge, &read);
    assert_memory_equal(&read, wanted, sizeof read);
}

/* To both sides, to both ends, and what is no time. */
static const double answers[] = {120, 121, 119, 40,  4000,      0.5,  0,   1e12,        7,
                                 -1,  NAN, 7,   120, 4294967.0, 0.02, 1e3, 4294967295., 120};

static void test_as_a_histogram(void **state)
{
    (void)state;
    struct gauge gauge = {0};
    struct histogram whole = {{0}};
    same(&gauge, &whole);
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
        gauge_add(&gauge, answers[i]);
        histogram_add(&whole, answers[i]);
        same(&gauge, &whole);
    }
    assert_int_equal(histogram_count(&whole), sizeof answers / sizeof *answers - 2);
    gauge_fini(&gauge);
    same(&gauge, &(struct histogram){{0}});
}

static void test_narrow(void **state)
{
    (void)state;
    struct gauge gauge = {0};
    for (int i = 0; i < 1000; i++)
        gauge_add(&gauge, 80 + i % 80);
    assert_true(gauge.count < 64);
    gauge_fini(&gauge);
}

static void test_goes_on_with_what_was_known(void **state)
{
    (void)state;
    struct gauge gauge = {0};
    struct histogram known = {{0}};
    histogram_add(&known, 250);
    histogram_add(&known, 30);
    gauge_set(&gauge, &known);
    same(&gauge, &known);
    gauge_add(&gauge, 9000);
    histogram_add(&known, 9000);
    same(&gauge, &known);
    gauge_set(&gauge, &(struct histogram){{0}});
    assert_null(gauge.counts);
    known = (struct histogram){{0}};
    known.counts[0] = known.counts[HISTOGRAM_BUCKETS - 1] = 7;
    gauge_set(&gauge, &known);
    same(&gauge, &known);
    gauge_fini(&gauge);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_as_a_histogram),
        cmocka_unit_test(test_narrow),
        cmocka_unit_test(test_goes_on_with_what_was_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
