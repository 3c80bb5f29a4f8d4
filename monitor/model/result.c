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

void result_init(struct result *result)
{
    *result = (struct result){.outcome = OUTCOME_UNKNOWN,
                              .reason = REASON_self,
                              .attempt = 1,
                              .users = {USERS_UNKNOWN, USERS_UNKNOWN, USERS_UNKNOWN}};
    for (int i = 0; i < PHASE_COUNT; i++)
        result->phases.ms[i] = NAN;
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
