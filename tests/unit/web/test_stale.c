#include "stale.h"

#include "badge.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { MEASURED = 1795354320, MOST = 64 * 1024 };

static bool stale(const char *path, const char *bytes, const char *language, struct buffer *out)
{
    struct stale_file file = {path, bytes, strlen(bytes), MEASURED, false};
    buffer_init(out, MOST);
    return stale_write(&file, language, out);
}

static void expect(const char *path, const char *bytes, const char *part, const char *gone)
{
    struct buffer out;
    assert_true(stale_has_form(path));
    assert_true(stale(path, bytes, "fr", &out));
    assert_non_null(strstr(buffer_text(&out), part));
    assert_null(strstr(buffer_text(&out), gone));
    buffer_fini(&out);
}

static void test_badges(void **state)
{
    static const char svg[] =
        "<svg><title>Pads: works</title><g><text x=\"28\" textLength=\"9\">Pads &amp; "
        "&lt;i&gt;</text><text>works</text></g></svg>\n";
    static const char json[] =
        "{\"schemaVersion\":1,\"label\":\"Pads \\u0026 co\",\"message\":\"works\","
        "\"color\":\"1d6b61\",\"cacheSeconds\":300}\n";
    (void)state;
    expect("/badge/a/pad.fr.svg", svg, "mesures arrêtées", "works");
    expect("/badge/a/pad.en.svg", svg, "measurements stopped", "works");
    expect("/badge/a/pad-90d.en.svg", svg, ">Pads &amp; &lt;i&gt;<", "<i>");
    expect("/badge/a/pad.en.json", json, "\"measurements stopped\"", "1d6b61");
    expect("/badge/a/pad.json", json, "\"Pads & co\"", "works");
}

/* A badge of ours, drawn and replaced, still has its label and is as wide as the words are. */
static void test_our_own(void **state)
{
    struct buffer first, second;
    (void)state;
    buffer_init(&first, MOST);
    assert_true(badge_stopped("L'été & <b>\"", "fr", &first));
    assert_true(stale("/badge/x.fr.svg", buffer_text(&first), "en", &second));
    assert_string_equal(buffer_text(&first), buffer_text(&second));
    buffer_fini(&first);
    buffer_fini(&second);
}

static void test_documents(void **state)
{
    struct buffer out;
    (void)state;
    assert_true(stale("/api/v1/collective.json", "{\"format\":1}\n", "fr", &out));
    assert_string_equal(buffer_text(&out),
                        "{\"stale\":true,\"measured\":\"2026-11-22T13:32:00Z\",\n\"format\":1}\n");
    buffer_fini(&out);
    expect("/h/a/api/v2/status.json", "{\"page\":1}", "\"stale\":true", "{\"page\"");
}

/* Before measurements stop: nothing but our own documents tells of them. */
static void test_while_it_is_fresh(void **state)
{
    static const char *const others[] = {"/badge/a.fr.svg", "/badge/a.json", "/api/v2/status.json",
                                         "/h/a/api/v2/summary.json", "/api/v1/openapi.json"};
    struct stale_file file = {"/api/v1/services/a/pad.json", "{\"a\":1}\n", 8, MEASURED, true};
    struct buffer out;
    (void)state;
    buffer_init(&out, MOST);
    assert_true(stale_tells_fresh(file.path));
    assert_true(stale_write(&file, "fr", &out));
    assert_string_equal(buffer_text(&out), "{\"measured\":\"2026-11-22T13:32:00Z\",\n\"a\":1}\n");
    buffer_clear(&out);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        file.path = others[i];
        assert_false(stale_tells_fresh(file.path));
        assert_false(stale_write(&file, "fr", &out));
        assert_int_equal(out.length, 0);
    }
    assert_false(stale_tells_fresh("/fr/"));
    buffer_fini(&out);
}

static void test_what_is_not_ours_stays(void **state)
{
    static const struct {
        const char *path, *bytes;
    } rows[] = {
        {"/badge/a.fr.svg", ""},
        {"/badge/a.fr.svg", "<svg><text x=\"1\""},
        {"/badge/a.fr.svg", "<svg><text>never ends"},
        {"/badge/a.json", "{}"},
        {"/badge/a.json", "{\"label\":1}"},
        {"/badge/a.json", "no"},
        {"/api/v1/a.json", "[1]"},
        {"/api/v1/a.json", "{}"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct buffer out;
        assert_false(stale(rows[i].path, rows[i].bytes, "fr", &out));
        assert_int_equal(out.length, 0);
        buffer_fini(&out);
    }
    assert_false(stale_has_form("/fr/"));
    assert_false(stale_has_form("/data/a.csv"));
    assert_false(stale_has_form("/icon.svg"));
    assert_false(stale_has_form("/api/v1/openapi.json"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_badges),
        cmocka_unit_test(test_our_own),
        cmocka_unit_test(test_documents),
        cmocka_unit_test(test_while_it_is_fresh),
        cmocka_unit_test(test_what_is_not_ours_stays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
