#include "resolver.h"

#include "fake_dns.h"
#include "macros.h"
#include "testing.h"

#include <string.h>
#include <uv.h>

struct asked {
    struct resolver_query query;
    struct resolver_answer answer;
    int told;
    bool inside_start;
    struct resolver *free_when_told;
};

struct bench {
    uv_loop_t loop;
    struct fake_dns dns;
    struct resolver *resolver;
};

static const struct fake_dns_row rows[] = {
    {.name = "both.test", .addresses = {"192.0.2.9", "192.0.2.1", "2001:db8::1"}, .ttl = 300},
    {.name = "four.test", .addresses = {"192.0.2.4"}, .ttl = 0},
    {.name = "servfail.test", .way = FAKE_DNS_SERVFAIL},
    {.name = "refused.test", .way = FAKE_DNS_REFUSED},
    {.name = "silent.test", .way = FAKE_DNS_SILENT},
    {.name = "wrongid.test", .way = FAKE_DNS_WRONG_ID},
    {.name = "wrongname.test", .way = FAKE_DNS_WRONG_NAME},
    {.name = "loop.test", .way = FAKE_DNS_LOOP},
    {.name = "cut.test", .way = FAKE_DNS_CUT},
    {.name = "truncated.test", .way = FAKE_DNS_TRUNCATED, .addresses = {"192.0.2.6"}},
    {.name = "many.test", .way = FAKE_DNS_MANY, .count = 25},
    {.name = "thousand.test", .way = FAKE_DNS_MANY, .count = 1000},
    {.name = "cnameloop.test", .way = FAKE_DNS_CNAME_LOOP},
    {.name = NULL},
};

static void bench_open(struct bench *bench, const char *server)
{
    struct fault fault;
    uv_loop_init(&bench->loop);
    fake_dns_open(&bench->dns, &bench->loop, rows);
    const char *const servers[] = {server ? server : bench->dns.server, NULL};
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

static void on_answer(struct resolver_query *query, const struct resolver_answer *answer)
{
    struct asked *asked = container_of(query, struct asked, query);
    assert_false(asked->inside_start);
    asked->told++;
    asked->answer = *answer;
    resolver_free(asked->free_when_told);
}

static void ask(struct bench *bench, struct asked *asked, const char *name, enum family family)
{
    struct resolver *free_when_told = asked->free_when_told;
    *asked = (struct asked){
        .query.done = on_answer, .inside_start = true, .free_when_told = free_when_told};
    resolver_start(bench->resolver, &asked->query, name, family, 443);
    asked->inside_start = false;
}

/* The sockets of c-ares and our timers keep the loop alive exactly as long as something is asked. */
static void wait_for(struct bench *bench, struct asked *asked)
{
    while (!asked->told)
        assert_true(uv_run(&bench->loop, UV_RUN_ONCE) || asked->told);
}

static enum reason reason_of(struct bench *bench, const char *name, enum family family)
{
    struct asked asked = {0};
    ask(bench, &asked, name, family);
    wait_for(bench, &asked);
    assert_int_equal(asked.told, 1);
    if (asked.answer.reason == REASON_ok) {
        assert_true(asked.answer.count > 0);
    } else {
        assert_int_equal(asked.answer.count, 0);
        assert_true(asked.answer.detail[0]);
    }
    return asked.answer.reason;
}

static const char *address_at(const struct asked *asked, size_t i)
{
    static char text[ADDRESS_TEXT_SIZE];
    return address_text((const struct sockaddr *)&asked->answer.addresses[i], text);
}

static void test_each_family_for_itself(void **state)
{
    (void)state;
    struct bench bench;
    struct asked four = {0}, six = {0};
    bench_open(&bench, NULL);
    ask(&bench, &four, "both.test", FAMILY_IPV4);
    ask(&bench, &six, "Both.Test", FAMILY_IPV6);
    wait_for(&bench, &four);
    wait_for(&bench, &six);
    assert_int_equal(four.answer.reason, REASON_ok);
    assert_int_equal(four.answer.count, 2);
    assert_string_equal(address_at(&four, 0), "192.0.2.1"); /* sorted */
    assert_string_equal(address_at(&four, 1), "192.0.2.9");
    assert_int_equal(address_port((struct sockaddr *)&four.answer.addresses[1]), 443);
    assert_int_equal(six.answer.count, 1);
    assert_string_equal(address_at(&six, 0), "2001:db8::1");
    assert_true(four.answer.ms > 0);
    assert_int_equal(bench.dns.asked_a, 1);
    assert_int_equal(bench.dns.asked_aaaa, 1);
    bench_close(&bench);
}

static void test_reasons(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        enum family family;
        enum reason reason;
    } expected[] = {
        {"four.test", FAMILY_IPV4, REASON_ok},
        {"four.test", FAMILY_IPV6, REASON_dns_no_address},
        {"nothing.test", FAMILY_IPV4, REASON_dns_nxdomain},
        {"servfail.test", FAMILY_IPV4, REASON_dns_servfail},
        {"refused.test", FAMILY_IPV4, REASON_self},
        {"loop.test", FAMILY_IPV4, REASON_dns_servfail},
        {"cut.test", FAMILY_IPV4, REASON_dns_servfail},
        {"cnameloop.test", FAMILY_IPV4, REASON_dns_no_address},
        {"", FAMILY_IPV4, REASON_dns_nxdomain},
        {"a..test", FAMILY_IPV4, REASON_dns_nxdomain},
        {"0123456789012345678901234567890123456789012345678901234567890123.test", FAMILY_IPV4,
         REASON_dns_nxdomain},
    };
    struct bench bench;
    bench_open(&bench, NULL);
    for (size_t i = 0; i < ARRAY_LEN(expected); i++) {
        assert_int_equal(reason_of(&bench, expected[i].name, expected[i].family),
                         expected[i].reason);
    }
    bench_close(&bench);
}

static void test_names_beyond_all_bounds(void **state)
{
    (void)state;
    struct bench bench;
    char name[10001];
    memset(name, 'a', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    bench_open(&bench, NULL);
    assert_int_equal(reason_of(&bench, name, FAMILY_IPV4), REASON_dns_nxdomain);
    assert_int_equal(bench.dns.asked, 0);
    bench_close(&bench);
}

static void test_literals_need_no_server(void **state)
{
    (void)state;
    struct bench bench;
    struct asked asked = {0};
    bench_open(&bench, NULL);
    ask(&bench, &asked, "2001:db8::7", FAMILY_IPV6);
    wait_for(&bench, &asked);
    assert_string_equal(address_at(&asked, 0), "2001:db8::7");
    assert_int_equal(address_port((struct sockaddr *)&asked.answer.addresses[0]), 443);
    assert_int_equal(reason_of(&bench, "192.0.2.1", FAMILY_IPV6), REASON_dns_no_address);
    assert_int_equal(bench.dns.asked, 0);
    bench_close(&bench);
}

/* The first name of the hosts file that is not this machine's loopback; false = it has none. */
static bool find_host(char name[64], char address[64])
{
    char line[512];
    bool found = false;
    FILE *file = fopen("/etc/hosts", "r");
    while (file && !found && fgets(line, sizeof line, file))
        found = sscanf(line, "%63s %63s", address, name) == 2 && address[0] != '#' &&
                strchr(address, '.') && !strstr(name, "localhost");
    if (file)
        fclose(file);
    return found;
}

static void test_the_hosts_file_counts(void **state)
{
    (void)state;
    struct bench bench;
    struct asked asked = {0};
    char name[64], address[64];
    if (!find_host(name, address))
        skip();
    bench_open(&bench, NULL);
    ask(&bench, &asked, name, FAMILY_IPV4);
    wait_for(&bench, &asked);
    assert_int_equal(asked.answer.reason, REASON_ok);
    assert_int_equal(bench.dns.asked, 0);
    assert_int_equal(reason_of(&bench, name, FAMILY_IPV6),
                     REASON_dns_nxdomain); /* not there: asked for */
    bench_close(&bench);
}

static void test_localhost_is_here(void **state)
{
    (void)state;
    static const char *const names[] = {"localhost", "LocalHost.", "pad.localhost"};
    struct bench bench;
    struct asked asked = {0};
    bench_open(&bench, NULL);
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        ask(&bench, &asked, names[i], FAMILY_IPV4);
        wait_for(&bench, &asked);
        assert_string_equal(address_at(&asked, 0), "127.0.0.1");
        ask(&bench, &asked, names[i], FAMILY_IPV6);
        wait_for(&bench, &asked);
        assert_string_equal(address_at(&asked, 0), "::1");
    }
    assert_int_equal(bench.dns.asked, 0);
    assert_int_equal(reason_of(&bench, "notlocalhost", FAMILY_IPV4), REASON_dns_nxdomain);
    bench_close(&bench);
}

static void test_answers_are_bounded(void **state)
{
    (void)state;
    struct bench bench;
    struct asked asked = {0};
    bench_open(&bench, NULL);
    ask(&bench, &asked, "many.test", FAMILY_IPV4);
    wait_for(&bench, &asked);
    assert_int_equal(asked.answer.count, RESOLVER_ADDRESSES_MAX);
    assert_string_equal(address_at(&asked, 0), "192.0.255.231"); /* the smallest of all */
    assert_string_equal(address_at(&asked, RESOLVER_ADDRESSES_MAX - 1), "192.0.255.246");
    ask(&bench, &asked, "thousand.test", FAMILY_IPV4);
    wait_for(&bench, &asked);
    assert_int_equal(asked.answer.count, RESOLVER_ADDRESSES_MAX);
    assert_string_equal(address_at(&asked, 0), "192.0.252.24");
    bench_close(&bench);
}

/* A resolver that is silent, or whose answers are not to our question: told within the limit, and held against the
 * name only if others got an answer meanwhile. */
static void test_silence_ends(void **state)
{
    (void)state;
    static const char *const names[] = {"silent.test", "wrongid.test", "wrongname.test"};
    struct asked asked[ARRAY_LEN(names)] = {0};
    struct bench bench;
    bench_open(&bench, NULL);
    assert_int_equal(reason_of(&bench, "both.test", FAMILY_IPV4), REASON_ok);
    assert_int_equal(reason_of(&bench, "silent.test", FAMILY_IPV6), REASON_self);
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        ask(&bench, &asked[i], names[i], FAMILY_IPV4);
    assert_int_equal(reason_of(&bench, "both.test", FAMILY_IPV6), REASON_ok);
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        wait_for(&bench, &asked[i]);
        assert_int_equal(asked[i].answer.reason, REASON_dns_timeout);
        assert_true(asked[i].answer.ms >= RESOLVER_LIMIT_MS - 1);
    }
    assert_true(bench.dns.asked >= 2 * ARRAY_LEN(names)); /* each asked again at least once */
    bench_close(&bench);
}

static void test_our_own_resolver_gone_is_our_fault(void **state)
{
    (void)state;
    struct bench bench;
    struct asked asked[10] = {0};
    bench_open(&bench, "127.0.0.1:1");
    assert_int_equal(reason_of(&bench, "both.test", FAMILY_IPV4), REASON_self);
    for (size_t i = 0; i < ARRAY_LEN(asked); i++) {
        const char name[] = {(char)('a' + i / 2), '.', 't', 'e', 's', 't', '\0'};
        ask(&bench, &asked[i], name, i % 2 ? FAMILY_IPV6 : FAMILY_IPV4);
    }
    for (size_t i = 0; i < ARRAY_LEN(asked); i++) {
        wait_for(&bench, &asked[i]);
        assert_int_equal(asked[i].answer.reason, REASON_self);
    }
    bench_close(&bench);
}

static void test_what_is_cut_is_asked_for_over_tcp(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench, NULL);
    assert_int_equal(reason_of(&bench, "truncated.test", FAMILY_IPV4), REASON_ok);
    fake_dns_close_tcp(&bench.dns);
    assert_int_equal(reason_of(&bench, "truncated.test", FAMILY_IPV4), REASON_self);
    bench_close(&bench);
}

static void test_equal_questions_share_an_answer(void **state)
{
    (void)state;
    struct bench bench;
    struct asked asked[20] = {0};
    bench_open(&bench, NULL);
    for (size_t i = 0; i < ARRAY_LEN(asked); i++)
        ask(&bench, &asked[i], "four.test", FAMILY_IPV4);
    for (size_t i = 0; i < ARRAY_LEN(asked); i++)
        wait_for(&bench, &asked[i]);
    assert_int_equal(bench.dns.asked, 1);
    /* Its TTL is zero: the next one asks anew. */
    assert_int_equal(reason_of(&bench, "four.test", FAMILY_IPV4), REASON_ok);
    assert_int_equal(bench.dns.asked, 2);
    bench_close(&bench);
}

static void test_good_answers_are_kept_and_failures_are_not(void **state)
{
    (void)state;
    struct bench bench;
    struct asked asked = {0};
    bench_open(&bench, NULL);
    assert_int_equal(reason_of(&bench, "both.test", FAMILY_IPV4), REASON_ok);
    ask(&bench, &asked, "both.test", FAMILY_IPV4);
    wait_for(&bench, &asked);
    assert_int_equal(asked.answer.count, 2);
    assert_true(asked.answer.ms < 0.001);
    assert_int_equal(bench.dns.asked, 1);
    assert_int_equal(reason_of(&bench, "nothing.test", FAMILY_IPV4), REASON_dns_nxdomain);
    assert_int_equal(reason_of(&bench, "nothing.test", FAMILY_IPV4), REASON_dns_nxdomain);
    assert_int_equal(bench.dns.asked, 3);
    bench_close(&bench);
}

static void test_a_cancelled_question_is_never_answered(void **state)
{
    (void)state;
    struct bench bench;
    struct asked gone = {0}, literal = {0}, stays = {0};
    bench_open(&bench, NULL);
    ask(&bench, &gone, "both.test", FAMILY_IPV4);
    ask(&bench, &stays, "both.test", FAMILY_IPV4);
    ask(&bench, &literal, "192.0.2.1", FAMILY_IPV4);
    resolver_cancel(&gone.query);
    resolver_cancel(&gone.query);
    resolver_cancel(&literal.query);
    wait_for(&bench, &stays);
    assert_int_equal(gone.told, 0);
    assert_int_equal(literal.told, 0);
    bench_close(&bench);
}

static void test_more_than_fits_on_the_wire_waits_its_turn(void **state)
{
    (void)state;
    enum { COUNT = 1000 };
    static struct asked asked[COUNT];
    struct bench bench;
    bench_open(&bench, NULL);
    for (int i = 0; i < COUNT; i++) {
        char name[32];
        snprintf(name, sizeof name, "n%d.test", i);
        ask(&bench, &asked[i], name, i % 2 ? FAMILY_IPV6 : FAMILY_IPV4);
    }
    for (int i = 0; i < COUNT; i++) {
        wait_for(&bench, &asked[i]);
        assert_int_equal(asked[i].answer.reason, REASON_dns_nxdomain);
    }
    assert_int_equal(bench.dns.asked, COUNT); /* none was lost and asked twice */
    bench_close(&bench);
}

static void test_freeing_leaves_questions_unanswered(void **state)
{
    (void)state;
    struct bench bench;
    struct asked silent = {0}, kept = {0}, literal = {0};
    bench_open(&bench, NULL);
    assert_int_equal(reason_of(&bench, "both.test", FAMILY_IPV4), REASON_ok);
    ask(&bench, &silent, "silent.test", FAMILY_IPV4);
    ask(&bench, &kept, "both.test", FAMILY_IPV4);
    ask(&bench, &literal, "192.0.2.1", FAMILY_IPV4);
    bench_close(&bench);
    assert_int_equal(silent.told + kept.told + literal.told, 0);
    resolver_cancel(&silent.query); /* fine afterwards, too */
}

static void test_freeing_from_inside_an_answer(void **state)
{
    (void)state;
    struct bench bench;
    struct asked first = {0}, second = {0}, other = {0};
    bench_open(&bench, NULL);
    first.free_when_told = bench.resolver;
    ask(&bench, &first, "four.test", FAMILY_IPV4);
    ask(&bench, &second, "four.test", FAMILY_IPV4);
    ask(&bench, &other, "both.test", FAMILY_IPV4);
    wait_for(&bench, &first);
    bench.resolver = NULL;
    bench_close(&bench);
    assert_int_equal(first.told, 1);
    assert_int_equal(second.told + other.told, 0);
}

static void test_the_next_server_helps(void **state)
{
    (void)state;
    struct bench bench;
    struct fault fault;
    bench_open(&bench, NULL);
    const char *const servers[] = {"127.0.0.1:1", bench.dns.server, NULL};
    resolver_free(bench.resolver);
    bench.resolver = resolver_new(&bench.loop, servers, &fault);
    assert_int_equal(reason_of(&bench, "four.test", FAMILY_IPV4), REASON_ok);
    bench_close(&bench);
}

static void test_malformed_servers_are_named(void **state)
{
    (void)state;
    uv_loop_t loop;
    struct fault fault;
    const char *const bad[] = {"192.0.2.1:53", "ns.example.org", NULL};
    const char *many[18] = {0};
    for (size_t i = 0; i < 17; i++)
        many[i] = "::1";
    uv_loop_init(&loop);
    assert_null(resolver_new(&loop, bad, &fault));
    assert_non_null(strstr(fault.text, "ns.example.org"));
    assert_null(resolver_new(&loop, many, &fault));
    resolver_free(NULL);
    assert_int_equal(uv_loop_close(&loop), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_family_for_itself),
        cmocka_unit_test(test_reasons),
        cmocka_unit_test(test_names_beyond_all_bounds),
        cmocka_unit_test(test_literals_need_no_server),
        cmocka_unit_test(test_the_hosts_file_counts),
        cmocka_unit_test(test_localhost_is_here),
        cmocka_unit_test(test_answers_are_bounded),
        cmocka_unit_test(test_silence_ends),
        cmocka_unit_test(test_our_own_resolver_gone_is_our_fault),
        cmocka_unit_test(test_what_is_cut_is_asked_for_over_tcp),
        cmocka_unit_test(test_equal_questions_share_an_answer),
        cmocka_unit_test(test_good_answers_are_kept_and_failures_are_not),
        cmocka_unit_test(test_a_cancelled_question_is_never_answered),
        cmocka_unit_test(test_more_than_fits_on_the_wire_waits_its_turn),
        cmocka_unit_test(test_freeing_leaves_questions_unanswered),
        cmocka_unit_test(test_freeing_from_inside_an_answer),
        cmocka_unit_test(test_the_next_server_helps),
        cmocka_unit_test(test_malformed_servers_are_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
