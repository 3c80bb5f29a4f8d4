#include "certificate.h"

#include "testing.h"
#include "text.h"

#include <openssl/asn1.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/x509v3.h>
#include <string.h>

/* One part of a name, in the string type that a certificate may use. */
struct part {
    int nid, type;
    const char *bytes;
    int length;
};

static X509 *certificate_of(const struct part *parts, size_t count)
{
    X509 *certificate = X509_new();
    X509_NAME *name = X509_NAME_new();
    assert_non_null(certificate);
    assert_non_null(name);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(X509_NAME_add_entry_by_NID(name, parts[i].nid, parts[i].type,
                                                    (const unsigned char *)parts[i].bytes,
                                                    parts[i].length, -1, 0),
                         1);
    assert_int_equal(X509_set_issuer_name(certificate, name), 1);
    assert_int_equal(X509_set_subject_name(certificate, name), 1);
    X509_NAME_free(name);
    return certificate;
}

static void expect_name(const struct part *parts, size_t count, const char *expected)
{
    X509 *certificate = certificate_of(parts, count);
    struct certificate facts;
    char issuer[160];
    certificate_read(certificate, &facts);
    certificate_issuer(certificate, issuer, sizeof issuer);
    assert_string_equal(facts.issuer, expected);
    assert_string_equal(facts.subject, expected);
    assert_string_equal(issuer, expected);
    X509_free(certificate);
}

#define UTF8(nid, text)                                                                            \
    {                                                                                              \
        nid, V_ASN1_UTF8STRING, text, sizeof text - 1                                              \
    }
#define EXPECT(expected, ...)                                                                      \
    expect_name((const struct part[]){__VA_ARGS__},                                                \
                sizeof((const struct part[]){__VA_ARGS__}) / sizeof(struct part), expected)

static void test_as_people_know_them(void **state)
{
    (void)state;
    EXPECT("Let’s Encrypt (E7)", UTF8(NID_countryName, "US"),
           UTF8(NID_organizationName, "Let’s Encrypt"), UTF8(NID_commonName, "E7"));
    EXPECT("Les Moustaches associées, démonstration",
           UTF8(NID_commonName, "Les Moustaches associées, démonstration"));
    EXPECT("DigiCert Global Root G2", UTF8(NID_organizationName, "DigiCert"),
           UTF8(NID_commonName, "DigiCert Global Root G2"));
    EXPECT("Association", UTF8(NID_organizationName, "Association"));
    EXPECT("OU=Caves,C=FR", UTF8(NID_countryName, "FR"), UTF8(NID_organizationalUnitName, "Caves"));
    expect_name(NULL, 0, "");
}

static void test_old_string_types(void **state)
{
    (void)state;
    EXPECT("Écuelle", {NID_commonName, V_ASN1_T61STRING,
                       "\xC9"
                       "cuelle",
                       7});
    EXPECT("Écu", {NID_commonName, V_ASN1_BMPSTRING, "\0\xC9\0c\0u", 6});
}

static void test_hostile_names(void **state)
{
    (void)state;
    EXPECT("<script>alert(1)</script>", UTF8(NID_commonName, "<script>alert(1)</script>"));
    EXPECT("a\", b='c'\\d", UTF8(NID_commonName, "a\", b='c'\\d"));
    EXPECT("good.test gpj.exe", UTF8(NID_commonName, "good.test\n\xE2\x80\xAEgpj.exe\x1B\x01"));
    EXPECT("good.testevil.test", {NID_commonName, V_ASN1_UTF8STRING, "good.test\0evil.test", 19});
    EXPECT("Maison", UTF8(NID_organizationName, "Maison"), UTF8(NID_commonName, "\x1B\x02"));
}

/* Whatever their length: one part does not push the other out, and no character is cut in two. */
static void test_long_names(void **state)
{
    (void)state;
    char house[2000], call[2000], expected[160];
    for (size_t i = 0; i + 1 < sizeof house; i += 2) {
        memcpy(house + i, "é", 2);
        memcpy(call + i, "ü", 2);
    }
    const struct part parts[] = {{NID_organizationName, V_ASN1_UTF8STRING, house, 1000},
                                 {NID_commonName, V_ASN1_UTF8STRING, call, 1000}};
    X509 *certificate = certificate_of(parts, 2);
    certificate_issuer(certificate, expected, sizeof expected);
    assert_true(strlen(expected) > 140);
    assert_non_null(strstr(expected, "éé (üü"));
    assert_string_equal(expected + strlen(expected) - 5, "üü)");
    certificate_issuer(certificate, expected, 6);
    assert_string_equal(expected, "éé");
    X509_free(certificate);
}

static X509 *signed_by(EVP_PKEY *key, long serial, const char *names)
{
    X509 *certificate = certificate_of(NULL, 0);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), serial);
    ASN1_TIME_set(X509_getm_notBefore(certificate), 0);
    ASN1_TIME_set(X509_getm_notAfter(certificate), 86400);
    assert_int_equal(X509_set_pubkey(certificate, key), 1);
    if (names) {
        X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, NULL, NID_subject_alt_name, names);
        assert_int_equal(X509_add_ext(certificate, extension, -1), 1);
        X509_EXTENSION_free(extension);
    }
    assert_true(X509_sign(certificate, key, EVP_sha256()) > 0);
    return certificate;
}

/* The digest that pins use, from the key itself. */
static void pin_of(EVP_PKEY *key, char to[65])
{
    unsigned char *bytes = NULL, digest[32];
    int length = i2d_PUBKEY(key, &bytes);
    assert_true(length > 0);
    assert_int_equal(EVP_Digest(bytes, (size_t)length, digest, NULL, EVP_sha256(), NULL), 1);
    OPENSSL_free(bytes);
    for (size_t i = 0; i < sizeof digest; i++)
        text_format(to + 2 * i, 3, "%02x", digest[i]);
}

static void test_a_renewal_can_keep_its_key(void **state)
{
    (void)state;
    char pin[65];
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *before = signed_by(key, 1, NULL), *now = signed_by(key, 2, NULL);
    struct certificate left, right;
    certificate_read(before, &left);
    certificate_read(now, &right);
    pin_of(key, pin);
    assert_string_not_equal(left.sha256, right.sha256);
    assert_string_equal(left.key_sha256, pin);
    assert_string_equal(right.key_sha256, pin);
    assert_string_equal(left.key, "EC 256");
    X509_free(before);
    X509_free(now);
    EVP_PKEY_free(key);
}

static void test_no_key(void **state)
{
    (void)state;
    X509 *certificate = certificate_of(NULL, 0);
    struct certificate facts;
    certificate_read(certificate, &facts);
    assert_string_equal(facts.key, "");
    assert_string_equal(facts.names, "");
    X509_free(certificate);
}

static void test_names_are_whole(void **state)
{
    (void)state;
    char names[30];
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *certificate = signed_by(
        key, 1, "DNS:pad.test,DNS:*.pad.test,IP:192.0.2.1,DNS:long.long.long.long.long.pad.test");
    struct certificate facts;
    certificate_read(certificate, &facts);
    assert_string_equal(facts.names,
                        "pad.test, *.pad.test, 192.0.2.1, long.long.long.long.long.pad.test");
    assert_int_equal(facts.sans, 4);
    certificate_names(certificate, names, sizeof names);
    assert_string_equal(names, "pad.test, *.pad.test");
    X509_free(certificate);
    EVP_PKEY_free(key);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_as_people_know_them),
        cmocka_unit_test(test_old_string_types),
        cmocka_unit_test(test_hostile_names),
        cmocka_unit_test(test_long_names),
        cmocka_unit_test(test_a_renewal_can_keep_its_key),
        cmocka_unit_test(test_no_key),
        cmocka_unit_test(test_names_are_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
