#include "schema.h"

#include "macros.h"
#include "testing.h"

#include <string.h>

static const char *const moods[] = {"asleep", "awake", NULL};

struct cat {
    const char *name, *id, *site;
    bool fed;
    int64_t whiskers, nap_ms, bowl;
    int mood;
};

enum { NAME, ID, SITE, FED, WHISKERS, NAP, BOWL, MOOD, FRIENDS, FREE };

static const struct schema_row rows[] = {
    [NAME] = {"name", SCHEMA_TEXT, offsetof(struct cat, name), .min = 1, .max = 8},
    [ID] = {.name = "id", .type = SCHEMA_ID, .offset = offsetof(struct cat, id)},
    [SITE] = {"site", SCHEMA_URL, offsetof(struct cat, site), .example = "https://cat.example/"},
    [FED] = {"fed", SCHEMA_BOOL, offsetof(struct cat, fed), .preset = "yes"},
    [WHISKERS] = {"whiskers", SCHEMA_INT, offsetof(struct cat, whiskers), -3, 24, .preset = "12"},
    [NAP] = {"nap", SCHEMA_DURATION, offsetof(struct cat, nap_ms), 1000, 86400000, .preset = "4h"},
    [BOWL] = {"bowl", SCHEMA_SIZE, offsetof(struct cat, bowl), 1, 65536, .preset = "1KiB"},
    [MOOD] = {"mood", SCHEMA_ENUM, offsetof(struct cat, mood), .preset = "awake", .words = moods},
    [FRIENDS] = {"friends", SCHEMA_OTHER, 0, .preset = "[]"},
    [FREE] = {.name = "free", .type = SCHEMA_INT, .offset = offsetof(struct cat, whiskers)},
};

static const struct schema schema = {"cat", rows, ARRAY_LEN(rows)};

static void test_find(void **state)
{
    (void)state;
    assert_ptr_equal(schema_find(&schema, "mood"), &rows[MOOD]);
    assert_null(schema_find(&schema, "Mood"));
    assert_null(schema_find(&schema, ""));
    assert_ptr_equal(schema_nearest(&schema, "wiskers"), &rows[WHISKERS]);
    assert_null(schema_nearest(&schema, "photograph"));
}

static void test_presets(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct cat cat = {0};
    schema_presets(&schema, &cat, &arena);
    assert_true(cat.fed);
    assert_int_equal(cat.whiskers, 12);
    assert_int_equal(cat.nap_ms, 4 * 3600 * 1000);
    assert_int_equal(cat.bowl, 1024);
    assert_int_equal(cat.mood, 1);
    assert_null(cat.name);
    arena_free(&arena);
}

/* The value is taken and printed as the second text says; NULL = it is refused, with the row's name in the sentence. */
static const struct {
    int row;
    const char *value, *printed;
} values[] = {
    {NAME, "Félix", "Félix"},
    {NAME, "", NULL},
    {NAME, "12345678", "12345678"},
    {NAME, "123456789", NULL},
    {NAME, "a\nb", NULL},
    {NAME, "a\x7F", NULL},
    {NAME, "a\xFF", NULL},
    {ID, "chat-1", "chat-1"},
    {ID, "Chat", NULL},
    {ID, "../x", NULL},
    {ID, "", NULL},
    {SITE, "https://a.example", "https://a.example"},
    {SITE, "dns://192.0.2.53/example.org?type=SOA", "dns://192.0.2.53/example.org?type=SOA"},
    {SITE, "https://[2001:db8::1]:8443/@user", "https://[2001:db8::1]:8443/@user"},
    {SITE, "a.example", NULL},
    {SITE, "https://", NULL},
    {SITE, "://a", NULL},
    {SITE, "https:/a", NULL},
    {SITE, "https://a b", NULL},
    {SITE,
     "https://a\xFF"
     "b",
     NULL},
    {SITE, "https://caf\xC3\xA9.example/", "https://caf\xC3\xA9.example/"},
    {SITE, "https://a\r\nHost: b", NULL},
    {SITE, "https://a\\b", NULL},
    {SITE, "https://user:secret@a.example/", NULL},
    {SITE, "https://user@a.example", NULL},
    {FED, "yes", "yes"},
    {FED, "true", "yes"},
    {FED, "no", "no"},
    {FED, "false", "no"},
    {FED, "maybe", NULL},
    {FED, "", NULL},
    {WHISKERS, "24", "24"},
    {WHISKERS, "-3", "-3"},
    {WHISKERS, "25", NULL},
    {WHISKERS, "-4", NULL},
    {WHISKERS, "7x", NULL},
    {WHISKERS, "", NULL},
    {WHISKERS, " 7", NULL},
    {WHISKERS, "0x7", NULL},
    {WHISKERS, "99999999999999999999", NULL},
    {FREE, "9223372036854775807", "9223372036854775807"},
    {FREE, "9223372036854775808", NULL},
    {NAP, "1s", "1s"},
    {NAP, "60m", "1h"},
    {NAP, "999ms", NULL},
    {NAP, "25h", NULL},
    {NAP, "3600", NULL},
    {BOWL, "64KiB", "64KiB"},
    {BOWL, "65537B", NULL},
    {BOWL, "0B", NULL},
    {MOOD, "asleep", "asleep"},
    {MOOD, "hungry", NULL},
    {MOOD, "", NULL},
    {FRIENDS, "x", NULL},
};

static void test_values(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(values); i++) {
        const struct schema_row *row = &rows[values[i].row];
        struct arena arena = {0};
        struct cat cat = {.name = "before", .mood = 1};
        const struct cat before = cat;
        struct fault fault = {""};
        int rc = schema_read(row, values[i].value, &cat, &arena, &fault);
        if (values[i].printed) {
            assert_row(i, rc == 0);
            assert_string_equal(schema_print(row, &cat, &arena), values[i].printed);
        } else {
            assert_row(i, rc == -1);
            assert_row(i, strncmp(fault.text, row->name, strlen(row->name)) == 0);
            assert_memory_equal(&cat, &before, sizeof cat);
        }
        arena_free(&arena);
    }
}

/* The arena owns what was read: the caller's text may go. */
static void test_text_is_copied(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct cat cat = {0};
    struct fault fault;
    char value[] = "Minou";
    assert_int_equal(schema_read(&rows[NAME], value, &cat, &arena, &fault), 0);
    memset(value, 'x', 5);
    assert_string_equal(cat.name, "Minou");
    arena_free(&arena);
}

static void test_sentences(void **state)
{
    (void)state;
    static const struct {
        int row;
        const char *value, *sentence;
    } faults[] = {
        {WHISKERS, "many", "whiskers must be a whole number, not \"many\""},
        {NAP, "25h", "nap must be from 1s to 1d, not 25h"},
        {BOWL, "1GiB", "bowl must be from 1B to 64KiB, not 1GiB"},
        {MOOD, "hungry", "mood must be one of asleep, awake, not \"hungry\""},
        {SITE, "cat", "site must be an address such as https://cat.example/"},
    };
    for (size_t i = 0; i < ARRAY_LEN(faults); i++) {
        struct arena arena = {0};
        struct cat cat = {0};
        struct fault fault;
        assert_row(i,
                   schema_read(&rows[faults[i].row], faults[i].value, &cat, &arena, &fault) == -1);
        assert_string_equal(fault.text, faults[i].sentence);
        arena_free(&arena);
    }
}

/* A password in a URL must not come back in the message, which is logged. */
static void test_credentials_are_not_repeated(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct cat cat = {0};
    struct fault fault;
    schema_read(&rows[SITE], "https://felix:s3cret@a.example/", &cat, &arena, &fault);
    assert_null(strstr(fault.text, "s3cret"));
    arena_free(&arena);
}

static void test_long_values_stay_bounded(void **state)
{
    (void)state;
    char endless[5000];
    memset(endless, 'x', sizeof endless - 1);
    endless[sizeof endless - 1] = '\0';
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct arena arena = {0};
        struct cat cat = {0};
        struct fault fault;
        assert_row(i, schema_read(&rows[i], endless, &cat, &arena, &fault) == -1);
        assert_row(i, strlen(fault.text) < 400);
        arena_free(&arena);
    }
}

static void test_nothing_to_print(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct cat cat = {0};
    assert_null(schema_print(&rows[NAME], &cat, &arena));
    assert_null(schema_print(&rows[FRIENDS], &cat, &arena));
    arena_free(&arena);
}

static void test_type_names(void **state)
{
    (void)state;
    for (int type = SCHEMA_TEXT; type <= SCHEMA_OTHER; type++)
        assert_non_null(schema_type_name((enum schema_type)type));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_find),
        cmocka_unit_test(test_presets),
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_text_is_copied),
        cmocka_unit_test(test_sentences),
        cmocka_unit_test(test_credentials_are_not_repeated),
        cmocka_unit_test(test_long_values_stay_bounded),
        cmocka_unit_test(test_nothing_to_print),
        cmocka_unit_test(test_type_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
