#include "histogram.h"

#include "macros.h"
#include "testing.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A small generator of our own, so that a failing run can be run again. */
static uint64_t next_random(uint64_t *seed)
{
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return *seed >> 33;
}

static int by_value(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

/* The exact one, by sorting. */
static double exact_percentile(const double *sorted, size_t count, double share)
{
    double rank = ceil(share * (double)count);
    size_t index = rank < 1 ? 0 : (size_t)rank - 1;
    return sorted[index < count ? index : count - 1];
}

static void test_percentiles_against_sorting(void **state)
{
    (void)state;
    static const double shares[] = {0, 0.01, 0.25, 0.5, 0.9, 0.95, 0.99, 1};
    enum { MOST = 3000 };
    static double values[MOST];
    uint64_t seed = 7;
    for (int round = 0; round < 60; round++) {
        struct histogram histogram = {0};
        size_t count = 1 + next_random(&seed) % MOST;
        for (size_t i = 0; i < count; i++) {
            /* From 16 us, below which whole microseconds are coarser than a sixteenth, to an hour. */
            values[i] = 0.016 * exp2((double)(next_random(&seed) % 27000) / 1000);
            histogram_add(&histogram, values[i]);
        }
        qsort(values, count, sizeof values[0], by_value);
        assert_int_equal(histogram_count(&histogram), count);
        for (size_t i = 0; i < ARRAY_LEN(shares); i++) {
            double exact = exact_percentile(values, count, shares[i]);
            double found = histogram_percentile(&histogram, shares[i]);
            if (fabs(found - exact) > exact / 16)
                fail_msg("round %d, %zu values, p%g: %f, not %f", round, count, shares[i] * 100,
                         found, exact);
        }
    }
}

static void test_empty(void **state)
{
    (void)state;
    struct histogram histogram = {0};
    assert_int_equal(histogram_count(&histogram), 0);
    assert_true(isnan(histogram_percentile(&histogram, 0.5)));
}

static void test_odd_values(void **state)
{
    (void)state;
    struct histogram histogram = {0};
    histogram_add(&histogram, NAN);
    histogram_add(&histogram, INFINITY);
    histogram_add(&histogram, -1);
    assert_int_equal(histogram_count(&histogram), 0);
    histogram_add(&histogram, 0);
    histogram_add(&histogram, 1e300);
    assert_int_equal(histogram_count(&histogram), 2);
    assert_int_equal(histogram.counts[0], 1);
    assert_int_equal(histogram.counts[HISTOGRAM_BUCKETS - 1], 1);
}

static struct histogram some(uint64_t seed, size_t count)
{
    struct histogram histogram = {0};
    for (size_t i = 0; i < count; i++)
        histogram_add(&histogram, (double)(next_random(&seed) % 1000000) / 7);
    return histogram;
}

static void test_merging_is_addition(void **state)
{
    (void)state;
    struct histogram left = some(1, 1000), right = some(2, 500), sum = left;
    histogram_merge(&sum, &right);
    assert_int_equal(histogram_count(&sum), 1500);
    for (size_t i = 0; i < HISTOGRAM_BUCKETS; i++)
        assert_int_equal(sum.counts[i], left.counts[i] + right.counts[i]);
}

/* A list says what the whole says. */
static void expect_same_list(const struct histogram *histogram, const struct buffer *packed)
{
    static const double shares[] = {0, 0.01, 0.5, 0.95, 1};
    uint16_t buckets[HISTOGRAM_BUCKETS];
    uint32_t counts[HISTOGRAM_BUCKETS];
    struct histogram_room room = {buckets, counts};
    struct histogram_list list;
    struct histogram sum = {{0}};
    assert_true(histogram_list(buffer_text(packed), packed->length, room, &list));
    histogram_list_merge(&sum, &list);
    assert_memory_equal(&sum, histogram, sizeof sum);
    assert_int_equal(list.count, histogram_count(histogram));
    for (size_t i = 0; i < ARRAY_LEN(shares); i++) {
        double whole = histogram_percentile(histogram, shares[i]);
        double found = histogram_list_percentile(&list, shares[i]);
        assert_true(found == whole || (isnan(found) && isnan(whole)));
    }
}

static void round_trip(const struct histogram *histogram)
{
    struct buffer packed;
    struct histogram back;
    buffer_init(&packed, 16 * 1024);
    histogram_pack(histogram, &packed);
    assert_false(packed.overflow);
    assert_true(histogram_unpack(buffer_text(&packed), packed.length, &back));
    assert_memory_equal(&back, histogram, sizeof back);
    expect_same_list(histogram, &packed);
    buffer_fini(&packed);
}

static void test_pack_round_trip(void **state)
{
    (void)state;
    struct histogram histogram = {0};
    round_trip(&histogram);
    for (uint64_t seed = 0; seed < 50; seed++) {
        histogram = some(seed, 10 * seed);
        round_trip(&histogram);
    }
    for (size_t i = 0; i < HISTOGRAM_BUCKETS; i++)
        histogram.counts[i] = UINT32_MAX - (uint32_t)i;
    round_trip(&histogram);
    for (uint64_t seed = 1; seed <= 200; seed++) { /* numbers of all lengths, in any order */
        uint64_t at = seed;
        histogram = (struct histogram){{0}};
        for (size_t i = 0; i < HISTOGRAM_BUCKETS; i += 1 + next_random(&at) % (1 + seed))
            histogram.counts[i] = UINT32_C(1) << next_random(&at) % 32;
        round_trip(&histogram);
    }
}

static void test_a_day_is_small(void **state)
{
    (void)state;
    struct histogram histogram = {0};
    uint64_t seed = 3;
    for (int i = 0; i < 1440; i++)
        histogram_add(&histogram, 80 + (double)(next_random(&seed) % 120));
    struct buffer packed;
    buffer_init(&packed, 1024);
    histogram_pack(&histogram, &packed);
    assert_true(packed.length < 100);
    buffer_fini(&packed);
}

static void test_refused_bytes(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t length;
    } rows[] = {
        {"\x01", 1}, /* a step without a count */
        {"\x80", 1}, /* a number without end */
        {"\x01\x80", 2},
        {"\x80\x04\x01", 3},                     /* bucket 512 */
        {"\xFF\x03\x01\x01\x01", 5},             /* bucket 511, then 512 */
        {"\x01\x80\x80\x80\x80\x10", 6},         /* count 2^32 */
        {"\x01\xFF\xFF\xFF\xFF\xFF\xFF\x01", 8}, /* more than five bytes */
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct histogram histogram;
        uint16_t buckets[HISTOGRAM_BUCKETS];
        uint32_t counts[HISTOGRAM_BUCKETS];
        struct histogram_room room = {buckets, counts};
        struct histogram_list list;
        assert_row(i, !histogram_unpack(rows[i].bytes, rows[i].length, &histogram));
        assert_row(i, !histogram_list(rows[i].bytes, rows[i].length, room, &list));
        assert_row(i, histogram_count(&histogram) == 0);
    }
}

static void test_count_below(void **state)
{
    (void)state;
    struct histogram histogram = {{0}};
    for (int ms = 1; ms <= 1000; ms++)
        histogram_add(&histogram, ms);
    assert_int_equal(histogram_count_below(&histogram, 0), 0);
    assert_int_equal(histogram_count_below(&histogram, 1e9), 1000);
    for (int ms = 20; ms <= 1000; ms *= 2) {
        uint64_t below = histogram_count_below(&histogram, ms);
        assert_in_range(below, (uint64_t)(ms - ms / 16 - 1), (uint64_t)(ms + ms / 16 + 1));
    }
    for (size_t i = 0; i < HISTOGRAM_BUCKETS;
         i++) { /* a bucket is below what is above its middle */
        histogram = (struct histogram){{0}};
        histogram.counts[i] = 7;
        assert_int_equal(histogram_count_below(&histogram, histogram_bucket_ms(i)), 0);
        assert_int_equal(histogram_count_below(&histogram, histogram_bucket_ms(i) * 1.000001), 7);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_percentiles_against_sorting),
        cmocka_unit_test(test_empty),
        cmocka_unit_test(test_count_below),
        cmocka_unit_test(test_odd_values),
        cmocka_unit_test(test_merging_is_addition),
        cmocka_unit_test(test_pack_round_trip),
        cmocka_unit_test(test_a_day_is_small),
        cmocka_unit_test(test_refused_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
