#include "values.h"

#include "fake_probes.h"
#include "macros.h"
#include "testing.h"

#include <string.h>

struct row {
    value_rule *rule;
    bool good;
    const char *value;
};

static const struct row rows[] = {
    {value_clock, true, "00:00"},
    {value_clock, true, "23:59"},
    {value_clock, false, "24:00"},
    {value_clock, false, "8:30"},
    {value_clock, false, "08:60"},
    {value_clock, false, "08:30-"},
    {value_network, true, "10.0.0.0/8"},
    {value_network, true, "fd00::/8"},
    {value_network, true, "127.0.0.1"},
    {value_network, true, "::1"},
    {value_network, true, "0.0.0.0/0"},
    {value_network, true, "::/128"},
    {value_network, false, ""},
    {value_network, false, "10.0.0.0/33"},
    {value_network, false, "fd00::/129"},
    {value_network, false, "10.0.0.0/"},
    {value_network, false, "10.0.0.0/-1"},
    {value_network, false, "10.0.0.0/8/8"},
    {value_network, false, "10.0.0.0/08"},
    {value_network, false, "10.0.0/8"},
    {value_network, false, "127.1"},
    {value_network, false, "localhost/8"},
    {value_network, false, "::ffff:10.0.0.0/104"},
    {value_network, false, "0000:0000:0000:0000:0000:0000:0000:0000:0000:0000/8"},
    {value_endpoint, true, "127.0.0.1:8080"},
    {value_endpoint, true, "[::1]:0"},
    {value_endpoint, false, "127.0.0.1"},
    {value_endpoint, false, "localhost:80"},
    {value_endpoint, false, "127.0.0.1:65536"},
    {value_server, true, "192.0.2.53"},
    {value_server, true, "192.0.2.53:5353"},
    {value_server, true, "2001:db8::53"},
    {value_server, true, "[2001:db8::53]:53"},
    {value_server, false, "[192.0.2.53]:53"},
    {value_server, false, "[2001:db8::53"},
    {value_server, false, "[2001:db8::53]"},
    {value_server, false, "192.0.2.53:"},
    {value_server, false, "192.0.2.53:99999"},
    {value_server, false, "192.0.2.53:053"},
    {value_server, false, "dns.example.org"},
    {value_address, true, "192.0.2.1"},
    {value_address, true, "2001:db8::1"},
    {value_address, false, "192.0.2.1:80"},
    {value_address, false, "2130706433"},
    {value_address, false, "fe80::1%eth0"},
    {value_timezone, true, "UTC"},
    {value_timezone, true, "Europe/Paris"},
    {value_timezone, false, "Europe"},
    {value_timezone, false, "Europe/Atlantis"},
    {value_timezone, false, "../../../etc/passwd"},
    {value_timezone, false, "/etc/passwd"},
    {value_timezone, false, ""},
    {value_timezone, false,
     "Europe/Paris/Europe/Paris/Europe/Paris/Europe/Paris/Europe/Paris/Europe/Paris/Europe/Paris/"
     "Europe/Paris/"
     "Europe/Paris/Europe/Paris"},
    {value_language, true, "fr"},
    {value_language, true, "aa"},
    {value_language, true, "zu"},
    {value_language, false, "FR"},
    {value_language, false, "us"},
    {value_language, false, "f"},
    {value_language, false, ""},
    {value_language, false, "fra"},
    {value_language, false, "r "},
    {value_language, false, "  "},
    {value_web, true, "https://example.org/"},
    {value_web, true, "http://example.org/"},
    {value_web, false, "ftp://example.org/"},
    {value_web, true, "https://hébergeur.example/é?a=1&b='%22%3C'#c"},
    {value_web, false, "https://example.org/\"onclick=x"},
    {value_web, false, "https://example.org/#<script>"},
    {value_web, false, "https://example.org/a b"},
    {value_link, false, "https://example.org/`{|}^\\"},
    {value_link, true, "https://example.org/"},
    {value_link, true, "http://example.org/"},
    {value_link, true, "alpha://example.org"},
    {value_link, false, "javascript://%0aalert(1)"},
    {value_link, false, "file:///etc/passwd"},
    {value_probe_url, true, "beta://example.org"},
    {value_probe_url, false, "beta://nowhere"},
    {value_probe_url, false, "gopher://example.org"},
    {value_probe_url, false, "http://example.org"}, /* no probe of the test's */
    {value_contact, true, "contact@example.org"},
    {value_contact, true, "https://example.org/contact"},
    {value_contact, false, "contact"},
    {value_contact, false, "@example.org"},
    {value_contact, false, "contact@"},
    {value_contact, false, "a@b@c"},
    {value_contact, false, "a b@example.org"},
    {value_contact, false, "a@example.org?cc=b"},
    {value_contact, false, "javascript://x"},
};

static void test_values(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct fault fault = {""};
        bool good = rows[i].rule(rows[i].value, &fake_probes, &fault) == 0;
        assert_row(i, good == rows[i].good);
        assert_row(i, good || fault.text[0]);
    }
}

static void test_nearest_scheme(void **state)
{
    (void)state;
    struct fault fault;
    assert_int_equal(value_probe_url("alhpa://x", &fake_probes, &fault), -1);
    assert_string_equal(fault.text, "there is no probe for alhpa://, did you mean alpha://?");
    assert_int_equal(value_probe_url("quite-another://x", &fake_probes, &fault), -1);
    assert_string_equal(fault.text, "there is no probe for quite-another://");
}

static void test_scheme_is_cut(void **state)
{
    (void)state;
    char scheme[VALUE_SCHEME_SIZE], url[200];
    memset(url, 'a', sizeof url);
    memcpy(url + sizeof url - 5, "://x", 5);
    assert_int_equal(strlen(value_scheme(url, scheme)), VALUE_SCHEME_SIZE - 1);
    assert_string_equal(value_scheme("alpha://x", scheme), "alpha");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_nearest_scheme),
        cmocka_unit_test(test_scheme_is_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
