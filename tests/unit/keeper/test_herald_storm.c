/* 5,000 services of 100 hosters fail within a minute, from the results to what the courier is handed, over a real ledger.
 * Each hoster has a target of its own. The processor time of the alerts' part is printed, not judged: it depends on the
 * machine. */
#include "herald.h"

#include "errand.h"
#include "herald_find.h"
#include "mem.h"
#include "scratch.h"
#include "testing.h"
#include "text.h"
#include "village.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    BEGIN = VILLAGE_BEGIN,
    HOSTERS = 100,
    SERVICES = 5000,
    MINUTE = 60,
    FAILURES = 3,
    SOON_S = 10,
    STRIDE = 997 /* no divisor in common with SERVICES: every service comes once */
};

static const struct config_option hook_options[] = {
    {.name = "url", .value = "http://127.0.0.1:9/"},
    {.name = "secret", .value = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="}};

struct town {
    char folder[SCRATCH_SIZE];
    char keys[SERVICES][24], names[HOSTERS][16];
    struct config_target targets[HOSTERS];
    const struct config_target *list[HOSTERS];
    struct alert_route routes[HOSTERS];
    struct config *config;
    struct ledger *ledger;
    struct pipeline *pipeline;
    struct herald *herald;
    int64_t now, first, verdict; /* s; the first message, the first service found down */
    char carried[HERALD_UNDER_WAY][ALERT_ID_SIZE];
    size_t under_way, told;
    int heard[HOSTERS];
    double processor_s;
};

static double processor_s(void)
{
    struct timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void carry(void *owner, int64_t courier, char *line, size_t length)
{
    struct town *town = owner;
    struct arena arena = {0};
    struct errand errand;
    struct fault fault;
    (void)courier;
    assert_int_equal(errand_read(line, length - 1, &arena, &errand, &fault), 0);
    const struct alert *alert = errand.alert;
    assert_int_equal(alert->kind, ALERT_DOWN);
    assert_true(town->under_way < HERALD_UNDER_WAY);
    text_copy(town->carried[town->under_way++], ALERT_ID_SIZE, alert->id);
    town->heard[atoi(alert->target + 1)]++;
    town->told += alert->total;
    if (!town->first)
        town->first = town->now;
    arena_free(&arena);
    free(line);
}

static void answer(struct town *town)
{
    for (; town->under_way; town->under_way--) {
        struct errand_answer said = {.end = OUTBOX_DELIVERED};
        text_copy(said.id, sizeof said.id, town->carried[town->under_way - 1]);
        herald_answer(town->herald, &said, town->now * 1000);
    }
}

static void note_verdict(struct town *town, size_t service)
{
    const char *key = town->config->collective.services[service]->key;
    struct finding finding;
    herald_find_service(pipeline_record(town->pipeline, key), town->now, &finding);
    if (!town->verdict && finding.state == OUTCOME_DOWN)
        town->verdict = town->now;
}

/* What only alerts make, with the ledger's part of it. */
static void alert(struct town *town)
{
    struct fault fault;
    double before = processor_s();
    for (int64_t i; (i = pipeline_next_changed(town->pipeline)) >= 0;) {
        note_verdict(town, (size_t)i);
        herald_service(town->herald, (size_t)i, town->now * 1000);
    }
    herald_turn(town->herald, town->now * 1000);
    if (pipeline_urgent(town->pipeline) || herald_is_urgent(town->herald))
        assert_int_equal(pipeline_commit(town->pipeline, KEEP_CHANGES, &fault), 0);
    do {
        answer(town);
        herald_send(town->herald, town->now * 1000);
    } while (town->under_way);
    town->processor_s += processor_s() - before;
}

static void second(struct town *town)
{
    town->now++;
    pipeline_settle(town->pipeline, town->now);
    alert(town);
}

static void find(struct town *town, size_t service, enum reason reason)
{
    const struct service *found = town->config->collective.services[service];
    struct result result = village_result(found->key, town->now, reason);
    text_format(result.address, sizeof result.address, "192.0.2.%d", atoi(found->hoster->id + 1));
    pipeline_result(town->pipeline, &result, wall_from_seconds(town->now));
}

/* ---- the town ---- */

static void route(struct town *town, struct hoster *hoster, int number)
{
    struct config_target *target = &town->targets[number];
    text_format(town->names[number], sizeof town->names[number], "t%d", number);
    *target = (struct config_target){.who = {.name = town->names[number]},
                                     .channel = "webhook",
                                     .options = hook_options,
                                     .option_count = 2};
    town->list[number] = target;
    town->routes[number] = (struct alert_route){
        .target = &target->who, .subjects = 1U << ALERTING_DOWN, .severe = true};
    hoster->alerts = (struct alert_routes){&town->routes[number], 1};
}

static struct config *config_of(struct town *town)
{
    static const char *keys[SERVICES + 1];
    for (int i = 0; i < SERVICES; i++) {
        text_format(town->keys[i], sizeof town->keys[i], "h%02d/s%04d", i * HOSTERS / SERVICES, i);
        keys[i] = town->keys[i];
    }
    struct config *config = village_config(keys);
    assert_int_equal(config->collective.hoster_count, HOSTERS);
    for (int i = 0; i < HOSTERS; i++)
        route(town, (struct hoster *)&config->collective.hosters[i], i);
    config->alerts.targets = town->list;
    config->alerts.target_count = HOSTERS;
    return config;
}

static struct town *found_town(void)
{
    struct town *town = mem_zalloc(sizeof *town);
    struct fault fault;
    scratch_make(town->folder);
    town->now = BEGIN;
    town->config = config_of(town);
    assert_int_equal(ledger_open(town->folder, &town->ledger, &fault), 0);
    town->pipeline = pipeline_new(town->config, town->ledger, NULL);
    town->herald = herald_new(town->config, town->ledger, town->pipeline, town->now * 1000);
    herald_employ(town->herald, carry, town);
    herald_courier(town->herald, 1, town->now * 1000);
    return town;
}

static void leave_town(struct town *town)
{
    herald_free(town->herald);
    pipeline_free(town->pipeline);
    ledger_close(town->ledger);
    config_free(town->config);
    scratch_remove(town->folder);
    free(town);
}

/* ---- the storm ---- */

static void all_are_up(struct town *town)
{
    for (int round = 0; round < 2; round++) {
        for (size_t i = 0; i < SERVICES; i++)
            find(town, i, REASON_ok);
        second(town);
    }
}

/* Each has failed three times in a row after as many seconds. */
static void all_fail(struct town *town)
{
    const int each = SERVICES / MINUTE + 1;
    for (int s = 0; s < MINUTE + FAILURES; s++) {
        for (int i = (s - FAILURES + 1) * each; i < (s + 1) * each; i++)
            if (i >= 0 && i < SERVICES)
                find(town, (size_t)(i * STRIDE % SERVICES), REASON_timeout);
        second(town);
    }
}

static void test_one_message_each(void **state)
{
    struct town *town = found_town();
    (void)state;
    all_are_up(town);
    town->processor_s = 0;
    all_fail(town);
    for (int s = 0; s < 5 * MINUTE; s++)
        second(town);
    for (int i = 0; i < HOSTERS; i++)
        assert_int_equal(town->heard[i], 1);
    assert_in_range(town->first - town->verdict, 0, SOON_S);
    assert_true(town->told < SERVICES);
    town->now += POLICY_JOINED_MOST_S;
    second(town);
    assert_int_equal(town->told, SERVICES);
    print_message("the alerts of %d outages, the ledger's part included: %.2f s of processor\n",
                  SERVICES, town->processor_s);
    leave_town(town);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_one_message_each)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
