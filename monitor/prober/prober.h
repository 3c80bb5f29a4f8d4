/* The prober process: order lines in (model/order.h), result lines and once a second a heartbeat out. It touches the
 * world and writes nothing but its pipe. */
#ifndef VIBRISSE_PROBER_H
#define VIBRISSE_PROBER_H

#include "fault.h"
#include "target.h"

enum { PROBER_QUEUE_MAX = 8 * 1024 * 1024, PROBER_BEAT_MS = 1000 };

struct prober_setup {
    const struct catalogue *catalogue;
    int in,
        out; /* two descriptors of pipes or sockets, perhaps of the same socket; closed at the end unless standard */
    size_t
        queue_max; /* bytes; if the keeper does not read and more wait for it, no further attempt begins */
};

/* Runs until `in` ends or `out` is gone. 0, or -1 and a sentence. */
int prober_run(const struct prober_setup *setup, struct fault *fault);

#endif
