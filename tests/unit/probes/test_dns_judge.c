/* What an answer has to be by the options of dns and dot: its code, its records one by one, its signatures. */
#include "dns_judge.h"

#include "collective.h"
#include "hex.h"
#include "macros.h"
#include "registry.h"
#include "testing.h"

#include <string.h>

enum { MESSAGE_MAX = 1500, OPTIONS = 3 };

/* 2026-11-26T00:00:00Z; signatures until 2026-12-10T00:00:00Z and 2026-11-20T00:00:00Z */
static const struct wall now = {1795651200000};
#define LATER  "6b 19 eb 80"
#define SOONER "6a ff 8d 80"

#define HEAD(flags, answers) "01 00 " flags " 00 01 00 " answers " 00 00 00 00"
#define NAME                 "07 'example' 03 'org' 00"
#define ASK(type)            NAME "00 " type " 00 01"
#define A_RECORD(last)       "c0 0c 00 01 00 01 00 00 00 3c 00 04 c0 00 02 " last
#define TXT_RECORD           "c0 0c 00 10 00 01 00 00 00 3c 00 06 05 'a,B c'"
#define MX_RECORD            "c0 0c 00 0f 00 01 00 00 00 3c 00 07 00 0a 02 'mx' c0 0c"
#define ALIAS                "c0 0c 00 05 00 01 00 00 00 3c 00 02 c0 14"
#define SIGNATURE(owner, type, until)                                                              \
    owner "00 2e 00 01 00 00 00 3c 00 18 00 " type " 0d 02 00 00 00 3c " until                     \
          "00 00 00 00 00 01 00 01 02 03 04 05"
static const struct {
    const char *hex, *type, *options[2 * OPTIONS];
    enum reason reason;
    const char *detail;
} rows[] = {
    /* the code */
    {HEAD("84 03", "00") ASK("01"),
     "A",
     {"expect-rcode", "NXDOMAIN"},
     REASON_ok,
     "DNSSEC: not signed"},
    {HEAD("80 03", "00") ASK("01"),
     "A",
     {"expect-rcode", "NXDOMAIN"},
     REASON_body_mismatch,
     "the answer is not authoritative"},
    {HEAD("80 03", "00") ASK("01"),
     "A",
     {"expect-rcode", "NXDOMAIN", "recursion", "yes"},
     REASON_ok,
     "DNSSEC: not signed"},
    {HEAD("84 00", "01") ASK("01") A_RECORD("01"),
     "A",
     {"expect-rcode", "NXDOMAIN"},
     REASON_body_mismatch,
     "NOERROR with 1 records, not NXDOMAIN"},
    {HEAD("80 02", "00") ASK("01"),
     "A",
     {"expect-rcode", "NXDOMAIN"},
     REASON_dns_servfail,
     "SERVFAIL"},
    {HEAD("80 02", "00") ASK("01"), "A", {"expect-rcode", "SERVFAIL"}, REASON_ok, ""},
    {HEAD("84 03", "00") ASK("01"),
     "A",
     {"expect-rcode", "SERVFAIL"},
     REASON_body_mismatch,
     "NXDOMAIN with 0 records, not SERVFAIL"},
    {"01 00 80 05 00 00 00 00 00 00 00 00", "A", {"expect-rcode", "REFUSED"}, REASON_ok, ""},
    {HEAD("80 80", "01") ASK("01") A_RECORD("01"),
     "A",
     {NULL},
     REASON_body_mismatch,
     "the answer is not authoritative; for a resolver, set recursion yes"},
    /* all the records */
    {HEAD("84 00", "02") ASK("01") A_RECORD("01") A_RECORD("02"),
     "A",
     {"expect-exactly", " 192.0.2.2 ,192.0.2.1"},
     REASON_ok,
     "DNSSEC: not signed"},
    {HEAD("84 00", "02") ASK("01") A_RECORD("01") A_RECORD("02"),
     "A",
     {"expect-exactly", "192.0.2.1"},
     REASON_body_mismatch,
     "one record too many: 192.0.2.2"},
    {HEAD("84 00", "01") ASK("01") A_RECORD("01"),
     "A",
     {"expect-exactly", "192.0.2.1,192.0.2.2"},
     REASON_body_mismatch,
     "the record is missing: 192.0.2.2"},
    {HEAD("84 00", "01") ASK("01") A_RECORD("0a"),
     "A",
     {"expect-exactly", "192.0.2.1"},
     REASON_body_mismatch,
     "one record too many: 192.0.2.10"},
    {HEAD("84 00", "00") ASK("01"),
     "A",
     {"expect-exactly", "192.0.2.1"},
     REASON_body_mismatch,
     "no A record"},
    {HEAD("84 00", "01") ASK("01") ALIAS,
     "A",
     {"expect-exactly", "192.0.2.1"},
     REASON_body_mismatch,
     "no A record, only an alias"},
    {HEAD("84 00", "01") ASK("0f") MX_RECORD,
     "MX",
     {"expect-exactly", "10 MX.Example.org."},
     REASON_ok,
     "DNSSEC: not signed"},
    {HEAD("84 00", "01") ASK("10") TXT_RECORD,
     "TXT",
     {"expect-exactly", "\"a,B c\""},
     REASON_ok,
     "DNSSEC: not signed"},
    {HEAD("84 00", "01") ASK("10") TXT_RECORD,
     "TXT",
     {"expect-exactly", "\"a,b c\""},
     REASON_body_mismatch,
     "one record too many: \"a,B c\""},
    /* signatures */
    {HEAD("84 00", "02") ASK("01") A_RECORD("01") SIGNATURE("c0 0c", "01", LATER),
     "A",
     {NULL},
     REASON_ok,
     "DNSSEC: signed until 2026-12-10"},
    {HEAD("84 20", "02") ASK("01") A_RECORD("01") SIGNATURE("c0 0c", "01", LATER),
     "A",
     {"dnssec", "required"},
     REASON_ok,
     "DNSSEC: signed until 2026-12-10, validated"},
    {HEAD("84 00", "03") ASK("01") A_RECORD("01") SIGNATURE("c0 0c", "01", LATER)
         SIGNATURE("c0 0c", "01", SOONER),
     "A",
     {"dnssec", "required"},
     REASON_ok,
     "DNSSEC: signed until 2026-12-10"},
    {HEAD("84 00", "02") ASK("01") A_RECORD("01") SIGNATURE("c0 0c", "01", SOONER),
     "A",
     {NULL},
     REASON_ok,
     "DNSSEC: signature expired on 2026-11-20"},
    {HEAD("84 00", "02") ASK("01") A_RECORD("01") SIGNATURE("c0 0c", "01", SOONER),
     "A",
     {"dnssec", "required"},
     REASON_body_mismatch,
     "its signature expired on 2026-11-20"},
    {HEAD("84 00", "01") ASK("01") A_RECORD("01"),
     "A",
     {"dnssec", "required"},
     REASON_body_mismatch,
     "not signed: no RRSIG came with it"},
    {HEAD("84 00", "02") ASK("01") A_RECORD("01") SIGNATURE("c0 0c", "02", LATER),
     "A",
     {"dnssec", "required"},
     REASON_body_mismatch,
     "not signed: no RRSIG came with it"},
    {HEAD("84 00", "02") ASK("01") A_RECORD("01") SIGNATURE("c0 14", "01", LATER),
     "A",
     {"dnssec", "required"},
     REASON_body_mismatch,
     "not signed: no RRSIG came with it"},
    {HEAD("84 00", "02") ASK("01") A_RECORD("01") "c0 0c 00 2e 00 01 00 00 00 3c 00 02 00 01",
     "A",
     {"dnssec", "required"},
     REASON_body_mismatch,
     "not signed: no RRSIG came with it"},
    {HEAD("84 00", "02") ASK("01") ALIAS SIGNATURE("c0 0c", "05", LATER),
     "A",
     {"dnssec", "required"},
     REASON_ok,
     "DNSSEC: signed until 2026-12-10"},
    {HEAD("84 00", "03") ASK("01") ALIAS
     "c0 14 00 01 00 01 00 00 00 3c 00 04 c0 00 02 01" SIGNATURE("c0 14", "01", LATER),
     "A",
     {"dnssec", "required"},
     REASON_body_mismatch,
     "not signed: no RRSIG came with it"},
    {"01 00 84 03 00 01 00 00 00 01 00 00" ASK("01") SIGNATURE("c0 14", "06", LATER),
     "A",
     {"dnssec", "required", "expect-rcode", "NXDOMAIN"},
     REASON_ok,
     "DNSSEC: signed until 2026-12-10"},
    /* who vouches */
    {HEAD("80 20", "02") ASK("01") A_RECORD("01") SIGNATURE("c0 0c", "01", LATER),
     "A",
     {"recursion", "yes", "dnssec", "validated"},
     REASON_ok,
     "DNSSEC: signed until 2026-12-10, validated"},
    {HEAD("80 00", "02") ASK("01") A_RECORD("01") SIGNATURE("c0 0c", "01", LATER),
     "A",
     {"recursion", "yes", "dnssec", "validated"},
     REASON_body_mismatch,
     "signed, but the resolver does not vouch for it (no AD)"},
    {HEAD("80 20", "01") ASK("01") A_RECORD("01"),
     "A",
     {"recursion", "yes", "dnssec", "validated"},
     REASON_body_mismatch,
     "not signed: no RRSIG came with it"},
};

static const void *options_of(const char *scheme, const char *const *texts, struct arena *arena)
{
    struct probe_option options[OPTIONS];
    const void *object;
    struct fault fault;
    size_t count = 0;
    for (; count < OPTIONS && texts[2 * count]; count++)
        options[count] = (struct probe_option){texts[2 * count], texts[2 * count + 1]};
    if (registry_read_options(registry_find(scheme), options, count, arena, &object, &fault) < 0)
        fail_msg("%s", fault.text);
    return object;
}

/* In a block of exactly its size, so that a read beyond it is caught. */
static enum packet_verdict judge(const struct packet_question *question, const uint8_t *message,
                                 size_t length, struct packet_answer *ret)
{
    uint8_t *bytes = test_malloc(length);
    memcpy(bytes, message, length);
    *ret = (struct packet_answer){.reason = REASON_ok};
    enum packet_verdict verdict = dns_judge(question, bytes, length, ret);
    test_free(bytes);
    return verdict;
}

static void test_options(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct arena arena = {0};
        struct packet_answer answer;
        char url[100];
        uint8_t message[MESSAGE_MAX];
        snprintf(url, sizeof url, "dns://a/example.org?type=%s", rows[i].type);
        const struct packet_question question = {.url = url,
                                                 .options =
                                                     options_of("dns", rows[i].options, &arena),
                                                 .now = now,
                                                 .nonce = {0, 1}};
        size_t length = hex_read(rows[i].hex, message, sizeof message);
        assert_row(i, judge(&question, message, length, &answer) == PACKET_ANSWER);
        if (answer.reason != rows[i].reason || strcmp(answer.detail, rows[i].detail) != 0)
            fail_msg("row %zu: %s \"%s\"", i, reason_code(answer.reason), answer.detail);
        arena_free(&arena);
    }
}

/* dot: the same behind a length, in pieces, and by default with recursion. */
static void test_over_tls(void **state)
{
    (void)state;
    static const char *const none[] = {NULL, NULL};
    struct arena arena = {0};
    struct packet_answer answer;
    uint8_t message[MESSAGE_MAX], asked[DNS_QUESTION_SIZE + 2];
    const struct packet_question question = {.url = "dot://a/example.org?type=A",
                                             .options = options_of("dot", none, &arena),
                                             .stream = true,
                                             .secured = true,
                                             .now = now,
                                             .nonce = {0, 1}};
    size_t length = dns_judge_build(&question, asked, sizeof asked);
    assert_int_equal(asked[0] << 8 | asked[1], length - 2);
    assert_int_equal(asked[4], 1); /* RD */
    length =
        2 + hex_read(HEAD("81 80", "01") ASK("01") A_RECORD("01"), message + 2, MESSAGE_MAX - 2);
    message[0] = 0;
    message[1] = (uint8_t)(length - 2);
    for (size_t cut = 0; cut < length; cut++) {
        assert_row(cut, judge(&question, message, cut, &answer) == PACKET_OTHER);
        if (cut < 2 || cut == 2 + 12 + 17)
            continue;
        message[1] = (uint8_t)(cut - 2); /* the same cut by who sent it */
        assert_row(cut, judge(&question, message, cut, &answer) == PACKET_ANSWER);
        assert_row(cut, answer.reason == REASON_protocol_error);
        message[1] = (uint8_t)(length - 2);
    }
    assert_int_equal(judge(&question, message, length, &answer), PACKET_ANSWER);
    assert_int_equal(answer.reason, REASON_ok);
    assert_string_equal(answer.detail, "DNSSEC: not signed");
    arena_free(&arena);
}

static void test_what_does_not_go_together(void **state)
{
    (void)state;
    static const struct {
        const char *scheme, *options[2 * OPTIONS], *sentence;
    } bad[] = {
        {"dns", {"expect-record", "a", "expect-exactly", "a"}, "do not go together"},
        {"dns", {"expect-rcode", "NXDOMAIN", "expect-record", "a"}, "expect-rcode NOERROR only"},
        {"dot", {"expect-rcode", "REFUSED", "dnssec", "required"}, "NOERROR or NXDOMAIN"},
        {"dns", {"dnssec", "validated"}, "add recursion yes"},
        {"dot", {"recursion", "no", "dnssec", "validated"}, "add recursion yes"},
        {"dns", {"serials", "same", "recursion", "yes"}, "leave out recursion"},
        {"dns", {"serials", "same", "expect-rcode", "NXDOMAIN"}, "leave out expect-rcode"},
        {"dns", {"expect-exactly", "a,,b"}, "an empty record between two commas"},
        {"dns", {"expect-rcode", "nxdomain"}, "expect-rcode must be one of NOERROR, FORMERR"},
        {"dns", {"serials", "equal"}, "serials must be one of any, same"},
        {"dns", {"transport", "tls"}, "transport must be one of udp, tcp, both"},
        {"dot", {"transport", "tcp"}, "dot has no option \"transport\""},
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct probe_option options[OPTIONS];
        struct arena arena = {0};
        struct fault fault;
        const void *object;
        size_t count = 0;
        for (; count < OPTIONS && bad[i].options[2 * count]; count++)
            options[count] =
                (struct probe_option){bad[i].options[2 * count], bad[i].options[2 * count + 1]};
        assert_row(i, registry_read_options(registry_find(bad[i].scheme), options, count, &arena,
                                            &object, &fault) == -1);
        if (!strstr(fault.text, bad[i].sentence))
            fail_msg("row %zu: %s", i, fault.text);
        arena_free(&arena);
    }
}

static void test_longest_list(void **state)
{
    (void)state;
    char list[2 * (DNS_ANSWERS_MAX + 1) + 1] = "";
    struct dns_options options = {.exactly = list};
    struct fault fault;
    for (int i = 0; i < DNS_ANSWERS_MAX; i++)
        strcat(list, i ? ",a" : "a");
    assert_int_equal(dns_options_check(&options, &fault), 0);
    strcat(list, ",a");
    assert_int_equal(dns_options_check(&options, &fault), -1);
    assert_non_null(strstr(fault.text, "at most 64 records"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_options),
        cmocka_unit_test(test_over_tls),
        cmocka_unit_test(test_what_does_not_go_together),
        cmocka_unit_test(test_longest_list),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
