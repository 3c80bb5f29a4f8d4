/* What an attempt found, and in the same words what is believed of a line, a check or a service. Pure. */
#ifndef VIBRISSE_OUTCOME_H
#define VIBRISSE_OUTCOME_H

#include <stdbool.h>

enum outcome {
    OUTCOME_UNKNOWN, /* we could not tell, through our fault or our network's; first, so that zero means it */
    OUTCOME_UP,
    OUTCOME_DEGRADED,
    OUTCOME_DOWN,
    OUTCOME_COUNT
};

const char *outcome_name(enum outcome outcome); /* "up" */
bool outcome_parse(const char *name, enum outcome *ret);

/* Degraded is good: people can use the service (counting rule 4). */
static inline bool outcome_is_good(enum outcome outcome)
{
    return outcome == OUTCOME_UP || outcome == OUTCOME_DEGRADED;
}

#endif
