#include "macros.h"
#include "origin.h"
#include "testing.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stddef.h>

static uint64_t of(const char *text)
{
    struct sockaddr_in6 ipv6 = {.sin6_family = AF_INET6};
    struct sockaddr_in ipv4 = {.sin_family = AF_INET};
    if (inet_pton(AF_INET, text, &ipv4.sin_addr) == 1)
        return origin_of((struct sockaddr *)&ipv4);
    assert_int_equal(inet_pton(AF_INET6, text, &ipv6.sin6_addr), 1);
    return origin_of((struct sockaddr *)&ipv6);
}

static void test_addresses(void **state)
{
    struct sockaddr other = {.sa_family = AF_UNIX};
    (void)state;
    assert_int_equal(of("127.0.0.1"), ORIGIN_LOCAL);
    assert_int_equal(of("127.8.9.1"), ORIGIN_LOCAL);
    assert_int_equal(of("::1"), ORIGIN_LOCAL);
    assert_int_equal(of("::ffff:127.0.0.1"), ORIGIN_LOCAL);
    assert_int_equal(origin_of(&other), ORIGIN_LOCAL);
    assert_int_equal(of("192.0.2.1"), of("::ffff:192.0.2.1"));
    assert_int_not_equal(of("192.0.2.1"), of("192.0.2.2"));
    assert_int_equal(of("2001:db8::1"), of("2001:db8::ffff:0:0:9"));
    assert_int_not_equal(of("2001:db8::1"), of("2001:db8:0:1::1"));
}

static void test_behind_a_proxy(void **state)
{
    static const struct {
        const char *forwarded, *address; /* NULL: nobody can tell */
    } rows[] = {
        {"192.0.2.1", "192.0.2.1"},
        {"2001:db8::1", "2001:db8::1"},
        {"6.6.6.6, 192.0.2.1", "192.0.2.1"},
        {"6.6.6.6,\t192.0.2.1 ", "192.0.2.1"},
        {"127.0.0.1", NULL},
        {"", NULL},
        {",", NULL},
        {"unknown", NULL},
        {"192.0.2.1, unknown", NULL},
        {"192.0.2.1:80", NULL},
        {"1111111111111111111111111111111111111111111111111111111111111111111", NULL},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        uint64_t wanted = rows[i].address ? of(rows[i].address) : ORIGIN_LOCAL;
        assert_int_equal(origin_behind(ORIGIN_LOCAL, rows[i].forwarded), wanted);
        /* Whoever is not local may say what they like. */
        assert_int_equal(origin_behind(of("192.0.2.9"), rows[i].forwarded), of("192.0.2.9"));
    }
    assert_int_equal(origin_behind(ORIGIN_LOCAL, NULL), ORIGIN_LOCAL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_addresses),
                                       cmocka_unit_test(test_behind_a_proxy)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
