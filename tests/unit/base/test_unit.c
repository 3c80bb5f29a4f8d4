#include "unit.h"

#include "macros.h"
#include "testing.h"

static void test_durations(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t ms;
    } good[] = {
        {"0s", 0},
        {"250ms", 250},
        {"10s", 10000},
        {"5m", 300000},
        {"6h", 21600000},
        {"30d", 2592000000},
        {"007s", 7000},
        {"106751991167d", 9223372036828800000},
        {"9223372036854775807ms", INT64_MAX},
    };
    static const char *const bad[] = {"",
                                      "10",
                                      "s",
                                      "-1s",
                                      "+1s",
                                      "1.5s",
                                      "1 s",
                                      " 1s",
                                      "1s ",
                                      "1S",
                                      "1min",
                                      "1s1",
                                      "1e3s",
                                      "0x1s",
                                      "NaN",
                                      "106751991168d",
                                      "9223372036854775808ms",
                                      "99999999999999999999s",
                                      "1KiB"};
    int64_t ms;
    for (size_t i = 0; i < ARRAY_LEN(good); i++) {
        assert_row(i, unit_duration(good[i].text, &ms));
        assert_row(i, ms == good[i].ms);
    }
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        assert_row(i, !unit_duration(bad[i], &ms));
}

static void test_sizes(void **state)
{
    (void)state;
    int64_t bytes;
    assert_true(unit_size("64KiB", &bytes) && bytes == 65536);
    assert_true(unit_size("1B", &bytes) && bytes == 1);
    assert_true(unit_size("3MiB", &bytes) && bytes == 3145728);
    assert_true(unit_size("8GiB", &bytes) && bytes == 8589934592);
    assert_false(unit_size("64kB", &bytes));
    assert_false(unit_size("64K", &bytes));
    assert_false(unit_size("1s", &bytes));
    assert_false(unit_size("8589934592GiB", &bytes));
}

static void round_trip(int64_t value)
{
    char text[UNIT_TEXT_SIZE];
    int64_t back;
    if (!unit_duration(unit_duration_text(value, text), &back) || back != value)
        fail_msg("duration %lld as %s", (long long)value, text);
    if (!unit_size(unit_size_text(value, text), &back) || back != value)
        fail_msg("size %lld as %s", (long long)value, text);
}

static void test_round_trips(void **state)
{
    (void)state;
    for (int64_t value = 0; value < 200000; value++)
        round_trip(value);
    for (int64_t value = 1; value < INT64_MAX / 3; value *= 3)
        round_trip(value);
    for (int shift = 0; shift < 62; shift++)
        round_trip((int64_t)1 << shift);
    round_trip(INT64_MAX);
}

static void test_shortest_form(void **state)
{
    (void)state;
    char text[UNIT_TEXT_SIZE];
    assert_string_equal(unit_duration_text(86400000, text), "1d");
    assert_string_equal(unit_duration_text(90000000, text), "25h");
    assert_string_equal(unit_duration_text(90000, text), "90s");
    assert_string_equal(unit_duration_text(120000, text), "2m");
    assert_string_equal(unit_duration_text(1500, text), "1500ms");
    assert_string_equal(unit_duration_text(0, text), "0ms");
    assert_string_equal(unit_size_text(65536, text), "64KiB");
    assert_string_equal(unit_size_text(1000, text), "1000B");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_durations),
        cmocka_unit_test(test_sizes),
        cmocka_unit_test(test_round_trips),
        cmocka_unit_test(test_shortest_form),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
