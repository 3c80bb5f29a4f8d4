/* Results on their way through the sentry, with sentinels and a resolver that do as the test says. */
#include "sentry.h"

#include "fake_dns.h"
#include "fake_probe.h"
#include "macros.h"
#include "testing.h"

#include <string.h>
#include <unistd.h>

enum { LINES = 6, TOLD_MAX = 16 };

#define GOOD      "mail://127.0.0.1:25"
#define ALSO_GOOD "mail://127.0.0.2:25"
#define DEAD      "mail://127.0.0.66:25"
#define SILENT    "mail://127.0.0.67:25"

static const struct fake_dns_row rows[] = {{.name = "a.h0.example", .addresses = {"127.0.0.1"}},
                                           {.name = "a.h1.example1", .addresses = {"127.0.0.1"}},
                                           {.name = "a.h2.example2", .addresses = {"127.0.0.1"}},
                                           {.name = "gone.h0.example", .way = FAKE_DNS_SERVFAIL},
                                           {0}};

struct post_office {
    uv_loop_t loop;
    struct fake_dns dns;
    struct world *world;
    struct sentry *sentry;
    struct sentry_line lines[LINES];
    struct told {
        struct sentry_line *line;
        struct result result;
    } told[TOLD_MAX];
    size_t count;
    bool gone, confirms, taking;
};

static struct post_office office;

static void on_told(struct sentry_line *line, const struct result *result, struct mono began)
{
    assert_true(began.ns > 0);
    assert_false(office.gone);
    assert_true(office.count < TOLD_MAX);
    office.told[office.count++] = (struct told){line, *result};
}

static bool on_confirms(const struct sentry_line *line)
{
    (void)line;
    return office.confirms;
}

static void on_gone(void *owner)
{
    ((struct post_office *)owner)->gone = true;
}

static void set_rules(const char *const *sentinels)
{
    struct fault fault;
    static const char *const allow[] = {"127.0.0.0/8", NULL};
    const char *const servers[] = {office.dns.server, NULL};
    const struct rules rules = {
        .vantage = "here", .allow = allow, .servers = servers, .sentinels = sentinels};
    world_release(office.world);
    office.world = world_new(&office.loop, &rules, &fault);
    assert_non_null(office.world);
    sentry_set_rules(office.sentry, &rules, office.world);
}

/* A line of hoster 0, two of hoster 1, and so on: h0/a, h0/b, h1/a, ... */
static void set_lines(const char *const *hosts)
{
    struct sentry_line *list[LINES];
    for (size_t i = 0; i < LINES; i++) {
        static char names[LINES][8] = {"h0/a", "h0/b", "h1/a", "h1/b", "h2/a", "h2/b"};
        const struct check check = {.interval_ms = 60000, .timeout_ms = 1000};
        const struct target target = {.connect = hosts ? hosts[i] : "", .literal = !hosts};
        office.lines[i] = (struct sentry_line){0};
        sentry_line_init(&office.lines[i], names[i], &check, &target, FAMILY_IPV4);
        list[i] = &office.lines[i];
    }
    sentry_set_lines(office.sentry, list, LINES);
}

static int set_up(void **state)
{
    (void)state;
    fake_probe = (struct fake_probe_record){0};
    office = (struct post_office){.confirms = true};
    uv_loop_init(&office.loop);
    fake_dns_open(&office.dns, &office.loop, rows);
    office.sentry = sentry_new(&office.loop, &(struct sentry_owner){&fake_catalogue, on_told,
                                                                    on_confirms, on_gone, &office});
    set_lines(NULL);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    size_t count = office.count;
    sentry_free(office.sentry);
    world_release(office.world);
    fake_dns_close(&office.dns);
    uv_run(&office.loop, UV_RUN_DEFAULT);
    assert_true(office.gone);
    assert_int_equal(office.count, count);
    assert_int_equal(uv_loop_close(&office.loop), 0);
    assert_int_equal(fake_probe.started, fake_probe.ended);
    return 0;
}

static void take(size_t line, enum reason reason)
{
    struct result result;
    result_init(&result);
    result_set(&result, reason, "seen");
    result.family = FAMILY_IPV4;
    sentry_take(office.sentry, &office.lines[line], &result, clock_mono());
}

static void wait_for(size_t count)
{
    struct mono began = clock_mono();
    while (office.count < count) {
        assert_true(mono_ms_between(began, clock_mono()) < 60000);
        uv_run(&office.loop, UV_RUN_ONCE);
    }
}

/* What comes of it is told at `at`; returns whether it was held before. A loop that stood still meanwhile makes it our own
 * fault: then it is taken again. */
static bool take_alone(size_t line, enum reason reason, size_t at)
{
    bool held;
    int tries = 0;
    do {
        uv_run(&office.loop, UV_RUN_NOWAIT); /* from here on it is watched for standing still */
        office.count = at;
        take(line, reason);
        held = office.count == at;
        wait_for(at + 1);
    } while (strstr(office.told[at].result.detail, "stood still") && ++tries < 10);
    return held;
}

static void assert_told(size_t at, size_t line, enum reason reason, const char *detail)
{
    assert_row(at, office.told[at].line == &office.lines[line]);
    assert_string_equal(office.told[at].result.detail, detail);
    assert_string_equal(reason_code(office.told[at].result.reason), reason_code(reason));
    assert_int_equal(office.told[at].result.outcome, reason_outcome(reason));
}

static void test_what_is_never_held(void **state)
{
    (void)state;
    static const enum reason reasons[] = {
        REASON_ok,           REASON_slow,    REASON_http_status, REASON_self,
        REASON_tls_hostname, REASON_blocked, REASON_tls_expired};
    set_rules((const char *const[]){DEAD, SILENT, NULL});
    for (size_t i = 0; i < ARRAY_LEN(reasons); i++) {
        take(0, reasons[i]);
        assert_int_equal(office.count, i + 1);
        assert_told(i, 0, reasons[i], "seen");
    }
}

/* One broken sentinel of three changes nothing. */
static void test_theirs(void **state)
{
    (void)state;
    set_rules((const char *const[]){GOOD, DEAD, ALSO_GOOD, NULL});
    take(0, REASON_connect_refused);
    assert_int_equal(office.count, 0);
    wait_for(1);
    assert_told(0, 0, REASON_connect_refused, "seen");
    assert_int_equal(sentry_vantage(office.sentry)->senses[SENSE_IPV4].condition, CONDITION_GOOD);
}

static void test_ours(void **state)
{
    (void)state;
    set_rules((const char *const[]){DEAD, DEAD, DEAD, NULL});
    take(0, REASON_connect_refused);
    take(2, REASON_unreachable);
    wait_for(2);
    assert_told(0, 0, REASON_self, "none of 3 sentinels answers over IPv4 (connect_refused)");
    assert_told(1, 2, REASON_self, "none of 3 sentinels answers over IPv4 (unreachable)");
    assert_int_equal(sentry_vantage(office.sentry)->senses[SENSE_IPV4].condition, CONDITION_BLIND);
    assert_int_equal(fake_probe.started, 6); /* two rounds at most: they share */
}

/* A silent one costs at most the limit of a round. */
static void test_silent_sentinel(void **state)
{
    (void)state;
    set_rules((const char *const[]){GOOD, SILENT, NULL});
    struct mono began = clock_mono();
    take(0, REASON_connect_refused);
    wait_for(1);
    assert_told(0, 0, REASON_connect_refused, "seen");
    assert_true(mono_ms_between(began, clock_mono()) < 20000);
}

static void test_order_of_a_line(void **state)
{
    (void)state;
    set_rules((const char *const[]){GOOD, ALSO_GOOD, NULL});
    take(0, REASON_connect_refused);
    take(0, REASON_ok);
    take(2, REASON_ok);
    assert_int_equal(office.count, 1);
    assert_told(0, 2, REASON_ok, "seen");
    take(0, REASON_unreachable);
    wait_for(4);
    assert_told(1, 0, REASON_connect_refused, "seen");
    assert_told(2, 0, REASON_ok, "seen");
    assert_told(3, 0, REASON_unreachable, "seen");
}

static void test_forgotten_line(void **state)
{
    (void)state;
    set_rules((const char *const[]){GOOD, NULL});
    take(0, REASON_connect_refused);
    take(2, REASON_connect_refused);
    sentry_forget(office.sentry, &office.lines[0]);
    wait_for(1);
    assert_told(0, 2, REASON_connect_refused, "seen");
}

/* Held results and a round under way when it ends: see tear_down(). */
static void test_end_in_the_middle(void **state)
{
    (void)state;
    set_rules((const char *const[]){SILENT, GOOD, NULL});
    take(0, REASON_connect_refused);
    take(1, REASON_dns_servfail);
    uv_run(&office.loop, UV_RUN_ONCE);
    assert_int_equal(office.count, 0);
}

/* Other sentinels in the middle of a round: they decide. */
static void test_other_sentinels(void **state)
{
    (void)state;
    set_rules((const char *const[]){SILENT, "hasty://127.0.0.1", NULL});
    take(0, REASON_connect_refused);
    set_rules((const char *const[]){GOOD, "nonsense://127.0.0.1", NULL});
    wait_for(1);
    assert_told(0, 0, REASON_connect_refused, "seen");
    /* None at all: a single service is no mass. */
    set_rules(NULL);
    office.confirms = false;
    take(0, REASON_connect_refused);
    assert_int_equal(office.count, 2);
}

/* We stood still meanwhile: that it did not answer in time is our fault; that it refused is not. */
static void test_stall(void **state)
{
    (void)state;
    struct result result;
    set_rules(NULL);
    uv_run(&office.loop, UV_RUN_ONCE);
    struct mono began = clock_mono();
    usleep(1000 * 1000);
    result_init(&result);
    result_set(&result, REASON_connect_timeout, "%s", "");
    sentry_take(office.sentry, &office.lines[0], &result, began);
    assert_int_equal(office.count, 1);
    assert_int_equal(office.told[0].result.reason, REASON_self);
    assert_non_null(strstr(office.told[0].result.detail, "stood still"));
    office.confirms = false;
    take(0, REASON_connect_timeout);
    take(0, REASON_connect_refused);
    assert_int_equal(office.count, 3);
    assert_told(2, 0, REASON_connect_refused, "seen");
}

/* ---- without sentinels ---- */

static void test_mass_is_ours(void **state)
{
    (void)state;
    set_rules(NULL);
    for (size_t i = 0; i < LINES; i++)
        take(i, REASON_ok);
    for (size_t i = 0; i < LINES; i++)
        take(i, REASON_unreachable);
    assert_int_equal(office.count, LINES);
    wait_for(2 * LINES);
    for (size_t i = LINES; i < 2 * LINES; i++)
        assert_string_equal(office.told[i].result.detail,
                            "6 services of 3 hosters fail at once over IPv4 (unreachable)");
}

/* As soon as so many others answer that no mass can come. */
static void test_no_mass_can_come(void **state)
{
    (void)state;
    set_rules(NULL);
    for (size_t i = 0; i < LINES; i++)
        take(i, REASON_ok);
    take(0, REASON_unreachable);
    assert_int_equal(office.count, LINES);
    take(1, REASON_ok);
    take(2, REASON_ok);
    wait_for(LINES + 3);
    assert_told(LINES + 2, 0, REASON_unreachable, "seen");
}

/* ---- the resolver ---- */

static void set_names(void)
{
    static const char *const hosts[LINES] = {"gone.h0.example", "a.h0.example",  "a.h1.example1",
                                             "a.h1.example1",   "a.h2.example2", "a.h2.example2"};
    set_lines(hosts);
    for (size_t i = 1; i < LINES; i++) {
        struct result result;
        result_init(&result);
        result_set(&result, REASON_ok, "%s", "");
        strcpy(result.address, "127.0.0.1");
        sentry_take(office.sentry, &office.lines[i], &result, clock_mono());
    }
    office.count = 0;
}

static void test_name_is_theirs(void **state)
{
    (void)state;
    set_rules((const char *const[]){GOOD, NULL});
    set_names();
    assert_true(take_alone(0, REASON_dns_servfail, 0));
    assert_told(0, 0, REASON_dns_servfail, "seen");
    assert_int_equal(sentry_vantage(office.sentry)->senses[SENSE_RESOLVER].condition,
                     CONDITION_GOOD);
}

static void test_resolver_is_ours(void **state)
{
    (void)state;
    set_rules((const char *const[]){GOOD, NULL});
    set_names();
    office.dns.mute = true;
    take_alone(0, REASON_dns_timeout, 0);
    assert_told(0, 0, REASON_self, "our resolver answers for nobody (dns_timeout)");
    assert_int_equal(sentry_vantage(office.sentry)->senses[SENSE_RESOLVER].condition,
                     CONDITION_BLIND);
    /* Nothing of earlier answers is kept. */
    office.dns.mute = false;
    take_alone(0, REASON_dns_timeout, 1);
    assert_told(1, 0, REASON_dns_timeout, "seen");
}

/* With one hoster the sentinels' names are asked for. */
static void test_names_of_sentinels(void **state)
{
    (void)state;
    static const char *const hosts[LINES] = {"gone.h0.example", "gone.h0.example"};
    struct sentry_line *list[] = {&office.lines[0], &office.lines[1]};
    set_lines(
        (const char *const[LINES]){hosts[0], hosts[1], hosts[0], hosts[0], hosts[0], hosts[0]});
    sentry_set_lines(office.sentry, list, ARRAY_LEN(list));
    set_rules((const char *const[]){"prompt://a.h2.example2", GOOD, NULL});
    take_alone(0, REASON_dns_servfail, 0);
    assert_told(0, 0, REASON_dns_servfail, "seen");
    office.dns.mute = true;
    take_alone(0, REASON_dns_timeout, 1);
    assert_int_equal(office.told[1].result.reason, REASON_self);
    office.dns.mute = false;
    /* Nobody to ask: it is told as it is. */
    set_rules((const char *const[]){GOOD, NULL});
    take_alone(0, REASON_dns_timeout, 2);
    assert_told(2, 0, REASON_dns_timeout, "seen");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_what_is_never_held),
        TEST(test_theirs),
        TEST(test_ours),
        TEST(test_silent_sentinel),
        TEST(test_order_of_a_line),
        TEST(test_forgotten_line),
        TEST(test_end_in_the_middle),
        TEST(test_other_sentinels),
        TEST(test_stall),
        TEST(test_mass_is_ours),
        TEST(test_no_mass_can_come),
        TEST(test_name_is_theirs),
        TEST(test_resolver_is_ours),
        TEST(test_names_of_sentinels),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
