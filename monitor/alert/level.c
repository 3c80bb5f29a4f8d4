#include "level.h"

const char *const level_words[] = {"fine", "certificate", "degraded", "down", NULL};

static const struct {
    enum alert_kind kind;
    enum alert_severity severity;
    enum outcome outcome;
    enum alerting_subject subject;
} rows[LEVEL_COUNT] = {
    [LEVEL_FINE] = {ALERT_RECOVERY, SEVERITY_INFO, OUTCOME_UP, ALERTING_COUNT},
    [LEVEL_CERTIFICATE] = {ALERT_CERTIFICATE, SEVERITY_WARNING, OUTCOME_DEGRADED,
                           ALERTING_CERTIFICATE},
    [LEVEL_DEGRADED] = {ALERT_DEGRADED, SEVERITY_WARNING, OUTCOME_DEGRADED, ALERTING_DEGRADED},
    [LEVEL_DOWN] = {ALERT_DOWN, SEVERITY_CRITICAL, OUTCOME_DOWN, ALERTING_DOWN},
};

bool level_of(const struct finding *finding, enum level *ret)
{
    if (finding->state == OUTCOME_UNKNOWN)
        return false;
    *ret = LEVEL_FINE;
    if (finding->state == OUTCOME_DOWN)
        *ret = LEVEL_DOWN;
    else if (finding->state == OUTCOME_DEGRADED)
        *ret = finding->reason == REASON_tls_expires_soon ? LEVEL_CERTIFICATE : LEVEL_DEGRADED;
    return true;
}

enum level level_wanted(enum level level, unsigned subjects)
{
    return subjects >> rows[level].subject & 1 ? level : LEVEL_FINE;
}

enum alert_kind level_kind(enum level level)
{
    return rows[level].kind;
}

enum alert_severity level_severity(enum level level)
{
    return rows[level].severity;
}

enum outcome level_outcome(enum level level)
{
    return rows[level].outcome;
}
