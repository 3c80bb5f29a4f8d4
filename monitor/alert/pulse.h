/* The dead man's switch: whether the monitor proves that it works, so that it may say so to receivers outside, which raise
 * the alarm when they hear nothing. What is known of its parts goes in, beat or silence with its reason comes out. Pure. */
#ifndef VIBRISSE_PULSE_H
#define VIBRISSE_PULSE_H

#include "ping.h"
#include "vantage.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    PULSE_TURN_MS = 5000,      /* a loop, a thread, a process that did not come round for so long */
    PULSE_KEPT_MS = 60000,     /* the newest commit, the newest page */
    PULSE_UNHEARD_MS = 600000, /* an alert */
    PULSE_DUE_PERCENT = 95,    /* of the checks must have run when they were due */
    PULSE_DUE_LEAST = 20,      /* of fewer, one proves nothing */
    PULSE_WINDOW_MS = 60000,
    PULSE_PATIENCE_MS = 600000 /* from the start to the first beat */
};

enum pulse_reason {
    PULSE_BEATS,
    PULSE_YOUNG,    /* just started: nothing is proven yet */
    PULSE_LOOP,     /* the keeper's loop was held up */
    PULSE_RECORDER, /* its thread hangs */
    PULSE_BEHIND,   /* it does not keep up, and the prober is let wait */
    PULSE_PROBER,
    PULSE_RESULTS, /* the prober lives and measures nothing */
    PULSE_LATE,    /* it does not get round */
    PULSE_LEDGER,
    PULSE_PAGES,
    PULSE_ALERTS,  /* one that should have gone does not arrive anywhere */
    PULSE_VANTAGE, /* we do not see well */
    PULSE_REASON_COUNT
};

/* Times in ms of the monotonic clock, 0 = never. */
struct pulse_facts {
    int64_t started;     /* we ourselves */
    int64_t lag_ms;      /* so much the keeper's loop was late just now */
    int64_t recorder;    /* when the recorder last came round */
    bool behind;         /* the prober's lines are left unread */
    int64_t heard;       /* its newest heartbeat */
    int64_t prober_ms;   /* the longest turn of its loop lately */
    int64_t result;      /* when the newest result was taken */
    int64_t within_ms;   /* there must be one as new as that; 0 = there is nothing to measure */
    int64_t due, missed; /* checks lately, and those of them that did not run */
    int64_t committed;   /* the newest commit that wrote */
    bool ledger_fails;   /* or the series */
    int64_t written;     /* the newest page */
    bool site, site_fails;
    int64_t unheard_ms; /* so long the oldest alert waits of which nobody has heard */
    struct vantage vantage;
};

enum pulse_reason pulse_judge(const struct pulse_facts *facts, int64_t now);
const char *pulse_sentence(enum pulse_reason reason); /* English */
/* Whether a new start may mend it: not a full disk or a cut line, where one would only lose what waits in memory. */
bool pulse_hangs(enum pulse_reason reason);

/* How many checks were due in the last minute or two, from the counters of a prober that may have begun anew. */
struct pulse_window {
    struct pulse_count {
        int64_t at, started, missed;
    } marks[2];
    bool begun;
};
void pulse_count(struct pulse_window *window, int64_t started, int64_t missed, int64_t now,
                 struct pulse_facts *ret);

/* What is to be sent, and when; all zero at the start. */
struct pulse {
    int64_t next, silent_since;
    bool begun, beaten, failed;
};
/* False: nothing. Beats come every `every` ms, and at once after a silence; a silence of that length is told once. */
bool pulse_turn(struct pulse *pulse, enum pulse_reason reason, int64_t every, int64_t now,
                enum ping_signal *ret);

#endif
