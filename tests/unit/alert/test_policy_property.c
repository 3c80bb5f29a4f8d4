/* Random weeks of a hamlet, and what must hold of every message: nobody hears twice of one change, an end follows its
 * beginning, a contact hears only while it wants to, and when all has been quiet for long enough everybody knows how
 * things are, or there is a reason that has a name. VIBRISSE_SEED=N (1) takes other weeks, VIBRISSE_WEEKS=N (as many
 * as fit into some seconds with sanitizers) more of them. */
#include "hamlet.h"
#include "macros.h"
#include "testing.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>

enum { SERVICES = 12, STEPS = 400, WEEKS = 300, IDS_MAX = 1 << 15, BEGIN = 1767225600 };

struct week {
    struct hamlet *hamlet;
    struct policy *policy;
    int64_t now;
    uint32_t chance;
    enum level known[SERVICES + 1][HAMLET_TARGETS]; /* as the messages said */
    bool flaps[SERVICES + 1][HAMLET_TARGETS];
    struct finding findings[SERVICES + 1];
    char ids[IDS_MAX][ALERT_ID_SIZE]; /* a hash table; "" = free */
    size_t id_count;
};

static const char contact[] = "contact";

static uint32_t draw(struct week *week, uint32_t below)
{
    week->chance = week->chance * 1664525 + 1013904223;
    return (week->chance >> 8) % below;
}

static void learn(struct week *week, const struct alert *alert, const struct alert_row *row)
{
    size_t service = hamlet_index(week->hamlet, row->service[0] ? row->service : "monitor");
    size_t target = (size_t)(hamlet_target(week->hamlet, alert->target) - week->hamlet->targets);
    enum level *known = &week->known[service][target];
    bool *flaps = &week->flaps[service][target];
    bool reminder = alert->kind == ALERT_REMINDER;
    enum level now = row->kind == ALERT_DOWN                                      ? LEVEL_DOWN
                     : row->kind == ALERT_DEGRADED || row->kind == ALERT_IMPAIRED ? LEVEL_DEGRADED
                     : row->kind == ALERT_CERTIFICATE ? LEVEL_CERTIFICATE
                                                      : LEVEL_FINE;
    if (row->kind == ALERT_REMINDER) {
        assert_int_equal(level_outcome(*known), row->after);
    } else if (reminder) {
        assert_int_equal(*known, now);
    } else if (row->kind == ALERT_FLAPPING) {
        assert_false(*flaps);
        *flaps = true;
    } else if (row->kind == ALERT_STEADY) {
        assert_true(*flaps);
        *flaps = false;
        *known = row->after == OUTCOME_DOWN ? LEVEL_DOWN
                 : row->after == OUTCOME_UP ? LEVEL_FINE
                                            : LEVEL_DEGRADED;
    } else {
        assert_false(*flaps);
        bool story = now == LEVEL_FINE && *known == LEVEL_FINE;
        assert_true(story ? row->until > 0 : now != *known);
        *known = now;
    }
}

/* False when it was there. An id is a digest, so that its first bytes are as good a hash as any. */
static bool add_id(struct week *week, const char *id)
{
    size_t at = 0;
    for (int i = 0; i < 3; i++)
        at = at << 5 | (size_t)(id[i] >= 'a' ? id[i] - 'a' : id[i] - '2' + 26);
    assert_true(week->id_count < IDS_MAX / 2);
    for (; week->ids[at][0]; at = (at + 1) % IDS_MAX)
        if (strcmp(week->ids[at], id) == 0)
            return false;
    text_copy(week->ids[at], ALERT_ID_SIZE, id);
    week->id_count++;
    return true;
}

static void on_message(void *owner, const struct policy_message *message)
{
    struct week *week = owner;
    const struct alert *alert = message->alert;
    assert_true(hamlet_wants(week->hamlet, hamlet_target(week->hamlet, alert->target)));
    assert_true(alert->row_count > 0 && alert->total == alert->row_count && alert->thread[0]);
    /* Who changes its mind twice is told of the same outage under the same id, which the outbox knows. */
    bool is_new = add_id(week, alert->id);
    assert_true(is_new || strcmp(alert->target, contact) == 0);
    for (size_t i = 0; i < alert->row_count; i++)
        learn(week, alert, &alert->rows[i]);
}

static void run_until(struct week *week, int64_t at)
{
    for (int turns = 0; policy_due(week->policy) <= at; turns++) {
        assert_true(turns < 100000);
        if (policy_due(week->policy) > week->now)
            week->now = policy_due(week->policy);
        policy_turn(week->policy, week->now, on_message, week);
        assert_true(policy_due(week->policy) > week->now);
    }
    week->now = at;
}

static void build(struct week *week)
{
    char key[32];
    struct policy_world world;
    week->hamlet = hamlet_new();
    for (int i = 0; i < SERVICES; i++) {
        text_format(key, sizeof key, "h%d/s%d", i % 4, i);
        struct service *service = hamlet_service(week->hamlet, key, 60000);
        if (i >= 8)
            service->parent = week->hamlet->services[i - 8].key;
    }
    hamlet_route(week->hamlet, "h0", "plain");
    hamlet_route(week->hamlet, "h1", "late")->after_ms = 300000;
    struct alert_route *night = hamlet_route(week->hamlet, "h2", "night");
    night->quiet = (struct quiet_hours){1320, 420};
    night->severe = false;
    hamlet_route(week->hamlet, "h3", "few")->subjects = 1U << ALERTING_DOWN;
    hamlet_route(week->hamlet, "h1", contact);
    hamlet_consent(week->hamlet, contact, false);
    hamlet_route(week->hamlet, "everything", "watch");
    hamlet_world(week->hamlet, &world);
    week->policy = policy_new(&world);
}

static void change(struct week *week)
{
    static const enum outcome states[] = {OUTCOME_UP,   OUTCOME_UP,   OUTCOME_DEGRADED,
                                          OUTCOME_DOWN, OUTCOME_DOWN, OUTCOME_UNKNOWN};
    size_t i = draw(week, SERVICES + 1);
    struct finding *finding = &week->findings[i];
    finding->state = states[draw(week, ARRAY_LEN(states))];
    if (i == SERVICES && finding->state == OUTCOME_DOWN)
        finding->state = OUTCOME_DEGRADED;
    finding->reason = finding->state == OUTCOME_DOWN ? REASON_timeout : REASON_slow;
    finding->since = week->now;
    finding->since_after = week->now - 60;
    finding->flapping = i < SERVICES && draw(week, 10) == 0;
    policy_state(week->policy, i, finding, week->now);
}

/* All is loaded before anything is told: as the herald does. */
static struct policy *after_restart(struct hamlet *hamlet, struct policy *old,
                                    const struct finding *findings, int64_t now)
{
    struct policy_world world;
    hamlet_world(hamlet, &world);
    struct policy *policy = policy_new(&world);
    for (size_t i = 0; i <= hamlet->collective.service_count; i++) {
        struct buffer text;
        buffer_init(&text, 65536);
        policy_save(old, i, &text);
        if (text.length)
            policy_load(policy, i, buffer_text(&text));
        buffer_fini(&text);
    }
    for (size_t i = 0; i <= hamlet->collective.service_count; i++)
        if (findings[i].since)
            policy_state(policy, i, &findings[i], now);
    policy_free(old);
    return policy;
}

static void on_thread(void *owner, const char *thread)
{
    (void)owner;
    assert_int_equal(strlen(thread), ALERT_ID_SIZE - 1);
}

/* Who wants no more knows nothing from then on. */
static void turn_contact(struct week *week, int steps)
{
    size_t target = (size_t)(hamlet_target(week->hamlet, contact) - week->hamlet->targets);
    bool wants = steps / 7 % 2 == 0;
    hamlet_consent(week->hamlet, contact, wants);
    policy_wake(week->policy);
    run_until(week, week->now);
    for (size_t i = 0; !wants && i <= SERVICES; i++) {
        week->known[i][target] = LEVEL_FINE;
        week->flaps[i][target] = false;
    }
}

static void step(struct week *week)
{
    size_t i = draw(week, SERVICES);
    switch (draw(week, 13)) {
    case 0:
        policy_silence(week->policy, "h0", week->now, week->now + draw(week, 7200));
        break;
    case 1:
        week->hamlet->maintained_until[i] = week->now + draw(week, 7200);
        break;
    case 2:
        policy_acknowledge(week->policy, week->hamlet->order[i]->key, on_thread, NULL);
        break;
    case 3:
        week->policy = after_restart(week->hamlet, week->policy, week->findings, week->now);
        break;
    case 4: /* much changes within some seconds */
        for (uint32_t left = 4 + draw(week, 12); left; left--) {
            change(week);
            run_until(week, week->now + draw(week, 4));
        }
        break;
    default:
        change(week);
    }
    run_until(week, week->now + 1 + draw(week, draw(week, 4) ? 90 : 3000));
}

/* All is fine: nothing is left to stand open. */
static void on_standing(void *owner, const struct policy_standing *standing)
{
    (void)owner;
    fail_msg("%s is held for %s", standing->service ? standing->service->key : "the monitor",
             policy_hold_words[standing->hold]);
}

static void expect_known(struct week *week)
{
    for (size_t i = 0; i <= SERVICES; i++) {
        struct finding *finding = &week->findings[i];
        *finding = (struct finding){.state = OUTCOME_UP, .since = week->now};
        policy_state(week->policy, i, finding, week->now);
    }
    run_until(week, week->now + INT64_C(3) * 86400);
    policy_each(week->policy, on_standing, week);
    for (size_t i = 0; i <= SERVICES; i++) {
        for (size_t j = 0; j < week->hamlet->target_count; j++) {
            assert_int_equal(week->known[i][j], LEVEL_FINE);
            assert_false(week->flaps[i][j]);
        }
    }
}

static void live_a_week(uint32_t chance)
{
    struct week *week = calloc(1, sizeof *week);
    assert_non_null(week);
    week->chance = chance;
    week->now = BEGIN;
    build(week);
    for (int i = 0; i < STEPS; i++) {
        if (i % 7 == 0)
            turn_contact(week, i);
        step(week);
    }
    expect_known(week);
    assert_true(week->id_count > 20);
    policy_free(week->policy);
    hamlet_free(week->hamlet);
    free(week);
}

static uint32_t number_of(const char *variable, uint32_t otherwise)
{
    const char *text = getenv(variable);
    return text ? (uint32_t)strtoul(text, NULL, 10) : otherwise;
}

static int begin_life(void **state)
{
    uint32_t *seed = malloc(sizeof *seed);
    assert_non_null(seed);
    *seed = number_of("VIBRISSE_SEED", 1);
    *state = seed;
    return 0;
}

static void test_random_weeks(void **state)
{
    uint32_t *seed = *state, weeks = number_of("VIBRISSE_WEEKS", WEEKS);
    for (; weeks; weeks--, (*seed)++)
        live_a_week(*seed * 2654435761U);
    *seed = 0;
}

static int end_life(void **state)
{
    uint32_t *seed = *state;
    if (*seed)
        print_error("again: VIBRISSE_SEED=%u VIBRISSE_WEEKS=1\n", *seed);
    free(seed);
    return 0;
}

/* ---- many at once ---- */

enum { HOUSES = 10, ROOMS = 30, MINUTE = 60, HOUR = 3600, STORMS = 40, LODGINGS = HOUSES * ROOMS };

struct storm_count {
    struct hamlet *hamlet;
    int64_t now, first;        /* the first message */
    int heard[HAMLET_TARGETS]; /* messages by target */
    bool named[LODGINGS];      /* somebody was told of it */
    size_t told;
    uint32_t chance;
    struct finding findings[LODGINGS + 1];
};

static void on_storm_message(void *owner, const struct policy_message *message)
{
    struct storm_count *count = owner;
    const struct alert *alert = message->alert;
    const struct alert_target *target = hamlet_target(count->hamlet, alert->target);
    count->heard[target - count->hamlet->targets]++;
    if (!count->first)
        count->first = count->now;
    for (size_t i = 0; i < alert->row_count; i++) {
        size_t service = hamlet_index(count->hamlet, alert->rows[i].service);
        bool again = alert->kind == ALERT_REMINDER || alert->rows[i].kind == ALERT_REMINDER;
        assert_int_equal(count->named[service], again);
        count->told += !again;
        count->named[service] = true;
    }
}

static void turn_until(struct policy *policy, struct storm_count *count, int64_t at)
{
    while (policy_due(policy) <= at) {
        count->now = policy_due(policy) > count->now ? policy_due(policy) : count->now;
        policy_turn(policy, count->now, on_storm_message, count);
    }
    count->now = at;
}

static struct policy *build_houses(struct hamlet *hamlet, int64_t remind_ms)
{
    char key[32];
    struct policy_world world;
    for (int i = 0; i < LODGINGS; i++) {
        text_format(key, sizeof key, "h%d/s%d", i % HOUSES, i);
        hamlet_service(hamlet, key, 60000);
    }
    for (int i = 0; i < HOUSES; i++) {
        text_format(key, sizeof key, "h%d", i);
        hamlet_route(hamlet, key, key)->remind_ms = remind_ms;
    }
    hamlet_world(hamlet, &world);
    return policy_new(&world);
}

static uint32_t draw_storm(struct storm_count *count, uint32_t below)
{
    count->chance = count->chance * 1664525 + 1013904223;
    return (count->chance >> 8) % below;
}

/* All of them, in any order, at any times within a minute, with a restart in the middle or none. */
static struct policy *all_fail(struct policy *policy, struct storm_count *count)
{
    size_t order[LODGINGS], restart = draw_storm(count, 2 * LODGINGS);
    for (size_t i = 0; i < LODGINGS; i++) {
        size_t j = draw_storm(count, (uint32_t)i + 1);
        order[i] = order[j];
        order[j] = i;
    }
    for (size_t i = 0; i < LODGINGS; i++) {
        int64_t at = BEGIN + (int64_t)(i * MINUTE / LODGINGS) + draw_storm(count, 2);
        turn_until(policy, count, at > count->now ? at : count->now);
        count->findings[order[i]] = (struct finding){.state = OUTCOME_DOWN,
                                                     .reason = REASON_timeout,
                                                     .since = count->now,
                                                     .since_after = count->now - 60};
        policy_state(policy, order[i], &count->findings[order[i]], count->now);
        if (i == restart)
            policy = after_restart(count->hamlet, policy, count->findings, count->now);
    }
    return policy;
}

static void expect_one_each(const struct storm_count *count)
{
    for (size_t i = 0; i < HOUSES; i++)
        assert_int_equal(count->heard[i], 1);
    assert_in_range(count->first, BEGIN, BEGIN + 10);
}

/* All fail within a minute: one message for each hoster, the first within ten seconds. What the first cannot name yet is
 * named by what that target hears next, within the hour, whether it is reminded or not; nothing is named twice. */
static void live_a_storm(uint32_t seed)
{
    struct storm_count *count = calloc(1, sizeof *count);
    assert_non_null(count);
    count->hamlet = hamlet_new();
    count->now = BEGIN;
    count->chance = seed * 2654435761U;
    struct policy *policy = build_houses(count->hamlet, seed % 2 ? HOUR * INT64_C(1000) : 0);
    policy = all_fail(policy, count);
    turn_until(policy, count, BEGIN + (int64_t)50 * MINUTE);
    expect_one_each(count);
    assert_true(count->told < LODGINGS);
    turn_until(policy, count, BEGIN + HOUR + 2 * MINUTE);
    assert_int_equal(count->told, LODGINGS);
    for (size_t i = 0; i < HOUSES; i++)
        assert_in_range(count->heard[i], 1, 2);
    policy_free(policy);
    hamlet_free(count->hamlet);
    free(count);
}

static void test_storms(void **state)
{
    (void)state;
    for (uint32_t seed = 1; seed <= STORMS; seed++)
        live_a_storm(seed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_random_weeks, begin_life, end_life),
        cmocka_unit_test(test_storms)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
