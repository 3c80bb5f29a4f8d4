#include "outcome.h"

#include <string.h>

static const char *const names[OUTCOME_COUNT] = {
    [OUTCOME_UNKNOWN] = "unknown",
    [OUTCOME_UP] = "up",
    [OUTCOME_DEGRADED] = "degraded",
    [OUTCOME_DOWN] = "down",
};

const char *outcome_name(enum outcome outcome)
{
    return names[outcome];
}

bool outcome_parse(const char *name, enum outcome *ret)
{
    for (int i = 0; i < OUTCOME_COUNT; i++) {
        if (strcmp(names[i], name) == 0) {
            *ret = (enum outcome)i;
            return true;
        }
    }
    return false;
}
