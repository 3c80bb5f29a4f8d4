#include "day_words.h"

#include "calendar.h"
#include "format.h"
#include "macros.h"
#include "words.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

enum { DAY_S = 86400 };

static const int64_t now = 1795713668; /* 2026-11-26, afternoon in Paris */

static struct format format_in(const char *language, struct words *words, struct arena *arena,
                               struct day_words *day_words)
{
    assert_true(words_open(words, language));
    return (struct format){arena, words, day_words};
}

static int set_zone(void **state)
{
    (void)state;
    setenv("TZ", "Europe/Paris", 1);
    tzset();
    return 0;
}

/* Four years, so that every place is taken several times, and each day asked for twice. */
static void test_names_are_the_same_as_without(void **state)
{
    struct day_words *day_words = day_words_new();
    (void)state;
    for (int day = -1500; day < 40; day++) {
        for (size_t i = 0; words_languages()[i]; i++) {
            struct arena arena = {0};
            struct words words;
            struct format plain = format_in(words_languages()[i], &words, &arena, NULL);
            struct format kept = format_in(words_languages()[i], &words, &arena, day_words);
            int64_t time = now + day * (int64_t)DAY_S;
            for (int again = 0; again < 2; again++) {
                assert_string_equal(format_day(&kept, time, now), format_day(&plain, time, now));
                assert_string_equal(format_day(&kept, now, time), format_day(&plain, now, time));
                assert_string_equal(format_date(&kept, time), format_date(&plain, time));
                assert_string_equal(format_stamp_day(&kept, time), format_stamp_day(&plain, time));
            }
            arena_free(&arena);
        }
    }
    day_words_free(day_words);
}

static void test_a_name_is_written_once(void **state)
{
    struct day_words *day_words = day_words_new();
    struct arena arena = {0};
    struct words words;
    struct format format = format_in("fr", &words, &arena, day_words);
    (void)state;
    format_day(&format, now, now);
    struct day_word *day = day_words_place(day_words, words.language, calendar_number(now));
    assert_true(day->written);
    assert_string_equal(day->name, "26\u00A0novembre");
    strcpy(day->name, "kept");
    assert_string_equal(format_day(&format, now, now), "kept");
    arena_free(&arena);
    day_words_free(day_words);
}

static void test_more_languages_than_places(void **state)
{
    static const char *const languages[] = {"fr", "en", "de", "br", "oc"};
    struct day_words *day_words = day_words_new();
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(languages); i++)
        assert_int_equal(day_words_place(day_words, languages[i], 7) == NULL, i == 4);
    assert_non_null(day_words_place(day_words, languages[0], 7));
    day_words_free(day_words);
}

static void test_range_follows_the_clock(void **state)
{
    static const int64_t steps[] = {0, 60, 3600, DAY_S, 40 * DAY_S};
    struct page page = {.day_words = day_words_new()};
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(steps); i++) {
        page.now = now + steps[i];
        struct strip_range kept = day_words_range(&page), anew = strip_range_until(page.now);
        assert_memory_equal(&kept, &anew, sizeof kept);
    }
    day_words_free(page.day_words);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names_are_the_same_as_without),
        cmocka_unit_test(test_a_name_is_written_once),
        cmocka_unit_test(test_more_languages_than_places),
        cmocka_unit_test(test_range_follows_the_clock),
    };
    return cmocka_run_group_tests(tests, set_zone, NULL);
}
