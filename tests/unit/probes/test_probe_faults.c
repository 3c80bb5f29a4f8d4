/* Each call that a probe makes below its protocol fails once: one result, which blames nobody else. Of each engine one probe:
 * datagrams and then TLS, a raw socket, a program. */
#include "collective.h"
#include "faults.h"
#include "hostile.h"
#include "macros.h"
#include "pinger.h"
#include "pki.h"
#include "registry.h"
#include "testing.h"
#include "trust.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <uv.h>

enum { GENEROUS_MS = 20000 };

struct bench {
    uv_loop_t loop;
    struct address_policy policy;
    struct probe_world world;
    struct arena arena;
    struct probe_run run;
    const char *scheme, *path;
    struct sockaddr_storage address;
    int told;
};

static void on_told(struct probe_run *run)
{
    container_of(run, struct bench, run)->told++;
}

static void prepare(struct bench *bench)
{
    struct probe_run *run = &bench->run;
    struct fault fault;
    char url[100];
    snprintf(url, sizeof url, "%s://good.test%s", bench->scheme, bench->path);
    *run = (struct probe_run){.type = registry_find(bench->scheme),
                              .world = &bench->world,
                              .url = arena_text(&bench->arena, url),
                              .host = "good.test",
                              .address = bench->address,
                              .timeout_ms = GENEROUS_MS,
                              .done = on_told};
    result_init(&run->result);
    assert_int_equal(
        registry_read_options(run->type, NULL, 0, &bench->arena, &run->options, &fault), 0);
    run->state = arena_alloc(&bench->arena, run->type->run_size);
    bench->told = 0;
}

static void act(void *owner)
{
    struct bench *bench = owner;
    uv_loop_init(&bench->loop);
    prepare(bench);
    faults_begin();
    bench->world.pinger = pinger_new(&bench->loop);
    bench->run.type->start(&bench->run);
    assert_int_equal(bench->told, 0);
    uv_run(&bench->loop, UV_RUN_DEFAULT);
    pinger_free(bench->world.pinger);
    uv_run(&bench->loop, UV_RUN_DEFAULT);
    faults_end();
    assert_int_equal(uv_loop_close(&bench->loop), 0);
}

static void judge(void *owner, const char *failed)
{
    const struct bench *bench = owner;
    const struct result *result = &bench->run.result;
    bool right = result->reason == REASON_ok || (failed && result->reason == REASON_self);
    if (bench->told != 1 || !right)
        fail_msg("%s, %s: told %d times: %s \"%s\"", bench->scheme, failed ? failed : "nothing",
                 bench->told, reason_code(result->reason), result->detail);
}

static void fail_each(struct bench *bench, long at_least)
{
    static const char *const loopback[] = {"127.0.0.0/8", NULL};
    static const struct faults_scene scene = {act, judge};
    char path[PKI_PATH_SIZE];
    struct fault fault;
    assert_int_equal(address_policy_init(&bench->policy, loopback, &fault), 0);
    bench->world = (struct probe_world){
        .loop = &bench->loop, .policy = &bench->policy, .user_agent = "vibrisse-test"};
    bench->world.trust = trust_new(pki_path(&group_pki, "root", ".pem", path), &fault);
    assert_non_null(bench->world.trust);
    assert_true(faults_each(&scene, bench) >= at_least);
    trust_free(bench->world.trust);
    address_policy_fini(&bench->policy);
    arena_free(&bench->arena);
}

/* Nobody is at the port over UDP, and the version comes over TLS. */
static void test_packet(void **state)
{
    (void)state;
    static const struct hostile_act version = {
        .hasty = true, .body = "\0\0\0\0\0", .body_length = 6, .parting = HOSTILE_HOLD};
    char path[PKI_PATH_SIZE];
    struct hostile hostile;
    hostile_open(&hostile, &version,
                 &(struct hostile_tls){.certificate = pki_path(&group_pki, "good", "", path)});
    struct bench bench = {.scheme = "mumble", .path = "", .address = hostile.address};
    fail_each(&bench, 12);
    hostile_close(&hostile);
}

static void test_echo(void **state)
{
    (void)state;
    int raw = socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_ICMP);
    if (raw < 0)
        skip();
    close(raw);
    struct bench bench = {.scheme = "icmp", .path = ""};
    address_parse("127.0.0.1", 0, &bench.address);
    fail_each(&bench, 4);
}

static void test_program(void **state)
{
    (void)state;
    struct bench bench = {.scheme = "command", .path = "/bin/true"};
    address_parse("127.0.0.1", 0, &bench.address);
    fail_each(&bench, 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_packet),
        cmocka_unit_test(test_echo),
        cmocka_unit_test(test_program),
    };
    return cmocka_run_group_tests(tests, pki_setup, pki_teardown);
}
