#include "vitals.h"

#include "log.h"

enum { ROUNDS = 2, WITHIN_LEAST_MS = 60000 };

static int64_t now_ms(void)
{
    return clock_mono().ns / 1000000;
}

void vitals_open(struct vitals *vitals, bool quiet)
{
    vitals->started_ms = now_ms();
    vitals->quiet = quiet;
    vitals->reason = PULSE_YOUNG;
    supervisor_open(&vitals->supervisor);
}

void vitals_close(struct vitals *vitals)
{
    supervisor_close(&vitals->supervisor);
    beacon_fini(&vitals->beacon);
}

/* A result must have come within two rounds of the check that is made most often. */
static int64_t within(const struct collective *collective)
{
    int64_t shortest = 0;
    for (size_t i = 0; i < collective->service_count; i++) {
        const struct service *service = collective->services[i];
        for (size_t j = 0; j < service->check_count; j++) {
            int64_t round = ROUNDS * service->checks[j].interval_ms + service->checks[j].timeout_ms;
            shortest = !shortest || round < shortest ? round : shortest;
        }
    }
    return shortest && shortest < WITHIN_LEAST_MS ? WITHIN_LEAST_MS : shortest;
}

bool vitals_set(struct vitals *vitals, const struct config *config)
{
    vitals->within_ms = within(&config->collective);
    if (!vitals->quiet)
        beacon_set(&vitals->beacon, config);
    return vitals->beacon.count > 0;
}

static void gather(struct vitals *vitals, struct recorder *recorder,
                   const struct children *children, int64_t lag_ms, struct pulse_facts *ret)
{
    struct recorder_progress progress;
    recorder_progress(recorder, &progress);
    *ret = (struct pulse_facts){
        .started = vitals->started_ms,
        .lag_ms = lag_ms,
        .recorder = progress.turned,
        .behind = children->prober.running && !children->reading,
        .heard = children->heard.ns / 1000000,
        .prober_ms = progress.heartbeat.loop_lag_ms,
        .result = progress.result,
        .within_ms = vitals->within_ms,
        .committed = progress.committed,
        .ledger_fails = progress.ledger_fails,
        .written = progress.written,
        .site = progress.site,
        .site_fails = progress.site_fails,
        .unheard_ms = progress.unheard_ms,
        .vantage = progress.heartbeat.vantage,
    };
    pulse_count(&vitals->window, progress.heartbeat.started, progress.heartbeat.missed, now_ms(),
                ret);
}

static void say(struct vitals *vitals, enum pulse_reason reason)
{
    if (reason == vitals->reason)
        return;
    vitals->reason = reason;
    log_event(reason == PULSE_BEATS || reason == PULSE_YOUNG ? LOG_LEVEL_INFO : LOG_LEVEL_WARNING,
              reason == PULSE_BEATS ? "signs of life are given" : "no sign of life is given", "why",
              pulse_sentence(reason), NULL);
}

void vitals_second(struct vitals *vitals, struct recorder *recorder,
                   const struct children *children, struct postroom *post, int64_t lag_ms)
{
    struct pulse_facts facts;
    int64_t now = now_ms();
    gather(vitals, recorder, children, lag_ms, &facts);
    enum pulse_reason reason = pulse_judge(&facts, now);
    if (vitals->beacon.count)
        say(vitals, reason);
    beacon_turn(&vitals->beacon, post, reason, now);
    supervisor_status(&vitals->supervisor, pulse_sentence(reason));
    if (!pulse_hangs(reason))
        supervisor_beat(&vitals->supervisor, now);
}
