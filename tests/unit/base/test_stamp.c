#include "stamp.h"

#include "macros.h"
#include "testing.h"

#include <string.h>

/* Figures from `date -u -d TIME +%s`, not from our code. */
static const struct {
    const char *text;
    int64_t seconds;
} oracle[] = {
    {"1970-01-01T00:00:00Z", 0},
    {"2026-01-02T03:04:05Z", 1767323045},
    {"2000-02-29T23:59:59Z", 951868799},
    {"2024-02-29T12:00:00Z", 1709208000},
    {"2038-01-19T03:14:08Z", 2147483648},
    {"2100-03-01T00:00:00Z", 4107542400},
    {"1969-12-31T23:59:59Z", -1},
    {"1900-01-01T00:00:00Z", -2208988800},
    {"9999-12-31T23:59:59Z", 253402300799},
    {"0999-12-31T00:00:00Z", -30610310400},
    {"0000-01-01T00:00:00Z", -62167219200},
};

static void test_both_ways(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(oracle); i++) {
        char text[STAMP_SIZE];
        struct wall time;
        assert_string_equal(stamp_seconds(oracle[i].seconds, text), oracle[i].text);
        assert_row(i, stamp_parse(oracle[i].text, &time));
        assert_row(i, time.ms == oracle[i].seconds * 1000);
    }
}

static void test_accepted_forms(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t ms;
    } rows[] = {
        {"2026-01-02", 1767312000000},
        {"2026-01-02T03:04:05.678Z", 1767323045678},
        {"2026-01-02t03:04:05.6z", 1767323045600},
        {"2026-01-02 03:04:05.67899999999999Z", 1767323045678},
        {"2026-01-02T04:04:05+01:00", 1767323045000},
        {"2026-01-01T21:34:05-05:30", 1767323045000},
        {"2026-01-02T03:04:05+00:00", 1767323045000},
        {"1969-12-31T23:59:59.500Z", -500},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct wall time;
        assert_row(i, stamp_parse(rows[i].text, &time));
        assert_row(i, time.ms == rows[i].ms);
    }
}

static void test_refused_forms(void **state)
{
    (void)state;
    static const char *const rows[] = {
        "",
        "2026",
        "2026-01",
        "26-01-02",
        "2026-1-2",
        "2026-01-02T",
        "2026-01-02T03:04Z",
        "2026-01-02T03:04:05",
        "2026-01-02T03:04:05.Z",
        "2026-01-02T03:04:05.678",
        "2026-01-02T03:04:05ZZ",
        "2026-01-02T03:04:05+1:00",
        "2026-01-02T03:04:05+0100",
        "2026-01-02T03:04:05+24:00",
        "2026-01-02T03:04:05+00:60",
        "2026-02-29T00:00:00Z",
        "2100-02-29",
        "2026-13-01",
        "2026-00-01",
        "2026-04-31",
        "2026-01-00",
        "2026-01-02T24:00:00Z",
        "2026-01-02T03:60:00Z",
        "2026-01-02T03:04:61Z",
        " 2026-01-02",
        "2026-01-02 ",
        "-026-01-02",
        "+2026-01-02",
        "2026/01/02",
        "2026-01-02T03:04:05,678Z",
        "20260102T030405Z",
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct wall time = {42};
        assert_row(i, !stamp_parse(rows[i], &time));
        assert_row(i, time.ms == 42);
    }
}

static void test_milliseconds(void **state)
{
    (void)state;
    char text[STAMP_SIZE];
    assert_string_equal(stamp_ms((struct wall){1767323045678}, text), "2026-01-02T03:04:05.678Z");
    assert_string_equal(stamp_ms((struct wall){5}, text), "1970-01-01T00:00:00.005Z");
    assert_string_equal(stamp_ms((struct wall){-1}, text), "1969-12-31T23:59:59.999Z");
}

static void test_bounds(void **state)
{
    (void)state;
    char text[STAMP_SIZE];
    assert_string_equal(stamp_seconds(INT64_MAX, text), "9999-12-31T23:59:59Z");
    assert_string_equal(stamp_seconds(INT64_MIN, text), "0000-01-01T00:00:00Z");
    stamp_ms((struct wall){INT64_MAX}, text);
    assert_int_equal(strlen(text), 24);
    stamp_ms((struct wall){INT64_MIN}, text);
    assert_int_equal(strlen(text), 24);
}

/* Every day of five centuries, and odd milliseconds in between. */
static void test_round_trips(void **state)
{
    (void)state;
    for (int64_t ms = -3000000000000; ms < 13000000000000; ms += 86400123) {
        char text[STAMP_SIZE];
        struct wall back;
        if (!stamp_parse(stamp_ms((struct wall){ms}, text), &back) || back.ms != ms)
            fail_msg("%lld as %s", (long long)ms, text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_both_ways),     cmocka_unit_test(test_accepted_forms),
        cmocka_unit_test(test_refused_forms), cmocka_unit_test(test_milliseconds),
        cmocka_unit_test(test_bounds),        cmocka_unit_test(test_round_trips),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
