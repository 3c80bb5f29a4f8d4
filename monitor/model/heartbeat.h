/* What the prober says of itself, once a second, between its result lines: that it lives, and how well it keeps its
 * schedule. Counters only grow; they begin anew with the process. */
#ifndef VIBRISSE_HEARTBEAT_H
#define VIBRISSE_HEARTBEAT_H

#include "buffer.h"
#include "clock.h"
#include "vantage.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct heartbeat {
    struct wall time;
    int64_t started;        /* attempts begun on schedule */
    int64_t late;           /* of these, more than 50 ms after their time */
    int64_t missed;         /* turns skipped because the one before still ran or we were too late */
    int64_t latest_ms;      /* the largest lateness since the heartbeat before */
    int64_t in_flight;      /* attempts running now */
    int64_t loop_lag_ms;    /* the longest turn of the loop since the heartbeat before */
    int64_t checks;         /* in force */
    int64_t unsynchronised; /* 1: nobody keeps the system's clock right, as the kernel knows it */
    struct vantage vantage;
};

void heartbeat_write(const struct heartbeat *heartbeat, struct buffer *out);
bool heartbeat_read(const char *line, size_t length,
                    struct heartbeat *ret); /* false: the line is none */

#endif
