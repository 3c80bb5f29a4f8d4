/* Servers that misbehave over HTTP, in TLS, and before it. */
#include "fetch_bench.h"

#include "macros.h"
#include "mem.h"
#include "pki.h"
#include "testing.h"

#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

static const struct misbehaviour {
    struct hostile_act act;
    enum reason reason;
    const char *evidence;
    int status;
    int64_t timeout_ms;
} misbehaviours[] = {
    {{.send = OK_SHORT}, REASON_ok, "", 200, 0},
    {{.send = OK "\r\nuntil the end"}, REASON_ok, "", 200, 0},
    {{.send = "HTTP/1.1 103 Early\r\nLink: x\r\n\r\n" OK_SHORT}, REASON_ok, "", 200, 0},
    {{.send = "HTTP/1.1 503 Down\r\nContent-Length: 0\r\n\r\n"}, REASON_ok, "", 503, 0},
    /* silence and slowness */
    {{.hasty = true, .parting = HOSTILE_HOLD},
     REASON_timeout,
     "connected, but no answer",
     0,
     FETCH_BENCH_SHORT_MS},
    {{.again = "HTTP/1.1 200 OK, as slow as can be", .times = -1, .pause_ms = 50},
     REASON_timeout,
     "within 300 ms",
     0,
     FETCH_BENCH_SHORT_MS},
    {{.send = OK "\r\n", .again = "x", .times = -1, .pause_ms = 20},
     REASON_timeout,
     "bytes of its body came",
     200,
     FETCH_BENCH_SHORT_MS},
    /* cut off */
    {{.hasty = true, .parting = HOSTILE_RESET}, REASON_connect_reset, "connect", 0, 0},
    {{.parting = HOSTILE_RESET}, REASON_connect_reset, "cut the connection", 0, 0},
    {{.send = OK "Content-Length: 9\r\n\r\nhi",
      .pause_ms = 50,
      .again = "",
      .times = 1,
      .parting = HOSTILE_RESET},
     REASON_connect_reset,
     "cut the connection",
     200,
     0},
    {{.send = NULL}, REASON_closed_early, "without an answer", 0, 0},
    {{.send = "HTTP/1.1 20"}, REASON_closed_early, "without an answer", 0, 0},
    {{.send = OK "Content-Length: 9\r\n\r\nhi"},
     REASON_closed_early,
     "after 2 bytes of the body",
     200,
     0},
    {{.send = OK "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"},
     REASON_closed_early,
     "after 5 bytes",
     200,
     0},
    /* too much */
    {{.send = OK "\r\n", .again = KIB, .times = -1},
     REASON_body_too_large,
     "more than 100000 bytes",
     200,
     0},
    {{.send = OK "Content-Length: 100001\r\n\r\n", .again = KIB, .times = 98},
     REASON_body_too_large,
     "",
     200,
     0},
    {{.send = OK, .again = "X-Header: yes\r\n", .times = 100000},
     REASON_protocol_error,
     "header of more than 65536 bytes",
     200,
     0},
    {{.send = OK "X-Header: ", .again = KIB, .times = -1}, REASON_protocol_error, "", 200, 0},
    {{.again = "HTTP/1.1 100 Continue\r\n\r\n", .times = -1},
     REASON_protocol_error,
     "header of more than 65536 bytes",
     100,
     0},
    /* nonsense */
    {{.hasty = true, .send = "SSH-2.0-OpenSSH_9.2\r\n"}, REASON_protocol_error, "", 0, 0},
    {{.send = "\x16\x03\x01\xff\xff\r\n\r\n"}, REASON_protocol_error, "", 0, 0},
    {{.send = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n0\r\n\r\n"},
     REASON_protocol_error,
     "chunked",
     200,
     0},
    {{.send =
          "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFF\r\nhello\r\n"},
     REASON_protocol_error,
     "chunked",
     200,
     0},
    {{.send = "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\nhello"},
     REASON_protocol_error,
     "",
     200,
     0},
    {{.send = "HTTP/9.9 200 OK\r\n\r\n"}, REASON_protocol_error, "", 0, 0},
    /* redirects */
    {{.send = "HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 0\r\n\r\n"},
     REASON_http_redirect_loop,
     "more than 5 redirects",
     302,
     0},
    {{.send = "HTTP/1.1 302 Found\r\nLocation: http://10.1.2.3/\r\nContent-Length: 0\r\n\r\n"},
     REASON_refused_by_policy,
     "10.1.2.3",
     302,
     0},
    {{.send = "HTTP/1.1 302 Found\r\nLocation: http://2852039166/\r\nContent-Length: 0\r\n\r\n"},
     REASON_refused_by_policy,
     "169.254.169.254",
     302,
     0},
    {{.send = "HTTP/1.1 302 Found\r\nLocation: http://0x0a.1/\r\nContent-Length: 0\r\n\r\n"},
     REASON_refused_by_policy,
     "10.0.0.1",
     302,
     0},
    {{.send =
          "HTTP/1.1 302 Found\r\nLocation: http://[::ffff:10.0.0.1]/\r\nContent-Length: 0\r\n\r\n"},
     REASON_refused_by_policy,
     "forbid",
     302,
     0},
    {{.send = "HTTP/1.1 302 Found\r\nLocation: http://[::1]/\r\nContent-Length: 0\r\n\r\n"},
     REASON_refused_by_policy,
     "::1",
     302,
     0},
    {{.send =
          "HTTP/1.1 302 Found\r\nLocation: http://elsewhere.test/\r\nContent-Length: 0\r\n\r\n"},
     REASON_refused_by_policy,
     "another host, elsewhere.test",
     302,
     0},
    {{.send = "HTTP/1.1 302 Found\r\nLocation: file:///etc/passwd\r\nContent-Length: 0\r\n\r\n"},
     REASON_protocol_error,
     "file:///etc/passwd",
     302,
     0},
    {{.send = "HTTP/1.1 302 Found\r\nLocation: http://a:b@127.0.0.1/\r\nContent-Length: 0\r\n\r\n"},
     REASON_protocol_error,
     "redirects to",
     302,
     0},
    {{.send = "HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n"}, REASON_ok, "", 302, 0},
};

static bool is_as_told(const struct fetch_answer *answer, const struct misbehaviour *row)
{
    return answer->reason == row->reason && strstr(answer->detail, row->evidence) &&
           answer->status == row->status;
}

static void check_misbehaviour(size_t i, const struct misbehaviour *row,
                               const struct hostile_tls *tls)
{
    struct hostile hostile;
    struct fetch_bench bench;
    char url[100];
    hostile_open(&hostile, &row->act, tls);
    fetch_bench_open(&bench, &group_pki);
    bench.request.redirects = FETCH_REDIRECTS_MAX;
    bench.request.timeout_ms = row->timeout_ms;
    snprintf(url, sizeof url, "%s://good.test:%u/", tls ? "https" : "http", hostile.port);
    do
        fetch_bench_get(&bench, &hostile, url);
    while (row->timeout_ms && !is_as_told(&bench.answer, row) &&
           testing_longer(&bench.request.timeout_ms));
    if (!is_as_told(&bench.answer, row))
        fail_msg("row %zu%s: %s \"%s\", status %d", i, tls ? " over TLS" : "",
                 reason_code(bench.answer.reason), bench.answer.detail, bench.answer.status);
    assert_row(i, !isnan(bench.answer.phases.ms[PHASE_TOTAL]));
    assert_row(i, bench.answer.body_length == 0);
    fetch_bench_close(&bench);
    hostile_close(&hostile);
}

static void test_misbehaviours(void **state)
{
    (void)state;
    struct rusage before, after;
    getrusage(RUSAGE_SELF, &before);
    for (size_t i = 0; i < ARRAY_LEN(misbehaviours); i++)
        check_misbehaviour(i, &misbehaviours[i], NULL);
    getrusage(RUSAGE_SELF, &after);
    assert_true(after.ru_maxrss - before.ru_maxrss < 64 * 1024);
}

static void test_misbehaviours_over_tls(void **state)
{
    (void)state;
    char path[PKI_PATH_SIZE];
    struct hostile_tls tls = {.certificate = pki_path(&group_pki, "good", "", path)};
    for (size_t i = 0; i < ARRAY_LEN(misbehaviours); i++)
        check_misbehaviour(i, &misbehaviours[i], &tls);
}

static const struct handshake {
    const char *certificate;
    const char *host;
    int newest;
    bool renounce;
    enum reason reason;
    bool asked; /* whether a request was sent */
} handshakes[] = {
    {"good", "good.test", 0, false, REASON_ok, true},
    {"good", "good.test", TLS1_2_VERSION, false, REASON_ok, true},
    {"good", "127.0.0.1", 0, false, REASON_ok, true},
    {"script", "good.test", 0, false, REASON_ok, true},
    {"soon", "good.test", 0, false, REASON_ok, true},
    {"good", "other.test", 0, false, REASON_tls_hostname, false},
    {"expired", "good.test", 0, false, REASON_tls_expired, false},
    {"future", "good.test", 0, false, REASON_tls_not_yet_valid, false},
    {"self", "good.test", 0, false, REASON_tls_self_signed, false},
    {"strange", "good.test", 0, false, REASON_tls_untrusted, false},
    {"alone", "good.test", 0, false, REASON_tls_incomplete_chain, false},
    {"weak", "good.test", 0, false, REASON_tls_weak_key, false},
    {"sha1", "good.test", 0, false, REASON_tls_weak_signature, false},
    {"stapled", "good.test", 0, false, REASON_ok, true},
    {"revoked", "good.test", 0, false, REASON_tls_revoked, false},
    {"revoked", "good.test", TLS1_2_VERSION, false, REASON_tls_revoked, false},
    {"slandered", "good.test", 0, false, REASON_ok, true},
    {"good", "good.test", TLS1_1_VERSION, false, REASON_tls_old_protocol, false},
    {"good", "good.test", TLS1_VERSION, false, REASON_tls_old_protocol, false},
    {"good", "good.test", TLS1_2_VERSION, true, REASON_tls_handshake, false},
};

static void test_handshakes(void **state)
{
    (void)state;
    static const struct hostile_act act = {.send = OK_SHORT};
    for (size_t i = 0; i < ARRAY_LEN(handshakes); i++) {
        const struct handshake *row = &handshakes[i];
        char path[PKI_PATH_SIZE], url[100];
        struct hostile_tls tls = {pki_path(&group_pki, row->certificate, "", path), row->newest,
                                  row->renounce};
        struct hostile hostile;
        struct fetch_bench bench;
        hostile_open(&hostile, &act, &tls);
        fetch_bench_open(&bench, &group_pki);
        snprintf(url, sizeof url, "https://%s:%u/", row->host, hostile.port);
        fetch_bench_get(&bench, &hostile, url);
        if (bench.answer.reason != row->reason)
            fail_msg("row %zu: %s \"%s\"", i, reason_code(bench.answer.reason),
                     bench.answer.detail);
        assert_row(i, (atomic_load(&hostile.asked) == 1) == row->asked);
        if (!row->renounce)
            assert_row(i, strlen(bench.answer.tls.certificate.sha256) == 64);
        assert_row(i, !isnan(bench.answer.phases.ms[PHASE_CONNECT]));
        assert_row(i, isnan(bench.answer.phases.ms[PHASE_TLS]) == !row->asked);
        fetch_bench_close(&bench);
        hostile_close(&hostile);
    }
}

static void test_no_tls(void **state)
{
    (void)state;
    static const struct {
        struct hostile_act act;
        enum reason reason;
        const char *evidence;
        int64_t timeout_ms;
    } rows[] = {
        {{.hasty = true, .send = "HTTP/1.1 400 Bad\r\n\r\n"},
         REASON_tls_handshake,
         "TLS handshake: ",
         0},
        {{.hasty = true, .send = "\x15\x03\x01\x7f\xff junk"},
         REASON_tls_handshake,
         "TLS handshake: ",
         0},
        {{.hasty = true, .again = KIB, .times = -1}, REASON_tls_handshake, "TLS handshake: ", 0},
        {{.hasty = true}, REASON_closed_early, "during the TLS handshake", 0},
        {{.hasty = true, .parting = HOSTILE_RESET}, REASON_connect_reset, "", 0},
        {{.hasty = true, .parting = HOSTILE_HOLD},
         REASON_timeout,
         "connected, but no TLS within ",
         FETCH_BENCH_SHORT_MS},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct hostile hostile;
        struct fetch_bench bench;
        hostile_open(&hostile, &rows[i].act, NULL);
        fetch_bench_open(&bench, &group_pki);
        bench.request.timeout_ms = rows[i].timeout_ms;
        do
            fetch_bench_get(&bench, &hostile, "https://good.test/");
        while (bench.answer.reason == REASON_connect_timeout &&
               testing_longer(&bench.request.timeout_ms));
        if (bench.answer.reason != rows[i].reason || !strstr(bench.answer.detail, rows[i].evidence))
            fail_msg("row %zu: %s \"%s\"", i, reason_code(bench.answer.reason),
                     bench.answer.detail);
        fetch_bench_close(&bench);
        hostile_close(&hostile);
    }
}

static void *read_file(const char *path, size_t *ret_length)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    off_t length = lseek(fd, 0, SEEK_END);
    char *bytes = mem_zalloc((size_t)length);
    assert_int_equal(pread(fd, bytes, (size_t)length, 0), length);
    close(fd);
    *ret_length = (size_t)length;
    return bytes;
}

/* 200 MB from less than one. */
static void test_bomb(void **state)
{
    (void)state;
    char path[PKI_PATH_SIZE];
    struct hostile hostile;
    struct fetch_bench bench;
    struct hostile_act act = {.send = OK "Content-Encoding: gzip\r\n\r\n"};
    void *bytes = read_file(pki_path(&group_pki, "bomb", ".gz", path), &act.body_length);
    act.body = bytes;
    hostile_open(&hostile, &act, NULL);
    fetch_bench_open(&bench, &group_pki);
    bench.request.compressed = true;
    bench.request.keep_body = true;
    bench.request.body_max = 1024 * 1024;
    fetch_bench_get(&bench, &hostile, "http://good.test/");
    assert_int_equal(bench.answer.reason, REASON_body_too_large);
    assert_true(bench.answer.body_length <= 1024 * 1024);
    fetch_bench_close(&bench);
    hostile_close(&hostile);
    assert_non_null(strstr(hostile.last, "Accept-Encoding: gzip, br\r\n"));
    free(bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_misbehaviours), cmocka_unit_test(test_misbehaviours_over_tls),
        cmocka_unit_test(test_handshakes),    cmocka_unit_test(test_no_tls),
        cmocka_unit_test(test_bomb),
    };
    return cmocka_run_group_tests(tests, pki_setup, pki_teardown);
}
