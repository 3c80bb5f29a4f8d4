/* What is said of yearly reports: what is written is read again, what is out of bounds is refused, what is in force is found. */
#include "edition.h"

#include "macros.h"
#include "testing.h"

#include <string.h>

#define SUM   "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define FILES "\"files\":[{\"path\":\"report-2025.json\",\"sha256\":\"" SUM "\"}]"
#define SAID  "\"text\":{\"fr\":\"\xC3\xA9\\\"\",\"en\":\"e\"},\"by\":\"m\""

static int read_text(const char *text, struct edition *ret, struct arena *arena,
                     struct fault *fault)
{
    json_t *facts = json_loads(text, 0, NULL);
    *ret = (struct edition){0};
    int rc = edition_read(facts, ret, arena, fault);
    json_decref(facts);
    return rc;
}

static void test_round_trip(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "{\"action\":\"final\",\"year\":2025," FILES "}",
        "{\"action\":\"final\",\"year\":2025," FILES ",\"by\":\"m\"}",
        "{\"action\":\"correct\",\"year\":2025,\"of\":17," FILES "," SAID "}",
        "{\"action\":\"comment\",\"year\":2025," SAID "}",
    };
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        struct arena arena = {0};
        struct fault fault = {""};
        struct edition edition;
        struct buffer out;
        buffer_init(&out, STATEMENT_FACTS_MAX);
        if (read_text(texts[i], &edition, &arena, &fault))
            fail_msg("%s: %s", texts[i], fault.text);
        edition_write(&edition, &out);
        assert_string_equal(buffer_text(&out), texts[i]);
        buffer_fini(&out);
        arena_free(&arena);
    }
}

static void test_refused(void **state)
{
    (void)state;
    static const struct {
        const char *text, *word;
    } cases[] = {
        {"[]", "final, corrected"},
        {"{\"action\":\"party\",\"year\":2025," FILES "}", "final, corrected"},
        {"{\"action\":\"final\"," FILES "}", "which year"},
        {"{\"action\":\"final\",\"year\":1970," FILES "}", "which year"},
        {"{\"action\":\"final\",\"year\":4294969321," FILES "}", "which year"},
        {"{\"action\":\"final\",\"year\":2025}", "1 to 32 files"},
        {"{\"action\":\"final\",\"year\":2025,\"files\":[]}", "1 to 32 files"},
        {"{\"action\":\"final\",\"year\":2025,\"files\":[3]}", "file 1"},
        {"{\"action\":\"final\",\"year\":2025,\"files\":[{\"path\":\"a\"}]}", "file 1"},
        {"{\"action\":\"final\",\"year\":2025,\"files\":[{\"path\":\"a/b\",\"sha256\":\"" SUM
         "\"}]}",
         "file 1"},
        {"{\"action\":\"final\",\"year\":2025,\"files\":[{\"path\":\"..\",\"sha256\":\"" SUM
         "\"}]}",
         "file 1"},
        {"{\"action\":\"final\",\"year\":2025,\"files\":[{\"path\":\"\",\"sha256\":\"" SUM "\"}]}",
         "file 1"},
        {"{\"action\":\"final\",\"year\":2025,\"files\":[{\"path\":\"a\",\"sha256\":\"" SUM
         "0\"}]}",
         "file 1"},
        {"{\"action\":\"final\",\"year\":2025," FILES ",\"by\":\"\"}", "name"},
        {"{\"action\":\"correct\",\"year\":2025," FILES "," SAID "}", "which edition"},
        {"{\"action\":\"correct\",\"year\":2025,\"of\":17," FILES ",\"by\":\"m\"}", "text"},
        {"{\"action\":\"comment\",\"year\":2025,\"text\":{\"en\":\"e\"}}", "name"},
        {"{\"action\":\"comment\",\"year\":2025,\"by\":\"m\"}", "text"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct arena arena = {0};
        struct fault fault = {""};
        struct edition edition;
        assert_int_equal(read_text(cases[i].text, &edition, &arena, &fault), -1);
        if (!strstr(fault.text, cases[i].word))
            fail_msg("%s: %s", cases[i].text, fault.text);
        arena_free(&arena);
    }
}

static void test_too_many_files(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct fault fault = {""};
    struct edition edition = {0};
    json_t *facts = json_loads("{\"action\":\"final\",\"year\":2025,\"files\":[]}", 0, NULL);
    json_t *files = json_object_get(facts, "files");
    for (int i = 0; i < EDITION_FILES_MOST; i++)
        json_array_append_new(files, json_pack("{s:s,s:s}", "path", "a", "sha256", SUM));
    assert_int_equal(edition_read(facts, &edition, &arena, &fault), 0);
    assert_int_equal(edition.file_count, EDITION_FILES_MOST);
    json_array_append_new(files, json_pack("{s:s,s:s}", "path", "a", "sha256", SUM));
    assert_int_equal(edition_read(facts, &edition, &arena, &fault), -1);
    json_decref(facts);
    arena_free(&arena);
}

static void test_most_fits(void **state)
{
    (void)state;
    char text[4 * STATEMENT_TEXT_MOST + 1] = "", name[EDITION_NAME_MOST + 1];
    struct edition_file files[EDITION_FILES_MOST];
    struct arena arena = {0};
    struct fault fault = {""};
    struct buffer out;
    for (size_t i = 0; i < STATEMENT_TEXT_MOST; i++)
        memcpy(text + 4 * i, "\xF0\x9F\x90\x88", 5);
    memset(name, 'x', EDITION_NAME_MOST);
    name[EDITION_NAME_MOST] = '\0';
    for (size_t i = 0; i < EDITION_FILES_MOST; i++)
        files[i] = (struct edition_file){name, SUM};
    struct edition edition = {.kind = EDITION_CORRECTION,
                              .year = 2025,
                              .of = INT64_MAX,
                              .files = files,
                              .file_count = EDITION_FILES_MOST};
    assert_int_equal(statement_add_text(&edition.said, "fr", text, &arena, &fault), 0);
    assert_int_equal(statement_add_text(&edition.said, "en", text, &arena, &fault), 0);
    text[4 * STATEMENT_NAME_MOST] = '\0';
    assert_int_equal(statement_set_by(&edition.said, text, &arena, &fault), 0);
    buffer_init(&out, STATEMENT_FACTS_MAX);
    edition_write(&edition, &out);
    assert_false(out.overflow);
    buffer_fini(&out);
    arena_free(&arena);
}

static struct edition said(int64_t seq, enum edition_kind kind, int year, const char *hoster,
                           const char *by)
{
    return (struct edition){
        .seq = seq, .kind = kind, .year = year, .hoster = hoster, .said = {.by = by}};
}

static void test_in_force(void **state)
{
    (void)state;
    const struct edition all[] = {
        said(1, EDITION_COMMENT, 2025, "a", "m"),   said(2, EDITION_FINAL, 2024, "", NULL),
        said(3, EDITION_COMMENT, 2025, "a", "n"),   said(4, EDITION_COMMENT, 2025, "b", "m"),
        said(5, EDITION_COMMENT, 2025, "a", "m"),   said(6, EDITION_FINAL, 2025, "", NULL),
        said(7, EDITION_CORRECTION, 2025, "", "m"), said(8, EDITION_CORRECTION, 2025, "", "m"),
        said(9, EDITION_COMMENT, 2024, "a", "m"),
    };
    static const int64_t comments[] = {3, 4, 5}, corrections[] = {7, 8};
    struct arena arena = {0};
    const struct edition *own;
    assert_int_equal(edition_first(all, ARRAY_LEN(all), 2025)->seq, 6);
    assert_int_equal(edition_newest(all, ARRAY_LEN(all), 2025)->seq, 8);
    assert_int_equal(edition_newest(all, ARRAY_LEN(all), 2024)->seq, 2);
    assert_null(edition_first(all, 5, 2025));
    assert_null(edition_newest(all, 5, 2025));
    assert_int_equal(edition_select(all, ARRAY_LEN(all), 2025, EDITION_COMMENT, &arena, &own), 3);
    for (size_t i = 0; i < ARRAY_LEN(comments); i++)
        assert_int_equal(own[i].seq, comments[i]);
    assert_int_equal(edition_select(all, ARRAY_LEN(all), 2025, EDITION_CORRECTION, &arena, &own),
                     2);
    for (size_t i = 0; i < ARRAY_LEN(corrections); i++)
        assert_int_equal(own[i].seq, corrections[i]);
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_trip),     cmocka_unit_test(test_refused),
        cmocka_unit_test(test_too_many_files), cmocka_unit_test(test_most_fits),
        cmocka_unit_test(test_in_force),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
