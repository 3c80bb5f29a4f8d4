#include "answer.h"
#include "macros.h"
#include "test_folder.h"
#include "testing.h"

#include <string.h>
#include <unistd.h>

static struct test_folder folder;
static struct site *site;
static struct site_now now;
static struct answer answer;

static void start(void)
{
    struct fault fault;
    assert_int_equal(site_open(folder.path, 1024 * 1024, now, &site, &fault), 0);
}

static int setup(void **state)
{
    (void)state;
    now = (struct site_now){{1000000000}, wall_from_seconds(1700000000)};
    site = NULL;
    test_folder_make(&folder);
    test_folder_write(&folder, "index.html", "both languages");
    test_folder_write(&folder, "fr/index.html", "bonjour");
    test_folder_write(&folder, "en/index.html", "hello");
    test_folder_write(&folder, "fr/h/x/index.html", "x");
    test_folder_write(&folder, "metrics", "# EOF");
    test_folder_write(&folder, "vibrisse.0a1b2c3d.css", "p {}");
    test_folder_fill(&folder, "api/v1/x.json", "[1, 2] ", 5000);
    start();
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    site_close(site);
    test_folder_remove(&folder);
    return 0;
}

static const char *header(const char *name)
{
    for (size_t i = 0; i < answer.header_count; i++)
        if (strcmp(answer.headers[i].name, name) == 0)
            return answer.headers[i].value;
    return "";
}

/* Keeps the answer's status and headers, and gives its body back. */
static unsigned ask_with(const struct answer_request *request)
{
    memset(&answer, 0xA5, sizeof answer);
    answer_make(site, request, &answer);
    assert_true(answer.header_count <= ANSWER_HEADERS_MOST);
    assert_string_equal(header("X-Content-Type-Options"), "nosniff");
    assert_string_equal(header("Referrer-Policy"), "no-referrer");
    assert_non_null(strstr(header("Content-Security-Policy"), "default-src 'none'"));
    site_body_release(answer.body);
    if (answer.file >= 0)
        close(answer.file);
    return answer.status;
}

static unsigned ask(const char *path)
{
    struct answer_request request = {.path = path, .now = now};
    return ask_with(&request);
}

static void test_statuses(void **state)
{
    static const struct {
        const char *path;
        unsigned status;
    } rows[] = {
        {"/", 302},          {"/index.html", 200},
        {"/fr/", 200},       {"/fr/index.html", 200},
        {"/fr", 301},        {"/fr/h/x", 301},
        {"/fr/h", 404},      {"/metrics", 200},
        {"/healthz", 503},   {"", 404},
        {"*", 404},          {"fr/", 404},
        {"//fr/", 404},      {"/fr//", 404},
        {"/fr/../fr/", 404}, {"/%66r/", 404},
        {"/fr%2f", 404},     {"/fr/%00", 404},
        {"/fr/\xff", 404},   {"/../../etc/passwd", 404},
        {"/.stamp", 404},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        assert_row(i, ask(rows[i].path) == rows[i].status);
}

static void test_headers_of_content(void **state)
{
    struct answer_request request = {
        .path = "/api/v1/x.json", .accept_encoding = "gzip", .now = now};
    (void)state;
    assert_int_equal(ask_with(&request), 200);
    assert_string_equal(header("Content-Type"), "application/json");
    assert_string_equal(header("Content-Encoding"), "gzip");
    assert_string_equal(header("Vary"), "Accept-Encoding");
    assert_string_equal(header("Access-Control-Allow-Origin"), "*");
    assert_string_equal(header("Cache-Control"), "public, max-age=60, stale-while-revalidate=300");
    assert_non_null(strstr(header("ETag"), "-gz\""));
    char etag[SITE_ETAG_SIZE];
    strcpy(etag, header("ETag"));
    request.if_none_match = etag;
    assert_int_equal(ask_with(&request), 304);
    assert_null(answer.body);
    assert_string_equal(header("ETag"), etag);
    assert_string_equal(header("Vary"), "Accept-Encoding");
    assert_string_equal(header("Cache-Control"), "public, max-age=60, stale-while-revalidate=300");
    assert_string_equal(header("Content-Type"), "");
}

static void test_headers_by_type(void **state)
{
    (void)state;
    assert_int_equal(ask("/vibrisse.0a1b2c3d.css"), 200);
    assert_string_equal(header("Cache-Control"), "public, max-age=31536000, immutable");
    assert_string_equal(header("Access-Control-Allow-Origin"), "");
    assert_int_equal(ask("/metrics"), 200);
    assert_string_equal(header("Content-Type"),
                        "application/openmetrics-text; version=1.0.0; charset=utf-8");
    assert_string_equal(header("Content-Encoding"), "");
    assert_int_equal(ask("/healthz"), 503);
    assert_string_equal(header("Cache-Control"), "no-store");
    assert_string_equal(header("Content-Type"), "application/json");
}

static void test_entrance_speaks_the_visitors_language(void **state)
{
    struct answer_request request = {.path = "/", .accept_language = "fr-CH, en;q=0.5", .now = now};
    (void)state;
    assert_int_equal(ask_with(&request), 302);
    assert_string_equal(header("Location"), "fr/");
    assert_string_equal(header("Vary"), "Accept-Language");
    request.accept_language = "en, fr;q=0.5";
    ask_with(&request);
    assert_string_equal(header("Location"), "en/");
}

static void test_entrance_without_languages_is_a_page(void **state)
{
    (void)state;
    site_close(site);
    test_folder_remove(&folder);
    test_folder_make(&folder);
    test_folder_write(&folder, "index.html", "a page");
    start();
    assert_int_equal(ask("/"), 200);
}

static void test_folder_gets_its_slash(void **state)
{
    (void)state;
    assert_int_equal(ask("/fr/h/x"), 301);
    assert_string_equal(header("Location"), "x/");
}

static void test_missing_page_is_the_sites_own(void **state)
{
    struct answer_request request = {.path = "/fr/nothing", .if_none_match = "*", .now = now};
    (void)state;
    assert_int_equal(ask("/fr/nothing"), 404);
    assert_string_equal(header("Content-Type"), "text/plain; charset=utf-8");
    site_close(site);
    test_folder_write(&folder, "404.html", "<p>nothing</p>");
    start();
    assert_int_equal(ask_with(&request), 404);
    assert_string_equal(header("Content-Type"), "text/html; charset=utf-8");
    assert_string_equal(header("ETag"), "");
    assert_int_equal(answer.body ? 1 : 0, 1);
    site_close(site);
    test_folder_write(&folder, "fr/404.html", "<p>rien, rien</p>");
    start();
    answer_make(site, &request, &answer);
    assert_memory_equal(answer.body->bytes, "<p>rien, rien</p>", answer.body->length);
    site_body_release(answer.body);
    request.path = "/xx/nothing";
    answer_make(site, &request, &answer);
    assert_memory_equal(answer.body->bytes, "<p>nothing</p>", answer.body->length);
    site_body_release(answer.body);
}

static void test_empty_site_asks_to_come_back(void **state)
{
    (void)state;
    site_close(site);
    test_folder_remove(&folder);
    test_folder_make(&folder);
    start();
    assert_int_equal(ask("/fr/"), 503);
    assert_string_equal(header("Retry-After"), "10");
    assert_int_equal(ask("/healthz"), 503);
}

static void test_refusals(void **state)
{
    (void)state;
    answer_refuse(405, false, &answer);
    assert_string_equal(header("Allow"), "GET, HEAD");
    assert_true(answer.body->length > 0);
    site_body_release(answer.body);
    answer_refuse(414, false, &answer);
    assert_int_equal(answer.status, 414);
    assert_string_equal(header("Allow"), "");
    site_body_release(answer.body);
}

#define ON_SITE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_SITE(test_statuses),
        ON_SITE(test_headers_of_content),
        ON_SITE(test_headers_by_type),
        ON_SITE(test_entrance_speaks_the_visitors_language),
        ON_SITE(test_entrance_without_languages_is_a_page),
        ON_SITE(test_folder_gets_its_slash),
        ON_SITE(test_missing_page_is_the_sites_own),
        ON_SITE(test_empty_site_asks_to_come_back),
        cmocka_unit_test(test_refusals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
