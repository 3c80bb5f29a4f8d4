#include "arguments.h"

#include "macros.h"
#include "testing.h"

#include <string.h>

static void test_split(void **state)
{
    (void)state;
    static const struct {
        const char *text, *words[6];
    } rows[] = {
        {"", {NULL}},
        {"   ", {NULL}},
        {"-H a.test  -p 80 ", {"-H", "a.test", "-p", "80"}},
        {"'two words' \"a 'b\"", {"two words", "a 'b"}},
        {"a'b c'\"d e\"f", {"ab cd ef"}},
        {"'' \"\"", {"", ""}},
        {"$HOME `id` \\n * > | ; & {x}", {"$HOME", "`id`", "\\n", "*", ">", "|"}},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct arena arena = {0};
        struct fault fault;
        char **words = arguments_split(rows[i].text, &arena, &fault);
        assert_non_null(words);
        for (size_t j = 0; j < ARRAY_LEN(rows[i].words) && rows[i].words[j]; j++)
            assert_row(i, words[j] && strcmp(words[j], rows[i].words[j]) == 0);
        arena_free(&arena);
    }
}

static void test_refusals(void **state)
{
    (void)state;
    char many[2 * ARGUMENTS_MAX + 3];
    struct arena arena = {0};
    struct fault fault;
    assert_null(arguments_split("a 'b", &arena, &fault));
    assert_string_equal(fault.text, "a quote has no end");
    for (size_t i = 0; i < sizeof many - 1; i++)
        many[i] = i % 2 ? ' ' : 'x';
    many[sizeof many - 1] = '\0';
    assert_null(arguments_split(many, &arena, &fault));
    assert_string_equal(fault.text, "more than 64 words");
    many[2 * ARGUMENTS_MAX] = '\0';
    char **words = arguments_split(many, &arena, &fault);
    assert_non_null(words);
    assert_non_null(words[ARGUMENTS_MAX - 1]);
    assert_null(words[ARGUMENTS_MAX]);
    arena_free(&arena);
}

static void test_there_and_back(void **state)
{
    (void)state;
    static const char *const words[] = {"plain", "",   "two words", "it's", "'",
                                        "''",    "\"", "\"'\" '",   " ",    "a,b"};
    struct arena arena = {0};
    struct fault fault;
    struct buffer line;
    buffer_init(&line, 1000);
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        arguments_add(&line, words[i]);
    char **back = arguments_split(buffer_text(&line), &arena, &fault);
    assert_non_null(back);
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        assert_row(i, back[i] && strcmp(back[i], words[i]) == 0);
    assert_null(back[ARRAY_LEN(words)]);
    buffer_fini(&line);
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_split),
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_there_and_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
