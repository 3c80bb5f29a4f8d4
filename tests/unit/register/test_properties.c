/* The parser of properties at its bounds; what files look like is in tests/register. */
#include "properties.h"

#include "macros.h"
#include "testing.h"

#include <stdlib.h>
#include <string.h>

struct parsed {
    struct properties properties;
    struct remarks remarks;
    bool good;
};

static void parse(struct parsed *parsed, const char *bytes, size_t length)
{
    *parsed = (struct parsed){0};
    parsed->good = properties_parse(&parsed->properties, bytes, length, &parsed->remarks);
}

static void forget(struct parsed *parsed)
{
    properties_fini(&parsed->properties);
    remarks_fini(&parsed->remarks);
}

static bool has(const struct parsed *parsed, enum remark_kind kind, size_t line)
{
    for (size_t i = 0; i < parsed->remarks.count; i++)
        if (parsed->remarks.list[i].kind == kind && parsed->remarks.list[i].line == line)
            return true;
    return false;
}

/* `count` times the text. */
static char *repeat(const char *text, size_t count, size_t *ret_length)
{
    size_t length = strlen(text);
    char *all = malloc(length * count + 1);
    assert_non_null(all);
    for (size_t i = 0; i < count; i++)
        memcpy(all + i * length, text, length);
    all[length * count] = '\0';
    *ret_length = length * count;
    return all;
}

static void test_flat(void **state)
{
    (void)state;
    static const char text[] = "service.registration = Free\n"
                               "service.registration.load = OPEN\n"
                               "zzz.unknown = kept";
    struct parsed parsed;
    parse(&parsed, text, strlen(text));
    assert_true(parsed.good);
    assert_int_equal(parsed.properties.count, 3);
    assert_int_equal(parsed.remarks.count, 0);
    assert_string_equal(properties_value(&parsed.properties, "service.registration"), "Free");
    assert_string_equal(properties_value(&parsed.properties, "service.registration.load"), "OPEN");
    assert_string_equal(properties_value(&parsed.properties, "zzz.unknown"), "kept");
    assert_string_equal(properties_value(&parsed.properties, "service"), "");
    assert_int_equal(properties_find(&parsed.properties, "zzz.unknown")->line, 3);
    assert_null(properties_find(&parsed.properties, "zzz"));
    forget(&parsed);
}

static void test_doubles_leave_one(void **state)
{
    (void)state;
    static const char text[] = "b=1\na=1\nb=2\nc=1\nb=3\n";
    struct parsed parsed;
    parse(&parsed, text, strlen(text));
    assert_int_equal(parsed.properties.count, 3);
    assert_string_equal(parsed.properties.list[0].key, "a");
    assert_string_equal(parsed.properties.list[2].key, "b");
    assert_string_equal(properties_value(&parsed.properties, "b"), "3");
    assert_true(has(&parsed, REMARK_duplicate, 3) && has(&parsed, REMARK_duplicate, 5));
    forget(&parsed);
}

static void test_size(void **state)
{
    (void)state;
    size_t length;
    char *text = repeat("a.b = c\n", (PROPERTIES_METRICS_MAX + 8) / 8, &length);
    struct parsed parsed;
    parse(&parsed, text, PROPERTIES_METRICS_MAX);
    assert_true(parsed.good);
    assert_int_equal(parsed.properties.count, 1);
    forget(&parsed);
    parse(&parsed, text, PROPERTIES_METRICS_MAX + 1);
    assert_false(parsed.good);
    assert_int_equal(parsed.properties.count, 0);
    assert_true(has(&parsed, REMARK_too_large, 1));
    forget(&parsed);
    free(text);
}

static void test_remarks_are_bounded(void **state)
{
    (void)state;
    size_t length;
    char *text = repeat("no entry\n", 10000, &length);
    struct parsed parsed;
    parse(&parsed, text, length);
    assert_false(parsed.good);
    assert_int_equal(parsed.remarks.count, REMARKS_MAX);
    assert_int_equal(parsed.remarks.left_out, 10000 + 1 - REMARKS_MAX);
    assert_int_equal(parsed.remarks.worst, REMARK_ERROR);
    forget(&parsed);
    free(text);
}

static void test_entries_are_bounded(void **state)
{
    (void)state;
    size_t size = PROPERTIES_METRICS_MAX, used = 0;
    char *text = malloc(size);
    struct parsed parsed;
    assert_non_null(text);
    for (int i = 0; i < PROPERTIES_ENTRIES_MAX + 10; i++)
        used += (size_t)snprintf(text + used, size - used, "a.%d=%d\n", i, i);
    parse(&parsed, text, used);
    assert_int_equal(parsed.properties.count, PROPERTIES_ENTRIES_MAX);
    assert_true(has(&parsed, REMARK_too_many_entries, PROPERTIES_ENTRIES_MAX + 1));
    assert_string_equal(properties_value(&parsed.properties, "a.19999"), "19999");
    forget(&parsed);
    free(text);
}

static void test_one_long_line(void **state)
{
    (void)state;
    size_t length;
    char *text = repeat("x", 200000, &length);
    struct parsed parsed;
    text[PROPERTIES_KEY_MAX + 1] = '=';
    parse(&parsed, text, length);
    assert_true(has(&parsed, REMARK_key_long, 1));
    forget(&parsed);
    text[PROPERTIES_KEY_MAX] = '=';
    parse(&parsed, text, length);
    assert_true(has(&parsed, REMARK_value_long, 1));
    assert_int_equal(parsed.properties.count, 0);
    forget(&parsed);
    parse(&parsed, text, PROPERTIES_KEY_MAX + 1 + PROPERTIES_VALUE_MAX);
    assert_int_equal(parsed.properties.count, 1);
    assert_int_equal(strlen(parsed.properties.list[0].value), PROPERTIES_VALUE_MAX);
    forget(&parsed);
    free(text);
}

static void test_line_of_latin1(void **state)
{
    (void)state;
    static const char text[] = "a.b = c\n# \xE9\n";
    struct parsed parsed;
    parse(&parsed, text, strlen(text));
    assert_true(parsed.good && has(&parsed, REMARK_latin1, 2));
    forget(&parsed);
}

/* A remark repeats no more of a file than a line of a terminal. */
static void test_quotes_are_cut(void **state)
{
    (void)state;
    size_t length;
    char *text = repeat("é", 1000, &length);
    struct parsed parsed;
    parse(&parsed, text, length);
    const char *value = parsed.remarks.list[0].value;
    assert_int_equal(parsed.remarks.list[0].kind, REMARK_no_equals);
    assert_int_equal(strlen(value), REMARK_QUOTE_MAX + strlen("…"));
    assert_string_equal(value + REMARK_QUOTE_MAX, "…");
    forget(&parsed);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_flat),
        cmocka_unit_test(test_doubles_leave_one),
        cmocka_unit_test(test_size),
        cmocka_unit_test(test_remarks_are_bounded),
        cmocka_unit_test(test_entries_are_bounded),
        cmocka_unit_test(test_one_long_line),
        cmocka_unit_test(test_line_of_latin1),
        cmocka_unit_test(test_quotes_are_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
