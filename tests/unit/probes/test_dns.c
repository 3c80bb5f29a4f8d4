/* DNS messages byte by byte, and what the probe makes of them, over UDP and TCP. The id is 0x0100. */
#include "dns_message.h"

#include "dns_record.h"
#include "hex.h"
#include "macros.h"
#include "packet_bench.h"
#include "registry.h"
#include "testing.h"

#include <string.h>

enum { MESSAGE_MAX = 1500 };

/* ---- the question ---- */

static void test_urls(void **state)
{
    (void)state;
    static const struct {
        const char *url, *name;
        uint16_t type;
    } rows[] = {
        {"dns://ns1.example.org/example.org?type=SOA", "example.org.", DNS_SOA},
        {"dns://ns1.example.org:53/Example.ORG.?type=soa", "example.org.", DNS_SOA},
        {"dns://192.0.2.1/_imaps._tcp.example.org?type=SRV", "_imaps._tcp.example.org.", DNS_SRV},
        {"dns://192.0.2.1/1.0/25.2.0.192.in-addr.arpa?type=PTR", "1.0/25.2.0.192.in-addr.arpa.",
         DNS_PTR},
        {"dns://[2001:db8::1]/.?type=NS", ".", DNS_NS},
        {"dns://192.0.2.1/example.org", "example.org.", DNS_A},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct dns_question question;
        struct fault fault;
        char text[DNS_NAME_TEXT_SIZE];
        if (dns_question_read(rows[i].url, &question, &fault) < 0)
            fail_msg("row %zu: %s", i, fault.text);
        dns_name_text(&question.name, text);
        assert_string_equal(text, rows[i].name);
        assert_int_equal(question.type, rows[i].type);
    }
}

static void test_bad_urls(void **state)
{
    (void)state;
    static const struct {
        const char *url, *sentence;
    } rows[] = {
        {"dns://192.0.2.1", "which name?"},
        {"dns://192.0.2.1/", "which name?"},
        {"dns://192.0.2.1?type=A/b", "which name?"},
        {"dns://192.0.2.1/?type=A", "which name?"},
        {"dns://192.0.2.1/a..b", "a label of a name has 1 to 63 characters, not 0"},
        {"dns://192.0.2.1/a..", "two dots follow each other"},
        {"dns://192.0.2.1/..", "a label of a name has 1 to 63 characters, not 0"},
        {"dns://192.0.2.1/a%20b", "a name is of a-z"},
        {"dns://192.0.2.1/a?type=AXFR", "type must be one of A, AAAA"},
        {"dns://192.0.2.1/a?class=IN", "only ?type=... may follow"},
        {"dns://192.0.2.1/a?type=A&x", "type must be one of"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct dns_question question;
        struct fault fault;
        assert_row(i, dns_question_read(rows[i].url, &question, &fault) == -1);
        if (!strstr(fault.text, rows[i].sentence))
            fail_msg("row %zu: %s", i, fault.text);
        assert_row(i, registry_find("dns")->check_url(rows[i].url, &fault) == -1);
    }
}

static void test_bounds_of_names(void **state)
{
    (void)state;
    struct dns_question question;
    struct fault fault;
    char url[400] = "dns://a/";
    char *name = url + strlen(url);
    for (int i = 0; i < 4; i++)
        snprintf(name + 64 * i, 65, "%063d.", 0);
    name[253] = '\0'; /* 63 + 63 + 63 + 61 and the dots: 255 on the wire */
    assert_int_equal(dns_question_read(url, &question, &fault), 0);
    assert_int_equal(question.name.length, 255);
    strcpy(name + 253, "0");
    assert_int_equal(dns_question_read(url, &question, &fault), -1);
    snprintf(name, 100, "%064d.org", 0);
    assert_int_equal(dns_question_read(url, &question, &fault), -1);
}

#define NAME      "07 'example' 03 'org' 00"
#define ASK_SOA   NAME "00 06 00 01"
#define ASK(type) NAME "00 " type " 00 01"

static void test_question_bytes(void **state)
{
    (void)state;
    struct dns_question question = {.id = 0x0100};
    struct fault fault;
    uint8_t wanted[DNS_QUESTION_SIZE], got[DNS_QUESTION_SIZE];
    assert_int_equal(dns_question_read("dns://a/Example.org?type=SOA", &question, &fault), 0);
    size_t length =
        hex_read("01 00 00 00 00 01 00 00 00 00 00 01" ASK_SOA "00 00 29 04 d0 00 00 00 00 00 00",
                 wanted, sizeof wanted);
    assert_int_equal(dns_question_write(&question, got), length);
    assert_memory_equal(got, wanted, length);
    question.recursion = question.dnssec = true;
    dns_question_write(&question, got);
    assert_int_equal(got[2], 1);
    assert_int_equal(got[length - 4], 0x80); /* DO */
}

/* ---- answers ---- */

#define HEAD(flags, answers) "01 00 " flags " 00 01 00 " answers " 00 00 00 00"
#define SOA_DATA                                                                                   \
    "00 06 00 01 00 00 0e 10 00 27  03 'ns1' c0 0c 0a 'hostmaster' c0 0c"                          \
    "78 a4 0f 09 00 00 0e 10 00 00 02 58 00 09 3a 80 00 00 0e 10"
#define A_RECORD(owner, last) owner "00 01 00 01 00 00 00 3c 00 04 c0 00 02 " last
#define ALIAS(owner, target)  owner "00 05 00 01 00 00 00 3c 00 02 " target

#define UNSIGNED "DNSSEC: not signed"

static const struct {
    const char *hex, *type, *option, *value;
    enum reason reason; /* REASON_COUNT = no answer of ours, REASON_silent = cut */
    const char *detail;
} answers[] = {
    {HEAD("84 00", "01") ASK_SOA "c0 0c" SOA_DATA, "SOA", NULL, NULL, REASON_ok, UNSIGNED},
    {HEAD("84 00", "01") ASK_SOA "c0 0c" SOA_DATA, "SOA", "expect-record",
     "ns1.example.org. hostmaster.example.org. 2024017673 3600 600 604800 3600", REASON_ok,
     UNSIGNED},
    {HEAD("84 00", "01") ASK_SOA "c0 0c" SOA_DATA, "SOA", "expect-record", "ns2",
     REASON_body_mismatch,
     "none of 1 records has \"ns2\"; one is: ns1.example.org. hostmaster.example.org. 2024017673 "
     "3600 600 604800 3600"},
    {HEAD("84 00", "01") "07 'eXAMPLE' 03 'ORG' 00 00 06 00 01 c0 0c" SOA_DATA, "SOA", NULL, NULL,
     REASON_ok, UNSIGNED},
    /* refusals */
    {HEAD("84 03", "00") ASK_SOA, "SOA", NULL, NULL, REASON_dns_nxdomain, "NXDOMAIN"},
    {HEAD("80 02", "00") ASK_SOA, "SOA", NULL, NULL, REASON_dns_servfail, "SERVFAIL"},
    {"01 00 80 02 00 00 00 00 00 00 00 00", "SOA", NULL, NULL, REASON_dns_servfail, "SERVFAIL"},
    {HEAD("80 05", "00") ASK_SOA, "SOA", NULL, NULL, REASON_banner_refused,
     "REFUSED: it does not serve this name"},
    {"01 00 80 01 00 00 00 00 00 00 00 00", "SOA", NULL, NULL, REASON_protocol_error, "RCODE 1"},
    /* authority */
    {HEAD("80 00", "01") ASK_SOA "c0 0c" SOA_DATA, "SOA", NULL, NULL, REASON_body_mismatch,
     "the answer is not authoritative"},
    {HEAD("80 00", "01") ASK_SOA "c0 0c" SOA_DATA, "SOA", "authoritative", "no", REASON_ok,
     UNSIGNED},
    {HEAD("80 00", "01") ASK_SOA "c0 0c" SOA_DATA, "SOA", "recursion", "yes", REASON_ok, UNSIGNED},
    {"01 00 80 00 00 01 00 00 00 01 00 00" ASK_SOA "c0 0c 00 02 00 01 00 00 00 3c 00 02 c0 0c",
     "SOA", NULL, NULL, REASON_body_mismatch,
     "the answer is not authoritative: it refers us to other servers (lame)"},
    /* what is in it */
    {HEAD("84 00", "00") ASK_SOA, "SOA", NULL, NULL, REASON_body_mismatch, "no SOA record"},
    {HEAD("84 00", "01") ASK("01") A_RECORD("c0 0c", "07"), "A", "expect-record", "192.0.2.7",
     REASON_ok, UNSIGNED},
    {HEAD("84 00", "01") ASK("01") A_RECORD("c0 14", "07"), "A", NULL, NULL, REASON_body_mismatch,
     "no A record"}, /* of org. */
    {HEAD("84 00", "02") ASK("01") ALIAS("c0 0c", "c0 14") A_RECORD("c0 14", "07"), "A",
     "expect-record", "192.0.2.7", REASON_ok, UNSIGNED},
    {HEAD("84 00", "02") ASK("01") A_RECORD("c0 14", "07") ALIAS("c0 0c", "c0 14"), "A", NULL, NULL,
     REASON_ok, UNSIGNED},
    {HEAD("84 00", "01") ASK("01") ALIAS("c0 0c", "c0 14"), "A", NULL, NULL, REASON_ok, UNSIGNED},
    {HEAD("84 00", "01") ASK("01") ALIAS("c0 0c", "c0 14"), "A", "recursion", "yes",
     REASON_body_mismatch, "no A record, only an alias"},
    {HEAD("84 00", "01") ASK("01") ALIAS("c0 0c", "c0 14"), "A", "expect-record", "192",
     REASON_body_mismatch, "no A record, only an alias"},
    {HEAD("84 00", "01") ASK("05") ALIAS("c0 0c", "c0 14"), "CNAME", "expect-record", "org.",
     REASON_ok, UNSIGNED},
    {HEAD("84 00", "01") ASK("01") ALIAS("c0 0c", "c0 0c"), "A", NULL, NULL, REASON_protocol_error,
     "a record of the answer breaks its format"}, /* of itself */
    {HEAD("84 00", "02") ASK("01") ALIAS("c0 0c", "c0 14") ALIAS("c0 14", "c0 0c"), "A", NULL, NULL,
     REASON_protocol_error, "a record of the answer breaks its format"},
    {HEAD("84 00", "01") ASK("0f") "c0 0c 00 0f 00 01 00 00 00 3c 00 07 00 0a 02 'mx' c0 0c", "MX",
     "expect-record", "10 mx.example.org.", REASON_ok, UNSIGNED},
    {HEAD("84 00", "01")
         ASK("10") "c0 0c 00 10 00 01 00 00 00 3c 00 10 06 'v=spf1' 08 ' -all' 0a 07 1b",
     "TXT", "expect-record", "\"v=spf1\" \" -all \"", REASON_ok, UNSIGNED},
    {HEAD("84 00", "01") ASK("1c") "c0 0c 00 1c 00 01 00 00 00 3c 00 10 20 01 0d b8 00 00 00 00 00 "
                                   "00 00 00 00 00 00 01",
     "AAAA", "expect-record", "2001:db8::1", REASON_ok, UNSIGNED},
    {HEAD("84 00", "01")
         ASK("21") "c0 0c 00 21 00 01 00 00 00 3c 00 0b 00 01 00 02 03 e1 02 'mx' c0 0c",
     "SRV", "expect-record", "1 2 993 mx.example.org.", REASON_ok, UNSIGNED},
    {HEAD("84 00", "01") NAME
     "01 01 00 01 c0 0c 01 01 00 01 00 00 00 3c 00 0e 00 05 'issue' 'ca.test'",
     "CAA", "expect-record", "0 issue \"ca.test\"", REASON_ok, UNSIGNED},
    {HEAD("84 00", "01") ASK("01") "c0 0c 00 01 00 03 00 00 00 3c 00 04 c0 00 02 07", "A", NULL,
     NULL, REASON_body_mismatch, "no A record"}, /* class CH */
    /* hostile */
    {HEAD("86 00", "00") ASK_SOA, "SOA", NULL, NULL, REASON_silent, ""},
    {"01 00", "SOA", NULL, NULL, REASON_protocol_error, "the answer is shorter than a header"},
    {"01", "SOA", NULL, NULL, REASON_COUNT, ""},
    {"", "SOA", NULL, NULL, REASON_COUNT, ""},
    {"01 01 84 00 00 01 00 00 00 00 00 00" ASK_SOA, "SOA", NULL, NULL, REASON_COUNT, ""},
    {HEAD("04 00", "00") ASK_SOA, "SOA", NULL, NULL, REASON_protocol_error,
     "the answer is a question"},
    {HEAD("a4 00", "00") ASK_SOA, "SOA", NULL, NULL, REASON_protocol_error,
     "the answer is a question"},
    {HEAD("84 00", "00") ASK("01"), "SOA", NULL, NULL, REASON_protocol_error,
     "the answer is to another question"},
    {HEAD("84 00", "00") "07 'example' 03 'net' 00 00 06 00 01", "SOA", NULL, NULL,
     REASON_protocol_error, "the answer is to another question"},
    {"01 00 84 00 00 00 00 00 00 00 00 00", "SOA", NULL, NULL, REASON_protocol_error,
     "the answer is to another question"},
    {HEAD("84 00", "00") "c0 0c 00 06 00 01", "SOA", NULL, NULL, REASON_protocol_error,
     "the answer is to another question"}, /* a name that points at itself */
    {HEAD("84 00", "01") ASK_SOA "c0 1f" SOA_DATA, "SOA", NULL, NULL, REASON_protocol_error,
     "a record of the answer breaks its format"}, /* forwards */
    {HEAD("84 00", "01") ASK_SOA "c0 0c 00 06 00 01 00 00 00 3c ff ff 00", "SOA", NULL, NULL,
     REASON_protocol_error, "a record of the answer breaks its format"},
    {HEAD("84 00", "ff") ASK_SOA "c0 0c" SOA_DATA, "SOA", NULL, NULL, REASON_protocol_error,
     "a record of the answer breaks its format"},
    {HEAD("84 00", "01") ASK("01") "c0 0c 00 01 00 01 00 00 00 3c 00 05 c0 00 02 07 00", "A", NULL,
     NULL, REASON_protocol_error, "a record breaks its format"},
    {HEAD("84 00", "01") ASK("10") "c0 0c 00 10 00 01 00 00 00 3c 00 02 06 'v'", "TXT", NULL, NULL,
     REASON_protocol_error, "a record breaks its format"},
    {HEAD("84 00", "01") ASK("10") "c0 0c 00 10 00 01 00 00 00 3c 00 00", "TXT", NULL, NULL,
     REASON_protocol_error, "a record breaks its format"},
    {HEAD("84 00", "01") ASK("02") "c0 0c 00 02 00 01 00 00 00 3c 00 01 c0", "NS", NULL, NULL,
     REASON_protocol_error, "a record breaks its format"},
    {HEAD("84 00", "01") ASK("02") "c0 0c 00 02 00 01 00 00 00 3c 00 02 40 00", "NS", NULL, NULL,
     REASON_protocol_error, "a record breaks its format"},
};

static const void *options_of(struct arena *arena, const char *name, const char *value)
{
    struct probe_option option = {name, value};
    const void *options;
    struct fault fault;
    if (registry_read_options(registry_find("dns"), &option, name ? 1 : 0, arena, &options,
                              &fault) < 0)
        fail_msg("%s", fault.text);
    return options;
}

/* In a block of exactly its size, so that a read beyond it is caught. */
static enum packet_verdict judge(const struct packet_question *question, const uint8_t *message,
                                 size_t length, struct packet_answer *ret)
{
    const struct packet_protocol *protocol = registry_find("dns")->protocol;
    uint8_t *bytes = test_malloc(length);
    memcpy(bytes, message, length);
    *ret = (struct packet_answer){.reason = REASON_ok};
    enum packet_verdict verdict = protocol->judge(question, bytes, length, ret);
    test_free(bytes);
    return verdict;
}

static void test_answers(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(answers); i++) {
        struct arena arena = {0};
        struct packet_answer answer;
        char url[100];
        uint8_t message[MESSAGE_MAX];
        snprintf(url, sizeof url, "dns://a/example.org?type=%s", answers[i].type);
        struct packet_question question = {
            .url = url,
            .options = options_of(&arena, answers[i].option, answers[i].value),
            .nonce = {0, 1}};
        size_t length = hex_read(answers[i].hex, message, sizeof message);
        enum packet_verdict verdict = judge(&question, message, length, &answer);
        enum packet_verdict wanted = answers[i].reason == REASON_COUNT    ? PACKET_OTHER
                                     : answers[i].reason == REASON_silent ? PACKET_CUT
                                                                          : PACKET_ANSWER;
        if (verdict != wanted || strcmp(answer.detail, answers[i].detail) != 0 ||
            (wanted == PACKET_ANSWER && answer.reason != answers[i].reason))
            fail_msg("row %zu: %d %s \"%s\"", i, verdict, reason_code(answer.reason),
                     answer.detail);
        /* No beginning of an answer with a record to find is a good one. */
        for (size_t cut = 0; cut < length && answers[i].reason == REASON_ok; cut++)
            if (judge(&question, message, cut, &answer) == PACKET_ANSWER)
                assert_row(i, answer.reason != REASON_ok);
        arena_free(&arena);
    }
}

/* Over TCP the answer comes behind its length, in pieces. */
static void test_stream(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct packet_answer answer;
    uint8_t message[MESSAGE_MAX];
    struct packet_question question = {.url = "dns://a/example.org?type=SOA",
                                       .options = options_of(&arena, NULL, NULL),
                                       .stream = true,
                                       .nonce = {0, 1}};
    size_t length =
        2 + hex_read(HEAD("84 00", "01") ASK_SOA "c0 0c" SOA_DATA, message + 2, sizeof message - 2);
    message[0] = 0;
    message[1] = (uint8_t)(length - 2);
    for (size_t cut = 0; cut < length; cut++)
        assert_row(cut, judge(&question, message, cut, &answer) == PACKET_OTHER);
    assert_int_equal(judge(&question, message, length, &answer), PACKET_ANSWER);
    assert_int_equal(answer.reason, REASON_ok);
    message[2] ^= 1;
    assert_int_equal(judge(&question, message, length, &answer), PACKET_ANSWER);
    assert_string_equal(answer.detail, "the answer over TCP has another id");
    message[2] ^= 1;
    message[4] |= 2;
    assert_int_equal(judge(&question, message, length, &answer), PACKET_ANSWER);
    assert_string_equal(answer.detail, "the answer is cut off even over TCP");
    arena_free(&arena);
}

/* ---- on the wire ---- */

static int serve(const uint8_t *question, size_t length, bool stream, uint8_t *ret)
{
    size_t prefix = stream ? 2 : 0, head = 12 + 17;
    if (length < prefix + head)
        return -1;
    assert_int_equal(question[prefix + 5], 1); /* one question */
    memcpy(ret + prefix, question + prefix, head);
    ret[prefix + 2] = stream ? 0x84 : 0x86;
    ret[prefix + 11] = 0; /* no EDNS */
    size_t size = head;
    if (stream) {
        ret[prefix + 7] = 1;
        size += hex_read("c0 0c" SOA_DATA, ret + prefix + head, 1000);
        ret[0] = 0;
        ret[1] = (uint8_t)size;
    }
    return (int)(prefix + size);
}

static void test_too_long_for_udp(void **state)
{
    (void)state;
    struct packet_bench bench;
    packet_bench_open(&bench);
    bench.answer = serve;
    const struct result *result = packet_bench_run(&bench, "dns", "/example.org?type=SOA", NULL);
    if (result->reason != REASON_ok)
        fail_msg("%s \"%s\"", reason_code(result->reason), result->detail);
    assert_int_equal(bench.asked, 2);
    assert_true(result->phases.ms[PHASE_CONNECT] >= 0);
    assert_true(result->phases.ms[PHASE_TOTAL] >= result->phases.ms[PHASE_FIRST_BYTE]);
    uv_close((uv_handle_t *)&bench.tcp, NULL); /* and nothing over TCP */
    uv_run(&bench.loop, UV_RUN_NOWAIT);
    packet_bench_run(&bench, "dns", "/example.org?type=SOA", NULL);
    assert_int_equal(result->reason, REASON_connect_refused);
    packet_bench_close(&bench);
}

static void cancel_at_any_moment(const char *const *options,
                                 int serve_so(const uint8_t *, size_t, bool, uint8_t *))
{
    struct packet_bench bench;
    packet_bench_open(&bench);
    bench.answer = serve_so;
    int turns = 0;
    do {
        packet_bench_prepare(&bench, "dns", "/example.org?type=SOA", options);
        packet_bench_start(&bench);
        for (int turn = 0; turn < turns && !bench.told; turn++)
            uv_run(&bench.loop, UV_RUN_ONCE);
        if (!bench.told)
            packet_bench_cancel(&bench);
        packet_bench_wait(&bench);
        turns++;
    } while (bench.run.result.reason == REASON_self && turns < 100);
    assert_int_equal(bench.run.result.reason, REASON_ok);
    assert_in_range(turns, 3, 99);
    packet_bench_close(&bench);
}

static int serve_both(const uint8_t *question, size_t length, bool stream, uint8_t *ret)
{
    uint8_t framed[PACKET_BENCH_ANSWER_MAX] = {0};
    if (stream)
        return serve(question, length, true, ret);
    memcpy(framed + 2, question, length);
    int size = serve(framed, length + 2, true, ret);
    memmove(ret, ret + 2, (size_t)size - 2);
    return size - 2;
}

static void test_cancel_at_any_moment(void **state)
{
    (void)state;
    static const char *const both[] = {"transport", "both", NULL};
    cancel_at_any_moment(NULL, serve);
    cancel_at_any_moment(both, serve_both);
}

static void test_both_transports(void **state)
{
    (void)state;
    static const char *const both[] = {"transport", "both", NULL};
    struct packet_bench bench;
    packet_bench_open(&bench);
    bench.answer = serve_both;
    const struct result *result = packet_bench_run(&bench, "dns", "/example.org?type=SOA", both);
    assert_int_equal(result->reason, REASON_ok);
    assert_string_equal(result->detail, UNSIGNED);
    assert_int_equal(bench.asked, 2);
    assert_true(result->phases.ms[PHASE_CONNECT] >= 0);
    bench.answer = serve; /* cut off over UDP: TCP is not asked a second time */
    bench.asked = 0;
    packet_bench_run(&bench, "dns", "/example.org?type=SOA", both);
    assert_int_equal(result->reason, REASON_ok);
    assert_int_equal(bench.asked, 2);
    packet_bench_close(&bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_urls),
        cmocka_unit_test(test_bad_urls),
        cmocka_unit_test(test_bounds_of_names),
        cmocka_unit_test(test_question_bytes),
        cmocka_unit_test(test_answers),
        cmocka_unit_test(test_stream),
        cmocka_unit_test(test_too_long_for_udp),
        cmocka_unit_test(test_both_transports),
        cmocka_unit_test(test_cancel_at_any_moment),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
