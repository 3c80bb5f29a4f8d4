/* What the running monitor believes, as one JSON object: for `vibrisse status` and whoever reads it. Pure. */
#ifndef VIBRISSE_STATUS_H
#define VIBRISSE_STATUS_H

#include "buffer.h"
#include "config.h"
#include "heartbeat.h"
#include "pipeline.h"

#include <stdint.h>

enum { STATUS_MAX = 64 * 1024 * 1024 };

struct status_view {
    const struct config *config;
    const struct pipeline *pipeline;
    const struct heartbeat *heartbeat; /* the prober's newest; all zero = none yet */
    const char *health;                /* "ok" or what is wrong */
    int64_t now;                       /* s */
    int64_t unreadable;                /* lines of the prober that were no results */
};

void status_write(const struct status_view *view, struct buffer *out);

#endif
