#include "runner_bench.h"

#include "macros.h"
#include "testing.h"

#include <stdlib.h>
#include <string.h>

#define DIGEST "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

enum { TYPE_MX = 15 };

static const struct fake_dns_row rows[] = {
    {.name = "good-a.test", .addresses = {"127.0.0.1", "::1"}},
    {.name = "good-b.test", .addresses = {"127.0.0.2"}},
    {.name = "refusing.test", .addresses = {"127.0.0.66"}},
    {.name = "hanging.test", .addresses = {"127.0.0.67"}},
    {.name = "unsure.test", .addresses = {"127.0.0.68"}},
    {.name = "private.test", .addresses = {"10.0.0.1"}},
    {.name = "empty.test"},
    {.name = "two-a.test", .addresses = {"127.0.1.1", "127.0.1.2"}},
    {.name = "two-b.test", .addresses = {"127.0.2.1", "127.0.2.2"}},

    {.name = "all-good.test", .records = {"MX 10 good-a.test", "MX 20 good-b.test"}},
    {.name = "one-refuses.test", .records = {"MX 10 good-a.test", "MX 20 refusing.test"}},
    {.name = "first-refuses.test", .records = {"MX 10 refusing.test", "MX 20 good-b.test"}},
    {.name = "none-good.test", .records = {"MX 20 hanging.test", "MX 10 refusing.test"}},
    {.name = "one-unsure.test", .records = {"MX 10 refusing.test", "MX 20 unsure.test"}},
    {.name = "one-hangs.test", .records = {"MX 10 good-b.test", "MX 20 hanging.test"}},
    {.name = "one-private.test", .records = {"MX 10 private.test", "MX 20 good-b.test"}},
    {.name = "one-missing.test", .records = {"MX 10 good-b.test", "MX 20 missing.test"}},
    {.name = "one-empty.test", .records = {"MX 10 good-b.test", "MX 20 empty.test"}},
    {.name = "all-missing.test", .records = {"MX 10 missing.test", "MX 20 empty.test"}},
    {.name = "twos.test", .records = {"MX 10 two-a.test", "MX 20 two-b.test"}},
    {.name = "null.test", .records = {"MX 0 ."}},
    {.name = "servfail.test", .way = FAKE_DNS_SERVFAIL, .type = TYPE_MX},
    {.name = "silent.test", .way = FAKE_DNS_SILENT},
    {.name = "bare.test", .addresses = {"127.0.0.3"}},
    {.name = "many.test",
     .records = {"MX 1 good-a.test", "MX 2 good-b.test", "MX 3 two-a.test", "MX 4 two-b.test",
                 "MX 5 bare.test", "MX 6 127.test", "MX 7 refusing.test", "MX 8 unsure.test"}},
    {.name = "127.test", .addresses = {"127.0.0.7"}},

    {.name = "_25._tcp.good-a.test", .records = {"TLSA 3 1 1 " DIGEST}, .authentic = true},
    {.name = "_25._tcp.good-b.test", .records = {"TLSA 3 1 1 " DIGEST}},
    {.name = "_25._tcp.bare.test", .records = {"TLSA 3 1 1 " DIGEST}, .authentic = true},
    {.name = "_25._tcp.two-a.test", .way = FAKE_DNS_SERVFAIL},
    {.name = "_xmpp-client._tcp.signed.test",
     .records = {"SRV 5 0 5223 good-b.test", "SRV 1 0 5222 good-a.test"},
     .authentic = true},
    {.name = "_xmpp-client._tcp.unsigned.test", .records = {"SRV 1 0 5222 good-a.test"}},
    {.name = "_xmpp-client._tcp.no-services.test", .way = FAKE_DNS_NXDOMAIN, .authentic = true},
    {.name = "no-services.test", .addresses = {"127.0.0.4"}},
    {.name = "_5222._tcp.no-services.test", .records = {"TLSA 3 1 1 " DIGEST}, .authentic = true},
    {.name = "_5222._tcp.bare.test", .records = {"TLSA 3 1 1 " DIGEST}, .authentic = true},
    {.name = "_5222._tcp.good-a.test", .records = {"TLSA 3 1 1 " DIGEST}, .authentic = true},
    {.name = NULL},
};

static const struct result *only(const struct subject *subject, enum family family)
{
    assert_int_equal(subject->count, 1);
    assert_int_equal(subject->told[0].family, family);
    return &subject->told[0];
}

static void test_all_good(void **state)
{
    (void)state;
    struct bench bench;
    struct subject subject;
    runner_bench_open(&bench, 10, rows);
    runner_bench_run(&bench, &subject, "mail://all-good.test", WISH_BOTH);
    assert_int_equal(subject.count, 2);
    const struct result *four = runner_bench_told(&subject, FAMILY_IPV4);
    assert_int_equal(four->reason, REASON_ok);
    assert_string_equal(four->detail, "");
    assert_string_equal(four->address, "127.0.0.1");
    assert_true(four->phases.ms[PHASE_RESOLVE] > 0);
    assert_true(four->phases.ms[PHASE_TOTAL] > 1.5);
    const struct result *six = runner_bench_told(&subject, FAMILY_IPV6);
    assert_int_equal(six->reason, REASON_ok);
    assert_string_equal(six->address, "::1");
    assert_int_equal(fake_probe.started, 3);
    runner_bench_close(&bench);
}

static void test_some_good(void **state)
{
    (void)state;
    struct bench bench;
    struct subject subject;
    runner_bench_open(&bench, 10, rows);
    runner_bench_run(&bench, &subject, "mail://one-refuses.test", WISH_BOTH);
    assert_int_equal(subject.count, 2);
    const struct result *four = runner_bench_told(&subject, FAMILY_IPV4);
    assert_int_equal(four->reason, REASON_targets_failing);
    assert_int_equal(four->outcome, OUTCOME_DEGRADED);
    assert_string_equal(four->detail, "refusing.test: connect_refused, nobody is there");
    assert_string_equal(four->address, "127.0.0.1");
    /* It does not publish this family: it is none of its affair. */
    assert_int_equal(runner_bench_told(&subject, FAMILY_IPV6)->reason, REASON_ok);
    runner_bench_run(&bench, &subject, "mail://first-refuses.test", WISH_BOTH);
    assert_int_equal(only(&subject, FAMILY_IPV4)->reason, REASON_targets_failing);
    assert_string_equal(subject.told[0].address, "127.0.0.2");
    runner_bench_run(&bench, &subject, "mail://one-hangs.test", WISH_BOTH);
    assert_int_equal(only(&subject, FAMILY_IPV4)->reason, REASON_targets_failing);
    assert_string_equal(subject.told[0].detail, "hanging.test: timeout, no end within 100 ms");
    runner_bench_close(&bench);
}

static void test_targets_that_have_no_address(void **state)
{
    (void)state;
    struct bench bench;
    struct subject subject;
    runner_bench_open(&bench, 10, rows);
    runner_bench_run(&bench, &subject, "mail://one-missing.test", WISH_BOTH);
    assert_int_equal(only(&subject, FAMILY_IPV4)->reason, REASON_targets_failing);
    assert_string_equal(subject.told[0].detail, "missing.test: dns_nxdomain, no such name");
    runner_bench_run(&bench, &subject, "mail://one-empty.test", WISH_BOTH);
    assert_int_equal(only(&subject, FAMILY_IPV4)->reason, REASON_targets_failing);
    assert_non_null(strstr(subject.told[0].detail, "empty.test: dns_no_address"));
    runner_bench_run(&bench, &subject, "mail://all-missing.test", WISH_BOTH);
    assert_int_equal(only(&subject, FAMILY_IPV4)->reason, REASON_dns_nxdomain);
    assert_string_equal(subject.told[0].detail, "missing.test: no such name");
    runner_bench_close(&bench);
}

static void test_none_good(void **state)
{
    (void)state;
    struct bench bench;
    struct subject subject;
    runner_bench_open(&bench, 10, rows);
    runner_bench_run(&bench, &subject, "mail://none-good.test", WISH_BOTH);
    assert_int_equal(only(&subject, FAMILY_IPV4)->reason, REASON_connect_refused);
    assert_string_equal(subject.told[0].detail, "refusing.test: nobody is there");
    /* Through our own fault we cannot tell whether it is down. */
    runner_bench_run(&bench, &subject, "mail://one-unsure.test", WISH_BOTH);
    assert_int_equal(only(&subject, FAMILY_IPV4)->reason, REASON_self);
    /* Where we may not go says nothing, for good or ill. */
    runner_bench_run(&bench, &subject, "mail://one-private.test", WISH_BOTH);
    assert_int_equal(only(&subject, FAMILY_IPV4)->reason, REASON_ok);
    assert_string_equal(subject.told[0].address, "127.0.0.2");
    runner_bench_close(&bench);
}

static void test_no_route(void **state)
{
    (void)state;
    struct bench bench;
    struct subject subject;
    runner_bench_open(&bench, 10, rows);
    runner_bench_run(&bench, &subject, "mail://null.test", WISH_BOTH);
    assert_int_equal(only(&subject, FAMILY_IPV4)->reason, REASON_not_offered);
    assert_int_equal(subject.told[0].outcome, OUTCOME_DOWN);
    assert_non_null(strstr(subject.told[0].detail, "null MX"));
    assert_true(subject.told[0].phases.ms[PHASE_RESOLVE] > 0);
    runner_bench_run(&bench, &subject, "mail://servfail.test", WISH_IPV6);
    assert_int_equal(only(&subject, FAMILY_IPV6)->reason, REASON_dns_servfail);
    assert_int_equal(fake_probe.started, 0);
    /* Lines that there were all hear of it. */
    runner_bench_make(&bench, &subject, "mail://null.test", WISH_BOTH);
    subject.memory.lines[FAMILY_IPV4] = subject.memory.lines[FAMILY_IPV6] = true;
    runner_bench_start(&subject, V4 | V6, 1);
    runner_bench_wait(&subject);
    assert_int_equal(subject.count, 2);
    runner_bench_close(&bench);
}

/* A resolver that answers nobody is our own fault, however short the time-out; a route that loses its way is not. Both at
 * once, since it takes its time. */
static void test_routes_without_end(void **state)
{
    (void)state;
    struct bench bench;
    struct subject silent, lost;
    runner_bench_open(&bench, 10, rows);
    runner_bench_make(&bench, &silent, "mail://silent.test", WISH_BOTH);
    runner_bench_make(&bench, &lost, "lost://bare.test", WISH_BOTH);
    runner_bench_start(&silent, V4 | V6, 1);
    runner_bench_start(&lost, V4 | V6, 1);
    assert_int_equal(runner_in_flight(bench.runner), 2);
    runner_bench_wait(&silent);
    assert_int_equal(only(&silent, FAMILY_IPV4)->reason, REASON_self);
    runner_bench_wait(&lost);
    assert_int_equal(only(&lost, FAMILY_IPV4)->reason, REASON_timeout);
    assert_string_equal(lost.told[0].detail, "its servers could not be found in time");
    runner_bench_close(&bench);
}

static void test_without_records(void **state)
{
    (void)state;
    struct bench bench;
    struct subject subject;
    runner_bench_open(&bench, 10, rows);
    runner_bench_run(&bench, &subject, "mail://bare.test", WISH_BOTH);
    assert_int_equal(only(&subject, FAMILY_IPV4)->reason, REASON_ok);
    assert_int_equal(fake_probe.ports[0], 25);
    runner_bench_run(&bench, &subject, "mail://missing.test", WISH_BOTH);
    assert_int_equal(only(&subject, FAMILY_IPV4)->reason, REASON_dns_nxdomain);
    assert_string_equal(subject.told[0].detail, "no such name");
    runner_bench_close(&bench);
}

/* A port or an address in the check leaves nothing to look up. */
static void test_no_route_is_gone(void **state)
{
    static const char *const urls[] = {"mail://null.test:25", "mail://127.0.0.1", "mail://[::1]"};
    (void)state;
    struct bench bench;
    struct subject subject;
    for (size_t i = 0; i < ARRAY_LEN(urls); i++) {
        struct fault fault;
        struct watch watch = {"h/s", {.id = "c", .url = urls[i], .timeout_ms = 100}};
        runner_bench_open(&bench, 10, rows);
        subject = (struct subject){.bench = &bench};
        watch.check.address = i == 0 ? "127.0.0.66" : NULL;
        int rc = target_read(&watch, &fake_catalogue, &bench.arena, &subject.target, &fault);
        assert_int_equal(rc, 0);
        assert_false(subject.target.routed);
        runner_bench_start(&subject, V4 | V6, 1);
        runner_bench_wait(&subject);
        assert_int_equal(subject.count, 1);
        assert_int_equal(subject.told[0].reason, i == 0 ? REASON_connect_refused : REASON_ok);
        runner_bench_close(&bench);
    }
}

static void test_services_and_their_names(void **state)
{
    (void)state;
    struct bench bench;
    struct subject subject;
    runner_bench_open(&bench, 10, rows);
    runner_bench_run(&bench, &subject, "chat://signed.test", WISH_IPV4);
    assert_int_equal(only(&subject, FAMILY_IPV4)->reason, REASON_ok);
    assert_string_equal(subject.told[0].address, "127.0.0.1"); /* of the first priority */
    assert_int_equal(fake_probe.started, 2);
    for (size_t i = 0; i < 2; i++) {
        bool first = strcmp(fake_probe.addresses[i], "127.0.0.1") == 0;
        assert_string_equal(fake_probe.hosts[i], "signed.test");
        assert_int_equal(fake_probe.ports[i], first ? 5222 : 5223);
    }
    runner_bench_run(&bench, &subject, "mail://all-good.test", WISH_IPV6);
    assert_string_equal(fake_probe.hosts[2], "good-a.test");
    runner_bench_close(&bench);
}

static void test_fingerprints(void **state)
{
    static const struct {
        const char *url;
        size_t with_dane, started;
    } cases[] = {
        {"mail://all-good.test", 1, 2}, /* one is signed, the other not */
        {"mail://bare.test", 1, 1},        {"mail://bare.test:25", 1, 1},
        {"mail://twos.test", 0, 2}, /* one look-up fails, one finds nothing */
        {"chat://signed.test", 1, 2},      {"chat://unsigned.test", 0, 1},
        {"chat://no-services.test", 1, 1}, /* which is signed */
        {"chat://bare.test", 0, 1},        /* which is not */
        {"prompt://bare.test:25", 0, 1},   /* whose clients do not ask */
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct bench bench;
        struct subject subject;
        runner_bench_open(&bench, 10, rows);
        runner_bench_run(&bench, &subject, cases[i].url, WISH_IPV4);
        assert_int_equal(only(&subject, FAMILY_IPV4)->reason, REASON_ok);
        assert_int_equal(fake_probe.with_dane, cases[i].with_dane);
        assert_int_equal(fake_probe.started, cases[i].started);
        runner_bench_close(&bench);
    }
}

static void test_every_address_of_every_target_has_its_turn(void **state)
{
    (void)state;
    struct bench bench;
    struct subject subject;
    runner_bench_open(&bench, 10, rows);
    runner_bench_make(&bench, &subject, "mail://twos.test", WISH_IPV4);
    for (int i = 0; i < 2; i++) {
        runner_bench_start(&subject, V4, 1);
        runner_bench_wait(&subject);
    }
    assert_int_equal(fake_probe.started, 4);
    for (size_t i = 0; i < 4; i++)
        for (size_t j = 0; j < i; j++)
            assert_string_not_equal(fake_probe.addresses[i], fake_probe.addresses[j]);
    runner_bench_close(&bench);
}

static void test_targets_share_the_room_in_flight(void **state)
{
    enum { COUNT = 4 };
    (void)state;
    struct bench bench;
    static struct subject subjects[COUNT];
    runner_bench_open(&bench, 2, rows);
    for (int i = 0; i < COUNT; i++) {
        runner_bench_make(&bench, &subjects[i], "mail://many.test", WISH_BOTH);
        runner_bench_start(&subjects[i], V4 | V6, 1);
    }
    for (int i = 0; i < COUNT; i++) {
        runner_bench_wait(&subjects[i]);
        assert_int_equal(runner_bench_told(&subjects[i], FAMILY_IPV4)->reason,
                         REASON_targets_failing);
        assert_int_equal(runner_bench_told(&subjects[i], FAMILY_IPV6)->reason, REASON_ok);
    }
    assert_true(fake_probe.most_running <= 2);
    assert_int_equal(fake_probe.started, COUNT * 9);
    runner_bench_close(&bench);
}

/* Cancelled on the route, while targets are asked for, waited for and probed: no result, one end. */
static void test_cancelled_turns_tell_nothing(void **state)
{
    enum { COUNT = 7, TURNS = 24 };
    static const char *const urls[] = {"mail://many.test", "mail://one-hangs.test",
                                       "chat://signed.test", "mail://silent.test",
                                       "lost://bare.test"};
    (void)state;
    struct bench bench;
    static struct subject subjects[COUNT];
    for (int turns = 0; turns < TURNS; turns++) {
        size_t before[COUNT];
        runner_bench_open(&bench, turns % 2 ? 3 : 100, rows);
        for (size_t i = 0; i < COUNT; i++) {
            runner_bench_make(&bench, &subjects[i], urls[i % ARRAY_LEN(urls)], WISH_BOTH);
            runner_bench_start(&subjects[i], V4 | V6, 1);
        }
        for (int i = 0; i < turns; i++)
            uv_run(&bench.loop, UV_RUN_NOWAIT);
        for (size_t i = 0; i < COUNT; i++) {
            before[i] = subjects[i].count;
            if (!subjects[i].ended)
                runner_cancel(subjects[i].turn);
        }
        for (size_t i = 0; i < COUNT; i++) {
            runner_bench_wait(&subjects[i]);
            assert_int_equal(subjects[i].count, before[i]);
        }
        runner_bench_close(&bench);
    }
}

static void test_cancelled_by_its_own_result(void **state)
{
    static const char *const urls[] = {"mail://one-refuses.test", "mail://null.test",
                                       "mail://many.test"};
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(urls); i++) {
        struct bench bench;
        struct subject subject;
        runner_bench_open(&bench, 10, rows);
        runner_bench_make(&bench, &subject, urls[i], WISH_BOTH);
        subject.memory.lines[FAMILY_IPV4] = subject.memory.lines[FAMILY_IPV6] = true;
        subject.cancel_when_told = true;
        runner_bench_start(&subject, V4 | V6, 1);
        runner_bench_wait(&subject);
        assert_int_equal(subject.count, 1);
        runner_bench_close(&bench);
    }
}

/* Anything may happen at any time: each family has one result at most, each turn one end. */
static void test_random_faults(void **state)
{
    enum { COUNT = 30, ROUNDS = 12 };
    static const char *const urls[] = {"mail://all-good.test",    "mail://one-refuses.test",
                                       "mail://one-hangs.test",   "mail://many.test",
                                       "mail://null.test",        "mail://servfail.test",
                                       "chat://signed.test",      "chat://unsigned.test",
                                       "mail://one-missing.test", "mail://all-missing.test"};
    static struct fake_dns_row changing[ARRAY_LEN(rows)];
    static struct subject subjects[COUNT];
    (void)state;
    unsigned seed = 7;
    for (int round = 0; round < ROUNDS; round++) {
        struct bench bench;
        memcpy(changing, rows, sizeof rows);
        for (size_t i = 0; i + 1 < ARRAY_LEN(rows); i++)
            if (rand_r(&seed) % 4 == 0)
                changing[i].way =
                    (enum fake_dns_way[]){FAKE_DNS_NXDOMAIN, FAKE_DNS_SERVFAIL, FAKE_DNS_REFUSED,
                                          FAKE_DNS_CUT, FAKE_DNS_LOOP}[rand_r(&seed) % 5];
        runner_bench_open(&bench, 1 + (size_t)rand_r(&seed) % 20, changing);
        for (size_t i = 0; i < COUNT; i++) {
            runner_bench_make(&bench, &subjects[i], urls[(unsigned)rand_r(&seed) % ARRAY_LEN(urls)],
                              WISH_BOTH);
            subjects[i].memory.lines[FAMILY_IPV6] = rand_r(&seed) % 2;
            runner_bench_start(&subjects[i], rand_r(&seed) % 3 ? V4 | V6 : V4, 1);
        }
        for (size_t i = 0; i < COUNT; i++) {
            if (!subjects[i].ended && rand_r(&seed) % 4 == 0)
                runner_cancel(subjects[i].turn);
            uv_run(&bench.loop, UV_RUN_NOWAIT);
        }
        for (size_t i = 0; i < COUNT; i++) {
            runner_bench_wait(&subjects[i]);
            runner_bench_told(&subjects[i], FAMILY_IPV4); /* not two of them */
            runner_bench_told(&subjects[i], FAMILY_IPV6);
        }
        runner_bench_close(&bench);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all_good),
        cmocka_unit_test(test_some_good),
        cmocka_unit_test(test_targets_that_have_no_address),
        cmocka_unit_test(test_none_good),
        cmocka_unit_test(test_no_route),
        cmocka_unit_test(test_routes_without_end),
        cmocka_unit_test(test_without_records),
        cmocka_unit_test(test_no_route_is_gone),
        cmocka_unit_test(test_services_and_their_names),
        cmocka_unit_test(test_fingerprints),
        cmocka_unit_test(test_every_address_of_every_target_has_its_turn),
        cmocka_unit_test(test_targets_share_the_room_in_flight),
        cmocka_unit_test(test_cancelled_turns_tell_nothing),
        cmocka_unit_test(test_cancelled_by_its_own_result),
        cmocka_unit_test(test_random_faults),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
