#include "pulse.h"

#include <stddef.h>

static const struct {
    const char *sentence;
    bool hangs;
} reasons[PULSE_REASON_COUNT] = {
    [PULSE_BEATS] = {"all is well", false},
    [PULSE_YOUNG] = {"nothing is measured yet", false},
    [PULSE_LOOP] = {"the monitor was held up", false},
    [PULSE_RECORDER] = {"the recorder hangs", true},
    [PULSE_BEHIND] = {"more is measured than can be written down", false},
    [PULSE_PROBER] = {"the prober is silent", true},
    [PULSE_RESULTS] = {"no new results come", true},
    [PULSE_LATE] = {"checks do not run when they are due", false},
    [PULSE_LEDGER] = {"the record cannot be written", false},
    [PULSE_PAGES] = {"the pages cannot be written", false},
    [PULSE_ALERTS] = {"an alert does not arrive", false},
    [PULSE_VANTAGE] = {"the place that we look from does not see well", false},
};

const char *pulse_sentence(enum pulse_reason reason)
{
    return reasons[reason].sentence;
}

bool pulse_hangs(enum pulse_reason reason)
{
    return reasons[reason].hangs;
}

/* ---- judging: one condition each ---- */

static int64_t later_of(int64_t one, int64_t other)
{
    return one > other ? one : other;
}

static bool is_old(int64_t at, int64_t within, int64_t now)
{
    return now - at > within;
}

static bool loop_lags(const struct pulse_facts *facts, int64_t now)
{
    (void)now;
    return facts->lag_ms > PULSE_TURN_MS;
}

static bool recorder_hangs(const struct pulse_facts *facts, int64_t now)
{
    return is_old(later_of(facts->recorder, facts->started), PULSE_KEPT_MS, now);
}

static bool is_behind(const struct pulse_facts *facts, int64_t now)
{
    (void)now;
    return facts->behind;
}

static bool prober_is_silent(const struct pulse_facts *facts, int64_t now)
{
    return is_old(later_of(facts->heard, facts->started), PULSE_TURN_MS, now) ||
           facts->prober_ms > PULSE_TURN_MS;
}

static bool results_are_old(const struct pulse_facts *facts, int64_t now)
{
    return facts->within_ms &&
           is_old(later_of(facts->result, facts->started), facts->within_ms, now);
}

static bool checks_are_late(const struct pulse_facts *facts, int64_t now)
{
    (void)now;
    int64_t ran = facts->due - facts->missed;
    return facts->due >= PULSE_DUE_LEAST && ran * 100 < facts->due * PULSE_DUE_PERCENT;
}

static bool ledger_fails(const struct pulse_facts *facts, int64_t now)
{
    return facts->ledger_fails ||
           is_old(later_of(facts->committed, facts->started), PULSE_KEPT_MS, now);
}

static bool pages_fail(const struct pulse_facts *facts, int64_t now)
{
    return facts->site && (facts->site_fails ||
                           is_old(later_of(facts->written, facts->started), PULSE_KEPT_MS, now));
}

static bool alerts_are_stuck(const struct pulse_facts *facts, int64_t now)
{
    (void)now;
    return facts->unheard_ms > PULSE_UNHEARD_MS;
}

static bool sees_badly(const struct pulse_facts *facts, int64_t now)
{
    (void)now;
    for (int i = 0; i < SENSE_COUNT; i++)
        if (facts->vantage.senses[i].condition > CONDITION_GOOD)
            return true;
    return false;
}

static bool is_young(const struct pulse_facts *facts, int64_t now)
{
    (void)now;
    return !facts->recorder || !facts->heard || !facts->committed ||
           (facts->within_ms && !facts->result) || (facts->site && !facts->written);
}

/* The graver first: what hangs explains what is old. */
static const struct condition {
    bool (*holds)(const struct pulse_facts *facts, int64_t now);
    enum pulse_reason reason;
} conditions[] = {
    {loop_lags, PULSE_LOOP},       {recorder_hangs, PULSE_RECORDER},
    {is_behind, PULSE_BEHIND},     {prober_is_silent, PULSE_PROBER},
    {ledger_fails, PULSE_LEDGER},  {pages_fail, PULSE_PAGES},
    {sees_badly, PULSE_VANTAGE},   {results_are_old, PULSE_RESULTS},
    {checks_are_late, PULSE_LATE}, {alerts_are_stuck, PULSE_ALERTS},
    {is_young, PULSE_YOUNG},
};

enum pulse_reason pulse_judge(const struct pulse_facts *facts, int64_t now)
{
    for (size_t i = 0; i < sizeof conditions / sizeof conditions[0]; i++)
        if (conditions[i].holds(facts, now))
            return conditions[i].reason;
    return PULSE_BEATS;
}

/* ---- how many checks were due ---- */

void pulse_count(struct pulse_window *window, int64_t started, int64_t missed, int64_t now,
                 struct pulse_facts *ret)
{
    const struct pulse_count mark = {now, started, missed};
    struct pulse_count *old = &window->marks[0], *young = &window->marks[1];
    if (!window->begun || started < young->started || missed < young->missed)
        *window = (struct pulse_window){{mark, mark}, true};
    if (now - young->at >= PULSE_WINDOW_MS) {
        *old = *young;
        *young = mark;
    }
    ret->missed = missed - old->missed;
    ret->due = started - old->started + ret->missed;
}

/* ---- what is sent ---- */

static bool begin(struct pulse *pulse, int64_t now, enum ping_signal *ret)
{
    pulse->begun = true;
    pulse->silent_since = now;
    *ret = PING_START;
    return true;
}

static bool keep_silent(struct pulse *pulse, int64_t every, int64_t now, enum ping_signal *ret)
{
    int64_t patience = pulse->beaten ? every : PULSE_PATIENCE_MS;
    if (!pulse->silent_since)
        pulse->silent_since = now;
    pulse->next = 0;
    if (pulse->failed || now - pulse->silent_since < patience)
        return false;
    pulse->failed = true;
    *ret = PING_FAIL;
    return true;
}

bool pulse_turn(struct pulse *pulse, enum pulse_reason reason, int64_t every, int64_t now,
                enum ping_signal *ret)
{
    if (!pulse->begun)
        return begin(pulse, now, ret);
    if (reason != PULSE_BEATS)
        return keep_silent(pulse, every, now, ret);
    pulse->silent_since = 0;
    pulse->failed = false;
    pulse->beaten = true;
    if (now < pulse->next)
        return false;
    pulse->next = now + every;
    *ret = PING_SUCCESS;
    return true;
}
