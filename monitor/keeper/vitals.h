/* Whether the monitor works, out of what its parts show, and who hears of it: receivers outside (beacon.h) and whoever
 * started us (supervisor.h). All on the loop's thread. */
#ifndef VIBRISSE_VITALS_H
#define VIBRISSE_VITALS_H

#include "beacon.h"
#include "children.h"
#include "recorder.h"
#include "supervisor.h"

struct vitals { /* embedded by the owner, zeroed */
    struct beacon beacon;
    struct supervisor supervisor;
    struct pulse_window window;
    int64_t started_ms, within_ms;
    enum pulse_reason reason;
    bool quiet; /* nothing goes outside */
};

/* `quiet`: only whoever started us hears of it. */
void vitals_open(struct vitals *vitals, bool quiet);
void vitals_close(struct vitals *vitals);
/* This configuration, from now on; whether it needs the courier. */
bool vitals_set(struct vitals *vitals, const struct config *config);

/* Each second; `lag_ms`: so much later than it should be. */
void vitals_second(struct vitals *vitals, struct recorder *recorder,
                   const struct children *children, struct postroom *post, int64_t lag_ms);

#endif
