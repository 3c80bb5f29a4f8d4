/* The engine: what is sent, what is waited for, and what becomes of it, on loopback. */
#include "packet.h"

#include "macros.h"
#include "packet_bench.h"
#include "testing.h"

#include <errno.h>
#include <math.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum { NTP_SIZE = 48 };

static int answer_ntp(const uint8_t *question, size_t length, bool stream, uint8_t *ret)
{
    if (stream || length != NTP_SIZE)
        return -1;
    memset(ret, 0, NTP_SIZE);
    ret[0] = 0x24;
    ret[1] = 1;
    memcpy(ret + 24, question + 40, 8);
    ret[47] = 1;
    return NTP_SIZE;
}

static int answer_mumble(const uint8_t *question, size_t length, bool stream, uint8_t *ret)
{
    if (stream || length != 12)
        return -1;
    memset(ret, 0, 24);
    memcpy(ret + 4, question + 4, 8);
    return 24;
}

static int answer_short_pong(const uint8_t *question, size_t length, bool stream, uint8_t *ret)
{
    return answer_mumble(question, length, stream, ret) < 0 ? -1 : 20;
}

static int answer_garbage(const uint8_t *question, size_t length, bool stream, uint8_t *ret)
{
    (void)question, (void)length;
    memset(ret, 0xFF, 24);
    return stream ? -1 : 24;
}

static int answer_hello(const uint8_t *question, size_t length, bool stream, uint8_t *ret)
{
    (void)question, (void)length, (void)stream;
    memcpy(ret, "hello\r\n", 7);
    return 7;
}

static int answer_ping(const uint8_t *question, size_t length, bool stream, uint8_t *ret)
{
    (void)stream;
    if (length != 6 || memcmp(question, "PING\r\n", 6) != 0)
        return -1;
    memcpy(ret, "+PONG", 5);
    return 5;
}

/* Runs it with ever longer time-outs until what has to happen within them did. */
static void run_within(struct packet_bench *bench, const char *scheme, int64_t timeout_ms,
                       int64_t slow_ms, bool (*happened)(const struct packet_bench *bench))
{
    int drop = bench->drop;
    do {
        bench->asked = 0;
        bench->drop = drop;
        packet_bench_prepare(bench, scheme, "", NULL);
        bench->run.timeout_ms = timeout_ms;
        bench->run.slow_ms = slow_ms;
        packet_bench_start(bench);
        packet_bench_wait(bench);
    } while (!happened(bench) && testing_longer(&timeout_ms));
}

static bool was_answered(const struct packet_bench *bench)
{
    return bench->run.result.reason != REASON_timeout;
}

static bool was_asked_thrice(const struct packet_bench *bench)
{
    return bench->asked == 3;
}

/* Three pings and a first word of TLS. */
static bool was_asked_beside(const struct packet_bench *bench)
{
    return bench->asked >= 4;
}

static bool heard_three_strays(const struct packet_bench *bench)
{
    return strstr(bench->run.result.detail, "3 packets came that were none");
}

static void test_good(void **state)
{
    (void)state;
    struct packet_bench bench;
    packet_bench_open(&bench);
    bench.answer = answer_ntp;
    const struct result *result = packet_bench_run(&bench, "ntp", "", NULL);
    assert_int_equal(result->reason, REASON_ok);
    assert_int_equal(bench.asked, 1);
    assert_true(result->phases.ms[PHASE_FIRST_BYTE] >= 0);
    assert_true(result->phases.ms[PHASE_TOTAL] >= result->phases.ms[PHASE_FIRST_BYTE]);
    assert_true(isnan(result->phases.ms[PHASE_CONNECT]) && isnan(result->phases.ms[PHASE_TLS]));
    packet_bench_close(&bench);
}

/* What is lost is asked again, and the first byte is timed from the question that was answered. */
static void test_lost(void **state)
{
    (void)state;
    struct packet_bench bench;
    packet_bench_open(&bench);
    bench.answer = answer_ntp;
    bench.drop = 2;
    run_within(&bench, "ntp", 900, 0, was_answered);
    assert_int_equal(bench.run.result.reason, REASON_ok);
    assert_int_equal(bench.asked, 3);
    assert_true(bench.run.result.phases.ms[PHASE_TOTAL] >= 600);
    assert_true(bench.run.result.phases.ms[PHASE_FIRST_BYTE] <=
                bench.run.result.phases.ms[PHASE_TOTAL] - 600);
    packet_bench_close(&bench);
}

static void test_silence(void **state)
{
    (void)state;
    struct packet_bench bench;
    char detail[100];
    packet_bench_open(&bench);
    run_within(&bench, "ntp", 300, 0, was_asked_thrice);
    snprintf(detail, sizeof detail, "no answer to 3 packets within %d ms",
             (int)bench.run.timeout_ms);
    assert_int_equal(bench.run.result.reason, REASON_timeout);
    assert_string_equal(bench.run.result.detail, detail);
    assert_int_equal(bench.asked, 3);
    packet_bench_close(&bench);
}

static void test_strays(void **state)
{
    (void)state;
    struct packet_bench bench;
    packet_bench_open(&bench);
    bench.answer = answer_garbage;
    run_within(&bench, "ntp", 300, 0, heard_three_strays);
    assert_int_equal(bench.run.result.reason, REASON_timeout);
    assert_true(heard_three_strays(&bench));
    packet_bench_close(&bench);
}

/* The right answer from another port of the same host: the kernel keeps it from us. */
static void on_stolen_question(uv_udp_t *udp, ssize_t got, const uv_buf_t *buf,
                               const struct sockaddr *from, unsigned flags)
{
    uint8_t answer[NTP_SIZE];
    (void)flags;
    if (got <= 0 || !from)
        return;
    uv_udp_t *stranger = udp->data;
    uv_buf_t out = uv_buf_init((char *)answer, sizeof answer);
    assert_int_equal(answer_ntp((uint8_t *)buf->base, (size_t)got, false, answer), NTP_SIZE);
    assert_int_equal(uv_udp_try_send(stranger, &out, 1, from), NTP_SIZE);
}

static void on_room(uv_handle_t *handle, size_t wish, uv_buf_t *buf)
{
    static char room[100];
    (void)handle, (void)wish;
    *buf = uv_buf_init(room, sizeof room);
}

static void test_stranger(void **state)
{
    (void)state;
    struct packet_bench bench;
    struct sockaddr_storage any;
    uv_udp_t stranger;
    packet_bench_open(&bench);
    address_parse("127.0.0.1", 0, &any);
    uv_udp_init(&bench.loop, &stranger);
    assert_int_equal(uv_udp_bind(&stranger, (struct sockaddr *)&any, 0), 0);
    uv_udp_recv_stop(&bench.udp);
    bench.udp.data = &stranger;
    uv_udp_recv_start(&bench.udp, on_room, on_stolen_question);
    packet_bench_prepare(&bench, "ntp", "", NULL);
    bench.run.timeout_ms = 150;
    packet_bench_start(&bench);
    packet_bench_wait(&bench);
    assert_int_equal(bench.run.result.reason, REASON_timeout);
    assert_null(strstr(bench.run.result.detail, "came that were none"));
    uv_close((uv_handle_t *)&stranger, NULL);
    packet_bench_close(&bench);
}

static void test_refused(void **state)
{
    (void)state;
    static const char *const schemes[] = {"mumble", "ntp", "udp", "tcp", "tls"};
    for (size_t i = 0; i < ARRAY_LEN(schemes); i++) {
        struct packet_bench bench;
        packet_bench_open(&bench);
        packet_bench_deaf(&bench);
        const struct result *result = packet_bench_run(&bench, schemes[i], "", NULL);
        assert_row(i, result->reason == REASON_connect_refused);
        assert_row(i, strstr(result->detail, "Connection refused"));
        packet_bench_close(&bench);
    }
}

static void test_bytes(void **state)
{
    (void)state;
    static const struct {
        const char *scheme, *options[5];
        int (*answer)(const uint8_t *, size_t, bool, uint8_t *);
        bool hang_up;
        enum reason reason;
        const char *detail;
    } rows[] = {
        {"udp", {"send", "PING\\r\\n", "expect-answer", "PONG"}, answer_ping, false, REASON_ok, ""},
        {"udp", {"send", "PING\\x0d\\x0A"}, answer_ping, false, REASON_ok, ""},
        {"udp",
         {"expect-answer", "x"},
         answer_hello,
         false,
         REASON_body_mismatch,
         "answer of 7 bytes lacks \"x\""},
        {"udp", {NULL}, answer_hello, false, REASON_ok, ""},
        {"tcp", {NULL}, NULL, false, REASON_ok, ""},
        {"tcp", {NULL}, NULL, true, REASON_closed_early, "closed the connection after 0 bytes"},
        {"tcp", {"hold", "0ms"}, NULL, false, REASON_ok, ""},
        {"tcp", {NULL}, answer_hello, true, REASON_ok, ""},
        {"tcp", {"expect-answer", "hell"}, answer_hello, false, REASON_ok, ""},
        {"tcp",
         {"expect-answer", "heaven"},
         answer_hello,
         false,
         REASON_body_mismatch,
         "begins with \"hello  \", not \"heaven\""},
        {"tcp",
         {"expect-answer", "hello\\r\\nfriend"},
         answer_hello,
         true,
         REASON_closed_early,
         "closed the connection after 7 bytes"},
        {"tcp",
         {"send", "PING\\r\\n", "expect-answer", "+PONG"},
         answer_ping,
         false,
         REASON_ok,
         ""},
        {"tls", {NULL}, answer_hello, false, REASON_tls_handshake, NULL},
        {"tls",
         {NULL},
         NULL,
         true,
         REASON_closed_early,
         "closed the connection during the TLS handshake"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct packet_bench bench;
        packet_bench_open(&bench);
        bench.answer = rows[i].answer;
        bench.hang_up = rows[i].hang_up;
        const struct result *result = packet_bench_run(&bench, rows[i].scheme, "", rows[i].options);
        if (result->reason != rows[i].reason ||
            (rows[i].detail && strcmp(result->detail, rows[i].detail) != 0))
            fail_msg("row %zu: %s \"%s\"", i, reason_code(result->reason), result->detail);
        packet_bench_close(&bench);
    }
}

/* Nothing is expected and nothing comes: good, without a time. */
static void test_silence_may_be_good(void **state)
{
    (void)state;
    struct packet_bench bench;
    packet_bench_open(&bench);
    run_within(&bench, "udp", 150, 1, was_asked_thrice);
    assert_int_equal(bench.run.result.reason, REASON_ok);
    assert_true(isnan(bench.run.result.phases.ms[PHASE_TOTAL]));
    assert_int_equal(bench.asked, 3);
    packet_bench_close(&bench);
}

static void test_stream_times(void **state)
{
    (void)state;
    static const char *const expect[] = {"expect-answer", "x", NULL};
    struct packet_bench bench;
    int64_t timeout_ms = 150;
    char detail[100];
    packet_bench_open(&bench);
    const struct result *result = &bench.run.result;
    do {
        packet_bench_prepare(&bench, "tcp", "", expect);
        bench.run.timeout_ms = timeout_ms;
        packet_bench_start(&bench);
        packet_bench_wait(&bench);
        snprintf(detail, sizeof detail, "connected, but no whole answer within %d ms; 0 bytes came",
                 (int)timeout_ms);
    } while (result->reason == REASON_connect_timeout && testing_longer(&timeout_ms));
    assert_int_equal(result->reason, REASON_timeout);
    assert_string_equal(result->detail, detail);
    assert_true(result->phases.ms[PHASE_CONNECT] >= 0 && result->phases.ms[PHASE_TOTAL] >= 140);
    packet_bench_run(&bench, "tcp", "", NULL);
    assert_int_equal(result->reason, REASON_ok);
    assert_true(result->phases.ms[PHASE_TOTAL] >= 290); /* the hold */
    packet_bench_close(&bench);
}

/* Without a descriptor we cannot tell anything of the service. */
static void test_own_fault(void **state)
{
    (void)state;
    static const char *const schemes[] = {"ntp", "tcp"};
    for (size_t i = 0; i < ARRAY_LEN(schemes); i++) {
        struct packet_bench bench;
        packet_bench_open(&bench);
        bench.answer = answer_ntp;
        packet_bench_prepare(&bench, schemes[i], "", NULL);
        struct rlimit limit, none;
        assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
        none = limit;
        int next = dup(0);
        close(next);
        none.rlim_cur = (rlim_t)next;
        assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
        packet_bench_start(&bench);
        assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
        packet_bench_wait(&bench);
        assert_row(i, bench.run.result.reason == REASON_self);
        assert_row(i, strstr(bench.run.result.detail, "Too many open files"));
        packet_bench_close(&bench);
    }
}

/* Who answers pings and lets nobody in is down. */
static void test_only_one_carrier(void **state)
{
    (void)state;
    struct packet_bench bench;
    packet_bench_open(&bench);
    bench.answer = answer_mumble;
    bench.hang_up = true;
    const struct result *result = packet_bench_run(&bench, "mumble", "", NULL);
    assert_int_equal(result->reason, REASON_closed_early);
    assert_string_equal(result->detail, "closed the connection during the TLS handshake");
    assert_int_equal(bench.asked, 1);
    assert_true(result->phases.ms[PHASE_CONNECT] >= 0);
    packet_bench_close(&bench);
}

/* Half of the time is for pings, and TLS gets the rest. */
static void test_neither_carrier(void **state)
{
    (void)state;
    struct packet_bench bench;
    packet_bench_open(&bench);
    run_within(&bench, "mumble", 300, 0, was_asked_beside);
    const struct result *result = &bench.run.result;
    assert_int_equal(result->reason, REASON_timeout);
    assert_non_null(strstr(result->detail, "TLS"));
    assert_true(bench.asked >= 4);
    assert_true(result->phases.ms[PHASE_CONNECT] >= 0);
    packet_bench_close(&bench);
}

/* Who answers no pings is not waited for long, and what we waited is no time of theirs. */
static void test_silent_first_carrier(void **state)
{
    (void)state;
    struct packet_bench bench;
    struct mono began;
    packet_bench_open(&bench);
    bench.hang_up = true;
    for (int tries = 0; tries < 10 && bench.asked < 3; tries++) { /* fewer when the loop stalls */
        bench.asked = 0;
        packet_bench_prepare(&bench, "mumble", "", NULL);
        began = clock_mono();
        packet_bench_start(&bench);
        packet_bench_wait(&bench);
    }
    const struct result *result = &bench.run.result;
    double took_ms = (double)(clock_mono().ns - began.ns) / 1e6;
    double waited_ms = took_ms - result->phases.ms[PHASE_TOTAL];
    assert_int_equal(result->reason, REASON_closed_early);
    assert_true(bench.asked >= 3);
    assert_true(waited_ms >= 2000 && waited_ms < (double)bench.run.timeout_ms / 2);
    packet_bench_close(&bench);
}

/* A bad answer needs no second opinion. */
static void test_bad_first_carrier(void **state)
{
    (void)state;
    struct packet_bench bench;
    packet_bench_open(&bench);
    bench.answer = answer_short_pong;
    const struct result *result = packet_bench_run(&bench, "mumble", "", NULL);
    assert_int_equal(result->reason, REASON_protocol_error);
    assert_true(isnan(result->phases.ms[PHASE_CONNECT]));
    packet_bench_close(&bench);
}

static void test_no_route(void **state)
{
    (void)state;
    struct packet_bench bench;
    packet_bench_open(&bench);
    packet_bench_prepare(&bench, "ntp", "", NULL);
    struct sockaddr_in *address = (struct sockaddr_in *)&bench.run.address;
    address->sin_addr.s_addr = 0xFFFFFFFF; /* broadcast, which we may not use: EACCES */
    packet_bench_start(&bench);
    packet_bench_wait(&bench);
    assert_int_equal(bench.run.result.reason, REASON_self);
    packet_bench_close(&bench);
}

static void test_cancel_at_any_moment(void **state)
{
    (void)state;
    static const char *const schemes[] = {"ntp", "tcp"};
    for (size_t i = 0; i < ARRAY_LEN(schemes); i++) {
        struct packet_bench bench;
        packet_bench_open(&bench);
        bench.answer = answer_ntp;
        int turns = 0;
        do {
            packet_bench_prepare(&bench, schemes[i], "", NULL);
            packet_bench_start(&bench);
            for (int turn = 0; turn < turns && !bench.told; turn++)
                uv_run(&bench.loop, UV_RUN_ONCE);
            if (!bench.told) {
                packet_bench_cancel(&bench);
                packet_bench_cancel(&bench);
            }
            packet_bench_wait(&bench);
            turns++;
        } while (bench.run.result.reason == REASON_self && turns < 100);
        assert_int_equal(bench.run.result.reason, REASON_ok);
        assert_in_range(turns, 2, 99);
        packet_bench_close(&bench);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_good),
        cmocka_unit_test(test_lost),
        cmocka_unit_test(test_silence),
        cmocka_unit_test(test_strays),
        cmocka_unit_test(test_stranger),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_bytes),
        cmocka_unit_test(test_silence_may_be_good),
        cmocka_unit_test(test_stream_times),
        cmocka_unit_test(test_own_fault),
        cmocka_unit_test(test_only_one_carrier),
        cmocka_unit_test(test_neither_carrier),
        cmocka_unit_test(test_silent_first_carrier),
        cmocka_unit_test(test_bad_first_carrier),
        cmocka_unit_test(test_no_route),
        cmocka_unit_test(test_cancel_at_any_moment),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
