/* The prober process: order lines in (model/order.h), result lines and once a second a heartbeat out. It touches the
 * world and writes nothing but its pipe. */
#ifndef VIBRISSE_PROBER_H
#define VIBRISSE_PROBER_H

#include "fault.h"
#include "target.h"

/* If the keeper does not read, so much waits before no further attempt begins. */
enum { PROBER_QUEUE_MAX = 8 * 1024 * 1024, PROBER_BEAT_MS = 1000 };

/* Runs until `in` ends or `out` is gone. Both are pipes or sockets, perhaps one and the same. 0, or -1 and a sentence. */
int prober_run(const struct catalogue *catalogue, int in, int out, struct fault *fault);

#endif
