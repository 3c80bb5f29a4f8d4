/* Whether what a site shows is still true: how old its measurements may be, and what /healthz answers. Pure. */
#ifndef VIBRISSE_HEALTH_H
#define VIBRISSE_HEALTH_H

#include "buffer.h"
#include "site_stamp.h"

#include <stdbool.h>
#include <stdint.h>

/* Measurements are old after three intervals, and never before a minute has passed. Without a stamp (NULL: a folder
 * that nobody keeps up to date) or before the first measurement there is nothing to be old. */
bool health_is_stale(const struct site_stamp *stamp, int64_t now_s);

/* Writes the JSON object; returns 200, or 503 when there is no stamp, no fresh measurement or a reason in the stamp. */
unsigned health_answer(const struct site_stamp *stamp, int64_t now_s, struct buffer *out);

#endif
