#include "records.h"

#include "fake_dns.h"
#include "macros.h"
#include "resolv_conf.h"
#include "testing.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <uv.h>

#define DIGEST "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

struct asked {
    struct records_query query;
    struct records_answer answer;
    int told;
    bool inside_start;
};

struct bench {
    uv_loop_t loop;
    struct fake_dns dns;
    struct resolver *resolver;
};

static const struct fake_dns_row rows[] = {
    {.name = "mail.test",
     .addresses = {"192.0.2.1"},
     .records = {"MX 20 Second.test", "MX 10 first.test"},
     .ttl = 300},
    {.name = "null.test", .records = {"MX 0 ."}, .ttl = 300},
    {.name = "_xmpp-client._tcp.chat.test",
     .records = {"SRV 5 60 5222 a.chat.test", "SRV 7 0 443 b.chat.test"},
     .ttl = 9},
    {.name = "_25._tcp.first.test",
     .records = {"TLSA 3 1 1 " DIGEST, "TLSA 2 0 0 " DIGEST DIGEST "00"},
     .ttl = 300,
     .authentic = true},
    {.name = "text.test", .records = {"TXT v=spf1 -all", "NS ns1.test"}, .ttl = 300},
    {.name = "caa.test", .records = {"RAW 257 00056973737565636100"}, .ttl = 300},
    {.name = "short.test", .records = {"RAW 33 0000"}, .ttl = 300},
    {.name = "long.test", .records = {"RAW 15 000a0000"}, .ttl = 300},
    {.name = "signed.test", .way = FAKE_DNS_NXDOMAIN, .authentic = true},
    {.name = "servfail.test", .way = FAKE_DNS_SERVFAIL},
    {.name = "refused.test", .way = FAKE_DNS_REFUSED},
    {.name = "silent.test", .way = FAKE_DNS_SILENT},
    {.name = "loop.test", .way = FAKE_DNS_LOOP},
    {.name = "cut.test", .way = FAKE_DNS_CUT},
    {.name = "wrongname.test", .way = FAKE_DNS_WRONG_NAME},
    {.name = "truncated.test", .way = FAKE_DNS_TRUNCATED, .records = {"MX 1 mx.test"}, .ttl = 300},
    {.name = NULL},
};

static void bench_open(struct bench *bench)
{
    struct fault fault;
    uv_loop_init(&bench->loop);
    fake_dns_open(&bench->dns, &bench->loop, rows);
    const char *const servers[] = {bench->dns.server, NULL};
    bench->resolver = resolver_new(&bench->loop, servers, &fault);
    assert_non_null(bench->resolver);
}

static void bench_close(struct bench *bench)
{
    resolver_free(bench->resolver);
    fake_dns_close(&bench->dns);
    uv_run(&bench->loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&bench->loop), 0);
}

static void on_answer(struct records_query *query, const struct records_answer *answer)
{
    struct asked *asked = container_of(query, struct asked, query);
    assert_false(asked->inside_start);
    asked->answer = *answer;
    asked->told++;
}

static void ask(struct bench *bench, struct asked *asked, const char *name, enum dns_type type)
{
    *asked = (struct asked){.query.done = on_answer, .inside_start = true};
    records_start(bench->resolver, &asked->query, name, type);
    asked->inside_start = false;
}

static const struct records_answer *answer_to(struct bench *bench, struct asked *asked,
                                              const char *name, enum dns_type type)
{
    ask(bench, asked, name, type);
    while (!asked->told)
        uv_run(&bench->loop, UV_RUN_ONCE);
    assert_int_equal(asked->told, 1);
    return &asked->answer;
}

static void test_typed_records(void **state)
{
    (void)state;
    struct bench bench;
    struct asked asked;
    bench_open(&bench);
    const struct records_answer *answer = answer_to(&bench, &asked, "Mail.test", DNS_MX);
    assert_int_equal(answer->reason, REASON_ok);
    assert_string_equal(answer->detail, "");
    assert_int_equal(answer->count, 2);
    assert_int_equal(answer->ttl, 300);
    assert_true(answer->ms > 0);
    assert_false(answer->authentic);
    assert_int_equal(answer->records[0].priority, 20);
    assert_string_equal(answer->records[0].target, "second.test");
    assert_int_equal(answer->records[1].priority, 10);
    assert_string_equal(answer->records[1].target, "first.test");
    answer = answer_to(&bench, &asked, "null.test", DNS_MX);
    assert_int_equal(answer->count, 1);
    assert_string_equal(answer->records[0].target, "");
    answer = answer_to(&bench, &asked, "_xmpp-client._tcp.chat.test", DNS_SRV);
    assert_int_equal(answer->count, 2);
    assert_int_equal(answer->ttl, 9);
    assert_int_equal(answer->records[0].priority, 5);
    assert_int_equal(answer->records[0].weight, 60);
    assert_int_equal(answer->records[0].port, 5222);
    assert_string_equal(answer->records[0].target, "a.chat.test");
    answer = answer_to(&bench, &asked, "text.test", DNS_TXT);
    assert_int_equal(answer->count, 1);
    assert_string_equal(answer->records[0].text, "\"v=spf1 -all\"");
    answer = answer_to(&bench, &asked, "text.test", DNS_NS);
    assert_string_equal(answer->records[0].target, "ns1.test");
    answer = answer_to(&bench, &asked, "caa.test", DNS_CAA);
    assert_int_equal(answer->count, 1);
    assert_string_equal(answer->records[0].text, "0 issue \"ca\"");
    bench_close(&bench);
}

static void test_fingerprints_and_who_vouches_for_them(void **state)
{
    (void)state;
    struct bench bench;
    struct asked asked;
    bench_open(&bench);
    const struct records_answer *answer =
        answer_to(&bench, &asked, "_25._tcp.first.test", DNS_TLSA);
    assert_int_equal(answer->count, 2);
    assert_true(answer->authentic); /* our fake resolver is on this machine */
    const struct record *record = &answer->records[0];
    assert_int_equal(record->tlsa.usage, 3);
    assert_int_equal(record->tlsa.selector, 1);
    assert_int_equal(record->tlsa.matching, 1);
    assert_int_equal(record->tlsa.length, 32);
    assert_int_equal(record->tlsa.bytes[1], 0x11);
    assert_int_equal(answer->records[1].tlsa.usage, 2);
    assert_int_equal(answer->records[1].tlsa.length, 0); /* 65 bytes */
    answer = answer_to(&bench, &asked, "_25._tcp.first.test", DNS_MX);
    assert_int_equal(answer->reason, REASON_ok);
    assert_int_equal(answer->count, 0);
    assert_true(answer->authentic);
    answer = answer_to(&bench, &asked, "signed.test", DNS_TLSA);
    assert_int_equal(answer->reason, REASON_dns_nxdomain);
    assert_true(answer->authentic);
    assert_false(answer_to(&bench, &asked, "nothing.test", DNS_TLSA)->authentic);
    bench_close(&bench);
}

static void test_reasons(void **state)
{
    static const struct {
        const char *name;
        enum reason reason;
    } cases[] = {
        {"nothing.test", REASON_dns_nxdomain},
        {"servfail.test", REASON_dns_servfail},
        {"refused.test", REASON_self},
        {"loop.test", REASON_dns_servfail},
        {"cut.test", REASON_dns_servfail},
        {"short.test", REASON_dns_servfail},
        {"bad..name.test", REASON_dns_nxdomain},
        {"", REASON_dns_nxdomain},
        {"mail.test", REASON_ok},
        {"_xmpp-client._tcp.localhost", REASON_ok},
    };
    (void)state;
    struct bench bench;
    struct asked asked;
    bench_open(&bench);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        const struct records_answer *answer = answer_to(&bench, &asked, cases[i].name, DNS_SRV);
        assert_int_equal(answer->reason, cases[i].reason);
        assert_int_equal(answer->detail[0] == '\0', cases[i].reason == REASON_ok);
        assert_int_equal(answer->count, 0);
    }
    assert_int_equal(answer_to(&bench, &asked, "long.test", DNS_MX)->reason, REASON_dns_servfail);
    bench_close(&bench);
}

static void test_over_tcp(void **state)
{
    (void)state;
    struct bench bench;
    struct asked asked;
    bench_open(&bench);
    const struct records_answer *answer = answer_to(&bench, &asked, "truncated.test", DNS_MX);
    assert_int_equal(answer->count, 1);
    assert_string_equal(answer->records[0].target, "mx.test");
    bench_close(&bench);
}

/* An answer to another question is no answer; nor is silence. Both at once, since it takes its time. */
static void test_no_answer(void **state)
{
    (void)state;
    struct bench bench;
    struct asked silent, foreign, other;
    bench_open(&bench);
    ask(&bench, &silent, "silent.test", DNS_SRV);
    ask(&bench, &foreign, "wrongname.test", DNS_SRV);
    while (!silent.told || !foreign.told) {
        answer_to(&bench, &other, "nothing.test", DNS_SRV); /* it lives */
        uv_run(&bench.loop, UV_RUN_ONCE);
    }
    assert_int_equal(silent.answer.reason, REASON_dns_timeout);
    assert_int_equal(foreign.answer.reason, REASON_dns_timeout);
    bench_close(&bench);
}

static void test_equal_questions_share_an_answer(void **state)
{
    (void)state;
    struct bench bench;
    struct asked first, second, other;
    bench_open(&bench);
    ask(&bench, &first, "mail.test", DNS_MX);
    ask(&bench, &second, "MAIL.test", DNS_MX);
    ask(&bench, &other, "mail.test", DNS_SRV);
    while (!first.told || !second.told || !other.told)
        uv_run(&bench.loop, UV_RUN_ONCE);
    assert_int_equal(bench.dns.asked, 2);
    assert_int_equal(second.answer.count, 2);
    assert_int_equal(other.answer.count, 0);
    answer_to(&bench, &first, "mail.test", DNS_MX);
    assert_int_equal(bench.dns.asked, 2);
    assert_int_equal(first.answer.count, 2);
    assert_true(first.answer.ms == 0);
    bench_close(&bench);
}

static void test_cancelled_questions_say_nothing(void **state)
{
    (void)state;
    struct bench bench;
    struct asked asked, other;
    for (int turns = 0; turns < 4; turns++) {
        bench_open(&bench);
        ask(&bench, &asked, "mail.test", DNS_MX);
        ask(&bench, &other, "bad..name", DNS_MX);
        for (int i = 0; i < turns && !asked.told; i++)
            uv_run(&bench.loop, UV_RUN_NOWAIT);
        int before = asked.told, before_other = other.told;
        records_cancel(&asked.query);
        records_cancel(&other.query);
        records_cancel(&other.query);
        for (int i = 0; i < 20; i++)
            uv_run(&bench.loop, UV_RUN_NOWAIT);
        assert_int_equal(asked.told, before);
        assert_int_equal(other.told, before_other);
        bench_close(&bench);
    }
}

static void test_freed_with_questions_under_way(void **state)
{
    (void)state;
    struct bench bench;
    struct asked asked, other;
    bench_open(&bench);
    ask(&bench, &asked, "silent.test", DNS_MX);
    ask(&bench, &other, "localhost", DNS_MX);
    uv_run(&bench.loop, UV_RUN_NOWAIT);
    bench_close(&bench);
    assert_int_equal(asked.told, 0);
}

/* Whoever is not on this machine could be anyone on the way. */
static void test_whom_we_believe(void **state)
{
    static const struct {
        const char *servers[4];
        bool credible;
    } cases[] = {
        {{"127.0.0.1"}, true},
        {{"127.0.0.53:5353", "[::1]:53"}, true},
        {{"192.0.2.53"}, false},
        {{"127.0.0.1", "2001:db8::53"}, false},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        uv_loop_t loop;
        struct fault fault;
        uv_loop_init(&loop);
        struct resolver *resolver = resolver_new(&loop, cases[i].servers, &fault);
        assert_int_equal(resolver_is_credible(resolver), cases[i].credible);
        resolver_free(resolver);
        uv_run(&loop, UV_RUN_DEFAULT);
        assert_int_equal(uv_loop_close(&loop), 0);
    }
}

static void write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static void test_what_resolv_conf_says(void **state)
{
    static const struct {
        const char *text;
        bool trusts;
    } cases[] = {
        {"nameserver 192.0.2.1\noptions edns0 trust-ad\n", true},
        {"options\ttrust-ad", true},
        {"# options trust-ad\n; options trust-ad\n", false},
        {"options no-trust-ad trust-ads\nsearch trust-ad\n", false},
        {"", false},
    };
    (void)state;
    char path[] = "/tmp/resolv-conf-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    close(fd);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        write_file(path, cases[i].text);
        assert_int_equal(resolv_conf_trusts(path), cases[i].trusts);
    }
    unlink(path);
    assert_false(resolv_conf_trusts(path));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_typed_records),
        cmocka_unit_test(test_fingerprints_and_who_vouches_for_them),
        cmocka_unit_test(test_reasons),
        cmocka_unit_test(test_over_tcp),
        cmocka_unit_test(test_no_answer),
        cmocka_unit_test(test_equal_questions_share_an_answer),
        cmocka_unit_test(test_cancelled_questions_say_nothing),
        cmocka_unit_test(test_freed_with_questions_under_way),
        cmocka_unit_test(test_whom_we_believe),
        cmocka_unit_test(test_what_resolv_conf_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
