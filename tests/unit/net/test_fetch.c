#include "fetch.h"

#include "hostile.h"
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
#include <uv.h>

enum { BODY_MAX = 100 * 1000, GENEROUS_MS = 30000, SHORT_MS = 300 };

static struct pki pki;
static const char *const loopback[] = {"127.0.0.0/8", NULL};

/* One loop with a fetcher, and what the last fetch on it found. */
struct bench {
    uv_loop_t loop;
    struct trust *trust;
    struct address_policy policy;
    struct fetcher *fetcher;
    struct fetch *fetch;
    struct fetch_request request;
    char url[200];
    int told;
    bool within; /* fetch_start() or fetch_cancel() */
    struct fetch_answer answer;
    char *body;

    /* what resolve() answers, when and with what */
    uv_timer_t later;
    bool resolve_later, resolve_none;
    int resolved;
    const char *wanted; /* whom it is asked for; NULL = elsewhere.test */
    struct sockaddr_storage elsewhere;
};

static int open_pki(void **state)
{
    (void)state;
    pki_open(&pki);
    return 0;
}

static int close_pki(void **state)
{
    (void)state;
    pki_close(&pki);
    return 0;
}

static void bench_open(struct bench *bench)
{
    char path[PKI_PATH_SIZE];
    struct fault fault;
    *bench = (struct bench){0};
    uv_loop_init(&bench->loop);
    uv_timer_init(&bench->loop, &bench->later);
    bench->later.data = bench;
    bench->trust = trust_new(pki_path(&pki, "root", ".pem", path), &fault);
    assert_non_null(bench->trust);
    assert_int_equal(address_policy_init(&bench->policy, loopback, &fault), 0);
    bench->fetcher = fetcher_new(&bench->loop, bench->trust, &bench->policy, &fault);
    assert_non_null(bench->fetcher);
}

static void bench_close(struct bench *bench)
{
    fetcher_free(bench->fetcher);
    uv_close((uv_handle_t *)&bench->later, NULL);
    uv_run(&bench->loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&bench->loop), 0);
    trust_free(bench->trust);
    address_policy_fini(&bench->policy);
    free(bench->body);
}

static void on_done(void *owner, const struct fetch_answer *answer)
{
    struct bench *bench = owner;
    assert_false(bench->within);
    bench->told++;
    uv_stop(&bench->loop); /* UV_RUN_ONCE would wait for an event after the timer that led here */
    bench->fetch = NULL;
    bench->answer = *answer;
    free(bench->body);
    bench->body = mem_zalloc(answer->body_length + 1);
    memcpy(bench->body, answer->body, answer->body_length);
}

static void answer_resolve(struct bench *bench)
{
    if (bench->resolve_none)
        fetch_go_on(bench->fetch, NULL, REASON_dns_nxdomain, "no such name");
    else
        fetch_go_on(bench->fetch, (struct sockaddr *)&bench->elsewhere, REASON_ok, "");
}

static void on_later(uv_timer_t *timer)
{
    answer_resolve(timer->data);
}

static void on_resolve(void *owner, struct fetch *fetch, const char *host, uint16_t port)
{
    struct bench *bench = owner;
    assert_ptr_equal(fetch, bench->fetch);
    assert_string_equal(host, bench->wanted ? bench->wanted : "elsewhere.test");
    assert_int_equal(port, 80);
    bench->resolved++;
    if (bench->resolve_later)
        uv_timer_start(&bench->later, on_later, 5, 0);
    else
        answer_resolve(bench);
}

static void bench_start(struct bench *bench, const struct hostile *hostile, const char *url)
{
    snprintf(bench->url, sizeof bench->url, "%s", url);
    struct fetch_request *request = &bench->request;
    request->url = bench->url;
    request->address = (const struct sockaddr *)&hostile->address;
    request->user_agent = "vibrisse-test";
    request->done = on_done;
    request->owner = bench;
    if (!request->body_max)
        request->body_max = BODY_MAX;
    if (!request->timeout_ms)
        request->timeout_ms = GENEROUS_MS;
    bench->told = 0;
    bench->within = true;
    bench->fetch = fetch_start(bench->fetcher, request);
    bench->within = false;
}

static void bench_finish(struct bench *bench)
{
    while (!bench->told)
        uv_run(&bench->loop, UV_RUN_DEFAULT);
    for (int i = 0; i < 3; i++) /* whatever might tell it again */
        uv_run(&bench->loop, UV_RUN_NOWAIT);
    assert_int_equal(bench->told, 1);
}

static void bench_get(struct bench *bench, const struct hostile *hostile, const char *url)
{
    bench_start(bench, hostile, url);
    bench_finish(bench);
}

#define OK       "HTTP/1.1 200 OK\r\n"
#define OK_SHORT OK "Content-Length: 5\r\n\r\nhello"
#define SIXTEEN(text)                                                                              \
    text text text text text text text text text text text text text text text text
#define KIB SIXTEEN("0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef")

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
     SHORT_MS},
    {{.again = "HTTP/1.1 200 OK, as slow as can be", .times = -1, .pause_ms = 50},
     REASON_timeout,
     "within 300 ms",
     0,
     SHORT_MS},
    {{.send = OK "\r\n", .again = "x", .times = -1, .pause_ms = 20},
     REASON_timeout,
     "bytes of its body came",
     200,
     SHORT_MS},
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

static void check_misbehaviour(size_t i, const struct misbehaviour *row,
                               const struct hostile_tls *tls)
{
    struct hostile hostile;
    struct bench bench;
    char url[100];
    hostile_open(&hostile, &row->act, tls);
    bench_open(&bench);
    bench.request.redirects = FETCH_REDIRECTS_MAX;
    bench.request.timeout_ms = row->timeout_ms;
    snprintf(url, sizeof url, "%s://good.test:%u/", tls ? "https" : "http", hostile.port);
    bench_get(&bench, &hostile, url);
    if (bench.answer.reason != row->reason || !strstr(bench.answer.detail, row->evidence))
        fail_msg("row %zu%s: %s \"%s\"", i, tls ? " over TLS" : "",
                 reason_code(bench.answer.reason), bench.answer.detail);
    assert_row(i, bench.answer.status == row->status);
    assert_row(i, !isnan(bench.answer.phases.ms[PHASE_TOTAL]));
    assert_row(i, bench.answer.body_length == 0);
    bench_close(&bench);
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
    struct hostile_tls tls = {.certificate = pki_path(&pki, "good", "", path)};
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
        struct hostile_tls tls = {pki_path(&pki, row->certificate, "", path), row->newest,
                                  row->renounce};
        struct hostile hostile;
        struct bench bench;
        hostile_open(&hostile, &act, &tls);
        bench_open(&bench);
        snprintf(url, sizeof url, "https://%s:%u/", row->host, hostile.port);
        bench_get(&bench, &hostile, url);
        if (bench.answer.reason != row->reason)
            fail_msg("row %zu: %s \"%s\"", i, reason_code(bench.answer.reason),
                     bench.answer.detail);
        assert_row(i, (atomic_load(&hostile.asked) == 1) == row->asked);
        if (!row->renounce)
            assert_row(i, strlen(bench.answer.tls.certificate.sha256) == 64);
        assert_row(i, !isnan(bench.answer.phases.ms[PHASE_CONNECT]));
        assert_row(i, isnan(bench.answer.phases.ms[PHASE_TLS]) == !row->asked);
        bench_close(&bench);
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
         "no TLS within 300 ms",
         SHORT_MS},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct hostile hostile;
        struct bench bench;
        hostile_open(&hostile, &rows[i].act, NULL);
        bench_open(&bench);
        bench.request.timeout_ms = rows[i].timeout_ms;
        bench_get(&bench, &hostile, "https://good.test/");
        if (bench.answer.reason != rows[i].reason || !strstr(bench.answer.detail, rows[i].evidence))
            fail_msg("row %zu: %s \"%s\"", i, reason_code(bench.answer.reason),
                     bench.answer.detail);
        bench_close(&bench);
        hostile_close(&hostile);
    }
}

static void test_refused(void **state)
{
    (void)state;
    static const struct hostile_act act = {.send = OK_SHORT};
    struct hostile hostile;
    struct bench bench;
    hostile_open(&hostile, &act, NULL);
    hostile_close(&hostile);
    bench_open(&bench);
    bench_get(&bench, &hostile, "http://good.test/");
    assert_int_equal(bench.answer.reason, REASON_connect_refused);
    bench_get(&bench, &hostile, "https://good.test/");
    assert_int_equal(bench.answer.reason, REASON_connect_refused);
    assert_true(isnan(bench.answer.phases.ms[PHASE_CONNECT]));
    bench_close(&bench);
}

static void test_dropped_packets(void **state)
{
    (void)state;
    struct hostile hostile;
    struct bench bench;
    hostile_open_deaf(&hostile);
    bench_open(&bench);
    bench.request.timeout_ms = SHORT_MS;
    bench_get(&bench, &hostile, "https://good.test/");
    assert_int_equal(bench.answer.reason, REASON_connect_timeout);
    assert_string_equal(bench.answer.detail, "no connection within 300 ms");
    bench_close(&bench);
    hostile_close(&hostile);
}

static void test_policy_asks_nothing(void **state)
{
    (void)state;
    static const struct hostile_act act = {.send = OK_SHORT};
    struct hostile hostile;
    struct bench bench;
    hostile_open(&hostile, &act, NULL);
    bench_open(&bench);
    address_policy_fini(&bench.policy);
    bench_get(&bench, &hostile, "http://good.test/");
    assert_int_equal(bench.answer.reason, REASON_refused_by_policy);
    assert_string_equal(bench.answer.detail, "our rules forbid 127.0.0.1");
    assert_int_equal(atomic_load(&hostile.visits), 0);
    bench_close(&bench);
    hostile_close(&hostile);
}

/* Our own lack of descriptors says nothing of the service. */
static void test_no_descriptors(void **state)
{
    (void)state;
    static const struct hostile_act act = {.send = OK_SHORT};
    struct hostile hostile;
    struct bench bench;
    struct rlimit before, none;
    hostile_open(&hostile, &act, NULL);
    bench_open(&bench);
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    int next = dup(0);
    close(next);
    none = (struct rlimit){(rlim_t)next, before.rlim_max};
    setrlimit(RLIMIT_NOFILE, &none);
    bench_get(&bench, &hostile, "http://good.test/");
    setrlimit(RLIMIT_NOFILE, &before);
    assert_int_equal(bench.answer.reason, REASON_self);
    assert_non_null(strstr(bench.answer.detail, "Too many open files"));
    bench_close(&bench);
    hostile_close(&hostile);
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
    struct bench bench;
    struct hostile_act act = {.send = OK "Content-Encoding: gzip\r\n\r\n"};
    void *bytes = read_file(pki_path(&pki, "bomb", ".gz", path), &act.body_length);
    act.body = bytes;
    hostile_open(&hostile, &act, NULL);
    bench_open(&bench);
    bench.request.compressed = true;
    bench.request.keep_body = true;
    bench.request.body_max = 1024 * 1024;
    bench_get(&bench, &hostile, "http://good.test/");
    assert_int_equal(bench.answer.reason, REASON_body_too_large);
    assert_true(bench.answer.body_length <= 1024 * 1024);
    bench_close(&bench);
    hostile_close(&hostile);
    assert_non_null(strstr(hostile.last, "Accept-Encoding: gzip, br\r\n"));
    free(bytes);
}

static void test_answer(void **state)
{
    (void)state;
    static const struct hostile_act act = {.send = "HTTP/1.1 100 Continue\r\n\r\n" OK
                                                   "X-One: 1\r\nContent-Length: 5\r\n\r\nhe\rlo"};
    struct hostile hostile;
    struct bench bench;
    hostile_open(&hostile, &act, NULL);
    bench_open(&bench);
    bench.request.keep_body = true;
    bench.request.header = "X-Ours: yes";
    bench.request.method = "POST";
    bench.request.body = "a=b";
    bench_start(&bench, &hostile, "http://good.test/path?query");
    bench_finish(&bench);
    assert_int_equal(bench.answer.reason, REASON_ok);
    assert_int_equal(bench.answer.body_length, 5);
    assert_memory_equal(bench.body, "he\rlo", 5);
    assert_true(bench.answer.head_length == strlen(OK "X-One: 1\r\nContent-Length: 5\r\n\r\n"));
    assert_true(isnan(bench.answer.phases.ms[PHASE_TLS]));
    assert_true(bench.answer.phases.ms[PHASE_TOTAL] >= bench.answer.phases.ms[PHASE_FIRST_BYTE]);
    bench_close(&bench);
    hostile_close(&hostile);
    assert_true(strncmp(hostile.last, "POST /path?query HTTP/1.1\r\nHost: good.test\r\n", 44) == 0);
    assert_non_null(strstr(hostile.last, "User-Agent: vibrisse-test\r\n"));
    assert_non_null(strstr(hostile.last, "X-Ours: yes\r\n"));
    assert_null(strstr(hostile.last, "Accept-Encoding"));
}

/* The rest is counted: it may still be too large. */
static void test_kept_beginning(void **state)
{
    (void)state;
    enum { KEPT = 20 * 1000, SENT = 60 * 1024 };
    static const struct hostile_act act = {
        .send = OK "Connection: close\r\n\r\n", .again = KIB, .times = 60};
    struct hostile hostile;
    struct bench bench;
    hostile_open(&hostile, &act, NULL);
    bench_open(&bench);
    bench.request.keep_body = true;
    bench.request.keep_max = KEPT;
    bench_get(&bench, &hostile, "http://good.test/");
    assert_int_equal(bench.answer.reason, REASON_ok);
    assert_int_equal(bench.answer.body_length, KEPT);
    bench.request.body_max = SENT - 1;
    bench_get(&bench, &hostile, "http://good.test/");
    assert_int_equal(bench.answer.reason, REASON_body_too_large);
    bench_close(&bench);
    hostile_close(&hostile);
}

static void test_place(void **state)
{
    (void)state;
    struct bench bench;
    char host[FETCH_HOST_SIZE];
    uint16_t port;
    bench_open(&bench);
    assert_true(fetch_place(bench.fetcher, "https://[::1]:8443/x", host, &port));
    assert_string_equal(host, "::1");
    assert_int_equal(port, 8443);
    assert_false(fetch_place(bench.fetcher, "ftp://good.test/", host, &port));
    bench_close(&bench);
}

static void test_bad_urls(void **state)
{
    (void)state;
    static const char *const urls[] = {"ftp://good.test/", "file:///etc/passwd", "http://",
                                       "http://a b/", "good.test"};
    struct hostile hostile = {.address.ss_family = AF_INET};
    struct bench bench;
    bench_open(&bench);
    for (size_t i = 0; i < ARRAY_LEN(urls); i++) {
        bench_get(&bench, &hostile, urls[i]);
        assert_row(i, bench.answer.reason == REASON_self);
    }
    bench_close(&bench);
}

/* ---- redirects to another host ---- */

struct two {
    struct hostile first, second;
    struct bench bench;
};

static void two_open(struct two *two)
{
    static const struct hostile_act first = {
        .send =
            "HTTP/1.1 303 See\r\nLocation: http://elsewhere.test/x\r\nContent-Length: 0\r\n\r\n"};
    static const struct hostile_act second = {.send = OK_SHORT};
    hostile_open(&two->first, &first, NULL);
    hostile_open(&two->second, &second, NULL);
    bench_open(&two->bench);
    two->bench.elsewhere = two->second.address;
    two->bench.request.redirects = 1;
    two->bench.request.resolve = on_resolve;
    two->bench.request.header = "Authorization: secret";
    two->bench.request.method = "POST";
    two->bench.request.body = "secret";
}

static void two_close(struct two *two)
{
    bench_close(&two->bench);
    hostile_close(&two->first);
    hostile_close(&two->second);
}

static void test_other_host(void **state)
{
    (void)state;
    for (int later = 0; later < 2; later++) {
        struct two two;
        two_open(&two);
        two.bench.resolve_later = later;
        bench_get(&two.bench, &two.first, "http://good.test/");
        assert_int_equal(two.bench.answer.reason, REASON_ok);
        assert_int_equal(two.bench.answer.redirects, 1);
        assert_int_equal(two.bench.resolved, 1);
        two_close(&two);
        assert_non_null(strstr(two.first.last, "Authorization: secret\r\n"));
        assert_true(strncmp(two.second.last, "GET /x HTTP/1.1\r\nHost: elsewhere.test\r\n", 39) ==
                    0);
        assert_null(strstr(two.second.last, "secret"));
    }
}

static void test_other_host_unknown(void **state)
{
    (void)state;
    struct two two;
    two_open(&two);
    two.bench.resolve_none = true;
    bench_get(&two.bench, &two.first, "http://good.test/");
    assert_int_equal(two.bench.answer.reason, REASON_dns_nxdomain);
    assert_string_equal(two.bench.answer.detail, "redirects to elsewhere.test: no such name");
    two_close(&two);
}

/* Whether an address will do is for its owner to say, as of a name. */
static void test_other_host_by_address(void **state)
{
    (void)state;
    static const struct hostile_act first = {
        .send = "HTTP/1.1 302 Found\r\nLocation: http://[2001:db8::1]/x\r\n\r\n"};
    struct two two;
    two_open(&two);
    two.first.act = &first;
    two.bench.wanted = "2001:db8::1";
    two.bench.resolve_none = true;
    bench_get(&two.bench, &two.first, "http://good.test/");
    assert_int_equal(two.bench.resolved, 1);
    assert_string_equal(two.bench.answer.detail, "redirects to 2001:db8::1: no such name");
    two_close(&two);
}

static void test_no_redirects(void **state)
{
    (void)state;
    struct two two;
    two_open(&two);
    two.bench.request.redirects = 0;
    bench_get(&two.bench, &two.first, "http://good.test/");
    assert_int_equal(two.bench.answer.reason, REASON_ok);
    assert_int_equal(two.bench.answer.status, 303);
    assert_int_equal(two.bench.resolved, 0);
    two_close(&two);
}

/* ---- cancelling ---- */

static void cancel_after(struct bench *bench, const struct hostile *hostile, const char *url,
                         int turns)
{
    bench_start(bench, hostile, url);
    for (int i = 0; i < turns && !bench->told; i++)
        uv_run(&bench->loop, UV_RUN_ONCE);
    if (bench->fetch) {
        bench->within = true;
        uv_timer_stop(&bench->later);
        fetch_cancel(bench->fetch);
        fetch_cancel(bench->fetch); /* twice does no harm */
        bench->within = false;
    }
    bench_finish(bench);
}

static void test_cancel_at_any_moment(void **state)
{
    (void)state;
    char path[PKI_PATH_SIZE];
    struct hostile_tls tls = {.certificate = pki_path(&pki, "good", "", path)};
    static const struct hostile_act act = {.send = OK_SHORT};
    struct hostile hostile;
    struct bench bench;
    hostile_open(&hostile, &act, &tls);
    bench_open(&bench);
    int turns = 0;
    do {
        cancel_after(&bench, &hostile, "https://good.test/", turns++);
        assert_true(bench.answer.reason == REASON_self || bench.answer.reason == REASON_ok);
    } while (bench.answer.reason != REASON_ok && turns < 100);
    assert_in_range(turns, 2, 99);
    bench_close(&bench);
    hostile_close(&hostile);
}

static void test_cancel_redirected(void **state)
{
    (void)state;
    struct two two;
    two_open(&two);
    two.bench.resolve_later = true;
    int turns = 0;
    do
        cancel_after(&two.bench, &two.first, "http://good.test/", turns++);
    while (two.bench.answer.reason != REASON_ok && turns < 100);
    assert_in_range(turns, 2, 99);
    two_close(&two);
}

/* The runner's own deadline may ring a moment before libcurl's. */
static void test_cancel_when_time_is_over(void **state)
{
    (void)state;
    static const struct hostile_act act = {.hasty = true, .parting = HOSTILE_HOLD};
    struct hostile hostile;
    struct bench bench;
    hostile_open(&hostile, &act, NULL);
    bench_open(&bench);
    bench.request.timeout_ms = 200;
    bench_start(&bench, &hostile, "https://good.test/");
    for (int i = 0; i < 4 && !bench.told; i++)
        uv_run(&bench.loop, UV_RUN_NOWAIT);
    usleep(250 * 1000);
    fetch_cancel(bench.fetch);
    bench_finish(&bench);
    assert_int_equal(bench.answer.reason, REASON_timeout);
    assert_string_equal(bench.answer.detail, "connected, but no TLS within 200 ms");
    bench_close(&bench);
    hostile_close(&hostile);
}

/* ---- many at once, and again from within done() ---- */

struct many {
    struct bench *bench;
    const struct hostile *hostile;
    struct fetch_request request;
    int left, good;
};

static void on_many(void *owner, const struct fetch_answer *answer)
{
    struct many *many = owner;
    many->good += answer->reason == REASON_ok;
    uv_stop(&many->bench->loop);
    if (many->left-- > 0)
        fetch_start(many->bench->fetcher, &many->request);
}

static void test_many(void **state)
{
    (void)state;
    static const struct hostile_act act = {.send = OK_SHORT};
    struct hostile hostile;
    struct bench bench;
    hostile_open(&hostile, &act, NULL);
    bench_open(&bench);
    struct many many = {.bench = &bench, .hostile = &hostile, .left = 100};
    many.request = (struct fetch_request){.url = "http://good.test/",
                                          .address = (struct sockaddr *)&hostile.address,
                                          .body_max = BODY_MAX,
                                          .timeout_ms = GENEROUS_MS,
                                          .done = on_many,
                                          .owner = &many};
    for (int i = 0; i < 80; i++) /* more than handles are kept idle */
        fetch_start(bench.fetcher, &many.request);
    while (many.good < 180 && many.left > -80)
        uv_run(&bench.loop, UV_RUN_ONCE);
    assert_int_equal(many.good, 180);
    bench_close(&bench);
    hostile_close(&hostile);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_misbehaviours),
        cmocka_unit_test(test_misbehaviours_over_tls),
        cmocka_unit_test(test_handshakes),
        cmocka_unit_test(test_no_tls),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_dropped_packets),
        cmocka_unit_test(test_policy_asks_nothing),
        cmocka_unit_test(test_no_descriptors),
        cmocka_unit_test(test_bomb),
        cmocka_unit_test(test_answer),
        cmocka_unit_test(test_kept_beginning),
        cmocka_unit_test(test_place),
        cmocka_unit_test(test_bad_urls),
        cmocka_unit_test(test_other_host),
        cmocka_unit_test(test_other_host_unknown),
        cmocka_unit_test(test_other_host_by_address),
        cmocka_unit_test(test_no_redirects),
        cmocka_unit_test(test_cancel_at_any_moment),
        cmocka_unit_test(test_cancel_redirected),
        cmocka_unit_test(test_cancel_when_time_is_over),
        cmocka_unit_test(test_many),
    };
    return cmocka_run_group_tests(tests, open_pki, close_pki);
}
