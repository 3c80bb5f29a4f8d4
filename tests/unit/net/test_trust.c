#define OPENSSL_SUPPRESS_DEPRECATED /* ENGINE, see legacy_decoder.h */

#include "trust.h"

#include "legacy_decoder.h"
#include "macros.h"
#include "pki.h"
#include "testing.h"

#include <openssl/engine.h>
#include <string.h>

static struct trust *trust_in(const char *authority)
{
    char path[PKI_PATH_SIZE];
    struct fault fault;
    struct trust *trust = trust_new(pki_path(&group_pki, authority, ".pem", path), &fault);
    assert_non_null(trust);
    return trust;
}

/* `days` from now, TLS 1.3. */
static void judge_by(struct trust *trust, enum trust_rule rule, const struct records_answer *dane,
                     const char *name, const char *host, int days, struct trust_answer *ret)
{
    STACK_OF(X509) *chain = pki_chain(&group_pki, name);
    struct trust_question question = {.leaf = sk_X509_value(chain, 0),
                                      .sent = chain,
                                      .protocol = TLS1_3_VERSION,
                                      .host = host,
                                      .rule = rule,
                                      .dane = dane,
                                      .now = {clock_wall().ms + days * INT64_C(86400000)}};
    trust_judge(trust, &question, ret);
    sk_X509_pop_free(chain, X509_free);
}

static void judge(struct trust *trust, const char *name, const char *host, int days,
                  struct trust_answer *ret)
{
    judge_by(trust, TRUST_AUTHORITIES, NULL, name, host, days, ret);
}

static const struct judgement {
    const char *name, *host;
    int days;
    enum reason reason;
    const char *evidence; /* part of the detail */
    bool chain_ok;
} judgements[] = {
    {"good", "good.test", 0, REASON_ok, "", true},
    {"good", "GOOD.test", 0, REASON_ok, "", true},
    {"good", "a.wild.test", 0, REASON_ok, "", true},
    {"good", "127.0.0.1", 0, REASON_ok, "", true},
    {"good", "::1", 0, REASON_ok, "", true},
    {"good", "127.0.0.2", 0, REASON_tls_hostname, "not for 127.0.0.2", false},
    {"good", "a.b.wild.test", 0, REASON_tls_hostname, "not for a.b.wild.test", false},
    {"good", "wild.test", 0, REASON_tls_hostname, "is for good.test, *.wild.test", false},
    {"good", "", 0, REASON_tls_hostname, "", false},
    {"unnamed", "good.test", 0, REASON_tls_hostname, "for no name at all", false},
    {"good", "good.test", 78, REASON_tls_expires_soon, "certificate expires in 10 d", true},
    {"good", "good.test", 77, REASON_ok, "", true},
    {"good", "good.test", 90, REASON_tls_expired, "certificate expired 24 h ago", false},
    {"good", "good.test", -5, REASON_tls_not_yet_valid, "becomes valid in 3 d", false},
    {"soon", "good.test", 0, REASON_tls_expires_soon, "certificate expires in 9 d", true},
    {"expired", "good.test", 0, REASON_tls_expired, "certificate expired 2 d ago", false},
    {"expired", "other.test", 0, REASON_tls_expired, "", false},
    {"future", "good.test", 0, REASON_tls_not_yet_valid, "", false},
    {"alone", "good.test", 0, REASON_tls_incomplete_chain, "the issuer, Test Intermediate", false},
    {"strange", "good.test", 0, REASON_tls_untrusted, "not known to us: Test Stranger", false},
    {"self", "good.test", 0, REASON_tls_self_signed, "signed by itself", false},
    {"weak", "good.test", 0, REASON_tls_weak_key, "RSA 1024", false},
    {"sha1", "good.test", 0, REASON_tls_weak_signature, "SHA-1", false},
    {"script", "good.test", 0, REASON_ok, "", true},
};

static void test_judgements(void **state)
{
    (void)state;
    struct trust *trust = trust_in("root");
    for (size_t i = 0; i < 2 * ARRAY_LEN(judgements); i++) { /* the second time from memory */
        const struct judgement *row = &judgements[i % ARRAY_LEN(judgements)];
        struct trust_answer answer;
        judge(trust, row->name, row->host, row->days, &answer);
        if (answer.reason != row->reason)
            fail_msg("row %zu: %s %s", i, reason_code(answer.reason), answer.detail);
        if (!strstr(answer.detail, row->evidence))
            fail_msg("row %zu: \"%s\" lacks \"%s\"", i, answer.detail, row->evidence);
        assert_row(i, (row->reason == REASON_ok) == !answer.detail[0]);
        assert_row(i, answer.certificate.chain_ok == row->chain_ok);
        assert_row(i, strlen(answer.certificate.sha256) == 64);
    }
    trust_free(trust);
}

/* With the system's authorities, a lone leaf misses something only when it says where to fetch it. */
static void test_system_store(void **state)
{
    (void)state;
    struct fault fault;
    struct trust_answer answer;
    struct trust *trust = trust_new(NULL, &fault);
    assert_non_null(trust);
    judge(trust, "alone", "good.test", 0, &answer);
    assert_int_equal(answer.reason, REASON_tls_untrusted);
    judge(trust, "fetchable", "good.test", 0, &answer);
    assert_int_equal(answer.reason, REASON_tls_incomplete_chain);
    judge(trust, "good", "good.test", 0, &answer);
    assert_int_equal(answer.reason, REASON_tls_untrusted);
    trust_free(trust);
}

static void test_facts(void **state)
{
    (void)state;
    struct trust *trust = trust_in("root");
    struct trust_answer answer;
    judge(trust, "good", "good.test", 0, &answer);
    const struct certificate *facts = &answer.certificate;
    assert_string_equal(facts->subject, "good.test");
    assert_string_equal(facts->issuer, "Test Intermediate");
    assert_string_equal(facts->key, "EC 256");
    assert_string_equal(facts->protocol, "TLSv1.3");
    assert_int_equal(facts->sans, 4);
    assert_int_equal(wall_seconds(facts->not_after) - wall_seconds(facts->not_before), 90 * 86400);
    judge(trust, "script", "good.test", 0, &answer);
    assert_string_equal(facts->subject, "<script>alert(1)</script>");
    judge(trust, "weak", "good.test", 0, &answer);
    assert_string_equal(facts->key, "RSA 1024");
    trust_free(trust);
}

/* What is told and what comes of it, by whom it is asked. */
static void test_rules(void **state)
{
    (void)state;
    static const struct {
        enum trust_rule rule;
        const char *name, *host;
        enum reason reason;
        enum outcome outcome;
        const char *evidence;
    } rows[] = {
        {TRUST_FIRST_USE, "good", "other.test", REASON_ok, OUTCOME_UP, ""},
        {TRUST_FIRST_USE, "self", "good.test", REASON_ok, OUTCOME_UP, ""},
        {TRUST_FIRST_USE, "strange", "good.test", REASON_ok, OUTCOME_UP, ""},
        {TRUST_FIRST_USE, "alone", "good.test", REASON_ok, OUTCOME_UP, ""},
        {TRUST_FIRST_USE, "sha1", "good.test", REASON_ok, OUTCOME_UP, ""},
        {TRUST_FIRST_USE, "expired", "other.test", REASON_tls_expired, OUTCOME_DEGRADED,
         "visitors are asked"},
        {TRUST_FIRST_USE, "future", "good.test", REASON_tls_not_yet_valid, OUTCOME_DEGRADED,
         "visitors are asked"},
        {TRUST_FIRST_USE, "weak", "good.test", REASON_tls_weak_key, OUTCOME_DEGRADED, "RSA 1024"},
        {TRUST_FIRST_USE, "soon", "good.test", REASON_tls_expires_soon, OUTCOME_DEGRADED, "in 9 d"},
        {TRUST_OPPORTUNISTIC, "good", "good.test", REASON_ok, OUTCOME_UP, ""},
        {TRUST_OPPORTUNISTIC, "good", "other.test", REASON_tls_hostname, OUTCOME_DEGRADED,
         "not for other.test; clients that do not verify still connect"},
        {TRUST_OPPORTUNISTIC, "self", "good.test", REASON_tls_self_signed, OUTCOME_DEGRADED,
         "; clients that do not verify still connect"},
        {TRUST_OPPORTUNISTIC, "expired", "good.test", REASON_tls_expired, OUTCOME_DEGRADED,
         "; clients that do not verify still connect"},
        {TRUST_AUTHORITIES, "self", "good.test", REASON_tls_self_signed, OUTCOME_DOWN,
         "signed by itself"},
    };
    struct trust *trust = trust_in("root");
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct trust_answer answer;
        judge_by(trust, rows[i].rule, NULL, rows[i].name, rows[i].host, 0, &answer);
        assert_row(i, answer.reason == rows[i].reason && answer.outcome == rows[i].outcome);
        assert_row(i, strstr(answer.detail, rows[i].evidence) != NULL);
    }
    trust_free(trust);
}

/* What authorities must not do is no matter where none is asked. */
static void test_notices_by_rule(void **state)
{
    (void)state;
    struct trust *trust = trust_in("root");
    struct trust_answer answer;
    judge_by(trust, TRUST_AUTHORITIES, NULL, "root", "good.test", 0, &answer);
    assert_int_equal(answer.certificate.notices, notice_bit(NOTICE_long_lived));
    judge_by(trust, TRUST_FIRST_USE, NULL, "root", "good.test", 0, &answer);
    assert_int_equal(answer.certificate.notices, 0);
    judge_by(trust, TRUST_FIRST_USE, NULL, "good", "good.test", 70, &answer);
    assert_int_equal(answer.certificate.notices, notice_bit(NOTICE_renew_soon));
    trust_free(trust);
}

/* A record about the certificate at this place of what "good" sends. */
static struct record tlsa(int place, uint8_t usage, uint8_t selector, uint8_t matching)
{
    struct record record = {.tlsa = {.usage = usage, .selector = selector, .matching = matching}};
    STACK_OF(X509) *chain = pki_chain(&group_pki, "good");
    X509 *one = sk_X509_value(chain, place);
    unsigned char digest[EVP_MAX_MD_SIZE], *bytes = NULL;
    unsigned digest_length;
    int length =
        selector ? i2d_X509_PUBKEY(X509_get_X509_PUBKEY(one), &bytes) : i2d_X509(one, &bytes);
    assert_true(length > 0);
    assert_true(EVP_Digest(bytes, (size_t)length, digest, &digest_length,
                           matching == 2 ? EVP_sha512() : EVP_sha256(), NULL));
    assert_in_range(digest_length, 1, RECORDS_TLSA_MAX);
    memcpy(record.tlsa.bytes, digest, digest_length);
    record.tlsa.length = (uint8_t)digest_length;
    OPENSSL_free(bytes);
    sk_X509_pop_free(chain, X509_free);
    return record;
}

static void test_dane(void **state)
{
    (void)state;
    enum { LEAF, ISSUER };
    static const struct {
        const char *store, *name, *host;
        int days, place;
        uint8_t usage, selector, matching;
        enum trust_rule rule;
        enum reason reason;
        enum outcome outcome;
        unsigned notices;
    } rows[] = {
#define GOOD REASON_ok, OUTCOME_UP, 1U << NOTICE_dane_verified
#define BAD  REASON_tls_dane_mismatch, OUTCOME_DOWN, 0
#define MAIL TRUST_OPPORTUNISTIC
        {"root", "good", "good.test", 0, LEAF, 3, 1, 1, MAIL, GOOD},
        {"root", "good", "good.test", 0, LEAF, 3, 0, 1, MAIL, GOOD},
        {"root", "good", "good.test", 0, LEAF, 3, 1, 2, MAIL, GOOD},
        {"stranger", "good", "good.test", 0, LEAF, 3, 1, 1, MAIL, GOOD},
        {"root", "good", "other.test", 0, LEAF, 3, 1, 1, MAIL, GOOD},
        {"root", "good", "good.test", 100, LEAF, 3, 1, 1, MAIL, GOOD},
        {"root", "soon", "good.test", 0, LEAF, 3, 1, 1, MAIL, BAD},
        {"root", "good", "good.test", 0, ISSUER, 3, 1, 1, MAIL, BAD},
        {"stranger", "good", "good.test", 0, ISSUER, 2, 0, 1, MAIL, GOOD},
        {"stranger", "good", "good.test", 0, ISSUER, 2, 1, 2, MAIL, GOOD},
        {"root", "good", "other.test", 0, ISSUER, 2, 0, 1, MAIL, REASON_tls_hostname, OUTCOME_DOWN,
         1U << NOTICE_dane_verified},
        {"root", "good", "good.test", 100, ISSUER, 2, 0, 1, MAIL, BAD},
        {"root", "strange", "good.test", 0, ISSUER, 2, 0, 1, MAIL, BAD},
        {"root", "good", "good.test", 0, LEAF, 2, 0, 1, MAIL, BAD},
        {"root", "good", "good.test", 0, LEAF, 1, 0, 1, MAIL, REASON_ok, OUTCOME_UP,
         1U << NOTICE_dane_unusable},
        {"root", "good", "good.test", 0, LEAF, 3, 2, 1, MAIL, REASON_ok, OUTCOME_UP,
         1U << NOTICE_dane_unusable},
        {"root", "good", "good.test", 0, LEAF, 3, 1, 3, MAIL, REASON_ok, OUTCOME_UP,
         1U << NOTICE_dane_unusable},
        {"root", "good", "good.test", 0, LEAF, 1, 0, 1, TRUST_AUTHORITIES, GOOD},
        {"root", "good", "good.test", 0, ISSUER, 0, 0, 1, TRUST_AUTHORITIES, GOOD},
        {"stranger", "good", "good.test", 0, LEAF, 1, 0, 1, TRUST_AUTHORITIES, REASON_tls_untrusted,
         OUTCOME_DOWN, 1U << NOTICE_dane_verified},
        {"root", "strange", "good.test", 0, LEAF, 1, 0, 1, TRUST_AUTHORITIES, REASON_tls_untrusted,
         OUTCOME_DOWN, 0},
        {"stranger", "good", "good.test", 0, LEAF, 3, 1, 1, TRUST_AUTHORITIES, REASON_tls_untrusted,
         OUTCOME_DOWN, 1U << NOTICE_dane_verified},
        {"root", "soon", "good.test", 0, LEAF, 3, 1, 1, TRUST_AUTHORITIES, REASON_tls_dane_mismatch,
         OUTCOME_DEGRADED, 0},
        {"root", "weak", "good.test", 0, LEAF, 3, 1, 1, MAIL, BAD},
#undef GOOD
#undef BAD
#undef MAIL
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct trust *trust = trust_in(rows[i].store);
        struct records_answer records = {.reason = REASON_ok, .authentic = true, .count = 2};
        struct trust_answer answer;
        records.records[0] = tlsa(rows[i].place, rows[i].usage, rows[i].selector, rows[i].matching);
        records.records[1].tlsa.usage = 9; /* of no use, and no harm */
        judge_by(trust, rows[i].rule, &records, rows[i].name, rows[i].host, rows[i].days, &answer);
        unsigned notices = answer.certificate.notices &
                           (notice_bit(NOTICE_dane_verified) | notice_bit(NOTICE_dane_unusable));
        if (answer.reason != rows[i].reason || answer.outcome != rows[i].outcome)
            fail_msg("row %zu: %s %s", i, reason_code(answer.reason), answer.detail);
        assert_row(i, notices == rows[i].notices);
        trust_free(trust);
    }
}

static void test_old_protocol(void **state)
{
    (void)state;
    struct trust *trust = trust_in("root");
    STACK_OF(X509) *chain = pki_chain(&group_pki, "good");
    struct trust_question question = {.leaf = sk_X509_value(chain, 0),
                                      .sent = chain,
                                      .protocol = TLS1_1_VERSION,
                                      .host = "good.test",
                                      .now = clock_wall()};
    struct trust_answer answer;
    trust_judge(trust, &question, &answer);
    assert_int_equal(answer.reason, REASON_tls_old_protocol);
    assert_string_equal(answer.detail, "server speaks at most TLSv1.1");
    sk_X509_pop_free(chain, X509_free);
    trust_free(trust);
}

/* What is remembered must not outlive a bound of validity, nor hold before it was judged. */
static void test_memory_ends(void **state)
{
    (void)state;
    static const struct {
        int days;
        enum reason reason;
    } turns[] = {{0, REASON_ok},
                 {100, REASON_tls_expired},
                 {0, REASON_ok},
                 {80, REASON_tls_expires_soon},
                 {-9, REASON_tls_not_yet_valid},
                 {1, REASON_ok}};
    struct trust *trust = trust_in("root");
    struct trust_answer answer;
    for (size_t i = 0; i < ARRAY_LEN(turns); i++) {
        judge(trust, "good", "good.test", turns[i].days, &answer);
        assert_row(i, answer.reason == turns[i].reason);
    }
    trust_free(trust);
}

/* More chains than there are places: all subsets of what can be sent beside the leaf. */
static void test_memory_full(void **state)
{
    (void)state;
    static const char *const names[] = {"inter", "root", "stranger", "self"};
    struct trust *trust = trust_in("root");
    STACK_OF(X509) *good = pki_chain(&group_pki, "good"), *more = sk_X509_new_null();
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        STACK_OF(X509) *one = pki_chain(&group_pki, names[i]);
        sk_X509_push(more, sk_X509_shift(one));
        sk_X509_pop_free(one, X509_free);
    }
    for (unsigned order = 0; order < 4 * 4 * 4 * 4 * 4; order++) {
        STACK_OF(X509) *sent = sk_X509_new_null();
        bool complete = false;
        for (unsigned at = 0, left = order; at < 5; at++, left /= 4) {
            sk_X509_push(sent, sk_X509_value(more, (int)(left % 4)));
            complete = complete || left % 4 == 0;
        }
        struct trust_question question = {.leaf = sk_X509_value(good, 0),
                                          .sent = sent,
                                          .protocol = TLS1_3_VERSION,
                                          .host = "good.test",
                                          .now = clock_wall()};
        struct trust_answer answer;
        trust_judge(trust, &question, &answer);
        assert_row(order, answer.certificate.chain_ok == complete);
        sk_X509_free(sent);
    }
    sk_X509_pop_free(more, X509_free);
    sk_X509_pop_free(good, X509_free);
    trust_free(trust);
}

static void test_no_authorities(void **state)
{
    (void)state;
    char path[PKI_PATH_SIZE];
    struct fault fault;
    assert_null(trust_new("/nowhere/ca.pem", &fault));
    assert_non_null(strstr(fault.text, "/nowhere/ca.pem"));
    assert_null(trust_new(pki_path(&group_pki, "good", ".key", path), &fault));
    trust_free(NULL);
}

/* Nothing may be judged otherwise with OpenSSL's usual decoder. */
static void test_usual_decoder(void **state)
{
    (void)state;
    ENGINE *engine = ENGINE_get_pkey_meth_engine(EVP_PKEY_EC);
    assert_true((engine != NULL) == (OPENSSL_VERSION_NUMBER < 0x30100000L));
    assert_true(legacy_decoder_install() == (engine != NULL));
    if (!engine)
        return;
    struct trust *trust = trust_in("root");
    ENGINE_unregister_pkey_meths(engine);
    STACK_OF(X509) *chain = pki_chain(&group_pki, "weak");
    assert_non_null(X509_get0_pubkey(sk_X509_value(chain, 0)));
    sk_X509_pop_free(chain, X509_free);
    for (size_t i = 0; i < ARRAY_LEN(judgements); i++) {
        struct trust_answer answer;
        judge(trust, judgements[i].name, judgements[i].host, judgements[i].days, &answer);
        assert_row(i, answer.reason == judgements[i].reason);
    }
    trust_free(trust);
    ENGINE_register_pkey_meths(engine);
    ENGINE_finish(engine);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_judgements),      cmocka_unit_test(test_system_store),
        cmocka_unit_test(test_rules),           cmocka_unit_test(test_dane),
        cmocka_unit_test(test_notices_by_rule), cmocka_unit_test(test_facts),
        cmocka_unit_test(test_old_protocol),    cmocka_unit_test(test_memory_ends),
        cmocka_unit_test(test_memory_full),     cmocka_unit_test(test_no_authorities),
        cmocka_unit_test(test_usual_decoder),
    };
    return cmocka_run_group_tests(tests, pki_setup, pki_teardown);
}
