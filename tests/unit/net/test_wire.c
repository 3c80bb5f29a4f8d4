#include "wire.h"

#include "hostile.h"
#include "macros.h"
#include "pki.h"
#include "testing.h"
#include "text.h"

#include <math.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum { GENEROUS_MS = 30000, SHORT_MS = 200 };

/* A loop and one wire, with what came over it. */
struct bench {
    uv_loop_t loop;
    struct trust *trust;
    struct address_policy policy;
    struct wire wire;
    struct buffer received;
    bool tls;           /* to begin with */
    const char *say;    /* once it is ready */
    size_t times;       /* of saying it */
    bool close_at_once; /* when it is ready */
    int opened, secured, hung_up, overdue, gone;
    bool within;
};

static struct bench *bench_of(struct wire *wire)
{
    struct bench *bench = container_of(wire, struct bench, wire);
    assert_false(bench->within);
    assert_int_equal(bench->gone, 0);
    return bench;
}

static void begin(struct bench *bench)
{
    for (size_t i = 0; i < bench->times; i++)
        wire_send(&bench->wire, bench->say, strlen(bench->say));
    if (bench->close_at_once)
        wire_close(&bench->wire);
}

static void on_opened(struct wire *wire)
{
    struct bench *bench = bench_of(wire);
    bench->opened++;
    if (bench->tls)
        wire_secure(wire);
    else
        begin(bench);
}

static void on_secured(struct wire *wire)
{
    struct bench *bench = bench_of(wire);
    bench->secured++;
    begin(bench);
}

static void on_received(struct wire *wire, const char *bytes, size_t length)
{
    buffer_add(&bench_of(wire)->received, bytes, length);
}

static void on_hung_up(struct wire *wire)
{
    bench_of(wire)->hung_up++;
    wire_close(wire);
}

static void on_overdue(struct wire *wire)
{
    bench_of(wire)->overdue++;
    wire_close(wire);
    wire_close(wire); /* twice does no harm */
}

static void on_gone(struct wire *wire)
{
    bench_of(wire)->gone++;
}

static const struct wire_owner owner = {
    .opened = on_opened,
    .secured = on_secured,
    .received = on_received,
    .hung_up = on_hung_up,
    .overdue = on_overdue,
    .gone = on_gone,
};

static void bench_open(struct bench *bench)
{
    static const char *const loopback[] = {"127.0.0.0/8", NULL};
    char path[PKI_PATH_SIZE];
    struct fault fault;
    *bench = (struct bench){.received.max = 4 * 1024 * 1024};
    uv_loop_init(&bench->loop);
    assert_int_equal(address_policy_init(&bench->policy, loopback, &fault), 0);
    assert_non_null(bench->trust = trust_new(pki_path(&group_pki, "root", ".pem", path), &fault));
}

static void bench_close(struct bench *bench)
{
    assert_int_equal(bench->gone, 1);
    assert_int_equal(uv_loop_close(&bench->loop), 0); /* nothing was left in it */
    trust_free(bench->trust);
    address_policy_fini(&bench->policy);
    buffer_fini(&bench->received);
}

static void bench_run(struct bench *bench, const struct sockaddr_storage *address, int64_t limit_ms,
                      const struct wire_owner *listener)
{
    const struct wire_wish wish = {.loop = &bench->loop,
                                   .trust = bench->trust,
                                   .policy = &bench->policy,
                                   .address = (const struct sockaddr *)address,
                                   .host = "good.test",
                                   .limit_ms = limit_ms};
    bench->within = true;
    wire_open(&bench->wire, listener, &wish);
    bench->within = false;
    uv_run(&bench->loop, UV_RUN_DEFAULT);
    bench_close(bench);
}

#define REQUEST "hello\r\n\r\n"

static void test_clear_and_tls(void **state)
{
    (void)state;
    static const struct hostile_act act = {
        .send = "welcome", .again = "0123456789", .times = 20000};
    char certificate[PKI_PATH_SIZE];
    pki_path(&group_pki, "good", "", certificate);
    for (int tls = 0; tls < 2; tls++) {
        struct hostile hostile;
        struct bench bench;
        hostile_open(&hostile, &act,
                     tls ? &(struct hostile_tls){.certificate = certificate} : NULL);
        bench_open(&bench);
        bench.tls = tls;
        bench.say = REQUEST;
        bench.times = 1;
        bench_run(&bench, &hostile.address, GENEROUS_MS, &owner);
        hostile_close(&hostile);
        assert_int_equal(bench.wire.reason, REASON_ok);
        assert_string_equal(hostile.last, REQUEST);
        assert_int_equal(bench.opened + bench.secured, 1 + tls);
        assert_int_equal(bench.hung_up, 1);
        assert_true(isfinite(bench.wire.connect_ms) && isfinite(bench.wire.tls_ms) == tls);
        assert_int_equal(bench.wire.tls.certificate.chain_ok, tls);
    }
}

static void test_tls_faults(void **state)
{
    (void)state;
    static const struct {
        const char *certificate;
        int newest;
        bool renounce;
        enum reason reason;
        const char *detail;
    } rows[] = {
        {"good", TLS1_1_VERSION, false, REASON_tls_old_protocol, "at most TLSv1.1"},
        {"good", TLS1_2_VERSION, true, REASON_tls_handshake, "TLS handshake: "},
        {"good", 0, true, REASON_tls_handshake, "TLS: "},
        {"expired", 0, false, REASON_tls_expired, "expired"},
        {"alone", 0, false, REASON_tls_incomplete_chain, "Test Intermediate"},
        {"unnamed", 0, false, REASON_tls_hostname, "not for good.test"},
        {"weak", 0, false, REASON_tls_weak_key, "RSA 1024"},
        {"revoked", 0, false, REASON_tls_revoked, "revoked"},
    };
    static const struct hostile_act act = {.send = "welcome"};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct hostile hostile;
        struct bench bench;
        char certificate[PKI_PATH_SIZE];
        const struct hostile_tls tls = {
            .certificate = pki_path(&group_pki, rows[i].certificate, "", certificate),
            .newest = rows[i].newest,
            .renounce = rows[i].renounce};
        hostile_open(&hostile, &act, &tls);
        bench_open(&bench);
        bench.tls = true;
        bench_run(&bench, &hostile.address, GENEROUS_MS, &owner);
        hostile_close(&hostile);
        const struct wire *wire = &bench.wire;
        if (wire->reason != rows[i].reason || !strstr(wire->detail, rows[i].detail))
            fail_msg("row %zu: %s \"%s\"", i, reason_code(wire->reason), wire->detail);
        if (strcmp(rows[i].certificate, "good") != 0)
            assert_row(i, wire->tls.certificate.sha256[0] && !wire->tls.certificate.chain_ok &&
                              !bench.secured);
    }
}

static void test_nobody(void **state)
{
    (void)state;
    struct hostile hostile;
    struct bench bench;
    hostile_open_deaf(&hostile);
    bench_open(&bench);
    bench_run(&bench, &hostile.address, SHORT_MS, &owner);
    hostile_close(&hostile);
    assert_int_equal(bench.wire.reason, REASON_connect_timeout);
    assert_string_equal(bench.wire.detail, "no connection within 200 ms");
    assert_true(isnan(bench.wire.connect_ms) && !bench.opened);
}

static void test_silence(void **state)
{
    (void)state;
    static const struct hostile_act act = {.hasty = true, .parting = HOSTILE_HOLD};
    for (int tls = 0; tls < 2; tls++) {
        struct hostile hostile;
        struct bench bench;
        char detail[100];
        int64_t limit_ms = SHORT_MS;
        hostile_open(&hostile, &act, NULL);
        do {
            bench_open(&bench);
            bench.tls = tls;
            bench_run(&bench, &hostile.address, limit_ms, &owner);
            snprintf(detail, sizeof detail, "connected, but no TLS within %d ms", (int)limit_ms);
        } while (!bench.opened && testing_longer(&limit_ms));
        hostile_close(&hostile);
        assert_int_equal(bench.overdue, !tls);
        assert_int_equal(bench.wire.reason, tls ? REASON_timeout : REASON_ok);
        assert_string_equal(bench.wire.detail, tls ? detail : "");
    }
}

static void test_cuts(void **state)
{
    (void)state;
    static const struct {
        enum hostile_parting parting;
        bool tls;
        enum reason reason;
        const char *detail;
    } rows[] = {
        {HOSTILE_RESET, false, REASON_connect_reset, "cut the connection"},
        {HOSTILE_RESET, true, REASON_connect_reset, "cut the connection"},
        {HOSTILE_CLOSE, false, REASON_ok, ""},
        {HOSTILE_CLOSE, true, REASON_closed_early,
         "closed the connection during the TLS handshake"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const struct hostile_act act = {.hasty = true, .parting = rows[i].parting};
        struct hostile hostile;
        struct bench bench;
        hostile_open(&hostile, &act, NULL);
        bench_open(&bench);
        bench.tls = rows[i].tls;
        bench_run(&bench, &hostile.address, GENEROUS_MS, &owner);
        hostile_close(&hostile);
        if (bench.wire.reason != rows[i].reason || !text_starts(bench.wire.detail, rows[i].detail))
            fail_msg("row %zu: %s \"%s\"", i, reason_code(bench.wire.reason), bench.wire.detail);
    }
}

/* Its owner need not care that it is hung up. */
static void test_careless_owner(void **state)
{
    (void)state;
    static const struct hostile_act act = {.hasty = true};
    struct wire_owner careless = owner;
    struct hostile hostile;
    struct bench bench;
    careless.hung_up = NULL;
    hostile_open(&hostile, &act, NULL);
    bench_open(&bench);
    bench_run(&bench, &hostile.address, GENEROUS_MS, &careless);
    hostile_close(&hostile);
    assert_int_equal(bench.wire.reason, REASON_ok);
}

/* A peer that reads nothing must not make us keep everything. */
static void test_flood_of_ours(void **state)
{
    (void)state;
    static const struct hostile_act act = {.hasty = true, .parting = HOSTILE_HOLD};
    struct hostile hostile;
    struct bench bench;
    char say[1001];
    memset(say, 'x', 1000);
    say[1000] = '\0';
    hostile_open(&hostile, &act, NULL);
    bench_open(&bench);
    bench.say = say;
    bench.times = 1000;
    bench_run(&bench, &hostile.address, GENEROUS_MS, &owner);
    hostile_close(&hostile);
    assert_int_equal(bench.wire.reason, REASON_self);
    assert_string_equal(bench.wire.detail, "more than 65536 bytes wait to be sent");
}

static void test_closed_when_ready(void **state)
{
    (void)state;
    static const struct hostile_act act = {.send = "welcome", .parting = HOSTILE_HOLD};
    char certificate[PKI_PATH_SIZE];
    pki_path(&group_pki, "good", "", certificate);
    for (int tls = 0; tls < 2; tls++) {
        struct hostile hostile;
        struct bench bench;
        hostile_open(&hostile, &act,
                     tls ? &(struct hostile_tls){.certificate = certificate} : NULL);
        bench_open(&bench);
        bench.tls = tls;
        bench.say = REQUEST;
        bench.times = 1;
        bench.close_at_once = true;
        bench_run(&bench, &hostile.address, GENEROUS_MS, &owner);
        hostile_close(&hostile);
        assert_int_equal(bench.wire.reason, REASON_ok);
        assert_int_equal(bench.received.length, 0);
    }
}

static void test_no_descriptor(void **state)
{
    (void)state;
    struct hostile hostile;
    struct bench bench;
    struct rlimit before, none;
    static const struct hostile_act act = {.hasty = true};
    hostile_open(&hostile, &act, NULL);
    bench_open(&bench);
    uv_run(&bench.loop, UV_RUN_NOWAIT);
    getrlimit(RLIMIT_NOFILE, &before);
    int next = dup(0);
    close(next);
    none = before;
    none.rlim_cur = (rlim_t)next;
    setrlimit(RLIMIT_NOFILE, &none);
    bench_run(&bench, &hostile.address, GENEROUS_MS, &owner);
    setrlimit(RLIMIT_NOFILE, &before);
    hostile_close(&hostile);
    assert_int_equal(bench.wire.reason, REASON_self);
    assert_string_equal(bench.wire.detail, "cannot open a socket: Too many open files");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_clear_and_tls), cmocka_unit_test(test_tls_faults),
        cmocka_unit_test(test_nobody),        cmocka_unit_test(test_silence),
        cmocka_unit_test(test_cuts),          cmocka_unit_test(test_careless_owner),
        cmocka_unit_test(test_flood_of_ours), cmocka_unit_test(test_closed_when_ready),
        cmocka_unit_test(test_no_descriptor),
    };
    return cmocka_run_group_tests(tests, pki_setup, pki_teardown);
}
