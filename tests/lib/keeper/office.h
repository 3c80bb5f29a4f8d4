/* A monitor of the village's services without its thread: ledger, series and pipeline in a scratch folder, and what is
 * shown of them. */
#ifndef VIBRISSE_OFFICE_H
#define VIBRISSE_OFFICE_H

#include "scratch.h"
#include "status.h"

struct office {
    char folder[SCRATCH_SIZE];
    struct ledger *ledger;
    struct series *series;
    struct config *config;
    struct pipeline *pipeline;
    struct heartbeat heartbeat;
    struct status_view view; /* healthy, at `now` */
};

/* `keys` as village_config() takes them. */
void office_open(struct office *office, const char *const *keys, int64_t now);
void office_close(struct office *office);

#endif
