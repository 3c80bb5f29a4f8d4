#include "address.h"

#include "macros.h"
#include "testing.h"

#include <string.h>

static bool allowed_by(const struct address_policy *policy, const char *text)
{
    struct sockaddr_storage address;
    assert_int_equal(address_parse(text, 443, &address), 0);
    return address_allowed(policy, (struct sockaddr *)&address);
}

/* Both edges of every network of the list, and their neighbours outside. NULL = the neighbour lies in another row or is
 * none. */
static const struct {
    const char *before, *first, *last, *after;
} networks[] = {
    {NULL, "0.0.0.0", "0.255.255.255", "1.0.0.0"},
    {"9.255.255.255", "10.0.0.0", "10.255.255.255", "11.0.0.0"},
    {"100.63.255.255", "100.64.0.0", "100.127.255.255", "100.128.0.0"},
    {"126.255.255.255", "127.0.0.0", "127.255.255.255", "128.0.0.0"},
    {"169.253.255.255", "169.254.0.0", "169.254.255.255", "169.255.0.0"},
    {"172.15.255.255", "172.16.0.0", "172.31.255.255", "172.32.0.0"},
    {"191.255.255.255", "192.0.0.0", "192.0.0.255", "192.0.1.0"},
    {"192.0.1.255", "192.0.2.0", "192.0.2.255", "192.0.3.0"},
    {"192.88.98.255", "192.88.99.0", "192.88.99.255", "192.88.100.0"},
    {"192.167.255.255", "192.168.0.0", "192.168.255.255", "192.169.0.0"},
    {"198.17.255.255", "198.18.0.0", "198.19.255.255", "198.20.0.0"},
    {"198.51.99.255", "198.51.100.0", "198.51.100.255", "198.51.101.0"},
    {"203.0.112.255", "203.0.113.0", "203.0.113.255", "203.0.114.0"},
    {"223.255.255.255", "224.0.0.0", "239.255.255.255", NULL},
    {NULL, "240.0.0.0", "255.255.255.255", NULL},
    {NULL, "::", "::ffff:ffff", "::1:0:0"},
    {"::fffe:ffff:ffff", "::ffff:0.0.0.0", "::ffff:0.255.255.255", "::ffff:1.0.0.0"},
    {"64:ff9a:ffff:ffff:ffff:ffff:ffff:ffff", "64:ff9b::0.0.0.0", "64:ff9b::0.255.255.255",
     "64:ff9b::1.0.0.0"},
    {"64:ff9b:0:ffff:ffff:ffff:ffff:ffff", "64:ff9b:1::", "64:ff9b:1:ffff:ffff:ffff:ffff:ffff",
     "64:ff9b:2::"},
    {"ff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "100::", "100::ffff:ffff:ffff:ffff", NULL},
    {NULL, "100:0:0:1::", "100::1:ffff:ffff:ffff:ffff", "100:0:0:2::"},
    {"2000:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "2001::", "2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff",
     "2001:200::"},
    {"2001:db7:ffff:ffff:ffff:ffff:ffff:ffff",
     "2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", "2001:db9::"},
    {"2001:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "2002::", "2002:ff:ffff:ffff:ffff:ffff:ffff:ffff",
     "2002:100::"},
    {"3ffe:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "3fff::", "3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff",
     "3fff:1000::"},
    {"5eff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "5f00::", "5f00:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
     "5f01::"},
    {"fbff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "fc00::", "fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
     "fe00::"},
    {"fe7f:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "fe80::", "febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
     NULL},
    {NULL, "fec0::", "feff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", NULL},
    {NULL, "ff00::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", NULL},
};

static void test_special_networks_are_refused(void **state)
{
    (void)state;
    static const struct address_policy none;
    for (size_t i = 0; i < ARRAY_LEN(networks); i++) {
        assert_false(allowed_by(&none, networks[i].first));
        assert_false(allowed_by(&none, networks[i].last));
        if (networks[i].before)
            assert_true(allowed_by(&none, networks[i].before));
        if (networks[i].after)
            assert_true(allowed_by(&none, networks[i].after));
    }
}

static void test_wrapped_addresses_are_unwrapped(void **state)
{
    (void)state;
    static const struct address_policy none;
    static const char *const refused[] = {
        "::1",
        "::ffff:127.0.0.1",
        "::ffff:7f00:1",
        "64:ff9b::7f00:1",
        "64:ff9b::a00:1",
        "2002:7f00:1::",
        "2002:a00:1::1",
        "2002:a9fe:a9fe::",
        "::127.0.0.1",
    };
    static const char *const allowed[] = {"::ffff:9.9.9.9", "64:ff9b::9.9.9.9", "2002:909:909::1"};
    for (size_t i = 0; i < ARRAY_LEN(refused); i++)
        assert_false(allowed_by(&none, refused[i]));
    for (size_t i = 0; i < ARRAY_LEN(allowed); i++)
        assert_true(allowed_by(&none, allowed[i]));
}

static void test_exceptions(void **state)
{
    (void)state;
    struct fault fault;
    struct address_policy policy;
    const char *const allow[] = {"127.0.0.0/8", "10.1.2.3", "fd00:1::/33", NULL};
    assert_int_equal(address_policy_init(&policy, allow, &fault), 0);
    assert_true(allowed_by(&policy, "127.0.0.1"));
    assert_true(allowed_by(&policy, "127.255.0.1"));
    assert_true(allowed_by(&policy, "::ffff:127.0.0.1"));
    assert_true(allowed_by(&policy, "64:ff9b::7f00:1"));
    assert_true(allowed_by(&policy, "10.1.2.3"));
    assert_false(allowed_by(&policy, "10.1.2.4"));
    assert_true(allowed_by(&policy, "fd00:1:7fff::1"));
    assert_false(allowed_by(&policy, "fd00:1:8000::1"));
    assert_false(allowed_by(&policy, "::1"));
    address_policy_fini(&policy);
    assert_false(allowed_by(&policy, "127.0.0.1"));
}

static void test_an_exception_for_ipv6_does_not_cover_ipv4_in_disguise(void **state)
{
    (void)state;
    struct fault fault;
    struct address_policy policy;
    const char *const allow[] = {"::/0", NULL};
    assert_int_equal(address_policy_init(&policy, allow, &fault), 0);
    assert_true(allowed_by(&policy, "fe80::1"));
    assert_false(allowed_by(&policy, "::ffff:127.0.0.1"));
    address_policy_fini(&policy);
}

static void test_ports_of_the_web(void **state)
{
    static const char *const allow[] = {"127.0.0.0/8", NULL};
    static const struct {
        const char *text;
        uint16_t port;
        bool allowed, for_its_port;
    } rows[] = {
        {"9.9.9.9", 80, true, false},        {"9.9.9.9", 443, true, false},
        {"9.9.9.9", 1024, true, false},      {"2620:fe::9", 65535, true, false},
        {"9.9.9.9", 1023, false, true},      {"9.9.9.9", 25, false, true},
        {"9.9.9.9", 0, false, true},         {"2620:fe::9", 22, false, true},
        {"::ffff:9.9.9.9", 25, false, true}, {"64:ff9b::909:909", 25, false, true},
        {"10.0.0.1", 25, false, false},      {"10.0.0.1", 443, false, false},
        {"127.0.0.1", 25, true, false},      {"::ffff:127.0.0.1", 25, true, false},
    };
    struct address_policy policy;
    struct sockaddr_storage address;
    struct fault fault;
    (void)state;
    assert_int_equal(address_policy_init(&policy, allow, &fault), 0);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const struct sockaddr *one = (const struct sockaddr *)&address;
        assert_int_equal(address_parse(rows[i].text, rows[i].port, &address), 0);
        policy.web_ports = false;
        assert_int_equal(address_allowed(&policy, one), rows[i].allowed || rows[i].for_its_port);
        assert_false(address_port_refused(&policy, one));
        policy.web_ports = true;
        assert_int_equal(address_allowed(&policy, one), rows[i].allowed);
        assert_int_equal(address_port_refused(&policy, one), rows[i].for_its_port);
    }
    address_policy_fini(&policy);
}

static void test_bad_exceptions_are_named(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",
        "10.0.0.0/33",
        "10.0.0.0/",
        "10.0.0.0/-1",
        "10.0.0.0/8x",
        "10.0.0.0/08",
        "10/8",
        "fd00::/129",
        "localhost",
        "::ffff:10.0.0.0/104",
        "10.0.0.0/99999999999",
        "fe80::1%lo/64",
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct fault fault = {{0}};
        struct address_policy policy;
        const char *const allow[] = {"10.0.0.0/8", bad[i], NULL};
        assert_int_equal(address_policy_init(&policy, allow, &fault), -1);
        assert_int_equal(policy.allow_count, 0);
        assert_non_null(strstr(fault.text, bad[i]));
    }
}

static void test_other_families_are_refused(void **state)
{
    (void)state;
    static const struct address_policy none;
    struct sockaddr_storage address = {.ss_family = AF_UNIX};
    assert_false(address_allowed(&none, (struct sockaddr *)&address));
    char text[ADDRESS_TEXT_SIZE] = "x";
    assert_string_equal(address_text((struct sockaddr *)&address, text), "");
}

static void test_literals(void **state)
{
    (void)state;
    struct sockaddr_storage address;
    char text[ADDRESS_TEXT_SIZE];
    assert_int_equal(address_parse("192.0.2.7", 8443, &address), 0);
    assert_string_equal(address_text((struct sockaddr *)&address, text), "192.0.2.7");
    assert_int_equal(address_port((struct sockaddr *)&address), 8443);
    assert_int_equal(address_family((struct sockaddr *)&address), FAMILY_IPV4);
    assert_int_equal(address_size((struct sockaddr *)&address), sizeof(struct sockaddr_in));
    assert_int_equal(address_parse("2001:DB8:0::1", 1, &address), 0);
    assert_string_equal(address_text((struct sockaddr *)&address, text), "2001:db8::1");
    assert_int_equal(address_port((struct sockaddr *)&address), 1);
    assert_int_equal(address_family((struct sockaddr *)&address), FAMILY_IPV6);
    assert_int_equal(address_size((struct sockaddr *)&address), sizeof(struct sockaddr_in6));
    static const char *const none[] = {
        "",      "127.1",    "2130706433",  "0x7f.1",     "[::1]",   "::1%lo",
        "1.2.3", "1.2.3.4 ", "example.org", "0177.0.0.1", "１.1.1.1"};
    for (size_t i = 0; i < ARRAY_LEN(none); i++)
        assert_int_equal(address_parse(none[i], 0, &address), -1);
}

static void test_endpoints(void **state)
{
    (void)state;
    static const struct {
        const char *text, *address;
        uint16_t port;
    } good[] = {
        {"192.0.2.1", "192.0.2.1", 53},     {"192.0.2.1:5353", "192.0.2.1", 5353},
        {"2001:db8::1", "2001:db8::1", 53}, {"[2001:db8::1]", "2001:db8::1", 53},
        {"[::1]:65535", "::1", 65535},
    };
    static const char *const bad[] = {"",       "192.0.2.1:",   "192.0.2.1:0",   "192.0.2.1:65536",
                                      "[::1]x", "[::1",         "[::1]:",        "[192.0.2.1]:53",
                                      "ns:53",  "192.0.2.1:+1", "192.0.2.1:053", "[]"};
    struct sockaddr_storage address;
    char text[ADDRESS_TEXT_SIZE];
    for (size_t i = 0; i < ARRAY_LEN(good); i++) {
        assert_int_equal(address_parse_endpoint(good[i].text, 53, &address), 0);
        assert_string_equal(address_text((struct sockaddr *)&address, text), good[i].address);
        assert_int_equal(address_port((struct sockaddr *)&address), good[i].port);
    }
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        assert_int_equal(address_parse_endpoint(bad[i], 53, &address), -1);
}

static int compare(const char *left, const char *right)
{
    struct sockaddr_storage one, other;
    assert_int_equal(address_parse(left, 1, &one), 0);
    assert_int_equal(address_parse(right, 2, &other), 0);
    return address_compare((struct sockaddr *)&one, (struct sockaddr *)&other);
}

static void test_order(void **state)
{
    (void)state;
    assert_int_equal(compare("192.0.2.1", "192.0.2.1"), 0);
    assert_true(compare("192.0.2.1", "192.0.2.2") < 0);
    assert_true(compare("200.0.2.1", "192.0.2.2") > 0);
    assert_true(compare("255.255.255.255", "::") < 0);
    assert_true(compare("::1", "::") > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_special_networks_are_refused),
        cmocka_unit_test(test_wrapped_addresses_are_unwrapped),
        cmocka_unit_test(test_exceptions),
        cmocka_unit_test(test_an_exception_for_ipv6_does_not_cover_ipv4_in_disguise),
        cmocka_unit_test(test_ports_of_the_web),
        cmocka_unit_test(test_bad_exceptions_are_named),
        cmocka_unit_test(test_other_families_are_refused),
        cmocka_unit_test(test_literals),
        cmocka_unit_test(test_endpoints),
        cmocka_unit_test(test_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
