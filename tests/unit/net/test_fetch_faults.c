/* Each call that a fetch makes, of libcurl, the poller and the kernel, fails once: one answer, which blames nobody else. The
 * lack of memory is never taken for a fault of theirs. */
#include "fetch.h"

#include "allocation.h"
#include "faults.h"
#include "hostile.h"
#include "pki.h"
#include "testing.h"

#include <string.h>
#include <uv.h>

enum { GENEROUS_MS = 30000, STRIDE = 97 };

struct bench {
    uv_loop_t loop;
    struct trust *trust;
    struct address_policy policy;
    struct hostile hostile;
    struct fetcher *fetcher;
    int told;
    enum reason reason;
    char detail[RESULT_DETAIL_SIZE];
};

static void on_done(void *owner, const struct fetch_answer *answer)
{
    struct bench *bench = owner;
    bench->told++;
    bench->reason = answer->reason;
    memcpy(bench->detail, answer->detail, sizeof bench->detail);
    uv_stop(&bench->loop);
}

static void get(struct bench *bench)
{
    const struct fetch_request request = {.url = "https://good.test/",
                                          .address = (struct sockaddr *)&bench->hostile.address,
                                          .header = "X-Ours: yes",
                                          .body_max = 100000,
                                          .keep_body = true,
                                          .compressed = true,
                                          .timeout_ms = GENEROUS_MS,
                                          .done = on_done,
                                          .owner = bench};
    fetch_start(bench->fetcher, &request);
    while (!bench->told)
        uv_run(&bench->loop, UV_RUN_DEFAULT);
    for (int i = 0; i < 3; i++) /* whatever might tell it again */
        uv_run(&bench->loop, UV_RUN_NOWAIT);
}

static void act(void *owner)
{
    struct bench *bench = owner;
    struct fault fault = {.text = ""};
    bench->told = 0;
    uv_loop_init(&bench->loop);
    faults_begin();
    bench->fetcher = fetcher_new(&bench->loop, bench->trust, &bench->policy, &fault);
    if (bench->fetcher)
        get(bench);
    else
        assert_true(fault.text[0]);
    fetcher_free(bench->fetcher);
    uv_run(&bench->loop, UV_RUN_DEFAULT);
    faults_end();
    assert_int_equal(uv_loop_close(&bench->loop), 0);
}

static void judge(void *owner, const char *failed)
{
    const struct bench *bench = owner;
    bool right = bench->reason == REASON_ok || (failed && bench->reason == REASON_self);
    if (!bench->fetcher && failed)
        return;
    if (bench->told != 1 || !right)
        fail_msg("%s: told %d times: %s \"%s\"", failed ? failed : "nothing", bench->told,
                 reason_code(bench->reason), bench->detail);
}

static void with_bench(void (*check)(const struct faults_scene *scene, struct bench *bench))
{
    static const char *const loopback[] = {"127.0.0.0/8", NULL};
    static const struct hostile_act hostile_act = {
        .send = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"};
    static const struct faults_scene scene = {act, judge};
    char path[PKI_PATH_SIZE];
    struct fault fault;
    struct bench bench = {.told = 0};
    bench.trust = trust_new(pki_path(&group_pki, "root", ".pem", path), &fault);
    assert_non_null(bench.trust);
    assert_int_equal(address_policy_init(&bench.policy, loopback, &fault), 0);
    hostile_open(&bench.hostile, &hostile_act,
                 &(struct hostile_tls){.certificate = pki_path(&group_pki, "stapled", "", path)});
    check(&scene, &bench);
    hostile_close(&bench.hostile);
    address_policy_fini(&bench.policy);
    trust_free(bench.trust);
}

static void fail_calls(const struct faults_scene *scene, struct bench *bench)
{
    assert_true(faults_each(scene, bench) >= 8);
}

static void fail_memory(const struct faults_scene *scene, struct bench *bench)
{
    assert_true(faults_each_memory(STRIDE, scene, bench) >= 1000 / STRIDE);
}

static void test_each_call_fails(void **state)
{
    (void)state;
    with_bench(fail_calls);
}

static void test_memory_fails(void **state)
{
    (void)state;
    with_bench(fail_memory);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_call_fails),
        cmocka_unit_test(test_memory_fails),
    };
    allocation_guard();
    return cmocka_run_group_tests(tests, pki_setup, pki_teardown);
}
