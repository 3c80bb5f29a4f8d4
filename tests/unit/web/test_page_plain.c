/* The pages that are mostly text: open data tells of every file and member that there is, the method numbers its rules and
 * tells the settings in force, and the monitor says who it is. */
#include "method.h"
#include "open_table.h"
#include "output.h"

#include "fake.h"

#include "testing.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

static const int64_t now = 1795354320; /* 2026-11-22T14:32+01:00 */

static void small_world(struct fake *fake)
{
    fake_init(fake, now);
    fake_hoster(fake, "chat-perche", "Le Chat Perché");
    fake_service(fake, 0, "pad", "Pads");
    fake_ready(fake);
}

typedef void page_fn(const struct page *page, struct buffer *out);

static char *text_of(struct fake *fake, page_fn *write)
{
    struct buffer out;
    buffer_init(&out, PAGE_MAX);
    write(&fake->page, &out);
    assert_false(out.overflow);
    return buffer_take(&out, NULL);
}

static void expect(const char *text, const char *part)
{
    if (!strstr(text, part))
        fail_msg("no %s", part);
}

static size_t occurrences(const char *text, const char *part)
{
    size_t count = 0;
    for (; (text = strstr(text, part)); text += strlen(part))
        count++;
    return count;
}

/* ---- open data ---- */

static void expect_output(struct fake *fake, const char *text, const struct output *output)
{
    static const char *const keys[] = {"", "chat-perche", "chat-perche/pad"};
    static const char *const names[] = {"", "HOSTER", "HOSTER/SERVICE"};
    const char *shown = output_path(output, names[output->scope], "LANGUAGE", &fake->arena);
    const char *example = output_path(output, keys[output->scope], "en", &fake->arena);
    assert_non_null(output->about);
    expect(text, arena_printf(&fake->arena, "<a href=\"../../%s\"><code>/%s</code></a><br>%s",
                              example, shown, output->about));
}

static void test_files_that_are_not_there_are_no_links(void **state)
{
    (void)state;
    struct fake fake;
    small_world(&fake);
    fake.collective.address = NULL;
    char *text = text_of(&fake, page_data);
    expect(text, "<code>/data/chatonsinfos.properties</code><br>");
    assert_int_equal(occurrences(text, "href=\"../../data/chatonsinfos"), 0);
    free(text);
    fake_free(&fake);
}

static void test_every_file_is_told(void **state)
{
    (void)state;
    struct fake fake;
    small_world(&fake);
    fake.collective.address = "https://etat.exemple.example/";
    fake.page.language = "en";
    char *text = text_of(&fake, page_data);
    size_t count;
    const struct output *rows = outputs(&count);
    for (size_t i = 0; i < count; i++)
        expect_output(&fake, text, &rows[i]);
    assert_int_equal(occurrences(text, "<li><a href=\"../../"), count + 1); /* and OpenAPI */
    expect(text, "<code>/healthz</code>");
    expect(text, "<code>/metrics</code>");
    free(text);
    fake_free(&fake);
}

static void test_nobody_to_show(void **state)
{
    (void)state;
    struct fake fake;
    fake_init(&fake, now);
    fake_ready(&fake);
    char *text = text_of(&fake, page_data);
    assert_null(strstr(text, "{key}"));
    expect(text, "<li><code>/data/HÉBERGEUR.csv</code><br>");
    free(text);
    fake_free(&fake);
}

static json_t *openapi(void)
{
    size_t count;
    json_error_t error;
    const struct page_asset *assets = page_assets(&count);
    for (size_t i = 0; i < count; i++)
        if (strcmp(assets[i].path, "api/v1/openapi.json") == 0) {
            json_t *api = json_loadb((const char *)assets[i].bytes, assets[i].length, 0, &error);
            assert_non_null(api);
            return api;
        }
    fail_msg("no OpenAPI file");
    return NULL;
}

/* Every output and nothing else, but for what only a server has. */
static void test_openapi_has_every_file(void **state)
{
    (void)state;
    static const char *const keys[] = {"", "{hoster}", "{hoster}/{service}"};
    struct arena arena = {0};
    json_t *api = openapi(), *paths = json_object_get(api, "paths");
    size_t count;
    const struct output *rows = outputs(&count);
    for (size_t i = 0; i < count; i++) {
        const char *path = output_path(&rows[i], keys[rows[i].scope], "{language}", &arena);
        if (!json_object_get(paths, arena_printf(&arena, "/%s", path)))
            fail_msg("not in openapi.json: %s", path);
    }
    assert_non_null(json_object_get(paths, "/metrics"));
    assert_non_null(json_object_get(paths, "/healthz"));
    assert_int_equal(json_object_size(paths), count + 2);
    json_decref(api);
    arena_free(&arena);
}

static void test_every_member_is_told(void **state)
{
    (void)state;
    static const char *const schemas[] = {
        "Collective",     "HosterState", "ServiceState", "Hoster",
        "ServiceFigures", "Service",     "Figures",      "Latency",
        "Outage",         "Blips",       "Blip"};
    struct fake fake;
    small_world(&fake);
    char *text = text_of(&fake, page_data);
    json_t *api = openapi(), *all = json_object_get(json_object_get(api, "components"), "schemas");
    for (size_t i = 0; i < sizeof schemas / sizeof *schemas; i++) {
        const char *name;
        json_t *member, *members = json_object_get(json_object_get(all, schemas[i]), "properties");
        assert_true(json_object_size(members) > 0);
        json_object_foreach(members, name, member)
            expect(text, arena_printf(&fake.arena, "<dt><code>%s</code></dt>", name));
    }
    size_t count;
    const struct open_column *columns = open_table_columns(&count);
    for (size_t i = 1; i < count; i++)
        expect(text, arena_printf(&fake.arena, "<dt><code>%s</code></dt>", columns[i].name));
    json_decref(api);
    free(text);
    fake_free(&fake);
}

/* ---- the method ---- */

static void expect_numbers(const char *text)
{
    size_t count = occurrences(text, "<li id=\"r");
    char anchor[32];
    assert_true(count >= METHOD_BOUNDS);
    for (size_t i = 1; i <= count; i++) {
        snprintf(anchor, sizeof anchor, "<li id=\"r%zu\">", i);
        assert_int_equal(occurrences(text, anchor), 1);
    }
    expect(text, "<ol class=\"rules\" start=\"8\">"); /* seven rules of counting before it */
}

static void test_rules_have_numbers(void **state)
{
    (void)state;
    struct fake fake;
    small_world(&fake);
    fake.page.language = "en";
    char *text = text_of(&fake, page_method);
    expect_numbers(text);
    expect(text, "<li id=\"r2\">A line is down after three failures");
    expect(text, "<li id=\"r4\">Results that are not confirmed yet");
    expect(text, "seven days of silence");
    expect(text, "<li id=\"r18\">Availability is the time available");
    expect(text, "<li id=\"r19\">Coverage is ");
    expect(text, "<li id=\"r20\">The bounds of an availability");
    assert_null(strchr(strstr(text, "<main"), '{')); /* every name has its value */
    free(text);
    fake_free(&fake);
}

static void test_settings_in_force(void **state)
{
    (void)state;
    static const int64_t often[] = {500, 7000, 0}, never[] = {0};
    struct fake fake;
    small_world(&fake);
    fake.page.language = "en";
    fake.practice.rechecks_ms = often;
    fake.practice.timeout_ms = 13000;
    fake.practice.slow_ms = 4000;
    fake.practice.sentinels = 17;
    fake.page.incident_after_ms = 900000;
    char *text = text_of(&fake, page_method);
    expect(text, "we look again 500\u00A0ms, 7\u00A0s later");
    expect(text, "within 13\u00A0s, unless");
    expect(text, "longer than 4\u00A0s, unless");
    expect(text, "written down, 17 services of other operators");
    expect(text, "An interruption of 15\u00A0min or more is an incident");
    expect(text, "one over 8, at most 14 days");
    free(text);
    fake.practice.rechecks_ms = never;
    fake.practice.slow_ms = 0;
    fake.practice.sentinels = 0;
    text = text_of(&fake, page_method);
    expect_numbers(text);
    assert_null(strstr(text, "we look again"));
    expect(text, "However long a good answer takes");
    expect(text, "No sentinels are set here");
    free(text);
    fake_free(&fake);
}

/* ---- about ---- */

static void test_who_and_from_where(void **state)
{
    (void)state;
    struct fake fake;
    small_world(&fake);
    fake.page.language = "en";
    fake.collective.source = "https://git.exemple.example/vibrisse";
    char *text = text_of(&fake, page_about);
    expect(text, "<b>Collectif Exemple</b> runs this monitor");
    expect(text, "<a href=\"mailto:contact@exemple.example\">contact@exemple.example</a>");
    expect(text, "192.0.2.7, 2001:db8::7");
    expect(text, "vibrisse/1.0 (+https://exemple.example/robot)");
    expect(text, "<a href=\"https://git.exemple.example/vibrisse\">");
    expect(text, "vibrisse 1.0");
    free(text);
    fake.collective.source = fake.collective.contact = fake.collective.website = NULL;
    fake.practice.robot_url = NULL;
    fake.practice.addresses = NULL;
    text = text_of(&fake, page_about);
    assert_null(strstr(text, "mailto:"));
    expect(text, "not told");
    expect(text, "ask us for it");
    free(text);
    fake_free(&fake);
}

static void test_every_page_leads_there(void **state)
{
    (void)state;
    static page_fn *const pages[] = {page_collective, page_method, page_data,
                                     page_about,      page_check,  page_missing};
    static const char *const names[] = {"method/", "data/", "about/"};
    struct fake fake;
    small_world(&fake);
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++) {
        char *text = text_of(&fake, pages[i]);
        const char *footer = strstr(text, "<footer");
        assert_non_null(footer);
        for (size_t j = 0; j < 3; j++)
            expect(footer, names[j]);
        free(text);
    }
    fake_free(&fake);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_file_is_told),
        cmocka_unit_test(test_files_that_are_not_there_are_no_links),
        cmocka_unit_test(test_nobody_to_show),
        cmocka_unit_test(test_openapi_has_every_file),
        cmocka_unit_test(test_every_member_is_told),
        cmocka_unit_test(test_rules_have_numbers),
        cmocka_unit_test(test_settings_in_force),
        cmocka_unit_test(test_who_and_from_where),
        cmocka_unit_test(test_every_page_leads_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
