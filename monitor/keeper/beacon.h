/* Signs of life to the receivers of the configuration: sent through the courier while the pulse beats, tried again when one
 * was not taken. All on the loop's thread. */
#ifndef VIBRISSE_BEACON_H
#define VIBRISSE_BEACON_H

#include "config.h"
#include "postroom.h"
#include "pulse.h"

#include <stddef.h>
#include <stdint.h>

enum { BEACON_RECEIVERS_MAX = 16, BEACON_TRIES = 3, BEACON_AGAIN_MS = 5000 };

struct beacon { /* embedded by the owner, zeroed */
    struct pulse pulse;
    int64_t every_ms;
    unsigned serial; /* of the newest signal: no other is tried again */
    enum ping_signal signal;
    const char *words;
    struct beacon_receiver {
        char *url;
        int tries;        /* of the newest signal */
        int64_t again_ms; /* monotonic; 0 = not to be tried again */
        bool flying;      /* the courier has one: no second before its receipt */
        bool troubled;
    } receivers[BEACON_RECEIVERS_MAX];
    size_t count;
};

/* The receivers of this configuration from now on. One whose URL cannot be had is left out, and that is logged. */
void beacon_set(struct beacon *beacon, const struct config *config);
void beacon_fini(struct beacon *beacon);

/* The courier began anew: what it had is lost. */
void beacon_lost(struct beacon *beacon, int64_t now_ms);
/* Each second. */
void beacon_turn(struct beacon *beacon, struct postroom *post, enum pulse_reason reason,
                 int64_t now_ms);
/* False: it is not about a sign of life. */
bool beacon_receipt(struct beacon *beacon, const struct receipt *receipt, int64_t now_ms);

#endif
