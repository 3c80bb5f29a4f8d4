#include "series_layout.h"

#include "macros.h"
#include "testing.h"

#include <string.h>

static size_t size_of(enum series_kind kind, bool compact)
{
    return series_layout_size(series_layout_of(kind, compact));
}

/* A block of a file system, of which the last one of each file is half empty. */
static size_t on_disk(size_t size)
{
    return (size + 4095) / 4096 * 4096;
}

/* One check on two families, with a certificate. */
static size_t of_a_service(bool compact)
{
    return on_disk(size_of(SERIES_AVAIL, compact)) + on_disk(size_of(SERIES_CERTIFICATE, compact)) +
           2 * on_disk(size_of(SERIES_LINE, compact)) +
           2 * on_disk(size_of(SERIES_LATENCY, compact));
}

static void test_a_thousand_services_have_room(void **state)
{
    (void)state;
    assert_true(1000 * of_a_service(false) <= UINT64_C(6000000000));
    assert_true(1000 * of_a_service(true) <= UINT64_C(1000000000));
}

/* As series.h says. */
static void test_sizes(void **state)
{
    static const struct {
        enum series_kind kind;
        size_t standard, compact;
    } rows[] = {
        {SERIES_AVAIL, 1689416, 318272},
        {SERIES_LINE, 318272, 195104},
        {SERIES_LATENCY, 1388264, 105248},
        {SERIES_CERTIFICATE, 76632, 21384},
    };
    (void)state;
    assert_int_equal(ARRAY_LEN(rows), SERIES_KIND_COUNT);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        assert_int_equal(size_of(rows[i].kind, false), rows[i].standard);
        assert_int_equal(size_of(rows[i].kind, true), rows[i].compact);
    }
}

/* verify and the sums of a year go by hours; a row of an hour must lie within one of a day. */
static void test_states_have_exact_hours_and_days(void **state)
{
    (void)state;
    for (int i = 0; i < 2 * SERIES_KIND_COUNT; i++) {
        const struct series_layout *layout =
            series_layout_of((enum series_kind)(i / 2), i % 2 != 0);
        bool hours = false, days = false;
        assert_int_equal(layout->kind, i / 2);
        assert_int_equal(layout->compact, i % 2 != 0);
        assert_true(series_layout_header(layout) <= SERIES_HEADER_MAX);
        for (size_t j = 0; j < layout->archive_count; j++) {
            char function[8], factor[16];
            long long steps, count;
            assert_int_equal(sscanf(layout->archives[j].text, "RRA:%7[A-Z]:%15[0-9.]:%lld:%lld",
                                    function, factor, &steps, &count),
                             4);
            assert_int_equal(count, layout->archives[j].rows);
            hours |= steps * layout->step == 3600;
            days |= steps * layout->step == 86400;
        }
        assert_true(hours && days);
        assert_int_equal(series_layout_has_states(layout), strcmp(layout->sources[0], "up") == 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_thousand_services_have_room),
        cmocka_unit_test(test_sizes),
        cmocka_unit_test(test_states_have_exact_hours_and_days),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
