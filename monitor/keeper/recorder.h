/* The recorder: one thread that owns ledger, series and site, and takes what the keeper's loop puts into its inbox. Nothing
 * else touches the disk while the monitor runs, and nothing on the loop waits for it. */
#ifndef VIBRISSE_RECORDER_H
#define VIBRISSE_RECORDER_H

#include "config.h"
#include "fault.h"
#include "herald.h"
#include "inbox.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct recorder;

struct recorder_ears { /* called from the recorder's thread */
    void *owner;
    /* The answer to a MESSAGE_STATUS or MESSAGE_WORD; `text` is the caller's to free. */
    void (*answer)(void *owner, void *asker, char *text, size_t length);
    void (*complete)(void *owner); /* with `once`: every check has its verdict, or had its time */
    herald_carry_fn *carry;        /* an alert for the courier */
    void *carrier;
    void (*finished)(void *owner); /* after a stop: all that can be is written down */
};

/* Takes over `config`, whose data folder must be set; opens everything (so that what is wrong is said at the start) and
 * starts the thread. */
int recorder_start(struct config *config, bool once, const struct recorder_ears *ears,
                   struct recorder **ret, struct fault *fault);
struct inbox *recorder_inbox(struct recorder *recorder);
/* The reading end of what the recorder says of itself, see web/board.h; its own. */
int recorder_board(const struct recorder *recorder);

/* How far it has come; any thread. Times in ms of the monotonic clock, 0 = never. */
struct recorder_progress {
    int64_t turned;                /* it came round */
    int64_t result;                /* it took a result */
    int64_t committed;             /* the ledger took something */
    int64_t written;               /* the site did */
    bool ledger_fails, site_fails; /* the series go with the ledger */
    bool site;                     /* one is wanted */
    int64_t unheard_ms;            /* see herald_unheard() */
    struct heartbeat heartbeat;
};
void recorder_progress(struct recorder *recorder, struct recorder_progress *ret);

/* After MESSAGE_STOP: waits for the end of the thread and frees all; what came into the inbox after it is dropped. 0, or -1
 * when something could not be written. */
int recorder_join(struct recorder *recorder);

#endif
