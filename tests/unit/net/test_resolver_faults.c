/* Each call that a resolver makes fails once: every question has one answer, which blames nobody else. */
#include "resolver.h"

#include "fake_dns_thread.h"
#include "faults.h"
#include "macros.h"
#include "records.h"
#include "testing.h"

#include <string.h>

static const struct fake_dns_row rows[] = {
    {.name = "four.test", .addresses = {"192.0.2.4"}},
    {.name = "large.test", .way = FAKE_DNS_TRUNCATED, .addresses = {"192.0.2.6"}},
    {.name = "mail.test", .records = {"MX 10 mx.test"}},
    {.name = NULL},
};

struct answered {
    int told;
    enum reason reason;
};

struct bench {
    uv_loop_t loop;
    struct fake_dns_thread server;
    struct resolver_query small, large;
    struct records_query records;
    struct answered answers[3], first[3]; /* first: while a call failed */
    struct resolver *resolver;
};

static void on_small(struct resolver_query *query, const struct resolver_answer *answer)
{
    struct answered *answered = &container_of(query, struct bench, small)->answers[0];
    *answered = (struct answered){answered->told + 1, answer->reason};
}

static void on_large(struct resolver_query *query, const struct resolver_answer *answer)
{
    struct answered *answered = &container_of(query, struct bench, large)->answers[1];
    *answered = (struct answered){answered->told + 1, answer->reason};
}

static void on_records(struct records_query *query, const struct records_answer *answer)
{
    struct answered *answered = &container_of(query, struct bench, records)->answers[2];
    *answered = (struct answered){answered->told + 1, answer->reason};
}

static void ask(struct bench *bench)
{
    memset(bench->answers, 0, sizeof bench->answers);
    bench->small = (struct resolver_query){.done = on_small};
    bench->large = (struct resolver_query){.done = on_large};
    bench->records = (struct records_query){.done = on_records};
    resolver_start(bench->resolver, &bench->small, "four.test", FAMILY_IPV4, 443);
    resolver_start(bench->resolver, &bench->large, "large.test", FAMILY_IPV4, 443);
    records_start(bench->resolver, &bench->records, "mail.test", DNS_MX);
    uv_run(&bench->loop, UV_RUN_DEFAULT);
}

/* Its later answers suffer no more. */
static void ask_twice(struct bench *bench)
{
    ask(bench);
    faults_end();
    memcpy(bench->first, bench->answers, sizeof bench->first);
    ask(bench);
}

static void act(void *owner)
{
    struct bench *bench = owner;
    struct fault fault = {.text = ""};
    const char *const servers[] = {bench->server.dns.server, NULL};
    uv_loop_init(&bench->loop);
    faults_begin();
    bench->resolver = resolver_new(&bench->loop, servers, &fault);
    if (bench->resolver)
        ask_twice(bench);
    else
        assert_true(fault.text[0]);
    resolver_free(bench->resolver);
    uv_run(&bench->loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&bench->loop), 0);
}

static void judge(void *owner, const char *failed)
{
    const struct bench *bench = owner;
    if (!bench->resolver && failed)
        return;
    for (size_t i = 0; i < ARRAY_LEN(bench->first); i++) {
        const struct answered *first = &bench->first[i];
        bool right = first->reason == REASON_ok || (failed && first->reason == REASON_self);
        if (first->told != 1 || !right)
            fail_msg("%s: question %zu was answered %d times: %s", failed ? failed : "nothing", i,
                     first->told, reason_code(first->reason));
        const struct answered *again = &bench->answers[i];
        if (again->told != 1 || again->reason != REASON_ok)
            fail_msg("%s: question %zu, asked again, was answered %d times: %s",
                     failed ? failed : "nothing", i, again->told, reason_code(again->reason));
    }
}

static void test_each_call_fails(void **state)
{
    (void)state;
    static const struct faults_scene scene = {act, judge};
    struct bench bench;
    fake_dns_thread_open(&bench.server, rows);
    assert_true(faults_each(&scene, &bench) >= 8);
    fake_dns_thread_close(&bench.server);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_each_call_fails)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
