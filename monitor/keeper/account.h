/* How a service or a hoster did over a period: availability and answer times, out of the ledger. */
#ifndef VIBRISSE_ACCOUNT_H
#define VIBRISSE_ACCOUNT_H

#include "arena.h"
#include "availability.h"
#include "collective.h"
#include "histogram.h"
#include "memory.h"

#include <stdint.h>

struct account_question {
    struct memory *memory;
    int64_t from, to; /* s; what lies in the future is not known */
    int64_t incident_after_s;
};

/* -1 and a sentence when the ledger cannot be read. Texts and arrays live in the arena. */
int account_of(const struct account_question *question, const struct service *service,
               struct arena *arena, struct account *ret, struct fault *fault);
void account_add(struct account *sum, const struct account *part, struct arena *arena);

#endif
