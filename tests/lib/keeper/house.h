/* A pipeline over a real ledger and real series in a scratch folder, and two configurations for it: of the service a/pad, and
 * with a/mail beside it. */
#ifndef VIBRISSE_HOUSE_H
#define VIBRISSE_HOUSE_H

#include "pipeline.h"
#include "scratch.h"
#include "village.h"

struct house {
    char folder[SCRATCH_SIZE];
    struct ledger *ledger;
    struct series *series;
    struct pipeline *pipeline;
};

extern const struct config house_small, house_large;

/* In `folder`, with the small configuration. */
void house_open(struct house *house);
void house_close(struct house *house);

/* cmocka's; at the end each state in the ledger follows from the one before. */
int house_set_up(void **state);
int house_tear_down(void **state);

/* Of a/pad. */
void house_feed(struct house *house, int64_t at, enum reason reason);
void house_commit(struct house *house, enum keep keep);

#endif
