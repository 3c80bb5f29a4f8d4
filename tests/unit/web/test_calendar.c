/* Civil time: days of 23 to 25 hours, and clock times that come twice or never. */
#include "calendar.h"

#include "macros.h"
#include "stamp.h"
#include "testing.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static void be_in(const char *zone)
{
    setenv("TZ", zone, 1);
    tzset();
}

static int64_t instant(const char *text)
{
    struct wall time;
    assert_true(stamp_parse(text, &time));
    return wall_seconds(time);
}

static const struct {
    const char *zone, *clock, *instant;
    bool is_shown;
} rows[] = {
    {"UTC", "2026-03-29 02:30:00", "2026-03-29T02:30:00Z", true},
    {"UTC", "1969-12-31 23:59:59", "1969-12-31T23:59:59Z", true},
    {"Europe/Paris", "2026-01-01 00:00:00", "2025-12-31T23:00:00Z", true},
    {"Europe/Paris", "2026-07-14 14:30:05", "2026-07-14T12:30:05Z", true},
    {"Europe/Paris", "2024-02-29 12:00:00", "2024-02-29T11:00:00Z", true},
    /* put forward: 2:00 is 3:00 */
    {"Europe/Paris", "2026-03-29 01:59:59", "2026-03-29T00:59:59Z", true},
    {"Europe/Paris", "2026-03-29 02:00:00", "2026-03-29T01:00:00Z", false},
    {"Europe/Paris", "2026-03-29 02:59:59", "2026-03-29T01:59:59Z", false},
    {"Europe/Paris", "2026-03-29 03:00:00", "2026-03-29T01:00:00Z", true},
    /* put back: 3:00 is 2:00 */
    {"Europe/Paris", "2026-10-25 01:59:59", "2026-10-24T23:59:59Z", true},
    {"Europe/Paris", "2026-10-25 02:00:00", "2026-10-25T00:00:00Z", true},
    {"Europe/Paris", "2026-10-25 02:59:59", "2026-10-25T00:59:59Z", true},
    {"Europe/Paris", "2026-10-25 03:00:00", "2026-10-25T02:00:00Z", true},
    /* where winter time is what is called summer time */
    {"Europe/Dublin", "2026-10-25 01:30:00", "2026-10-25T00:30:00Z", true},
    {"Europe/Dublin", "2026-10-25 02:00:00", "2026-10-25T02:00:00Z", true},
    {"Europe/Dublin", "2026-03-29 01:30:00", "2026-03-29T01:30:00Z", false},
    /* by half an hour, and in the south */
    {"Australia/Lord_Howe", "2026-04-05 01:45:00", "2026-04-04T14:45:00Z", true},
    {"Australia/Lord_Howe", "2026-10-04 02:15:00", "2026-10-03T15:45:00Z", false},
    {"Pacific/Chatham", "2026-04-05 03:00:00", "2026-04-04T13:15:00Z", true},
    {"Pacific/Chatham", "2026-09-27 03:00:00", "2026-09-26T14:15:00Z", false},
    /* no midnight; a day that is left out */
    {"America/Santiago", "2025-09-07 00:00:00", "2025-09-07T04:00:00Z", false},
    {"Pacific/Apia", "2011-12-30 12:00:00", "2011-12-30T22:00:00Z", false},
    /* in no calendar */
    {"Europe/Paris", "2026-02-29 12:00:00", "2026-03-01T11:00:00Z", false},
    {"Europe/Paris", "2026-01-01 24:00:00", "2026-01-01T23:00:00Z", false},
};

static void test_instant(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct calendar_time clock = {0};
        int64_t time;
        char stamp[STAMP_SIZE];
        be_in(rows[i].zone);
        assert_int_equal(sscanf(rows[i].clock, "%d-%d-%d %d:%d:%d", &clock.year, &clock.month,
                                &clock.day, &clock.hour, &clock.minute, &clock.second),
                         6);
        print_message("%s %s\n", rows[i].zone, rows[i].clock);
        assert_int_equal(calendar_instant(&clock, &time), rows[i].is_shown);
        assert_string_equal(stamp_seconds(time, stamp), rows[i].instant);
    }
}

/* Whatever the clock shows, it showed then or before. */
static void test_every_hour_of_a_year(void **state)
{
    static const char *const zones[] = {"UTC", "Europe/Paris", "Europe/Dublin", "Pacific/Chatham",
                                        "America/Havana"};
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(zones); i++) {
        int64_t from = instant("2025-01-01T00:07:00Z"), twice = 0;
        be_in(zones[i]);
        for (int64_t at = from; at < from + 365 * 86400; at += 900) {
            struct calendar_time clock = calendar_at(at);
            int64_t time;
            assert_true(calendar_instant(&clock, &time));
            assert_true(time == at || time == at - 3600);
            twice += time != at;
        }
        assert_int_equal(twice, i == 0 ? 0 : 4);
    }
}

static void test_days(void **state)
{
    (void)state;
    be_in("Europe/Paris");
    int64_t spring = calendar_day(instant("2026-03-29T12:00:00Z")),
            autumn = calendar_day(instant("2026-10-25T12:00:00Z"));
    assert_int_equal(calendar_day_after(spring, 1) - spring, 23 * 3600);
    assert_int_equal(calendar_day_after(autumn, 1) - autumn, 25 * 3600);
    assert_int_equal(calendar_day_after(autumn, -1), autumn - 86400);
}

/* Counted on, a day begins when it begins for whom asks by day; where a clock is put back to midnight, too. */
static void test_days_follow_each_other(void **state)
{
    (void)state;
    static const char *const zones[] = {"Europe/Paris",   "Atlantic/Azores",
                                        "America/Havana", "America/Santiago",
                                        "Pacific/Apia",   "Australia/Lord_Howe"};
    enum { HOUR = 3600, DAYS = 800 };
    for (size_t i = 0; i < ARRAY_LEN(zones); i++) {
        be_in(zones[i]);
        int64_t day = calendar_day(1300000000), first = day;
        for (int count = 1; count <= DAYS; count++) {
            day = calendar_day_after(day, 1);
            assert_int_equal(calendar_day(day + 12 * HOUR), day);
            if (i != 4) /* Apia left out a day */
                assert_int_equal(calendar_day_after(first, count), day);
        }
    }
}

/* Each hour, also where the clock jumps and before the zone's offsets are remembered. */
static void test_days_are_numbered(void **state)
{
    (void)state;
    static const char *const zones[] = {"UTC", "Europe/Paris", "America/Havana", "Pacific/Apia"};
    static const int64_t begins[] = {-40 * 86400, 1300000000};
    enum { HOURS = 400 * 24 };
    for (size_t i = 0; i < ARRAY_LEN(zones) * ARRAY_LEN(begins); i++) {
        be_in(zones[i / ARRAY_LEN(begins)]);
        for (int64_t hour = 0; hour < HOURS; hour++) {
            int64_t time = begins[i % ARRAY_LEN(begins)] + hour * 3600;
            struct calendar_time at = calendar_at(time);
            struct tm noon = {.tm_year = at.year - 1900,
                              .tm_mon = at.month - 1,
                              .tm_mday = at.day,
                              .tm_hour = 12};
            int64_t shown = (int64_t)timegm(&noon) - 43200;
            assert_int_equal(calendar_number(time) * 86400, shown);
        }
    }
}

/* Several days at a time, whatever happens within them: also where the clock was put forward for one week only. */
static void test_a_walk_misses_nothing(void **state)
{
    (void)state;
    static const struct {
        const char *zone, *from;
    } walks[] = {
        {"Europe/Paris", "2025-01-01T12:00:00Z"},
        {"UTC", "2025-01-01T12:00:00Z"},
        {"Atlantic/Azores", "2025-01-01T12:00:00Z"},
        {"America/Havana", "2025-01-01T12:00:00Z"},
        {"America/Santiago", "2025-01-01T12:00:00Z"},
        {"Africa/Casablanca", "2025-01-01T12:00:00Z"},
        {"Australia/Lord_Howe", "2025-01-01T12:00:00Z"},
        {"Pacific/Apia", "2011-06-01T12:00:00Z"},
        {"America/Noronha", "2000-06-01T12:00:00Z"},
        {"Asia/Gaza", "2040-06-01T12:00:00Z"},
    };
    enum { DAYS = 500, STARTS = 5 };
    for (size_t i = 0; i < ARRAY_LEN(walks); i++) {
        be_in(walks[i].zone);
        for (int start = 0; start < STARTS; start++) { /* so that looks ahead begin at each day */
            struct calendar_walk walk = {0};
            int64_t day = calendar_day_after(calendar_day(instant(walks[i].from)), start);
            for (int count = 0; count < DAYS; count++) {
                int64_t next = calendar_walk(&walk, day);
                assert_int_equal(next, calendar_day_after(day, 1));
                day = next;
            }
        }
    }
}

static void assert_shown(int64_t time)
{
    time_t seconds = (time_t)time;
    struct tm tm;
    struct calendar_time at = calendar_at(time);
    assert_non_null(localtime_r(&seconds, &tm));
    assert_int_equal(at.year, tm.tm_year + 1900);
    assert_int_equal(at.month, tm.tm_mon + 1);
    assert_int_equal(at.day, tm.tm_mday);
    assert_int_equal(at.weekday, tm.tm_wday);
    assert_int_equal(at.hour, tm.tm_hour);
    assert_int_equal(at.minute, tm.tm_min);
    assert_int_equal(at.second, tm.tm_sec);
    assert_int_equal(at.offset_s, tm.tm_gmtoff);
}

/* What is remembered of a zone is what the C library says: minute by minute where clocks change, before 1970 and far ahead; in
 * zones with leap seconds, too. */
static void test_as_the_library_says(void **state)
{
    static const char *const zones[] = {
        "UTC",       "Europe/Paris",        "Pacific/Apia",       "America/Noronha",
        "Asia/Gaza", "Australia/Lord_Howe", "right/Europe/Paris", "ABC-5:43:21DEF,M3.2.0,M11.1.0"};
    static const int64_t changes[] = {1774746000, 1325239200, 971568000, 970966800,
                                      2225750400, 1483228800, 951782400};
    enum { HALF_S = 4 * 86400, STEP_S = 61, FAR_STEP_S = 86400 * 5 + 7 };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(zones); i++) {
        be_in(zones[i]);
        for (size_t c = 0; c < ARRAY_LEN(changes); c++)
            for (int64_t at = changes[c] - HALF_S; at < changes[c] + HALF_S; at += STEP_S)
                assert_shown(at);
        for (int64_t at = -3 * (int64_t)INT32_MAX; at < 5 * (int64_t)INT32_MAX; at += FAR_STEP_S)
            assert_shown(at);
    }
    assert_shown((int64_t)1 << 40);
}

/* Another zone counts from the moment on at which it is set; so does none. */
static void test_another_zone(void **state)
{
    (void)state;
    int64_t noon = instant("2026-07-14T12:00:00Z");
    for (int round = 0; round < 3; round++) {
        be_in("Europe/Paris");
        assert_int_equal(calendar_at(noon).hour, 14);
        be_in("Asia/Tokyo");
        assert_int_equal(calendar_at(noon).hour, 21);
        unsetenv("TZ");
        tzset();
        assert_shown(noon);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_instant),
        cmocka_unit_test(test_every_hour_of_a_year),
        cmocka_unit_test(test_days),
        cmocka_unit_test(test_days_follow_each_other),
        cmocka_unit_test(test_days_are_numbered),
        cmocka_unit_test(test_a_walk_misses_nothing),
        cmocka_unit_test(test_as_the_library_says),
        cmocka_unit_test(test_another_zone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
