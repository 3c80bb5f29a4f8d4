#include "page.h"
#include "site.h"
#include "site_load.h"
#include "test_folder.h"
#include "testing.h"

#include <string.h>
#include <unistd.h>

enum { MEASURED_S = 1700000000 };

static struct test_folder folder;
static struct site *site;
static struct site_now now;

static int setup(void **state)
{
    (void)state;
    site = NULL;
    now = (struct site_now){{1000000000}, wall_from_seconds(MEASURED_S)};
    test_folder_make(&folder);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    site_close(site);
    test_folder_remove(&folder);
    return 0;
}

static void start(void)
{
    struct fault fault;
    assert_int_equal(site_open(folder.path, 1024 * 1024, now, &site, &fault), 0);
}

static void later(int64_t ms)
{
    now.mono = mono_plus_ms(now.mono, ms);
    now.wall.ms += ms;
}

static void write_stamp(int64_t structure, const char *languages)
{
    char text[512];
    snprintf(text, sizeof text,
             "{\"v\":1,\"structure\":%d,\"written\":\"2023-11-14T22:13:20Z\","
             "\"measured\":\"2023-11-14T22:13:20Z\",\"interval_s\":60,\"state\":\"ok\","
             "\"languages\":[%s]}",
             (int)structure, languages);
    test_folder_write(&folder, SITE_STAMP_NAME, text);
}

static enum site_found find(const char *path, enum encoding encoding, const char *if_none_match,
                            struct site_content *ret)
{
    struct site_question question = {path, strlen(path), encoding, if_none_match, now};
    return site_find(site, &question, ret);
}

/* The plain content of a path, "" when there is none; the ETag beside it. */
static const char *plain(const char *path, char etag[SITE_ETAG_SIZE])
{
    static char text[4096];
    struct site_content content;
    text[0] = '\0';
    if (find(path, ENCODING_IDENTITY, NULL, &content) != SITE_FOUND)
        return text;
    assert_true(content.body && content.body->length < sizeof text);
    memcpy(text, content.body->bytes, content.body->length);
    text[content.body->length] = '\0';
    if (etag)
        strcpy(etag, content.etag);
    site_body_release(content.body);
    return text;
}

static void test_gives_content(void **state)
{
    char etag[SITE_ETAG_SIZE];
    struct site_content content;
    (void)state;
    test_folder_write(&folder, "fr/index.html", "bonjour");
    start();
    assert_string_equal(plain("/fr/", etag), "bonjour");
    assert_true(etag[0] == '"' && etag[strlen(etag) - 1] == '"');
    assert_int_equal(find("/fr/", ENCODING_IDENTITY, etag, &content), SITE_UNCHANGED);
    assert_string_equal(content.etag, etag);
    assert_int_equal(find("/en/", ENCODING_IDENTITY, NULL, &content), SITE_MISSING);
}

/* The same whether the content is in memory already or was just read. */
static void test_etag_holds_over_restart(void **state)
{
    char etag[SITE_ETAG_SIZE];
    struct site_content content;
    (void)state;
    test_folder_write(&folder, "x.txt", "same");
    start();
    plain("/x.txt", etag);
    site_close(site);
    start();
    assert_int_equal(find("/x.txt", ENCODING_GZIP, etag, &content), SITE_UNCHANGED);
}

static void test_encodings_have_their_own_etag(void **state)
{
    static const char *const tails[] = {"\"", "-gz\"", "-br\""};
    (void)state;
    test_folder_fill(&folder, "x.json", "[1, 2, 3] ", 5000);
    start();
    for (enum encoding e = ENCODING_IDENTITY; e < ENCODING_COUNT; e++)
        for (int again = 0; again < 2; again++) {
            struct site_content content;
            assert_int_equal(find("/x.json", e, NULL, &content), SITE_FOUND);
            assert_int_equal(content.encoding, e);
            assert_true((content.body->length < 5000) == (e != ENCODING_IDENTITY));
            assert_string_equal(content.etag + 17, tails[e]);
            site_body_release(content.body);
        }
}

static void test_what_gains_nothing_stays_plain(void **state)
{
    (void)state;
    test_folder_write(&folder, "x.json", "1");
    test_folder_fill(&folder, "x.png", "png", 5000);
    start();
    for (int again = 0; again < 2; again++) {
        struct site_content content;
        assert_int_equal(find("/x.json", ENCODING_BROTLI, NULL, &content), SITE_FOUND);
        assert_int_equal(content.encoding, ENCODING_IDENTITY);
        assert_string_equal(content.etag + 17, "\"");
        site_body_release(content.body);
        assert_int_equal(find("/x.json", ENCODING_BROTLI, content.etag, &content), SITE_UNCHANGED);
        assert_int_equal(find("/x.png", ENCODING_BROTLI, NULL, &content), SITE_FOUND);
        assert_int_equal(content.encoding, ENCODING_IDENTITY);
        site_body_release(content.body);
    }
}

static void test_change_is_seen_within_a_second(void **state)
{
    char first[SITE_ETAG_SIZE], second[SITE_ETAG_SIZE];
    (void)state;
    test_folder_write(&folder, "x.txt", "one");
    start();
    assert_string_equal(plain("/x.txt", first), "one");
    test_folder_write(&folder, "x.txt", "two");
    later(999);
    assert_string_equal(plain("/x.txt", second), "one");
    later(1);
    assert_string_equal(plain("/x.txt", second), "two");
    assert_string_not_equal(first, second);
    test_folder_delete(&folder, "x.txt");
    later(1000);
    assert_string_equal(plain("/x.txt", NULL), "");
    test_folder_write(&folder, "x.txt", "three");
    assert_string_equal(plain("/x.txt", NULL), "three");
}

static void test_structure_change_is_seen(void **state)
{
    (void)state;
    test_folder_write(&folder, "old.txt", "old");
    write_stamp(1, "");
    start();
    test_folder_write(&folder, "new.txt", "new");
    later(60 * 1000);
    write_stamp(1, "");
    site_refresh(site, now);
    assert_string_equal(plain("/new.txt", NULL), ""); /* the same structure: no need to look */
    write_stamp(2, "");
    later(1000);
    site_refresh(site, now);
    assert_string_equal(plain("/new.txt", NULL), "new");
    assert_string_equal(plain("/old.txt", NULL), "old");
}

static void test_without_stamp_it_looks_now_and_then(void **state)
{
    (void)state;
    test_folder_write(&folder, "old.txt", "old");
    start();
    test_folder_write(&folder, "new.txt", "new");
    later(29 * 1000);
    site_refresh(site, now);
    assert_string_equal(plain("/new.txt", NULL), "");
    later(1000);
    site_refresh(site, now);
    assert_string_equal(plain("/new.txt", NULL), "new");
}

static void test_empty_site_fills_at_once(void **state)
{
    (void)state;
    start();
    assert_true(site_is_empty(site));
    test_folder_write(&folder, "x.txt", "x");
    later(1000);
    site_refresh(site, now);
    assert_false(site_is_empty(site));
    assert_string_equal(plain("/x.txt", NULL), "x");
}

static void test_replaced_folder_is_the_one_meant(void **state)
{
    struct test_folder other;
    (void)state;
    test_folder_write(&folder, "x.txt", "before");
    start();
    assert_string_equal(plain("/x.txt", NULL), "before");
    test_folder_make(&other);
    test_folder_write(&other, "x.txt", "after");
    test_folder_write(&other, "y.txt", "more");
    test_folder_remove(&folder);
    assert_int_equal(rename(other.path, folder.path), 0);
    later(1000);
    site_refresh(site, now);
    assert_string_equal(plain("/x.txt", NULL), "after");
    assert_string_equal(plain("/y.txt", NULL), "more");
}

static void test_folder_that_went_away_is_empty(void **state)
{
    (void)state;
    test_folder_write(&folder, "x.txt", "x");
    start();
    test_folder_remove(&folder);
    assert_string_equal(plain("/x.txt", NULL), "");
    later(30 * 1000);
    site_refresh(site, now);
    assert_true(site_is_empty(site));
}

static void test_link_put_in_place_of_a_file(void **state)
{
    struct site_content content;
    (void)state;
    test_folder_write(&folder, "a/x.txt", "x");
    test_folder_write(&folder, "y.txt", "y");
    start();
    test_folder_delete(&folder, "y.txt");
    test_folder_link(&folder, "y.txt", "/etc/passwd");
    assert_int_equal(find("/y.txt", ENCODING_IDENTITY, NULL, &content), SITE_MISSING);
    test_folder_delete(&folder, "a/x.txt");
    test_folder_delete(&folder, "a");
    test_folder_link(&folder, "a", "/etc");
    test_folder_write(&folder, "b", "");
    assert_int_equal(find("/a/x.txt", ENCODING_IDENTITY, NULL, &content), SITE_MISSING);
}

static void test_stale_notice(void **state)
{
    static const char page[] = "<body>" PAGE_STALE_MARK "<p>text</p></body>";
    char fresh[SITE_ETAG_SIZE], stale[SITE_ETAG_SIZE];
    struct buffer notice;
    (void)state;
    test_folder_write(&folder, "fr/index.html", page);
    test_folder_write(&folder, "fr/x.txt", page);
    test_folder_write(&folder, "fr/plain.html", "<p>no mark</p>");
    write_stamp(1, "\"fr\"");
    start();
    later(180 * 1000);
    assert_string_equal(plain("/fr/", fresh), page);
    later(1000);
    const char *text = plain("/fr/", stale);
    buffer_init(&notice, 4096);
    page_stale_notice("fr", MEASURED_S, &notice);
    assert_true(notice.length > 0);
    assert_non_null(strstr(text, buffer_text(&notice)));
    assert_null(strstr(text, PAGE_STALE_MARK));
    assert_non_null(strstr(text, "<p>text</p></body>"));
    assert_string_not_equal(stale, fresh);
    assert_string_equal(plain("/fr/x.txt", NULL), page);
    assert_string_equal(plain("/fr/plain.html", NULL), "<p>no mark</p>");
    buffer_fini(&notice);
}

/* Our own documents name the minute; another one is another content. */
static void test_documents_tell_when_was_measured(void **state)
{
    static const char document[] = "{\"format\":1}\n";
    static const char path[] = "/api/v1/collective.json";
    char first[SITE_ETAG_SIZE], second[SITE_ETAG_SIZE];
    (void)state;
    test_folder_write(&folder, path + 1, document);
    test_folder_write(&folder, "api/v2/status.json", document);
    start();
    assert_string_equal(plain(path, NULL), document);
    write_stamp(1, "\"fr\"");
    site_refresh(site, now);
    assert_string_equal(plain(path, first),
                        "{\"measured\":\"2023-11-14T22:13:00Z\",\n\"format\":1}\n");
    assert_string_equal(plain("/api/v2/status.json", NULL), document);
    later(1000);
    assert_string_equal(plain(path, second),
                        "{\"measured\":\"2023-11-14T22:13:00Z\",\n\"format\":1}\n");
    assert_string_equal(first, second);
    later(180 * 1000);
    assert_string_equal(plain(path, second),
                        "{\"stale\":true,\"measured\":\"2023-11-14T22:13:20Z\",\n\"format\":1}\n");
    assert_string_not_equal(first, second);
}

static void test_large_files_go_as_they_lie(void **state)
{
    struct site_content content;
    char etag[SITE_ETAG_SIZE];
    (void)state;
    test_folder_fill(&folder, "large.csv", "1,2,3\n", SITE_LOAD_MAX + 1);
    test_folder_fill(&folder, "middle.csv", "1,2,3\n", SITE_LOAD_PLAIN_MAX + 1);
    start();
    assert_int_equal(find("/large.csv", ENCODING_BROTLI, NULL, &content), SITE_FOUND);
    assert_null(content.body);
    assert_int_equal(content.size, SITE_LOAD_MAX + 1);
    assert_int_equal(content.encoding, ENCODING_IDENTITY);
    close(content.file);
    strcpy(etag, content.etag);
    assert_int_equal(find("/large.csv", ENCODING_BROTLI, etag, &content), SITE_UNCHANGED);
    assert_int_equal(content.file, -1);
    assert_int_equal(find("/middle.csv", ENCODING_IDENTITY, NULL, &content), SITE_FOUND);
    assert_null(content.body);
    close(content.file);
    assert_int_equal(find("/middle.csv", ENCODING_GZIP, NULL, &content), SITE_FOUND);
    assert_non_null(content.body);
    site_body_release(content.body);
}

static void test_languages_follow_the_stamp(void **state)
{
    char languages[SITE_LANGUAGES_MOST][SITE_LANGUAGE_SIZE];
    (void)state;
    test_folder_write(&folder, "en/index.html", "");
    test_folder_write(&folder, "fr/index.html", "");
    start();
    assert_int_equal(site_languages(site, languages), 2);
    assert_string_equal(languages[0], "en");
    write_stamp(1, "\"fr\",\"de\",\"en\"");
    site_refresh(site, now);
    assert_int_equal(site_languages(site, languages), 2);
    assert_string_equal(languages[0], "fr");
    assert_string_equal(languages[1], "en");
}

static void test_health_follows_the_stamp(void **state)
{
    struct buffer out;
    (void)state;
    buffer_init(&out, 1024);
    start();
    assert_int_equal(site_health(site, now.wall, &out), 503);
    write_stamp(1, "");
    site_refresh(site, now);
    assert_int_equal(site_health(site, now.wall, &out), 200);
    test_folder_write(&folder, SITE_STAMP_NAME, "damaged");
    site_refresh(site, now);
    assert_int_equal(site_health(site, now.wall, &out), 503);
    write_stamp(1, "");
    site_refresh(site, now);
    assert_int_equal(site_health(site, now.wall, &out), 200);
    test_folder_delete(&folder, SITE_STAMP_NAME);
    site_refresh(site, now);
    assert_int_equal(site_health(site, now.wall, &out), 503);
    buffer_fini(&out);
}

static void test_no_folder(void **state)
{
    struct fault fault;
    (void)state;
    assert_int_equal(site_open("/nonexistent/folder", 1024, now, &site, &fault), -1);
    assert_non_null(strstr(fault.text, "/nonexistent/folder"));
    assert_int_equal(site_open("/etc/passwd", 1024, now, &site, &fault), -1);
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(test_gives_content),
        IN_FOLDER(test_etag_holds_over_restart),
        IN_FOLDER(test_encodings_have_their_own_etag),
        IN_FOLDER(test_what_gains_nothing_stays_plain),
        IN_FOLDER(test_change_is_seen_within_a_second),
        IN_FOLDER(test_structure_change_is_seen),
        IN_FOLDER(test_without_stamp_it_looks_now_and_then),
        IN_FOLDER(test_empty_site_fills_at_once),
        IN_FOLDER(test_replaced_folder_is_the_one_meant),
        IN_FOLDER(test_folder_that_went_away_is_empty),
        IN_FOLDER(test_link_put_in_place_of_a_file),
        IN_FOLDER(test_stale_notice),
        IN_FOLDER(test_documents_tell_when_was_measured),
        IN_FOLDER(test_large_files_go_as_they_lie),
        IN_FOLDER(test_languages_follow_the_stamp),
        IN_FOLDER(test_health_follows_the_stamp),
        IN_FOLDER(test_no_folder),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
