/* Each call that a wire makes fails once: it must end exactly once, leave nothing
 * behind, and say that it was our own doing.
 * The lack of memory is never taken for a fault of theirs. */
#include "wire.h"

#include "faults.h"
#include "hostile.h"
#include "macros.h"
#include "allocation.h"
#include "pki.h"
#include "testing.h"

#include <string.h>

enum { GENEROUS_MS = 30000, STRIDE = 41 };

struct bench {
    uv_loop_t loop;
    struct trust *trust;
    struct address_policy policy;
    struct hostile hostile;
    struct wire wire;
    int gone;
};

static void on_opened(struct wire *wire)
{
    wire_secure(wire);
}

static void on_secured(struct wire *wire)
{
    wire_send(wire, "hello\r\n\r\n", 9);
}

static void on_received(struct wire *wire, const char *bytes, size_t length)
{
    (void)bytes;
    (void)length;
    wire_close(wire);
}

static void on_gone(struct wire *wire)
{
    container_of(wire, struct bench, wire)->gone++;
}

static const struct wire_owner owner = {
    .opened = on_opened, .secured = on_secured, .received = on_received, .gone = on_gone};

static void act(void *owner_of_it)
{
    struct bench *bench = owner_of_it;
    const struct wire_wish wish = {.loop = &bench->loop,
                                   .trust = bench->trust,
                                   .policy = &bench->policy,
                                   .address = (const struct sockaddr *)&bench->hostile.address,
                                   .host = "good.test",
                                   .alpn = "test",
                                   .limit_ms = GENEROUS_MS};
    bench->gone = 0;
    uv_loop_init(&bench->loop);
    faults_begin();
    wire_open(&bench->wire, &owner, &wish);
    assert_int_equal(bench->gone, 0);
    uv_run(&bench->loop, UV_RUN_DEFAULT);
    faults_end();
    assert_int_equal(bench->gone, 1);
    assert_int_equal(uv_loop_close(&bench->loop), 0);
}

/* What is borne in silence is fine. */
static void judge(void *owner_of_it, const char *failed)
{
    const struct wire *wire = &((struct bench *)owner_of_it)->wire;
    if (wire->reason == REASON_ok && wire->tls.reason == REASON_ok)
        return;
    if (!failed || wire->reason != REASON_self)
        fail_msg("%s: %s \"%s\", certificate %s \"%s\"", failed ? failed : "nothing",
                 reason_code(wire->reason), wire->detail, reason_code(wire->tls.reason),
                 wire->tls.detail);
}

static void fail_each(const char *certificate, long stride, long at_least)
{
    static const char *const loopback[] = {"127.0.0.0/8", NULL};
    static const struct hostile_act hostile_act = {.send = "welcome", .parting = HOSTILE_HOLD};
    static const struct faults_scene scene = {act, judge};
    char path[PKI_PATH_SIZE];
    struct fault fault;
    struct bench bench = {.gone = 0};
    bench.trust = trust_new(pki_path(&group_pki, "root", ".pem", path), &fault);
    assert_non_null(bench.trust);
    assert_int_equal(address_policy_init(&bench.policy, loopback, &fault), 0);
    hostile_open(&bench.hostile, &hostile_act,
                 &(struct hostile_tls){.certificate = pki_path(&group_pki, certificate, "", path)});
    long count = stride ? faults_each_memory(stride, &scene, &bench) : faults_each(&scene, &bench);
    assert_true(count >= at_least);
    hostile_close(&bench.hostile);
    address_policy_fini(&bench.policy);
    trust_free(bench.trust);
}

static void test_each_call_fails(void **state)
{
    (void)state;
    fail_each("stapled", 0, 12);
}

static void test_memory_fails(void **state)
{
    (void)state;
    fail_each("stapled", STRIDE, 1000 / STRIDE);
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
