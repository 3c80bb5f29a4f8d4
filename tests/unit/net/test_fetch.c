#include "fetch_bench.h"

#include "macros.h"
#include "pki.h"
#include "testing.h"

#include <math.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

static void test_refused(void **state)
{
    (void)state;
    static const struct hostile_act act = {.send = OK_SHORT};
    struct hostile hostile;
    struct fetch_bench bench;
    hostile_open(&hostile, &act, NULL);
    hostile_close(&hostile);
    fetch_bench_open(&bench, &group_pki);
    fetch_bench_get(&bench, &hostile, "http://good.test/");
    assert_int_equal(bench.answer.reason, REASON_connect_refused);
    fetch_bench_get(&bench, &hostile, "https://good.test/");
    assert_int_equal(bench.answer.reason, REASON_connect_refused);
    assert_true(isnan(bench.answer.phases.ms[PHASE_CONNECT]));
    fetch_bench_close(&bench);
}

static void test_dropped_packets(void **state)
{
    (void)state;
    struct hostile hostile;
    struct fetch_bench bench;
    hostile_open_deaf(&hostile);
    fetch_bench_open(&bench, &group_pki);
    bench.request.timeout_ms = FETCH_BENCH_SHORT_MS;
    fetch_bench_get(&bench, &hostile, "https://good.test/");
    assert_int_equal(bench.answer.reason, REASON_connect_timeout);
    assert_string_equal(bench.answer.detail, "no connection within 300 ms");
    fetch_bench_close(&bench);
    hostile_close(&hostile);
}

static void test_policy_asks_nothing(void **state)
{
    (void)state;
    static const struct hostile_act act = {.send = OK_SHORT};
    struct hostile hostile;
    struct fetch_bench bench;
    hostile_open(&hostile, &act, NULL);
    fetch_bench_open(&bench, &group_pki);
    address_policy_fini(&bench.policy);
    fetch_bench_get(&bench, &hostile, "http://good.test/");
    assert_int_equal(bench.answer.reason, REASON_refused_by_policy);
    assert_string_equal(bench.answer.detail, "our rules forbid 127.0.0.1");
    assert_int_equal(atomic_load(&hostile.visits), 0);
    fetch_bench_close(&bench);
    hostile_close(&hostile);
}

/* Our own lack of descriptors says nothing of the service. */
static void test_no_descriptors(void **state)
{
    (void)state;
    static const struct hostile_act act = {.send = OK_SHORT};
    struct hostile hostile;
    struct fetch_bench bench;
    struct rlimit before, none;
    hostile_open(&hostile, &act, NULL);
    fetch_bench_open(&bench, &group_pki);
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    int next = dup(0);
    close(next);
    none = (struct rlimit){(rlim_t)next, before.rlim_max};
    setrlimit(RLIMIT_NOFILE, &none);
    fetch_bench_get(&bench, &hostile, "http://good.test/");
    setrlimit(RLIMIT_NOFILE, &before);
    assert_int_equal(bench.answer.reason, REASON_self);
    assert_non_null(strstr(bench.answer.detail, "Too many open files"));
    fetch_bench_close(&bench);
    hostile_close(&hostile);
}

static void test_answer(void **state)
{
    (void)state;
    static const struct hostile_act act = {.send = "HTTP/1.1 100 Continue\r\n\r\n" OK
                                                   "X-One: 1\r\nContent-Length: 5\r\n\r\nhe\rlo"};
    struct hostile hostile;
    struct fetch_bench bench;
    hostile_open(&hostile, &act, NULL);
    fetch_bench_open(&bench, &group_pki);
    bench.request.keep_body = true;
    bench.request.header = "X-Ours: yes";
    bench.request.method = "POST";
    bench.request.body = "a=b";
    fetch_bench_start(&bench, &hostile, "http://good.test/path?query");
    fetch_bench_finish(&bench);
    assert_int_equal(bench.answer.reason, REASON_ok);
    assert_int_equal(bench.answer.body_length, 5);
    assert_memory_equal(bench.body, "he\rlo", 5);
    assert_true(bench.answer.head_length == strlen(OK "X-One: 1\r\nContent-Length: 5\r\n\r\n"));
    assert_true(isnan(bench.answer.phases.ms[PHASE_TLS]));
    assert_true(bench.answer.phases.ms[PHASE_TOTAL] >= bench.answer.phases.ms[PHASE_FIRST_BYTE]);
    fetch_bench_close(&bench);
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
    struct fetch_bench bench;
    hostile_open(&hostile, &act, NULL);
    fetch_bench_open(&bench, &group_pki);
    bench.request.keep_body = true;
    bench.request.keep_max = KEPT;
    fetch_bench_get(&bench, &hostile, "http://good.test/");
    assert_int_equal(bench.answer.reason, REASON_ok);
    assert_int_equal(bench.answer.body_length, KEPT);
    bench.request.body_max = SENT - 1;
    fetch_bench_get(&bench, &hostile, "http://good.test/");
    assert_int_equal(bench.answer.reason, REASON_body_too_large);
    fetch_bench_close(&bench);
    hostile_close(&hostile);
}

static void test_place(void **state)
{
    (void)state;
    struct fetch_bench bench;
    char host[FETCH_HOST_SIZE];
    uint16_t port;
    fetch_bench_open(&bench, &group_pki);
    assert_true(fetch_place(bench.fetcher, "https://[::1]:8443/x", host, &port));
    assert_string_equal(host, "::1");
    assert_int_equal(port, 8443);
    assert_false(fetch_place(bench.fetcher, "ftp://good.test/", host, &port));
    fetch_bench_close(&bench);
}

static void test_bad_urls(void **state)
{
    (void)state;
    static const char *const urls[] = {"ftp://good.test/", "file:///etc/passwd", "http://",
                                       "http://a b/", "good.test"};
    struct hostile hostile = {.address.ss_family = AF_INET};
    struct fetch_bench bench;
    fetch_bench_open(&bench, &group_pki);
    for (size_t i = 0; i < ARRAY_LEN(urls); i++) {
        fetch_bench_get(&bench, &hostile, urls[i]);
        assert_row(i, bench.answer.reason == REASON_self);
    }
    fetch_bench_close(&bench);
}

static void test_cancel_at_any_moment(void **state)
{
    (void)state;
    char path[PKI_PATH_SIZE];
    struct hostile_tls tls = {.certificate = pki_path(&group_pki, "good", "", path)};
    static const struct hostile_act act = {.send = OK_SHORT};
    struct hostile hostile;
    struct fetch_bench bench;
    hostile_open(&hostile, &act, &tls);
    fetch_bench_open(&bench, &group_pki);
    int turns = 0;
    do {
        fetch_bench_cancel_after(&bench, &hostile, "https://good.test/", turns++);
        assert_true(bench.answer.reason == REASON_self || bench.answer.reason == REASON_ok);
    } while (bench.answer.reason != REASON_ok && turns < 100);
    assert_in_range(turns, 2, 99);
    fetch_bench_close(&bench);
    hostile_close(&hostile);
}

/* The runner's own deadline may ring a moment before libcurl's. */
static void test_cancel_when_time_is_over(void **state)
{
    (void)state;
    static const struct hostile_act act = {.hasty = true, .parting = HOSTILE_HOLD};
    struct hostile hostile;
    struct fetch_bench bench;
    char detail[100];
    bool cancelled;
    hostile_open(&hostile, &act, NULL);
    fetch_bench_open(&bench, &group_pki);
    bench.request.timeout_ms = 200;
    do {
        fetch_bench_start(&bench, &hostile, "https://good.test/");
        for (int i = 0; i < 4 && !bench.told; i++)
            uv_run(&bench.loop, UV_RUN_NOWAIT);
        usleep((useconds_t)(bench.request.timeout_ms + 50) * 1000);
        cancelled = !bench.told;
        if (cancelled)
            fetch_cancel(bench.fetch);
        fetch_bench_finish(&bench);
        snprintf(detail, sizeof detail, "connected, but no TLS within %d ms",
                 (int)bench.request.timeout_ms);
    } while ((!cancelled || strcmp(bench.answer.detail, detail) != 0) &&
             testing_longer(&bench.request.timeout_ms));
    assert_true(cancelled);
    assert_int_equal(bench.answer.reason, REASON_timeout);
    assert_string_equal(bench.answer.detail, detail);
    fetch_bench_close(&bench);
    hostile_close(&hostile);
}

/* ---- many at once, and again from within done() ---- */

struct many {
    struct fetch_bench *bench;
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
    struct fetch_bench bench;
    hostile_open(&hostile, &act, NULL);
    fetch_bench_open(&bench, &group_pki);
    struct many many = {.bench = &bench, .hostile = &hostile, .left = 100};
    many.request = (struct fetch_request){.url = "http://good.test/",
                                          .address = (struct sockaddr *)&hostile.address,
                                          .body_max = FETCH_BENCH_BODY_MAX,
                                          .timeout_ms = FETCH_BENCH_GENEROUS_MS,
                                          .done = on_many,
                                          .owner = &many};
    for (int i = 0; i < 80; i++) /* more than handles are kept idle */
        fetch_start(bench.fetcher, &many.request);
    while (many.good < 180 && many.left > -80)
        uv_run(&bench.loop, UV_RUN_ONCE);
    assert_int_equal(many.good, 180);
    fetch_bench_close(&bench);
    hostile_close(&hostile);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_dropped_packets),
        cmocka_unit_test(test_policy_asks_nothing),
        cmocka_unit_test(test_no_descriptors),
        cmocka_unit_test(test_answer),
        cmocka_unit_test(test_kept_beginning),
        cmocka_unit_test(test_place),
        cmocka_unit_test(test_bad_urls),
        cmocka_unit_test(test_cancel_at_any_moment),
        cmocka_unit_test(test_cancel_when_time_is_over),
        cmocka_unit_test(test_many),
    };
    return cmocka_run_group_tests(tests, pki_setup, pki_teardown);
}
