/* Each call beneath a whole turn, along the route to an attempt's end, fails once: the turn ends once, each family has at most
 * one result, and none blames anybody else. */
#include "fake_dns_thread.h"
#include "faults.h"
#include "macros.h"
#include "runner_bench.h"
#include "testing.h"

static const struct fake_dns_row rows[] = {
    {.name = "hoster.test", .records = {"MX 10 mx.test"}, .type = 15, .authentic = true},
    {.name = "mx.test", .addresses = {"127.0.0.5"}},
    {.name = "_25._tcp.mx.test", .records = {"TLSA 3 1 1 00ff"}, .authentic = true},
    {.name = NULL},
};

struct theatre {
    struct fake_dns_thread server;
    struct bench bench;
    struct subject subject;
};

static void act(void *owner)
{
    static const char *const allow[] = {"127.0.0.0/8", NULL};
    struct theatre *theatre = owner;
    struct bench *bench = &theatre->bench;
    const char *const servers[] = {theatre->server.dns.server, NULL};
    const struct rules rules = {.vantage = "here", .allow = allow, .servers = servers};
    struct fault fault;
    *bench = (struct bench){0};
    fake_probe = (struct fake_probe_record){0};
    uv_loop_init(&bench->loop);
    assert_non_null(bench->world = world_new(&bench->loop, &rules, &fault));
    bench->runner = runner_new(&bench->loop, 10);
    runner_bench_make(bench, &theatre->subject, "mail://hoster.test", WISH_BOTH);
    faults_begin();
    runner_bench_start(&theatre->subject, V4 | V6, 1);
    runner_bench_wait(&theatre->subject);
    faults_end();
    assert_int_equal(runner_in_flight(bench->runner), 0);
    runner_free(bench->runner);
    world_release(bench->world);
    uv_run(&bench->loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&bench->loop), 0);
    assert_int_equal(fake_probe.started, fake_probe.ended);
    arena_free(&bench->arena);
}

static void judge(void *owner, const char *failed)
{
    const struct subject *subject = &((struct theatre *)owner)->subject;
    assert_int_equal(subject->ended, 1);
    for (enum family family = FAMILY_IPV4; family < FAMILY_COUNT; family++) {
        const struct result *result = runner_bench_told(subject, family);
        if (result && result->reason != REASON_ok && !(failed && result->reason == REASON_self))
            fail_msg("%s: %s \"%s\"", failed ? failed : "nothing", reason_code(result->reason),
                     result->detail);
    }
    assert_true(failed || runner_bench_told(subject, FAMILY_IPV4));
}

static void test_each_call_fails(void **state)
{
    (void)state;
    static const struct faults_scene scene = {act, judge};
    struct theatre theatre;
    fake_dns_thread_open(&theatre.server, rows);
    assert_true(faults_each(&scene, &theatre) >= 4);
    fake_dns_thread_close(&theatre.server);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_each_call_fails)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
