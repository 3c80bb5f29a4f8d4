/* What pages ask for (web/history.h), answered from the ledger and from the records in memory. The recorder's thread. */
#ifndef VIBRISSE_MEMORY_H
#define VIBRISSE_MEMORY_H

#include "history.h"
#include "ledger.h"
#include "pipeline.h"

#include <stdint.h>

struct memory {
    struct ledger *ledger;
    const struct pipeline *pipeline;
    int64_t now; /* s; the time that the pages speak of */
};

/* Borrows `memory`, whose `now` the owner keeps moving. */
struct history memory_history(struct memory *memory);

/* A wave of files is over: what only such a wave asks for goes back to the system, and is asked for again. */
void memory_rest(struct memory *memory);

/* As `spans` of the history, and beyond the settled record what has been measured since, counted as if nothing more would
 * ever be known: for sums up to the last second. */
size_t memory_counted_spans(struct memory *memory, const char *key, int64_t from, int64_t to,
                            struct arena *arena, const struct span **ret);

#endif
