/* What people say: bounded, cleaned, and addresses that cannot be anything else. */
#include "statement.h"

#include "annotation.h"
#include "macros.h"
#include "testing.h"

#include <string.h>

static char *repeat(struct arena *arena, const char *text, size_t count)
{
    char *all = arena_alloc(arena, strlen(text) * count + 1);
    for (size_t i = 0; i < count; i++)
        memcpy(all + i * strlen(text), text, strlen(text));
    return all;
}

static void test_texts(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct statement said = {0};
    struct fault fault = {""};
    assert_int_equal(
        statement_add_text(&said, "en", " a\tb\n\x1b[31m\xE2\x80\xAE<c> ", &arena, &fault), 0);
    assert_string_equal(wording_in(&said.text, "en"), "a b [31m<c>");
    assert_string_equal(wording_in(&said.text, "fr"), "a b [31m<c>");
    assert_int_equal(statement_add_text(&said, "fr", "\xFF\xC3\xA9", &arena, &fault), 0);
    assert_string_equal(said.text.texts[0].language, "fr"); /* in the order of the languages */
    assert_string_equal(said.text.texts[0].text, "\xEF\xBF\xBD\xC3\xA9");
    assert_int_equal(statement_add_text(&said, "fr", "x", &arena, &fault), -1);
    assert_non_null(strstr(fault.text, "twice"));
    assert_int_equal(statement_add_text(&said, "de", "x", &arena, &fault), -1);
    assert_non_null(strstr(fault.text, "language"));
    arena_free(&arena);
}

static void test_length_is_in_characters(void **state)
{
    (void)state;
    static const char *const letters[] = {"x", "\xC3\xA9", "\xF0\x9F\x90\x88", "\xFF"};
    for (size_t i = 0; i < ARRAY_LEN(letters); i++) {
        struct arena arena = {0};
        struct statement said = {0};
        struct fault fault = {""};
        struct buffer out;
        buffer_init(&out, STATEMENT_FACTS_MAX);
        const char *fits = repeat(&arena, letters[i], STATEMENT_TEXT_MOST);
        assert_int_equal(statement_add_text(&said, "fr", fits, &arena, &fault), 0);
        assert_int_equal(statement_add_text(&said, "en", fits, &arena, &fault), 0);
        assert_int_equal(statement_set_by(&said, repeat(&arena, letters[i], STATEMENT_NAME_MOST),
                                          &arena, &fault),
                         0);
        statement_write(&said, &out);
        assert_false(out.overflow);
        said = (struct statement){0};
        assert_int_equal(statement_add_text(&said, "fr",
                                            repeat(&arena, letters[i], STATEMENT_TEXT_MOST + 1),
                                            &arena, &fault),
                         -1);
        assert_string_equal(fault.text, "the text in 'fr' is longer than 1000 characters");
        buffer_fini(&out);
        arena_free(&arena);
    }
}

static void test_links(void **state)
{
    (void)state;
    static const char *const good[] = {"https://a.example/", "http://a.example",
                                       "https://a/?b=c&d#e", "https://xn--9caa.example/%C3%A9"};
    static const char *const bad[] = {"",
                                      "javascript:alert(1)",
                                      "JAVASCRIPT:alert(1)",
                                      "HTTPS://a.example/",
                                      "https://",
                                      "https:///etc",
                                      "//a.example/",
                                      "data:text/html,x",
                                      "https://a.example/ b",
                                      "https://a.example/\"onclick=x",
                                      "https://a.example/<b>",
                                      "https://a.example/\n",
                                      "https://\xC3\xA9.example/",
                                      " https://a.example/"};
    struct arena arena = {0};
    struct statement said = {0};
    struct fault fault;
    for (size_t i = 0; i < ARRAY_LEN(good); i++)
        assert_int_equal(statement_set_link(&said, good[i], &arena, &fault), 0);
    said.link = NULL;
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        assert_int_equal(statement_set_link(&said, bad[i], &arena, &fault), -1);
    assert_int_equal(statement_set_link(&said,
                                        repeat(&arena, "https://a.example/", STATEMENT_LINK_MOST),
                                        &arena, &fault),
                     -1);
    assert_null(said.link);
    arena_free(&arena);
}

/* ---- annotations ---- */

static struct annotation note_of(int64_t seq, const char *subject, int64_t outage,
                                 enum annotation_kind kind, const char *by)
{
    return (struct annotation){
        .seq = seq, .subject = subject, .outage = outage, .kind = kind, .said = {.by = by}};
}

static void test_the_newest_of_each_author(void **state)
{
    (void)state;
    const struct annotation all[] = {
        note_of(1, "a/b", 100, ANNOTATION_NOTE, "x"),
        note_of(2, "a/b", 100, ANNOTATION_NOTE, "y"),
        note_of(3, "a/b", 100, ANNOTATION_DISPUTE, "x"),
        note_of(4, "a/b", 200, ANNOTATION_NOTE, "x"),
        note_of(5, "a/c", 100, ANNOTATION_NOTE, "x"),
        note_of(6, "a/b", 100, ANNOTATION_NOTE, "x"),
    };
    struct arena arena = {0};
    const struct annotation *got;
    assert_int_equal(annotations_of(all, ARRAY_LEN(all), "a/b", 100, &arena, &got), 3);
    assert_int_equal(got[0].seq, 2);
    assert_int_equal(got[1].seq, 3);
    assert_int_equal(got[2].seq, 6);
    assert_int_equal(annotations_of(all, ARRAY_LEN(all), "a/b", 300, &arena, &got), 0);
    assert_int_equal(annotations_of(all, 5, "a/b", 100, &arena, &got), 3);
    assert_int_equal(got[0].seq, 1);
    arena_free(&arena);
}

static void test_annotation_facts(void **state)
{
    (void)state;
    static const char text[] =
        "{\"action\":\"dispute\",\"of\":7,\"cause\":\"power\",\"text\":{\"en\":"
        "\"No\"},\"by\":\"Moi\"}";
    static const char *const bad[] = {
        "{\"action\":\"add\",\"text\":{\"en\":\"No\"},\"by\":\"Moi\"}",
        "{\"text\":{\"en\":\"No\"},\"by\":\"Moi\"}",
        "{\"action\":\"annotate\",\"cause\":\"moon\",\"text\":{\"en\":\"No\"},\"by\":\"Moi\"}",
        "{\"action\":\"annotate\",\"by\":\"Moi\"}",
    };
    struct arena arena = {0};
    struct annotation note = {0};
    struct fault fault;
    struct buffer out;
    json_error_t error;
    buffer_init(&out, STATEMENT_FACTS_MAX);
    json_t *facts = json_loads(text, 0, &error);
    assert_int_equal(annotation_read(facts, &note, &arena, &fault), 0);
    json_decref(facts);
    annotation_write(&note, &out);
    assert_string_equal(buffer_text(&out), text);
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        facts = json_loads(bad[i], 0, &error);
        assert_int_equal(annotation_read(facts, &note, &arena, &fault), -1);
        json_decref(facts);
    }
    for (size_t i = 0; annotation_causes[i]; i++)
        assert_string_not_equal(annotation_cause_text(annotation_causes[i]), "");
    buffer_fini(&out);
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_texts),
        cmocka_unit_test(test_length_is_in_characters),
        cmocka_unit_test(test_links),
        cmocka_unit_test(test_the_newest_of_each_author),
        cmocka_unit_test(test_annotation_facts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
