#include "target.h"

#include "fake_probe.h"
#include "macros.h"
#include "testing.h"

#include <string.h>

static const struct {
    const char *url, *scheme, *host;
    uint16_t port;
} good[] = {
    {"https://example.org", "https", "example.org", 0},
    {"https://Example.ORG/", "https", "example.org", 0},
    {"HTTPS://example.org:8443/a@b:c", "https", "example.org", 8443},
    {"dns://ns1.example.org/example.org?type=SOA", "dns", "ns1.example.org", 0},
    {"https://example.org?a=b@c", "https", "example.org", 0},
    {"tls://[2001:DB8::1]:993", "tls", "2001:db8::1", 993},
    {"tls://[::1]", "tls", "::1", 0},
    {"tcp://192.0.2.1:65535", "tcp", "192.0.2.1", 65535},
    {"xmpp-server://a_b.example.", "xmpp-server", "a_b.example.", 0},
};

static const char *const bad[] = {
    "",
    "example.org",
    "://example.org",
    "https://",
    "https:///x",
    "https://:443/",
    "https://user:secret@example.org/",
    "https://example.org:/",
    "https://example.org:0/",
    "https://example.org:65536/",
    "https://example.org:4 43/",
    "https://example.org:99999999999999999999/",
    "https://[::1/",
    "https://[::1]x/",
    "https://[example.org]/",
    "https://[192.0.2.1]/",
    "https://2001:db8::1/",
    "https://exa mple.org/",
    "https://ex\xC3\xA4mple.org/",
    "https://exa%2emple.org/",
    "https://exa\r\nmple.org/",
};

static void test_urls_are_taken_apart(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct fault fault;
    struct target_url url;
    for (size_t i = 0; i < ARRAY_LEN(good); i++) {
        assert_row(i, target_split_url(good[i].url, &arena, &url, &fault) == 0);
        assert_string_equal(url.scheme, good[i].scheme);
        assert_string_equal(url.host, good[i].host);
        assert_int_equal(url.port, good[i].port);
    }
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        fault.text[0] = '\0';
        assert_row(i, target_split_url(bad[i], &arena, &url, &fault) == -1);
        assert_row(i, fault.text[0] && !strstr(fault.text, "secret"));
    }
    arena_free(&arena);
}

static const struct probe_type needy = {.name = "needy"},
                               portless = {.name = "portless", .portless = true},
                               either = {.name = "either", .port_optional = true};

static int refuse_path(const char *url, struct fault *fault)
{
    return strstr(url, "/bad") ? fault_set(fault, "a bad path") : 0;
}

static const struct probe_type picky = {.name = "picky", .port = 7, .check_url = refuse_path};

static const struct probe_type *find_one(const char *scheme)
{
    const struct probe_type *const types[] = {&needy, &portless, &either, &picky};
    for (size_t i = 0; i < ARRAY_LEN(types); i++)
        if (strcmp(types[i]->name, scheme) == 0)
            return types[i];
    return NULL;
}

static const char *const *no_schemes(void)
{
    static const char *const none[] = {NULL};
    return none;
}

static void test_urls_fit_their_probe(void **state)
{
    (void)state;
    static const struct catalogue catalogue = {find_one, no_schemes, NULL};
    static const struct {
        const char *url, *sentence; /* NULL = good */
    } rows[] = {
        {"needy://a:1", NULL},
        {"needy://a", "needy has no port of its own: write one, as in needy://a:4242"},
        {"portless://a", NULL},
        {"portless://a:1", "portless knows no ports: write portless://a"},
        {"either://a", NULL},
        {"either://a:1", NULL},
        {"picky://a/good", NULL},
        {"picky://a/bad", "a bad path"},
        {"picky://", "no usable host"},
        {"other://a", "there is no probe \"other\""},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct fault fault = {{0}};
        assert_row(i, target_check_url(rows[i].url, &catalogue, &fault) ==
                          (rows[i].sentence ? -1 : 0));
        if (rows[i].sentence && !strstr(fault.text, rows[i].sentence))
            fail_msg("row %zu: %s", i, fault.text);
    }
}

static void test_a_host_has_a_bound(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct fault fault;
    struct target_url url;
    char text[400] = "tcp://";
    memset(text + 6, 'a', 253);
    assert_int_equal(target_split_url(text, &arena, &url, &fault), 0);
    memset(text + 6, 'a', 254);
    assert_int_equal(target_split_url(text, &arena, &url, &fault), -1);
    arena_free(&arena);
}

static int read_target(const struct check *check, struct arena *arena, struct target *ret,
                       struct fault *fault)
{
    struct watch watch = {"hoster/service", *check};
    return target_read(&watch, &fake_catalogue, arena, ret, fault);
}

static void test_targets(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct fault fault;
    struct target target;
    struct check check = {.id = "web", .url = "prompt://Example.org", .timeout_ms = 10};
    assert_int_equal(read_target(&check, &arena, &target, &fault), 0);
    assert_string_equal(target.connect, "example.org");
    assert_int_equal(target.port, 7);
    assert_int_equal(target.families, 1 << FAMILY_IPV4 | 1 << FAMILY_IPV6);
    check.family = WISH_IPV6;
    check.url = "prompt://example.org:9";
    assert_int_equal(read_target(&check, &arena, &target, &fault), 0);
    assert_int_equal(target.families, 1 << FAMILY_IPV6);
    assert_int_equal(target.port, 9);
    check.family = WISH_BOTH;
    check.address = "2001:db8::1";
    assert_int_equal(read_target(&check, &arena, &target, &fault), 0);
    assert_string_equal(target.connect, "2001:db8::1");
    assert_string_equal(target.host, "example.org");
    assert_int_equal(target.families, 1 << FAMILY_IPV6);
    check.family = WISH_IPV4;
    assert_int_equal(read_target(&check, &arena, &target, &fault), -1);
    check.address = "example.org";
    assert_int_equal(read_target(&check, &arena, &target, &fault), -1);
    arena_free(&arena);
}

static void test_what_cannot_be_run_is_named(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct fault fault;
    struct target target;
    const struct probe_option option = {"colour", "red"};
    struct check check = {.id = "web", .url = "promt://example.org", .timeout_ms = 10};
    assert_int_equal(read_target(&check, &arena, &target, &fault), -1);
    assert_non_null(strstr(fault.text, "did you mean prompt?"));
    check = (struct check){
        .id = "web", .url = "prompt://example.org", .options = &option, .option_count = 1};
    assert_int_equal(read_target(&check, &arena, &target, &fault), -1);
    assert_non_null(strstr(fault.text, "colour"));
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_urls_are_taken_apart),
        cmocka_unit_test(test_urls_fit_their_probe),
        cmocka_unit_test(test_a_host_has_a_bound),
        cmocka_unit_test(test_targets),
        cmocka_unit_test(test_what_cannot_be_run_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
