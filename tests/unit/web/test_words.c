#include "embedded.h"
#include "words.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* A catalogue as msgfmt makes it: "" -> header, "day" + plural -> two forms, "x" -> "y". */
static const unsigned char catalogue[] = {
    0xde, 0x12, 0x04, 0x95, 0,  0,   0,   0,   3,   0,   0,   0,   28,  0, 0,   0, 52,  0,
    0,    0,    0,    0,    0,  0,   0,   0,   0,   0,   0,   0,   0,   0, 76,  0, 0,   0,
    8,    0,    0,    0,    77, 0,   0,   0,   1,   0,   0,   0,   86,  0, 0,   0, 1,   0,
    0,    0,    88,   0,    0,  0,   10,  0,   0,   0,   90,  0,   0,   0, 1,   0, 0,   0,
    101,  0,    0,    0,    0,  'd', 'a', 'y', 0,   'd', 'a', 'y', 's', 0, 'x', 0, 'h', 0,
    'j',  'o',  'u',  'r',  0,  'j', 'o', 'u', 'r', 's', 0,   'y', 0,
};

static void test_lookup(void **state)
{
    (void)state;
    struct mo mo;
    static struct mo_index index;
    assert_true(mo_open(&mo, catalogue, sizeof catalogue));
    mo_index_make(&index, &mo);
    assert_string_equal(mo_find(&index, "", 0), "h");
    assert_string_equal(mo_find(&index, "x", 0), "y");
    assert_string_equal(mo_find(&index, "day", 0), "jour");
    assert_string_equal(mo_find(&index, "day", 1), "jours");
    assert_null(mo_find(&index, "day", 2));
    assert_null(mo_find(&index, "days", 0));
    assert_null(mo_find(&index, "z", 0));
}

/* Cut short anywhere, or with any byte changed: refused, or still safe to ask (the sanitizers watch). */
static void test_damaged(void **state)
{
    (void)state;
    struct mo mo;
    for (size_t length = 0; length < sizeof catalogue; length++) {
        unsigned char *copy = malloc(length + 1);
        memcpy(copy, catalogue, length);
        assert_false(mo_open(&mo, copy, length));
        free(copy);
    }
    for (size_t at = 0; at < sizeof catalogue; at++) {
        unsigned char *copy = malloc(sizeof catalogue);
        memcpy(copy, catalogue, sizeof catalogue);
        copy[at] = (unsigned char)(copy[at] + 0x7F);
        if (mo_open(&mo, copy, sizeof catalogue)) {
            static struct mo_index index;
            mo_index_make(&index, &mo);
            mo_find(&index, "day", 1);
            mo_find(&index, "x", 5);
        }
        free(copy);
    }
}

enum { NUMBERS = MO_MAX_COUNT, NUMBER_SIZE = 21 };

static void put_word(unsigned char *at, size_t word)
{
    for (size_t i = 0; i < 4; i++)
        at[i] = (unsigned char)(word >> 8 * i);
}

/* As many messages as an index holds, all with the same begin, end and length, so that it has to look at many. */
static size_t make_numbers(unsigned char *bytes)
{
    static const unsigned char magic[] = {0xde, 0x12, 0x04, 0x95};
    const size_t keys = 28, texts = keys + NUMBERS * 8, first = texts + NUMBERS * 8;
    memset(bytes, 0, keys);
    memcpy(bytes, magic, sizeof magic);
    put_word(bytes + 8, NUMBERS);
    put_word(bytes + 12, keys);
    put_word(bytes + 16, texts);
    for (size_t i = 0; i < NUMBERS; i++) {
        size_t at = first + i * NUMBER_SIZE;
        snprintf((char *)bytes + at, NUMBER_SIZE, "message %04zu abcd!..", i);
        for (size_t table = keys; table <= texts; table += texts - keys) {
            put_word(bytes + table + i * 8, NUMBER_SIZE - 1);
            put_word(bytes + table + i * 8 + 4, at);
        }
    }
    return first + NUMBERS * NUMBER_SIZE;
}

static void test_full_index(void **state)
{
    (void)state;
    static unsigned char bytes[28 + NUMBERS * (16 + NUMBER_SIZE)];
    static struct mo_index index;
    struct mo mo;
    assert_true(mo_open(&mo, bytes, make_numbers(bytes)));
    mo_index_make(&index, &mo);
    for (size_t i = 0; i < NUMBERS; i++) {
        char key[NUMBER_SIZE];
        snprintf(key, sizeof key, "message %04zu abcd!..", i);
        const char *found = mo_find(&index, key, 0);
        assert_non_null(found);
        assert_string_equal(found, key);
    }
    assert_null(mo_find(&index, "message 0000 abcd!.", 0));
    assert_null(mo_find(&index, "message 9999 abcd!..", 0));
    put_word(bytes + 8, NUMBERS + 1);
    assert_false(mo_open(&mo, bytes, sizeof bytes));
}

/* Of the build's own catalogues the program does not check it again. */
static void test_sound_build(void **state)
{
    (void)state;
    for (const char *const *language = words_languages(); *language; language++) {
        const struct embedded_file *file = embedded_catalogue(*language);
        struct mo mo;
        assert_non_null(file);
        assert_true(mo_open(&mo, file->bytes, file->length));
        assert_true(mo.count > 100);
    }
}

static void test_two_languages_at_once(void **state)
{
    (void)state;
    struct words fr, en;
    assert_true(words_open(&fr, "fr"));
    assert_true(words_open(&en, "en"));
    assert_string_equal(words_get(&fr, "Available"), "Disponible");
    assert_string_equal(words_get(&en, "Available"), "Available");
    assert_string_equal(words_get(&fr, "not in any catalogue"), "not in any catalogue");
    assert_string_equal(words_get(&fr, "May"), "mai");
    assert_string_equal(words_context(&fr, "short", "Sep"), "sept.");
    assert_string_equal(words_context(&fr, "no such context", "Sep"), "Sep");
    assert_false(words_open(&fr, "de"));
    assert_false(words_open(&fr, ""));
}

static void expect_plural(const char *language, int64_t n, const char *expected)
{
    struct words words;
    assert_true(words_open(&words, language));
    assert_string_equal(words_plural(&words, "{n} service", "{n} services", n), expected);
}

static void test_plurals(void **state)
{
    (void)state;
    expect_plural("fr", 0, "{n}\u00A0service");
    expect_plural("fr", 1, "{n}\u00A0service");
    expect_plural("fr", 2, "{n}\u00A0services");
    expect_plural("en", 0, "{n}\u00A0services");
    expect_plural("en", 1, "{n}\u00A0service");
    expect_plural("en", 2, "{n}\u00A0services");
    struct words words;
    assert_true(words_open(&words, "fr"));
    assert_string_equal(words_plural(&words, "one stone", "many stones", 0),
                        "many stones"); /* English rule */
}

static void test_placeholders(void **state)
{
    (void)state;
    struct arena arena = {0};
    const struct word_value *values = VALUES(word_plain("n", "3"), word_strong("date", "{n}"));
    assert_string_equal(words_format(&arena, "{n} on {date}", values),
                        "3 on {n}"); /* values are not read again */
    assert_string_equal(words_format(&arena, "{unknown} {n", values), "{unknown} {n");
    assert_string_equal(words_format(&arena, "{{n}} {}", values), "{3} {}");
    assert_string_equal(words_format(&arena, "{n}", NULL), "{n}");
    assert_string_equal(words_format(&arena, "{n}{date}{n}", values), "3{n}3");
    assert_string_equal(words_format(&arena, "", values), "");
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lookup),
        cmocka_unit_test(test_damaged),
        cmocka_unit_test(test_full_index),
        cmocka_unit_test(test_sound_build),
        cmocka_unit_test(test_two_languages_at_once),
        cmocka_unit_test(test_plurals),
        cmocka_unit_test(test_placeholders),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
