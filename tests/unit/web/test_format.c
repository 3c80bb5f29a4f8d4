#include "format.h"

#include "calendar.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#define NB "\u00A0"
#define NN "\u202F"

static const int64_t now = 1795354320; /* 2026-11-22T14:32+01:00 */

struct both {
    struct arena arena;
    struct words fr_words, en_words;
    struct format fr, en;
};

static int set_up(void **state)
{
    setenv("TZ", "Europe/Paris", 1);
    tzset();
    struct both *both = calloc(1, sizeof *both);
    words_open(&both->fr_words, "fr");
    words_open(&both->en_words, "en");
    both->fr = (struct format){.arena = &both->arena, .words = &both->fr_words};
    both->en = (struct format){.arena = &both->arena, .words = &both->en_words};
    *state = both;
    return 0;
}

static int tear_down(void **state)
{
    arena_free(&((struct both *)*state)->arena);
    free(*state);
    return 0;
}

static void test_counts(void **state)
{
    struct both *both = *state;
    assert_string_equal(format_count(&both->fr, 0), "0");
    assert_string_equal(format_count(&both->fr, 999), "999");
    assert_string_equal(format_count(&both->fr, 40000), "40" NN "000");
    assert_string_equal(format_count(&both->fr, 1002003), "1" NN "002" NN "003");
    assert_string_equal(format_count(&both->en, 40000), "40,000");
    assert_string_equal(format_count(&both->en, -1234), "-1,234");
}

static void test_percentages_are_cut(void **state)
{
    struct both *both = *state;
    assert_string_equal(format_percent(&both->fr, 99997, 2), "99,99" NN "%");
    assert_string_equal(format_percent(&both->fr, 99999, 2), "99,99" NN "%");
    assert_string_equal(format_percent(&both->en, 99999, 1), "99.9%");
    assert_string_equal(format_percent(&both->en, 99999, 0), "99%");
    assert_string_equal(format_percent(&both->en, 100000, 2), "100%");
    assert_string_equal(format_percent(&both->en, 99050, 2), "99.05%");
    assert_string_equal(format_percent(&both->en, 0, 1), "0%");
}

static void test_durations(void **state)
{
    struct both *both = *state;
    assert_string_equal(format_duration(&both->fr, 0), "0" NB "s");
    assert_string_equal(format_duration(&both->fr, 59), "59" NB "s");
    assert_string_equal(format_duration(&both->fr, 60), "1" NB "min");
    assert_string_equal(format_duration(&both->fr, 72), "1" NB "min" NB "12" NB "s");
    assert_string_equal(format_duration(&both->fr, 3599), "59" NB "min" NB "59" NB "s");
    assert_string_equal(format_duration(&both->fr, 3659), "1" NB "h");
    assert_string_equal(format_duration(&both->fr, 5 * 3600 + 30 * 60 + 59),
                        "5" NB "h" NB "30" NB "min");
    assert_string_equal(format_duration(&both->fr, 86399), "23" NB "h" NB "59" NB "min");
    assert_string_equal(format_duration(&both->fr, 86400 + 3599), "1" NB "j");
    assert_string_equal(format_duration(&both->en, 2 * 86400 + 3 * 3600), "2" NB "d" NB "3" NB "h");
    assert_string_equal(format_duration_short(&both->en, 59), "59" NB "s");
    assert_string_equal(format_duration_short(&both->en, 119), "1" NB "min");
    assert_string_equal(format_duration_short(&both->en, 3660), "1" NB "h" NB "1" NB "min");
}

static void test_latencies(void **state)
{
    struct both *both = *state;
    assert_string_equal(format_latency(&both->fr, 186.4), "186" NB "ms");
    assert_string_equal(format_latency(&both->fr, 3.14), "3,1" NB "ms");
    assert_string_equal(format_latency(&both->fr, 0), "\u2013");
    assert_string_equal(format_latency(&both->fr, 0.02), "moins de 0,1" NB "ms");
    assert_string_equal(format_latency(&both->fr, 999.4), "999" NB "ms");
    assert_string_equal(format_latency(&both->fr, 999.6), "1" NB "s");
    assert_string_equal(format_latency(&both->en, 4149), "4.1" NB "s");
    assert_string_equal(format_latency(&both->en, NAN), "\u2013");
    assert_string_equal(format_latency(&both->en, 1e300), "\u2013");
}

static void test_times(void **state)
{
    struct both *both = *state;
    int64_t first = 1793527445; /* 2026-11-01T11:04:05+01:00 */
    assert_string_equal(format_weekday(&both->fr, now), "dimanche");
    assert_string_equal(format_date(&both->fr, now), "22" NB "novembre" NB "2026");
    assert_string_equal(format_date(&both->fr, first), "1er" NB "novembre" NB "2026");
    assert_string_equal(format_date(&both->en, first), "1" NB "November" NB "2026");
    assert_string_equal(format_day_short(&both->fr, now), "22" NB "nov.");
    assert_string_equal(format_clock(&both->fr, now), "14" NB "h" NB "32");
    assert_string_equal(format_clock(&both->en, now), "14:32");
    assert_string_equal(format_clock(&both->fr, now - 19680), "9" NB "h" NB "04");
    assert_string_equal(format_clock_exact(&both->fr, first), "11:04:05");
    assert_string_equal(format_stamp(&both->fr, now), "2026-11-22T14:32:00+01:00");
    assert_string_equal(format_stamp_day(&both->fr, now), "2026-11-22");
}

static void test_moments_say_what_is_needed(void **state)
{
    struct both *both = *state;
    assert_string_equal(format_moment(&both->fr, now - 3600, now), "13" NB "h" NB "32");
    assert_string_equal(format_moment(&both->fr, now - 86400, now),
                        "21" NB "novembre, 14" NB "h" NB "32");
    assert_string_equal(format_moment(&both->en, now - 365 * 86400, now),
                        "22" NB "November" NB "2025, 14:32");
    assert_string_equal(format_day(&both->en, now - 86400, now), "21" NB "November");
    assert_string_equal(format_day(&both->en, now - 365 * 86400, now),
                        "22" NB "November" NB "2025");
}

static void test_days_have_23_24_or_25_hours(void **state)
{
    (void)state;
    int64_t spring = calendar_day(1774742400); /* 2026-03-29, Paris */
    int64_t autumn = calendar_day(1792886400); /* 2026-10-25, Paris */
    assert_int_equal(calendar_day_after(spring, 1) - spring, 23 * 3600);
    assert_int_equal(calendar_day_after(autumn, 1) - autumn, 25 * 3600);
    assert_int_equal(calendar_day_after(autumn, 2) - calendar_day_after(autumn, 1), 24 * 3600);
    assert_int_equal(calendar_day_after(spring, -28), calendar_day(spring - 28 * 86400 + 7200));
    assert_int_equal(calendar_day(spring), spring);
    assert_int_equal(calendar_day(spring - 1), calendar_day_after(spring, -1));
    assert_int_equal(calendar_at(autumn).hour, 0);
    assert_int_equal(calendar_at(autumn).offset_s, 7200);
}

/* In Cairo the summer time of 2026 begins at midnight: 24 April has none. */
static void test_a_day_without_midnight(void **state)
{
    (void)state;
    setenv("TZ", "EET-2EEST,M4.4.5/0,M10.5.4/24", 1);
    tzset();
    int64_t day = calendar_day(1777032000); /* 2026-04-24T12:00Z */
    assert_int_equal(calendar_at(day).day, 24);
    assert_int_equal(calendar_at(day).hour, 1);
    assert_int_equal(calendar_at(day - 1).day, 23);
    assert_int_equal(calendar_day_after(calendar_day(day - 1), 1), day);
    setenv("TZ", "Europe/Paris", 1);
    tzset();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_counts),
        cmocka_unit_test(test_percentages_are_cut),
        cmocka_unit_test(test_durations),
        cmocka_unit_test(test_latencies),
        cmocka_unit_test(test_times),
        cmocka_unit_test(test_moments_say_what_is_needed),
        cmocka_unit_test(test_days_have_23_24_or_25_hours),
        cmocka_unit_test(test_a_day_without_midnight),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
