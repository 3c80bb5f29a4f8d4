#include "default_page.h"

#include "macros.h"
#include "mem.h"
#include "testing.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define TITLED(title)                                                                              \
    "<!DOCTYPE html>\n<html><head><title>" title "</title></head><body></body></html>"

static void test_names(void **state)
{
    (void)state;
    static const struct {
        const char *body, *name;
    } rows[] = {
        {TITLED("Welcome to nginx!"), "the default page of nginx"},
        {"<HTML><TITLE>\n Welcome to nginx! \n</TITLE>", "the default page of nginx"},
        {TITLED("Apache2 Debian Default Page: It works"), "the default page of Apache"},
        {"<html><body><h1>It works!</h1></body></html>\n", "the default page of Apache"},
        {"<html>\r\n<head><title>502 Bad Gateway</title></head>", "an error page"},
        /* pages about such pages */
        {TITLED("Welcome to nginx! - Le blog"), NULL},
        {TITLED("welcome to nginx!"), NULL},
        {TITLED("Mon site"
                "</title><title>Welcome to nginx!"),
         NULL},
        {"<html><body><h1>It works!</h1><p>So does our association.</p></body></html>", NULL},
        {"It works!", NULL},
        {"<h1>502 Bad Gateway</h1>", NULL},
        /* what ends too early */
        {"", NULL},
        {"<title>", NULL},
        {"<title>Welcome to nginx!", NULL},
        {"<title>Welcome to nginx!</titl", NULL},
        {"<title></title>", NULL},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        size_t length = strlen(rows[i].body);
        char *body = mem_array(length, 1); /* without a NUL, so that a step beyond is seen */
        memcpy(body, rows[i].body, length);
        const char *name = default_page_name(body, length);
        assert_row(i, rows[i].name ? name && !strcmp(name, rows[i].name) : !name);
        free(body);
    }
}

/* An article with that title is longer than any server's own error. */
static void test_long_page(void **state)
{
    (void)state;
    char body[4000];
    memset(body, ' ', sizeof body);
    memcpy(body, TITLED("502 Bad Gateway"), strlen(TITLED("502 Bad Gateway")));
    assert_non_null(default_page_name(body, 2000));
    assert_null(default_page_name(body, sizeof body));
    memcpy(body, TITLED("Apache2 Debian Default Page: It works"),
           strlen(TITLED("Apache2 Debian Default Page: It works")));
    assert_non_null(default_page_name(body, sizeof body));
}

/* Only the beginning is looked at. */
static void test_late_title(void **state)
{
    (void)state;
    static char body[DEFAULT_PAGE_BYTES + 100];
    const char *title = TITLED("Caddy works!");
    memset(body, ' ', sizeof body);
    memcpy(body + DEFAULT_PAGE_BYTES - strlen(title), title, strlen(title));
    assert_non_null(default_page_name(body, sizeof body));
    memset(body, ' ', sizeof body);
    memcpy(body + DEFAULT_PAGE_BYTES - 20, title, strlen(title));
    assert_null(default_page_name(body, sizeof body));
}

static void test_addresses(void **state)
{
    (void)state;
    static const struct {
        const char *url, *asked;
        bool is_stray;
    } rows[] = {
        {"https://a.test/yunohost/admin/", "https://a.test/", true},
        {"https://a.test:8443/yunohost/admin", "https://b.test/pad", true},
        {"https://a.test/yunohost/admin/", "https://a.test/yunohost/admin/", false},
        {"https://a.test/yunohost/sso/?r=aHR0", "https://a.test/pad", false},
        {"https://a.test/?/yunohost/admin", "https://a.test/", false},
        {"https://a.test", "https://a.test", false},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        assert_row(i, !!default_page_at(rows[i].url, rows[i].asked) == rows[i].is_stray);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_long_page),
        cmocka_unit_test(test_late_title),
        cmocka_unit_test(test_addresses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
