/* One result of a family from those of all targets that a service has in it. Pure. */
#ifndef VIBRISSE_MERGE_H
#define VIBRISSE_MERGE_H

#include "result.h"

#include <stddef.h>

struct merge_part {
    const struct result *result;
    const char *label; /* of the target, for people; "" = needs no name */
};

/* All good: the first one, or the first one that is degraded. Some good, others down: the first good one, degraded by
 * REASON_targets_failing, with the others in `detail`. None good: the first one that is down, unless we could not
 * tell of another through our own fault. `parts` are in order of preference, at least one. Returns the part that phases and
 * address come from. The certificate is always the preferred target's, so that a change of it is one. */
size_t merge_results(const struct merge_part *parts, size_t count, struct result *ret);

#endif
