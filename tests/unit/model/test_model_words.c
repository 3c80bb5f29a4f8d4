/* The small tables: family, outcome, reason, phase, role, and the lookups of a collective. */
#include "collective.h"
#include "family.h"
#include "outcome.h"
#include "reason.h"
#include "result.h"

#include "macros.h"
#include "testing.h"

#include <ctype.h>
#include <math.h>
#include <string.h>

static void test_families(void **state)
{
    (void)state;
    enum family family;
    for (int i = 0; i < FAMILY_COUNT; i++) {
        assert_true(family_parse(family_name((enum family)i), &family));
        assert_int_equal(family, i);
    }
    assert_string_equal(family_name(FAMILY_IPV4), "ipv4");
    assert_string_equal(family_title(FAMILY_IPV6), "IPv6");
    assert_false(family_parse("IPv4", &family));
    assert_false(family_parse("", &family));
}

static void test_outcomes(void **state)
{
    (void)state;
    enum outcome outcome;
    for (int i = 0; i < OUTCOME_COUNT; i++) {
        assert_true(outcome_parse(outcome_name((enum outcome)i), &outcome));
        assert_int_equal(outcome, i);
    }
    assert_false(outcome_parse("Up", &outcome));
    assert_int_equal((enum outcome)0, OUTCOME_UNKNOWN);
    assert_true(outcome_is_good(OUTCOME_UP) && outcome_is_good(OUTCOME_DEGRADED));
    assert_false(outcome_is_good(OUTCOME_DOWN) || outcome_is_good(OUTCOME_UNKNOWN));
}

static void test_reasons(void **state)
{
    (void)state;
    enum reason reason;
    for (int i = 0; i < REASON_COUNT; i++) {
        const char *code = reason_code((enum reason)i);
        assert_true(reason_parse(code, &reason));
        assert_int_equal(reason, i);
        for (const char *c = code; *c; c++)
            assert_true(islower((unsigned char)*c) || isdigit((unsigned char)*c) || *c == '_');
        assert_true(strlen(reason_sentence((enum reason)i)) > 5);
    }
    assert_false(reason_parse("OK", &reason));
}

static void test_notices(void **state)
{
    (void)state;
    enum notice notice;
    for (int i = 0; i < NOTICE_COUNT; i++) {
        assert_true(notice_parse(notice_code((enum notice)i), &notice));
        assert_int_equal(notice, i);
        assert_true(strlen(notice_phrase((enum notice)i)) > 5);
    }
    assert_false(notice_parse("renew", &notice));
}

/* Codes that others rely on, with the outcome that they were promised. */
static void test_promised_reasons(void **state)
{
    (void)state;
    static const struct {
        const char *codes;
        enum outcome outcome;
    } rows[] = {
        {"ok", OUTCOME_UP},
        {"slow tls_expires_soon", OUTCOME_DEGRADED},
        {"blocked self refused_by_policy", OUTCOME_UNKNOWN},
        {"dns_nxdomain dns_no_address dns_timeout dns_servfail connect_refused connect_timeout "
         "connect_reset "
         "unreachable timeout closed_early http_status http_redirect_loop body_mismatch "
         "body_too_large "
         "protocol_error banner_refused starttls_missing tls_expired tls_not_yet_valid "
         "tls_hostname "
         "tls_self_signed tls_untrusted tls_incomplete_chain tls_revoked tls_weak_key "
         "tls_weak_signature "
         "tls_old_protocol tls_handshake tls_staple_missing tls_staple_invalid tls_dane_mismatch",
         OUTCOME_DOWN},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        char codes[600], *rest = codes;
        strcpy(codes, rows[i].codes);
        for (char *code; (code = strsep(&rest, " "));) {
            enum reason reason;
            if (!reason_parse(code, &reason) || reason_outcome(reason) != rows[i].outcome)
                fail_msg("%s", code);
        }
    }
}

static void test_result(void **state)
{
    (void)state;
    struct result result;
    result_init(&result);
    assert_int_equal(result.outcome, OUTCOME_UNKNOWN);
    assert_int_equal(result.attempt, 1);
    for (int i = 0; i < PHASE_COUNT; i++) {
        assert_true(isnan(result.phases.ms[i]));
        assert_non_null(phase_name((enum phase)i));
    }
    result_set(&result, REASON_slow, "%s after %d s", "first\r\nbyte\x1B", 9);
    assert_int_equal(result.outcome, OUTCOME_DEGRADED);
    assert_string_equal(result.detail, "first  byte after 9 s");
    result_set(&result, REASON_ok, "%5000s", "x");
    assert_int_equal(strlen(result.detail), RESULT_DETAIL_SIZE - 1);
}

static void test_wording(void **state)
{
    (void)state;
    static const struct wording_text texts[] = {{"fr", "Pads"}, {"en", "Notepads"}};
    struct wording wording = {texts, 2}, none = {NULL, 0};
    assert_string_equal(wording_in(&wording, "en"), "Notepads");
    assert_string_equal(wording_in(&wording, "fr"), "Pads");
    assert_string_equal(wording_in(&wording, "br"), "Pads");
    assert_string_equal(wording_in(&none, "fr"), "");
}

static void test_collective(void **state)
{
    (void)state;
    static const struct check checks[] = {{.id = "web"}, {.id = "mail"}};
    static const struct service first = {.key = "a/x", .checks = checks, .check_count = 2},
                                second = {.key = "b/a"}, third = {.key = "b/b"};
    static const struct service *const services[] = {&first, &second, &third};
    static const struct hoster hosters[] = {{.id = "a"}, {.id = "b"}, {.id = "b-b"}};
    struct collective collective = {
        .hosters = hosters, .hoster_count = 3, .services = services, .service_count = 3};
    struct collective empty = {0};
    for (size_t i = 0; i < 3; i++) {
        assert_ptr_equal(collective_hoster(&collective, hosters[i].id), &hosters[i]);
        assert_ptr_equal(collective_service(&collective, services[i]->key), services[i]);
    }
    assert_null(collective_hoster(&collective, "c"));
    assert_null(collective_service(&collective, "b"));
    assert_null(collective_hoster(&empty, "a"));
    assert_null(collective_service(&empty, "a/x"));
    assert_ptr_equal(service_check(&first, "mail"), &checks[1]);
    assert_null(service_check(&first, "ma"));
    assert_null(service_check(&second, "web"));
}

static void test_words(void **state)
{
    (void)state;
    assert_string_equal(role_words[ROLE_ESSENTIAL], "essential");
    assert_string_equal(role_words[ROLE_EXTRA], "extra");
    assert_null(role_words[2]);
    assert_string_equal(family_wish_words[WISH_BOTH], "both");
    assert_string_equal(family_wish_words[WISH_IPV4], "ipv4");
    assert_string_equal(family_wish_words[WISH_IPV6], "ipv6");
    assert_null(family_wish_words[3]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_families),
        cmocka_unit_test(test_outcomes),
        cmocka_unit_test(test_reasons),
        cmocka_unit_test(test_notices),
        cmocka_unit_test(test_promised_reasons),
        cmocka_unit_test(test_result),
        cmocka_unit_test(test_wording),
        cmocka_unit_test(test_collective),
        cmocka_unit_test(test_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
