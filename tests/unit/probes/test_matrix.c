/* Where a Matrix server is looked for, with a name server and web servers of the test's own. What the answers mean:
 * tests/system/test_web_probes.py. */
#include "registry.h"

#include "collective.h"
#include "fake_dns.h"
#include "fetch.h"
#include "hostile.h"
#include "macros.h"
#include "pki.h"
#include "resolver.h"
#include "testing.h"

#include <stdlib.h>
#include <string.h>
#include <uv.h>

enum { GENEROUS_MS = 30000 };

#define HEAD "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"

static struct pki pki;

struct bench {
    uv_loop_t loop;
    struct fake_dns dns;
    struct hostile home, other; /* the domain's web server; another one that speaks for it */
    struct hostile_act acts[2];
    char documents[2][1000], record[3][100];
    struct fake_dns_row rows[8];
    struct address_policy policy;
    struct probe_world world;
    struct arena arena;
    struct probe_run run;
    char url[100];
    int told;
    bool within;
};

static void on_told(struct probe_run *run)
{
    struct bench *bench = container_of(run, struct bench, run);
    assert_false(bench->within);
    bench->told++;
    memset(run->state, 0xA5, run->type->run_size); /* it may be gone from now on */
    uv_stop(&bench->loop);
}

static void open_server(struct hostile *server, struct hostile_act *act, char *answer,
                        const char *document)
{
    char path[PKI_PATH_SIZE];
    const struct hostile_tls tls = {.certificate = pki_path(&pki, "good", "", path)};
    snprintf(answer, 1000, HEAD "%s", document);
    *act = (struct hostile_act){.send = answer, .parting = HOSTILE_CLOSE};
    hostile_open(server, act, &tls);
}

/* All that the domain's own server is asked for is answered by the same document. */
static void bench_open(struct bench *bench, const char *home, const char *other)
{
    static const char *const loopback[] = {"127.0.0.0/8", NULL};
    char path[PKI_PATH_SIZE];
    struct fault fault;
    *bench = (struct bench){0};
    open_server(&bench->home, &bench->acts[0], bench->documents[0], home);
    open_server(&bench->other, &bench->acts[1], bench->documents[1], other);
    uv_loop_init(&bench->loop);
    fake_dns_open(&bench->dns, &bench->loop, bench->rows);
    const char *servers[] = {bench->dns.server, NULL};
    assert_int_equal(address_policy_init(&bench->policy, loopback, &fault), 0);
    bench->world = (struct probe_world){
        .loop = &bench->loop, .policy = &bench->policy, .user_agent = "vibrisse-test"};
    bench->world.trust = trust_new(pki_path(&pki, "root", ".pem", path), &fault);
    bench->world.resolver = resolver_new(&bench->loop, servers, &fault);
    bench->world.fetcher = fetcher_new(&bench->loop, bench->world.trust, &bench->policy, &fault);
    assert_true(bench->world.trust && bench->world.resolver && bench->world.fetcher);
}

static void bench_close(struct bench *bench)
{
    fetcher_free(bench->world.fetcher);
    resolver_free(bench->world.resolver);
    fake_dns_close(&bench->dns);
    uv_run(&bench->loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&bench->loop), 0);
    trust_free(bench->world.trust);
    address_policy_fini(&bench->policy);
    arena_free(&bench->arena);
    hostile_close(&bench->home);
    hostile_close(&bench->other);
}

static void bench_start(struct bench *bench)
{
    struct probe_run *run = &bench->run;
    struct fault fault;
    snprintf(bench->url, sizeof bench->url, "matrix://good.test:%u", bench->home.port);
    *run = (struct probe_run){.type = registry_find("matrix"),
                              .world = &bench->world,
                              .url = bench->url,
                              .host = "good.test",
                              .timeout_ms = GENEROUS_MS,
                              .done = on_told};
    result_init(&run->result);
    memcpy(&run->address, &bench->home.address, sizeof run->address);
    assert_int_equal(
        registry_read_options(run->type, NULL, 0, &bench->arena, &run->options, &fault), 0);
    run->state = arena_alloc(&bench->arena, run->type->run_size);
    bench->within = true;
    run->type->start(run);
    bench->within = false;
}

static void bench_wait(struct bench *bench)
{
    while (!bench->told)
        uv_run(&bench->loop, UV_RUN_DEFAULT);
    assert_int_equal(bench->told, 1);
}

static void expect(const struct bench *bench, size_t row, enum outcome outcome, enum reason reason,
                   const char *words)
{
    const struct result *result = &bench->run.result;
    if (result->outcome != outcome || result->reason != reason || !strstr(result->detail, words))
        fail_msg("row %zu: %s %s \"%s\"", row, outcome_name(result->outcome),
                 reason_code(result->reason), result->detail);
}

#define HERE    "\"m.homeserver\":{\"base_url\":\"https://good.test:%u\"},\"versions\":[\"v1.11\"]"
#define SYNAPSE "{\"server\":{\"name\":\"Synapse\",\"version\":\"1\"}}"

/* The base URL needs the port that is known only when the server stands. */
static void set_home(struct bench *bench, const char *format)
{
    size_t used = strlen(HEAD);
    char document[900];
    snprintf(document, sizeof document, "%s", format);
    char *mark = strstr(document, "%u");
    assert_non_null(mark);
    snprintf(bench->documents[0] + used, sizeof bench->documents[0] - used, "%.*s%u%s",
             (int)(mark - document), document, bench->home.port, mark + 2);
}

static void add_service(struct bench *bench, size_t at, const char *name, unsigned priority,
                        unsigned port, const char *target)
{
    snprintf(bench->record[at], sizeof bench->record[at], "SRV %u 5 %u %s", priority, port, target);
    bench->rows[at] =
        (struct fake_dns_row){.name = name, .records = {bench->record[at]}, .ttl = 60};
}

static void test_services(void **state)
{
    (void)state;
    static const struct {
        const char *name, *target;
        const char *address; /* of fed.test; NULL = none */
        enum outcome outcome;
        enum reason reason;
        const char *words;
    } rows[] = {
        {"_matrix-fed._tcp.good.test", "fed.test", "127.0.0.1", OUTCOME_UP, REASON_ok,
         "federation: Synapse 1"},
        {"_matrix._tcp.good.test", "fed.test", "127.0.0.1", OUTCOME_UP, REASON_ok,
         "federation: Synapse 1"},
        {"_matrix-fed._tcp.good.test", ".", "127.0.0.1", OUTCOME_DEGRADED, REASON_not_offered,
         "says that there is none"},
        {"_matrix-fed._tcp.good.test", "fed.test", "::1", OUTCOME_UP, REASON_ok,
         "federation: not on this family"},
        {"_matrix-fed._tcp.good.test", "fed.test", "10.0.0.1", OUTCOME_UNKNOWN,
         REASON_refused_by_policy, "10.0.0.1"},
        {"_matrix-fed._tcp.good.test", "fed.test", NULL, OUTCOME_DEGRADED, REASON_dns_no_address,
         "fed.test"},
        {"_matrix-fed._tcp.good.test", "away.test", "127.0.0.1", OUTCOME_DEGRADED,
         REASON_dns_nxdomain, "away.test"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct bench bench;
        bench_open(&bench, "", SYNAPSE);
        set_home(&bench, "{" HERE "}");
        add_service(&bench, 0, rows[i].name, 10, bench.other.port, rows[i].target);
        bench.rows[1] =
            (struct fake_dns_row){.name = "fed.test", .addresses = {rows[i].address}, .ttl = 60};
        bench.rows[2] = (struct fake_dns_row){.name = "away.test", .way = FAKE_DNS_NXDOMAIN};
        bench_start(&bench);
        bench_wait(&bench);
        expect(&bench, i, rows[i].outcome, rows[i].reason, rows[i].words);
        bench_close(&bench);
        if (rows[i].reason == REASON_ok && rows[i].address[0] == '1')
            assert_non_null(strstr(bench.other.last, "\r\nHost: good.test\r\n"));
    }
}

/* The preferred one first; the next when nobody is there. */
static void test_several_targets(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench, "", SYNAPSE);
    set_home(&bench, "{" HERE "}");
    snprintf(bench.record[0], sizeof bench.record[0], "SRV 20 5 %u fed.test", bench.other.port);
    bench.rows[0] = (struct fake_dns_row){.name = "_matrix-fed._tcp.good.test",
                                          .records = {bench.record[0], "SRV 10 5 1 fed.test"},
                                          .ttl = 60};
    bench.rows[1] =
        (struct fake_dns_row){.name = "fed.test", .addresses = {"127.0.0.1"}, .ttl = 60};
    bench_start(&bench);
    bench_wait(&bench);
    expect(&bench, 0, OUTCOME_UP, REASON_ok, "federation: Synapse 1");
    bench_close(&bench);
}

/* A name server that does not say where federation is takes it away; one that is silent is waited for only so long. */
static void test_name_server_in_trouble(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench, "", SYNAPSE);
    set_home(&bench, "{" HERE "}");
    bench.rows[0] =
        (struct fake_dns_row){.name = "_matrix-fed._tcp.good.test", .way = FAKE_DNS_SERVFAIL};
    bench_start(&bench);
    bench_wait(&bench);
    expect(&bench, 0, OUTCOME_DEGRADED, REASON_dns_servfail, "federation: ");
    bench_close(&bench);
}

/* The client API on a host of the other family only says nothing of the service. */
static void test_client_elsewhere(void **state)
{
    (void)state;
    static const struct {
        const char *address;
        enum outcome outcome;
        enum reason reason;
    } rows[] = {
        {"127.0.0.1", OUTCOME_DOWN, REASON_tls_hostname}, /* asked, at least */
        {"::1", OUTCOME_UNKNOWN, REASON_not_published},
        {NULL, OUTCOME_DOWN, REASON_dns_no_address},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct bench bench;
        bench_open(&bench, "", SYNAPSE);
        set_home(&bench, "{\"m.homeserver\":{\"base_url\":\"https://client.test:%u\"}}");
        bench.rows[0] =
            (struct fake_dns_row){.name = "client.test", .addresses = {rows[i].address}, .ttl = 60};
        bench_start(&bench);
        bench_wait(&bench);
        expect(&bench, i, rows[i].outcome, rows[i].reason, "client");
        bench_close(&bench);
    }
}

/* Nor does a redirect to an address of the other family. */
static void test_redirected_to_the_other_family(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench, "", SYNAPSE);
    strcpy(bench.documents[0], "HTTP/1.1 302 Found\r\nLocation: https://[::1]:1/\r\n\r\n");
    bench_start(&bench);
    bench_wait(&bench);
    expect(&bench, 0, OUTCOME_UNKNOWN, REASON_not_published, "redirects to ::1");
    bench_close(&bench);
}

static void cancel(struct bench *bench)
{
    bench->within = true;
    bench->run.type->cancel(&bench->run);
    bench->run.type->cancel(&bench->run);
    bench->within = false;
}

/* Whatever is waited for: addresses of the client API, the services, a web server. */
static void test_cancelled(void **state)
{
    (void)state;
    static const struct {
        const char *home;
        const char *silent;
        bool in_time; /* cancelled before its time is over */
    } rows[] = {
        {"{\"m.homeserver\":{\"base_url\":\"https://client.test:%u\"}}", "client.test", false},
        {"{\"m.homeserver\":{\"base_url\":\"https://client.test:%u\"}}", "client.test", true},
        {"{" HERE "}", "_matrix-fed._tcp.good.test", false},
        {"{" HERE "}", "_matrix-fed._tcp.good.test", true},
        {"{" HERE ",\"m.server\":\"fed.test\"}", "_matrix-fed._tcp.fed.test", false},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct bench bench;
        bench_open(&bench, "", SYNAPSE);
        set_home(&bench, rows[i].home);
        bench.rows[0] = (struct fake_dns_row){.name = rows[i].silent, .way = FAKE_DNS_SILENT};
        bench_start(&bench);
        while (!bench.dns.asked && !bench.told)
            uv_run(&bench.loop, UV_RUN_ONCE);
        assert_row(i, !bench.told);
        if (!rows[i].in_time)
            bench.run.timeout_ms = 0;
        cancel(&bench);
        bench_wait(&bench);
        assert_row(i, bench.run.result.reason == (rows[i].in_time ? REASON_self : REASON_timeout));
        bench_close(&bench);
    }
}

static int make_pki(void **state)
{
    (void)state;
    pki_open(&pki);
    return 0;
}

static int drop_pki(void **state)
{
    (void)state;
    pki_close(&pki);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_services),
        cmocka_unit_test(test_several_targets),
        cmocka_unit_test(test_name_server_in_trouble),
        cmocka_unit_test(test_client_elsewhere),
        cmocka_unit_test(test_redirected_to_the_other_family),
        cmocka_unit_test(test_cancelled),
    };
    return cmocka_run_group_tests(tests, make_pki, drop_pki);
}
