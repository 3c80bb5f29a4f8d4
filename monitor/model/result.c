#include "result.h"

#include "text.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const char *const phase_names[PHASE_COUNT] = {"resolve", "connect", "tls", "first_byte",
                                                     "total"};

const char *phase_name(enum phase phase)
{
    return phase_names[phase];
}

const struct users users_unknown = {USERS_UNKNOWN, USERS_UNKNOWN, USERS_UNKNOWN, USERS_UNKNOWN};

bool users_are_known(const struct users *users)
{
    return users->total != USERS_UNKNOWN || users->month != USERS_UNKNOWN ||
           users->halfyear != USERS_UNKNOWN || users->posts != USERS_UNKNOWN;
}

static void forget_phases(struct result *result)
{
    for (int i = 0; i < PHASE_COUNT; i++)
        result->phases.ms[i] = NAN;
}

void result_init(struct result *result)
{
    *result = (struct result){
        .outcome = OUTCOME_UNKNOWN, .reason = REASON_self, .attempt = 1, .users = users_unknown};
    forget_phases(result);
}

void result_set(struct result *result, enum reason reason, const char *detail, ...)
{
    char text[2 * RESULT_DETAIL_SIZE];
    va_list list;
    va_start(list, detail);
    vsnprintf(text, sizeof text, detail, list);
    va_end(list);
    result->reason = reason;
    result->outcome = reason_outcome(reason);
    text_clean(result->detail, sizeof result->detail, text, strlen(text));
}

void result_soften(struct result *result)
{
    if (result->outcome == OUTCOME_DOWN)
        result->outcome = OUTCOME_DEGRADED;
}

void result_excuse(struct result *result)
{
    char detail[RESULT_DETAIL_SIZE];
    text_copy(detail, sizeof detail, result->detail);
    if (outcome_is_good(result->outcome))
        result_set(result, REASON_ok, "%s", detail);
    else if (result->outcome == OUTCOME_DOWN)
        result_set(result, REASON_no_figures, "%s%s%s", reason_code(result->reason),
                   detail[0] ? ", " : "", detail);
    forget_phases(result);
    result->certificate = (struct certificate){0};
}
