#include "runner.h"

#include "fake_dns.h"
#include "fake_probe.h"
#include "macros.h"
#include "testing.h"

#include <math.h>
#include <string.h>

enum { V4 = 1 << FAMILY_IPV4, V6 = 1 << FAMILY_IPV6, TOLD_MAX = 4 };

struct bench {
    uv_loop_t loop;
    struct fake_dns dns;
    struct world *world;
    struct runner *runner;
    struct arena arena;
};

/* One check and what came of it. */
struct subject {
    struct bench *bench;
    struct target target;
    struct runner_memory memory;
    struct runner_turn *turn;
    struct result told[TOLD_MAX];
    size_t count, ended;
    bool starting, cancel_when_told;
};

static struct fake_dns_row rows[] = {
    {.name = "both.test", .addresses = {"127.0.0.1", "::1"}},
    {.name = "four.test", .addresses = {"127.0.0.2"}},
    {.name = "three.test", .addresses = {"127.0.0.13", "127.0.0.11", "127.0.0.12"}},
    {.name = "private.test", .addresses = {"10.0.0.1", "192.168.0.1"}},
    {.name = "mixed.test", .addresses = {"10.0.0.1", "127.0.0.3"}},
    {.name = "empty.test"},
    {.name = NULL},
};

static void open_bench(struct bench *bench, size_t in_flight_max)
{
    struct fault fault;
    static const char *const allow[] = {"127.0.0.0/8", "::1", NULL};
    fake_probe = (struct fake_probe_record){0};
    *bench = (struct bench){0};
    uv_loop_init(&bench->loop);
    fake_dns_open(&bench->dns, &bench->loop, rows);
    const char *const servers[] = {bench->dns.server, NULL};
    const struct rules rules = {.vantage = "here", .allow = allow, .servers = servers};
    bench->world = world_new(&bench->loop, &rules, &fault);
    assert_non_null(bench->world);
    bench->runner = runner_new(&bench->loop, in_flight_max);
}

static void close_bench(struct bench *bench)
{
    assert_int_equal(runner_in_flight(bench->runner), 0);
    runner_free(bench->runner);
    world_release(bench->world);
    fake_dns_close(&bench->dns);
    uv_run(&bench->loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&bench->loop), 0);
    assert_int_equal(fake_probe.started, fake_probe.ended);
    arena_free(&bench->arena);
}

static void on_told(void *owner, const struct result *result, struct mono began)
{
    struct subject *subject = owner;
    assert_false(subject->starting);
    assert_int_equal(subject->ended, 0);
    assert_true(began.ns > 0);
    assert_true(subject->count < TOLD_MAX);
    subject->told[subject->count++] = *result;
    if (subject->cancel_when_told)
        runner_cancel(subject->turn);
}

static void on_ended(void *owner)
{
    struct subject *subject = owner;
    assert_false(subject->starting);
    subject->ended++;
}

static void make(struct bench *bench, struct subject *subject, const char *url, int wish)
{
    struct fault fault;
    struct watch watch = {"hoster/service",
                          {.id = "web", .url = url, .timeout_ms = 100, .family = wish}};
    *subject = (struct subject){.bench = bench};
    assert_int_equal(target_read(&watch, &fake_catalogue, &bench->arena, &subject->target, &fault),
                     0);
}

static void start(struct subject *subject, unsigned families, int attempt)
{
    const struct runner_job job = {
        .target = &subject->target,
        .memory = &subject->memory,
        .world = subject->bench->world,
        .families = families & subject->target.families,
        .attempt = attempt,
        .told = on_told,
        .ended = on_ended,
        .owner = subject,
    };
    subject->count = subject->ended = 0;
    subject->starting = true;
    subject->turn = runner_start(subject->bench->runner, &job);
    subject->starting = false;
}

static void wait_for(struct subject *subject)
{
    while (!subject->ended)
        assert_true(uv_run(&subject->bench->loop, UV_RUN_ONCE) || subject->ended);
    assert_int_equal(subject->ended, 1);
}

static const struct result *told(const struct subject *subject, enum family family)
{
    const struct result *found = NULL;
    for (size_t i = 0; i < subject->count; i++) {
        if (subject->told[i].family == family) {
            assert_null(found);
            found = &subject->told[i];
        }
    }
    return found;
}

static void run_once(struct bench *bench, struct subject *subject, const char *url, int wish)
{
    make(bench, subject, url, wish);
    start(subject, V4 | V6, 1);
    wait_for(subject);
}

static void test_a_result_for_each_family(void **state)
{
    (void)state;
    struct bench bench;
    struct subject subject;
    open_bench(&bench, 10);
    run_once(&bench, &subject, "prompt://both.test:8443", WISH_BOTH);
    assert_int_equal(subject.count, 2);
    const struct result *six = told(&subject, FAMILY_IPV6);
    assert_int_equal(six->outcome, OUTCOME_UP);
    assert_string_equal(six->address, "::1");
    assert_string_equal(six->vantage, "here");
    assert_string_equal(six->service, "hoster/service");
    assert_string_equal(six->check, "web");
    assert_int_equal(six->attempt, 1);
    assert_true(six->time.ms > 0);
    assert_true(six->phases.ms[PHASE_RESOLVE] > 0);
    assert_true(fabs(six->phases.ms[PHASE_TOTAL] - 1.5 - six->phases.ms[PHASE_RESOLVE]) < 1e-9);
    assert_string_equal(told(&subject, FAMILY_IPV4)->address, "127.0.0.1");
    close_bench(&bench);
}

static void test_one_family_only(void **state)
{
    (void)state;
    struct bench bench;
    struct subject subject;
    open_bench(&bench, 10);
    run_once(&bench, &subject, "prompt://four.test", WISH_BOTH);
    assert_int_equal(subject.count, 1);
    assert_int_equal(subject.told[0].family, FAMILY_IPV4);
    run_once(&bench, &subject, "prompt://both.test", WISH_IPV6);
    assert_int_equal(subject.count, 1);
    assert_int_equal(subject.told[0].family, FAMILY_IPV6);
    assert_int_equal(bench.dns.asked_a, 1);
    run_once(&bench, &subject, "prompt://[::1]", WISH_BOTH);
    assert_int_equal(subject.count, 1);
    assert_int_equal(subject.told[0].family, FAMILY_IPV6);
    close_bench(&bench);
}

static void test_a_family_that_goes_has_a_last_word(void **state)
{
    (void)state;
    struct bench bench;
    struct subject subject;
    open_bench(&bench, 10);
    run_once(&bench, &subject, "prompt://both.test", WISH_BOTH);
    rows[0].addresses[1] = NULL;
    start(&subject, V4 | V6, 1);
    wait_for(&subject);
    assert_int_equal(subject.count, 2);
    assert_int_equal(told(&subject, FAMILY_IPV4)->outcome, OUTCOME_UP);
    assert_int_equal(told(&subject, FAMILY_IPV6)->reason, REASON_not_published);
    start(&subject, V4 | V6, 1);
    wait_for(&subject);
    assert_int_equal(subject.count, 1);
    rows[0].addresses[0] = NULL;
    start(&subject, V4 | V6, 1);
    wait_for(&subject);
    assert_int_equal(subject.count, 1);
    assert_int_equal(told(&subject, FAMILY_IPV4)->reason, REASON_dns_no_address);
    rows[0].addresses[0] = "127.0.0.1";
    rows[0].addresses[1] = "::1";
    start(&subject, V4 | V6, 1);
    wait_for(&subject);
    assert_int_equal(subject.count, 2);
    close_bench(&bench);
}

static void test_no_address(void **state)
{
    (void)state;
    struct bench bench;
    struct subject subject;
    open_bench(&bench, 10);
    run_once(&bench, &subject, "prompt://empty.test", WISH_BOTH);
    assert_int_equal(subject.count, 1);
    assert_int_equal(subject.told[0].family, FAMILY_IPV4);
    assert_int_equal(subject.told[0].reason, REASON_dns_no_address);
    assert_int_equal(subject.told[0].outcome, OUTCOME_DOWN);
    run_once(&bench, &subject, "prompt://nothing.test", WISH_IPV6);
    assert_int_equal(subject.count, 1);
    assert_int_equal(subject.told[0].family, FAMILY_IPV6);
    assert_int_equal(subject.told[0].reason, REASON_dns_nxdomain);
    assert_true(subject.told[0].phases.ms[PHASE_RESOLVE] > 0);
    assert_int_equal(fake_probe.started, 0);
    close_bench(&bench);
}

static void test_policy(void **state)
{
    (void)state;
    struct bench bench;
    struct subject subject;
    open_bench(&bench, 10);
    run_once(&bench, &subject, "prompt://private.test", WISH_BOTH);
    assert_int_equal(subject.count, 1);
    assert_int_equal(subject.told[0].reason, REASON_refused_by_policy);
    assert_int_equal(subject.told[0].outcome, OUTCOME_UNKNOWN);
    assert_string_equal(subject.told[0].address, "10.0.0.1");
    run_once(&bench, &subject, "prompt://192.168.0.1", WISH_BOTH);
    assert_int_equal(subject.told[0].reason, REASON_refused_by_policy);
    assert_int_equal(fake_probe.started, 0);
    run_once(&bench, &subject, "prompt://mixed.test", WISH_BOTH);
    assert_int_equal(subject.told[0].outcome, OUTCOME_UP);
    assert_string_equal(subject.told[0].address, "127.0.0.3");
    close_bench(&bench);
}

static void test_addresses_are_taken_in_turn(void **state)
{
    (void)state;
    struct bench bench;
    struct subject subject;
    open_bench(&bench, 10);
    make(&bench, &subject, "prompt://three.test", WISH_BOTH);
    for (int i = 0; i < 6; i++) {
        char expected[16];
        start(&subject, V4, 1);
        wait_for(&subject);
        snprintf(expected, sizeof expected, "127.0.0.%d", 11 + i % 3);
        assert_string_equal(subject.told[0].address, expected);
    }
    close_bench(&bench);
}

static void test_a_recheck_looks_at_its_family_alone(void **state)
{
    (void)state;
    struct bench bench;
    struct subject subject;
    open_bench(&bench, 10);
    make(&bench, &subject, "prompt://both.test", WISH_BOTH);
    start(&subject, V6, 3);
    wait_for(&subject);
    assert_int_equal(subject.count, 1);
    assert_int_equal(subject.told[0].family, FAMILY_IPV6);
    assert_int_equal(subject.told[0].attempt, 3);
    close_bench(&bench);
}

static void test_the_deadline(void **state)
{
    (void)state;
    struct bench bench;
    struct subject hang, hasty;
    open_bench(&bench, 10);
    make(&bench, &hang, "hang://both.test", WISH_IPV4);
    make(&bench, &hasty, "hasty://both.test", WISH_IPV4);
    start(&hang, V4, 1);
    start(&hasty, V4, 1);
    wait_for(&hang);
    wait_for(&hasty);
    assert_int_equal(hang.count, 1);
    assert_int_equal(hang.told[0].reason, REASON_timeout);
    assert_int_equal(hasty.count, 1);
    assert_int_equal(hasty.told[0].reason, REASON_connect_timeout);
    assert_int_equal(fake_probe.cancelled, 2);
    close_bench(&bench);
}

static void test_at_most_two_visit_an_address(void **state)
{
    (void)state;
    enum { COUNT = 20 };
    struct bench bench;
    static struct subject subjects[COUNT];
    open_bench(&bench, 100);
    for (int i = 0; i < COUNT; i++) {
        make(&bench, &subjects[i], "brief://four.test", WISH_IPV4);
        start(&subjects[i], V4, 1);
    }
    for (int i = 0; i < COUNT; i++) {
        wait_for(&subjects[i]);
        assert_int_equal(subjects[i].count, 1);
        if (i)
            assert_true(subjects[i].told[0].time.ms >= subjects[i - 1].told[0].time.ms);
    }
    assert_int_equal(fake_probe.most_running, RUNNER_PER_ADDRESS);
    /* The last ones waited: they began only then. */
    assert_true(subjects[COUNT - 1].told[0].time.ms - subjects[0].told[0].time.ms >= 100);
    close_bench(&bench);
}

static void test_at_most_so_many_in_flight(void **state)
{
    (void)state;
    enum { COUNT = 40 };
    struct bench bench;
    static struct subject subjects[COUNT];
    open_bench(&bench, 5);
    for (int i = 0; i < COUNT; i++) {
        char url[32];
        snprintf(url, sizeof url, "brief://127.0.1.%d", i);
        make(&bench, &subjects[i], arena_text(&bench.arena, url), WISH_IPV4);
        start(&subjects[i], V4, 1);
        assert_true(runner_in_flight(bench.runner) <= 5);
    }
    for (int i = 0; i < COUNT; i++)
        wait_for(&subjects[i]);
    assert_int_equal(fake_probe.most_running, 5);
    assert_int_equal(fake_probe.started, COUNT);
    close_bench(&bench);
}

/* Cancelled in every stage: queued, resolving, waiting for a place, probing. */
static void test_cancelled_turns_tell_nothing(void **state)
{
    (void)state;
    enum { COUNT = 8 };
    struct bench bench;
    static struct subject subjects[COUNT];
    for (int turns = 0; turns < 6; turns++) {
        open_bench(&bench, 5);
        for (int i = 0; i < COUNT; i++) {
            make(&bench, &subjects[i], i % 2 ? "hang://four.test" : "hasty://four.test",
                 i % 3 ? WISH_BOTH : WISH_IPV4);
            start(&subjects[i], V4 | V6, 1);
        }
        for (int i = 0; i < turns; i++)
            uv_run(&bench.loop, UV_RUN_ONCE);
        for (int i = 0; i < COUNT; i++)
            runner_cancel(subjects[i].turn);
        for (int i = 0; i < COUNT; i++) {
            wait_for(&subjects[i]);
            assert_int_equal(subjects[i].count, 0);
        }
        close_bench(&bench);
    }
}

static void test_cancelled_by_its_own_result(void **state)
{
    (void)state;
    struct bench bench;
    struct subject subject;
    open_bench(&bench, 10);
    make(&bench, &subject, "prompt://both.test", WISH_BOTH);
    subject.cancel_when_told = true;
    start(&subject, V4 | V6, 1);
    wait_for(&subject);
    assert_int_equal(subject.count, 1);
    close_bench(&bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_result_for_each_family),
        cmocka_unit_test(test_one_family_only),
        cmocka_unit_test(test_a_family_that_goes_has_a_last_word),
        cmocka_unit_test(test_no_address),
        cmocka_unit_test(test_policy),
        cmocka_unit_test(test_addresses_are_taken_in_turn),
        cmocka_unit_test(test_a_recheck_looks_at_its_family_alone),
        cmocka_unit_test(test_the_deadline),
        cmocka_unit_test(test_at_most_two_visit_an_address),
        cmocka_unit_test(test_at_most_so_many_in_flight),
        cmocka_unit_test(test_cancelled_turns_tell_nothing),
        cmocka_unit_test(test_cancelled_by_its_own_result),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
