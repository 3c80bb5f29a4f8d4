#include "url.h"

#include "macros.h"
#include "testing.h"

#include <string.h>

static void test_tail(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"wss://a.test:8443/socket?v=4", "/socket?v=4"},
        {"gemini://a.test", ""},
        {"gemini://[::1]?query/x", "?query/x"},
        {"matrix://a.test/", "/"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        assert_row(i, strcmp(url_tail(rows[i][0]), rows[i][1]) == 0);
}

static void test_authority(void **state)
{
    (void)state;
    static const struct {
        const char *url, *authority;
    } rows[] = {
        {"wss://a.test/x", "a.test"},
        {"wss://a.test:443/x", "a.test"},
        {"wss://a.test:4430/x", "a.test:4430"},
        {"wss://a.test:1443", "a.test:1443"},
        {"wss://[2001:db8::443]/", "[2001:db8::443]"},
        {"wss://[::1]:443", "[::1]"},
        {"wss://[::1]:80?x", "[::1]:80"},
    };
    char text[20];
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        url_authority(rows[i].url, 443, text, sizeof text);
        assert_row(i, strcmp(text, rows[i].authority) == 0);
    }
    url_authority("wss://a-name-that-is-too-long.test/", 443, text, sizeof text);
    assert_string_equal(text, "");
}

static void test_place(void **state)
{
    (void)state;
    static const struct {
        const char *url, *host;
        uint16_t port;
    } rows[] = {
        {"https://a.test", "a.test", 443},
        {"HTTPS://A.Test/x", "a.test", 443},
        {"http://a.test/x", "a.test", 80},
        {"https://a_b-c.test:8448?x", "a_b-c.test", 8448},
        {"https://[2001:DB8::1]:65535/", "2001:db8::1", 65535},
        {"https://[::ffff:127.0.0.1]/", "::ffff:127.0.0.1", 443},
        {"https://192.0.2.1", "192.0.2.1", 443},
        {"ftp://a.test", NULL, 0},
        {"https:/a.test", NULL, 0},
        {"a.test", NULL, 0},
        {"", NULL, 0},
        {"https://", NULL, 0},
        {"https:///x", NULL, 0},
        {"https://:80/", NULL, 0},
        {"https://a.test:/", NULL, 0},
        {"https://a.test:0/", NULL, 0},
        {"https://a.test:65536/", NULL, 0},
        {"https://a.test:000080/", NULL, 0},
        {"https://a.test:8x/", NULL, 0},
        {"https://user@a.test/", NULL, 0},
        {"https://user:word@a.test/", NULL, 0},
        {"https://a.test\\@b.test/", NULL, 0},
        {"https://a b.test/", NULL, 0},
        {"https://a.test/a b", NULL, 0},
        {"https://a.test/\r\nx", NULL, 0},
        {"https://\xC3\xA9.test/", NULL, 0},
        {"https://a.test/\xC3\xA9", NULL, 0},
        {"https://[::1/", NULL, 0},
        {"https://[]/", NULL, 0},
        {"https://[::1]x/", NULL, 0},
        {"https://[a.test]/", NULL, 0},
        {"https://::1/", NULL, 0},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        char host[URL_HOST_SIZE];
        uint16_t port;
        bool good = url_place(rows[i].url, host, &port);
        assert_row(i, good == (rows[i].host != NULL));
        assert_row(i, !good || (strcmp(host, rows[i].host) == 0 && port == rows[i].port));
    }
}

static void test_place_of_the_longest_host(void **state)
{
    (void)state;
    char url[8 + URL_HOST_SIZE + 1] = "https://", host[URL_HOST_SIZE];
    uint16_t port;
    memset(url + 8, 'a', URL_HOST_SIZE - 1);
    assert_true(url_place(url, host, &port));
    assert_int_equal(strlen(host), URL_HOST_SIZE - 1);
    url[8 + URL_HOST_SIZE - 1] = 'a';
    assert_false(url_place(url, host, &port));
}

static void test_authority_of_strangers(void **state)
{
    (void)state;
    static const struct {
        const char *text, *host;
        uint16_t port;
    } rows[] = {
        {"Matrix.example.org", "matrix.example.org", 0},
        {"a.test:443", "a.test", 443},
        {"[2001:db8::1]", "2001:db8::1", 0},
        {"192.0.2.1:8448", "192.0.2.1", 8448},
        {"https://a.test", NULL, 0},
        {"a.test/", NULL, 0},
        {"a.test:", NULL, 0},
        {"", NULL, 0},
        {"a.test?x", NULL, 0},
        {"a@b.test", NULL, 0},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        char host[URL_HOST_SIZE];
        uint16_t port;
        bool good = url_read_authority(rows[i].text, host, &port);
        assert_row(i, good == (rows[i].host != NULL));
        assert_row(i, !good || (strcmp(host, rows[i].host) == 0 && port == rows[i].port));
    }
}

static void test_check_tail(void **state)
{
    (void)state;
    static const struct {
        const char *url, *words;
    } rows[] = {
        {"ws://a.test/x?y=%C3%A9", NULL},  {"ws://a.test", NULL},
        {"ws://a.test/x#y", "never sent"}, {"ws://a.test/\xC3\xA9", "%C3%A9"},
        {"ws://a.test/a b", "%C3%A9"},     {"ws://a.test/0123456789012345", "longer than 26"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct fault fault = {""};
        int rc = url_check_tail(rows[i].url, 26, &fault);
        assert_row(i, (rc < 0) == (rows[i].words != NULL));
        assert_row(i, !rows[i].words || strstr(fault.text, rows[i].words));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tail),
        cmocka_unit_test(test_authority),
        cmocka_unit_test(test_place),
        cmocka_unit_test(test_place_of_the_longest_host),
        cmocka_unit_test(test_authority_of_strangers),
        cmocka_unit_test(test_check_tail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
