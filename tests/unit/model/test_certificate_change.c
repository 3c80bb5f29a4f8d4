/* What changed when a certificate follows another, and that the written facts say it again. */
#include "certificate_change.h"

#include "macros.h"
#include "testing.h"
#include "text.h"

#include <string.h>

static struct certificate certificate_of(char digest, char key, const char *issuer)
{
    struct certificate certificate = {.not_before = wall_from_seconds(1767225600),
                                      .not_after = wall_from_seconds(1775001600),
                                      .sans = 2,
                                      .chain_ok = true};
    memset(certificate.sha256, digest, 64);
    if (key)
        memset(certificate.key_sha256, key, 64);
    text_copy(certificate.issuer, sizeof certificate.issuer, issuer);
    text_copy(certificate.key, sizeof certificate.key, "EC 256");
    text_copy(certificate.names, sizeof certificate.names, "pad.test, *.pad.test");
    return certificate;
}

static void test_what_changed(void **state)
{
    (void)state;
    static const struct {
        char before_key, now_key;
        const char *before_issuer, *now_issuer, *changed;
    } rows[] = {
        {'1', '1', "E7", "E7", "{\"changed\":[\"certificate\"],\"before\":{"},
        {'1', '2', "E7", "E7", "{\"changed\":[\"certificate\",\"key\"],\"before\":{"},
        {'1', '1', "E7", "E8", "{\"changed\":[\"certificate\",\"issuer\"],\"before\":{"},
        {'1', '2', "E7", "E8", "{\"changed\":[\"certificate\",\"issuer\",\"key\"],\"before\":{"},
        {0, '2', "E7", "E7",
         "{\"changed\":[\"certificate\"],\"before\":{"}, /* of an older prober */
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct certificate_change change = {
            .before = certificate_of('a', rows[i].before_key, rows[i].before_issuer),
            .now = certificate_of('b', rows[i].now_key, rows[i].now_issuer)};
        struct buffer text;
        buffer_init(&text, CERTIFICATE_CHANGE_MAX);
        certificate_change_write(&change, &text);
        assert_true(text_starts(buffer_text(&text), rows[i].changed));
        assert_int_equal(certificate_change_of_issuer(&change),
                         strstr(rows[i].changed, "issuer") != NULL);
        assert_int_equal(certificate_change_of_key(&change),
                         strstr(rows[i].changed, "key") != NULL);
        buffer_fini(&text);
    }
}

static void test_key_of_another_kind(void **state)
{
    (void)state;
    struct certificate_change change = {.before = certificate_of('a', 0, "E7"),
                                        .now = certificate_of('b', '1', "E7")};
    text_copy(change.before.key, sizeof change.before.key, "RSA 2048");
    assert_true(certificate_change_of_key(&change));
}

static void test_first(void **state)
{
    (void)state;
    struct certificate_change change = {.now = certificate_of('a', '1', "E7")};
    struct buffer text;
    buffer_init(&text, CERTIFICATE_CHANGE_MAX);
    certificate_change_write(&change, &text);
    assert_true(certificate_change_is_first(&change));
    assert_false(certificate_change_of_issuer(&change));
    assert_false(certificate_change_of_key(&change));
    assert_true(text_starts(buffer_text(&text), "{\"now\":{\"sha256\":\"aaaa"));
    struct certificate_change back = {.before = certificate_of('b', '1', "E7")};
    assert_true(certificate_change_read(buffer_text(&text), &back));
    assert_true(certificate_change_is_first(&back));
    buffer_fini(&text);
}

static void fill(char *text, size_t size, const char *with)
{
    size_t length = strlen(with), used = 0;
    for (; used + length < size; used += length)
        memcpy(text + used, with, length);
    text[used] = '\0';
}

static struct certificate longest(const char *with, char digest)
{
    struct certificate certificate = certificate_of(digest, digest, "");
    fill(certificate.subject, sizeof certificate.subject, with);
    fill(certificate.issuer, sizeof certificate.issuer, with);
    fill(certificate.names, sizeof certificate.names, with);
    fill(certificate.key, sizeof certificate.key, with);
    fill(certificate.protocol, sizeof certificate.protocol, with);
    certificate.sans = 100000;
    return certificate;
}

static void test_longest_is_read_again(void **state)
{
    (void)state;
    static const char *const fillings[] = {"x", "\"", "\\", "é", "\xEF\xBF\xBD"};
    for (size_t i = 0; i < ARRAY_LEN(fillings); i++) {
        struct certificate_change change = {.at = 5,
                                            .before = longest(fillings[i], 'a'),
                                            .now = longest(fillings[i], 'b')},
                                  back = {.at = 5};
        struct buffer text;
        buffer_init(&text, CERTIFICATE_CHANGE_MAX);
        certificate_change_write(&change, &text);
        assert_false(text.overflow);
        assert_true(certificate_change_read(buffer_text(&text), &back));
        assert_memory_equal(&change, &back, sizeof back);
        buffer_fini(&text);
    }
}

static void test_refused(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",
        "{}",
        "[]",
        "null",
        "{\"now\":null}",
        "{\"now\":{\"sha256\":\"00\"}}",
        /* as events were before they had facts */
        "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef EC 256; E7",
    };
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        struct certificate_change change = {.at = 7}, untouched = change;
        assert_false(certificate_change_read(texts[i], &change));
        assert_memory_equal(&change, &untouched, sizeof change);
    }
}

static void test_bad_certificate_before_is_refused(void **state)
{
    (void)state;
    struct certificate_change change = {.before = certificate_of('a', '1', "E7"),
                                        .now = certificate_of('b', '1', "E7")};
    struct buffer text;
    buffer_init(&text, CERTIFICATE_CHANGE_MAX);
    certificate_change_write(&change, &text);
    char *digest = strstr((char *)(uintptr_t)buffer_text(&text), "aaaa");
    *digest = 'A';
    assert_false(certificate_change_read(buffer_text(&text), &change));
    buffer_fini(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_changed),
        cmocka_unit_test(test_key_of_another_kind),
        cmocka_unit_test(test_first),
        cmocka_unit_test(test_longest_is_read_again),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_bad_certificate_before_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
