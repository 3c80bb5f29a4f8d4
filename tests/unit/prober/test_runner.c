#include "runner_bench.h"

#include "macros.h"
#include "testing.h"

#include <math.h>
#include <string.h>

enum { GENEROUS_MS = 60000 };

static struct fake_dns_row rows[] = {
    {.name = "both.test", .addresses = {"127.0.0.1", "::1"}},
    {.name = "four.test", .addresses = {"127.0.0.2"}},
    {.name = "three.test", .addresses = {"127.0.0.13", "127.0.0.11", "127.0.0.12"}},
    {.name = "private.test", .addresses = {"10.0.0.1", "192.168.0.1"}},
    {.name = "mixed.test", .addresses = {"10.0.0.1", "127.0.0.3"}},
    {.name = "empty.test"},
    {.name = NULL},
};

static void test_a_result_for_each_family(void **state)
{
    (void)state;
    struct bench bench;
    struct subject subject;
    runner_bench_open(&bench, 10, rows);
    runner_bench_run(&bench, &subject, "prompt://both.test:8443", WISH_BOTH);
    assert_int_equal(subject.count, 2);
    const struct result *six = runner_bench_told(&subject, FAMILY_IPV6);
    assert_int_equal(six->outcome, OUTCOME_UP);
    assert_string_equal(six->address, "::1");
    assert_string_equal(six->vantage, "here");
    assert_string_equal(six->service, "hoster/service");
    assert_string_equal(six->check, "web");
    assert_int_equal(six->attempt, 1);
    assert_true(six->time.ms > 0);
    assert_true(six->phases.ms[PHASE_RESOLVE] > 0);
    assert_true(fabs(six->phases.ms[PHASE_TOTAL] - 1.5 - six->phases.ms[PHASE_RESOLVE]) < 1e-9);
    assert_string_equal(runner_bench_told(&subject, FAMILY_IPV4)->address, "127.0.0.1");
    runner_bench_close(&bench);
}

/* Neither what it found nor that its name is none. */
static void test_a_courtesy_is_held_against_nobody(void **state)
{
    (void)state;
    struct bench bench;
    struct subject subject;
    runner_bench_open(&bench, 10, rows);
    runner_bench_run(&bench, &subject, "favour://four.test", WISH_BOTH);
    assert_int_equal(subject.count, 1);
    assert_int_equal(subject.told[0].reason, REASON_no_figures);
    assert_string_equal(subject.told[0].detail, "connect_refused");
    assert_true(isnan(subject.told[0].phases.ms[PHASE_TOTAL]));
    runner_bench_run(&bench, &subject, "favour://nowhere.test", WISH_IPV4);
    assert_int_equal(subject.count, 1);
    assert_int_equal(subject.told[0].reason, REASON_no_figures);
    assert_non_null(strstr(subject.told[0].detail, "dns_nxdomain"));
    runner_bench_close(&bench);
}

static void test_one_family_only(void **state)
{
    (void)state;
    struct bench bench;
    struct subject subject;
    runner_bench_open(&bench, 10, rows);
    runner_bench_run(&bench, &subject, "prompt://four.test", WISH_BOTH);
    assert_int_equal(subject.count, 1);
    assert_int_equal(subject.told[0].family, FAMILY_IPV4);
    runner_bench_run(&bench, &subject, "prompt://both.test", WISH_IPV6);
    assert_int_equal(subject.count, 1);
    assert_int_equal(subject.told[0].family, FAMILY_IPV6);
    assert_int_equal(bench.dns.asked_a, 1);
    runner_bench_run(&bench, &subject, "prompt://[::1]", WISH_BOTH);
    assert_int_equal(subject.count, 1);
    assert_int_equal(subject.told[0].family, FAMILY_IPV6);
    runner_bench_close(&bench);
}

static void test_a_family_that_goes_has_a_last_word(void **state)
{
    (void)state;
    struct bench bench;
    struct subject subject;
    runner_bench_open(&bench, 10, rows);
    runner_bench_run(&bench, &subject, "prompt://both.test", WISH_BOTH);
    rows[0].addresses[1] = NULL;
    runner_bench_start(&subject, V4 | V6, 1);
    runner_bench_wait(&subject);
    assert_int_equal(subject.count, 2);
    assert_int_equal(runner_bench_told(&subject, FAMILY_IPV4)->outcome, OUTCOME_UP);
    assert_int_equal(runner_bench_told(&subject, FAMILY_IPV6)->reason, REASON_not_published);
    runner_bench_start(&subject, V4 | V6, 1);
    runner_bench_wait(&subject);
    assert_int_equal(subject.count, 1);
    rows[0].addresses[0] = NULL;
    runner_bench_start(&subject, V4 | V6, 1);
    runner_bench_wait(&subject);
    assert_int_equal(subject.count, 1);
    assert_int_equal(runner_bench_told(&subject, FAMILY_IPV4)->reason, REASON_dns_no_address);
    rows[0].addresses[0] = "127.0.0.1";
    rows[0].addresses[1] = "::1";
    runner_bench_start(&subject, V4 | V6, 1);
    runner_bench_wait(&subject);
    assert_int_equal(subject.count, 2);
    runner_bench_close(&bench);
}

static void test_no_address(void **state)
{
    (void)state;
    struct bench bench;
    struct subject subject;
    runner_bench_open(&bench, 10, rows);
    runner_bench_run(&bench, &subject, "prompt://empty.test", WISH_BOTH);
    assert_int_equal(subject.count, 1);
    assert_int_equal(subject.told[0].family, FAMILY_IPV4);
    assert_int_equal(subject.told[0].reason, REASON_dns_no_address);
    assert_int_equal(subject.told[0].outcome, OUTCOME_DOWN);
    runner_bench_run(&bench, &subject, "prompt://nothing.test", WISH_IPV6);
    assert_int_equal(subject.count, 1);
    assert_int_equal(subject.told[0].family, FAMILY_IPV6);
    assert_int_equal(subject.told[0].reason, REASON_dns_nxdomain);
    assert_true(subject.told[0].phases.ms[PHASE_RESOLVE] > 0);
    assert_int_equal(fake_probe.started, 0);
    runner_bench_close(&bench);
}

static void test_policy(void **state)
{
    (void)state;
    struct bench bench;
    struct subject subject;
    runner_bench_open(&bench, 10, rows);
    runner_bench_run(&bench, &subject, "prompt://private.test", WISH_BOTH);
    assert_int_equal(subject.count, 1);
    assert_int_equal(subject.told[0].reason, REASON_refused_by_policy);
    assert_int_equal(subject.told[0].outcome, OUTCOME_UNKNOWN);
    assert_string_equal(subject.told[0].address, "10.0.0.1");
    runner_bench_run(&bench, &subject, "prompt://192.168.0.1", WISH_BOTH);
    assert_int_equal(subject.told[0].reason, REASON_refused_by_policy);
    assert_int_equal(fake_probe.started, 0);
    runner_bench_run(&bench, &subject, "prompt://mixed.test", WISH_BOTH);
    assert_int_equal(subject.told[0].outcome, OUTCOME_UP);
    assert_string_equal(subject.told[0].address, "127.0.0.3");
    runner_bench_close(&bench);
}

static void test_addresses_are_taken_in_turn(void **state)
{
    (void)state;
    struct bench bench;
    struct subject subject;
    runner_bench_open(&bench, 10, rows);
    runner_bench_make(&bench, &subject, "prompt://three.test", WISH_BOTH);
    for (int i = 0; i < 6; i++) {
        char expected[16];
        runner_bench_start(&subject, V4, 1);
        runner_bench_wait(&subject);
        snprintf(expected, sizeof expected, "127.0.0.%d", 11 + i % 3);
        assert_string_equal(subject.told[0].address, expected);
    }
    runner_bench_close(&bench);
}

static void test_a_recheck_looks_at_its_family_alone(void **state)
{
    (void)state;
    struct bench bench;
    struct subject subject;
    runner_bench_open(&bench, 10, rows);
    runner_bench_make(&bench, &subject, "prompt://both.test", WISH_BOTH);
    runner_bench_start(&subject, V6, 3);
    runner_bench_wait(&subject);
    assert_int_equal(subject.count, 1);
    assert_int_equal(subject.told[0].family, FAMILY_IPV6);
    assert_int_equal(subject.told[0].attempt, 3);
    runner_bench_close(&bench);
}

static void test_the_deadline(void **state)
{
    (void)state;
    struct bench bench;
    struct subject hang, hasty;
    runner_bench_open(&bench, 10, rows);
    runner_bench_make(&bench, &hang, "hang://both.test", WISH_IPV4);
    runner_bench_make(&bench, &hasty, "hasty://both.test", WISH_IPV4);
    runner_bench_start(&hang, V4, 1);
    runner_bench_start(&hasty, V4, 1);
    runner_bench_wait(&hang);
    runner_bench_wait(&hasty);
    assert_int_equal(hang.count, 1);
    assert_int_equal(hang.told[0].reason, REASON_timeout);
    assert_int_equal(hasty.count, 1);
    assert_int_equal(hasty.told[0].reason, REASON_connect_timeout);
    assert_int_equal(fake_probe.cancelled, 2);
    runner_bench_close(&bench);
}

static void test_at_most_two_visit_an_address(void **state)
{
    (void)state;
    enum { COUNT = 20 };
    struct bench bench;
    static struct subject subjects[COUNT];
    runner_bench_open(&bench, 100, rows);
    for (int i = 0; i < COUNT; i++) {
        runner_bench_make(&bench, &subjects[i], "brief://four.test", WISH_IPV4);
        runner_bench_start(&subjects[i], V4, 1);
    }
    for (int i = 0; i < COUNT; i++) {
        runner_bench_wait(&subjects[i]);
        assert_int_equal(subjects[i].count, 1);
        if (i)
            assert_true(subjects[i].told[0].time.ms >= subjects[i - 1].told[0].time.ms);
    }
    assert_int_equal(fake_probe.most_running, RUNNER_PER_ADDRESS);
    /* The last ones waited: they began only then. */
    assert_true(subjects[COUNT - 1].told[0].time.ms - subjects[0].told[0].time.ms >= 100);
    runner_bench_close(&bench);
}

static void test_at_most_so_many_in_flight(void **state)
{
    (void)state;
    enum { COUNT = 40 };
    struct bench bench;
    static struct subject subjects[COUNT];
    runner_bench_open(&bench, 5, rows);
    for (int i = 0; i < COUNT; i++) {
        char url[32];
        snprintf(url, sizeof url, "brief://127.0.1.%d", i);
        runner_bench_make(&bench, &subjects[i], arena_text(&bench.arena, url), WISH_IPV4);
        runner_bench_start(&subjects[i], V4, 1);
        assert_true(runner_in_flight(bench.runner) <= 5);
    }
    for (int i = 0; i < COUNT; i++)
        runner_bench_wait(&subjects[i]);
    assert_int_equal(fake_probe.most_running, 5);
    assert_int_equal(fake_probe.started, COUNT);
    runner_bench_close(&bench);
}

/* Cancelled in every stage: queued, resolving, waiting for a place, probing. */
static void test_cancelled_turns_tell_nothing(void **state)
{
    (void)state;
    enum { COUNT = 8 };
    struct bench bench;
    static struct subject subjects[COUNT];
    for (int turns = 0; turns < 6; turns++) {
        runner_bench_open(&bench, 5, rows);
        for (int i = 0; i < COUNT; i++) {
            runner_bench_make(&bench, &subjects[i],
                              i % 2 ? "hang://four.test" : "hasty://four.test",
                              i % 3 ? WISH_BOTH : WISH_IPV4);
            subjects[i].target.timeout_ms = GENEROUS_MS; /* none may end by itself */
            runner_bench_start(&subjects[i], V4 | V6, 1);
        }
        for (int i = 0; i < turns; i++)
            uv_run(&bench.loop, UV_RUN_ONCE);
        for (int i = 0; i < COUNT; i++)
            runner_cancel(subjects[i].turn);
        for (int i = 0; i < COUNT; i++) {
            runner_bench_wait(&subjects[i]);
            assert_int_equal(subjects[i].count, 0);
        }
        runner_bench_close(&bench);
    }
}

static void test_cancelled_by_its_own_result(void **state)
{
    (void)state;
    struct bench bench;
    struct subject subject;
    runner_bench_open(&bench, 10, rows);
    runner_bench_make(&bench, &subject, "prompt://both.test", WISH_BOTH);
    subject.cancel_when_told = true;
    runner_bench_start(&subject, V4 | V6, 1);
    runner_bench_wait(&subject);
    assert_int_equal(subject.count, 1);
    runner_bench_close(&bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_result_for_each_family),
        cmocka_unit_test(test_a_courtesy_is_held_against_nobody),
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
