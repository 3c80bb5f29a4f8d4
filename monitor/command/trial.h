/* Targets tried now, once each, in every family that they publish: for commands that ask instead of watching. */
#ifndef VIBRISSE_TRIAL_H
#define VIBRISSE_TRIAL_H

#include "fault.h"
#include "order.h"
#include "result.h"
#include "runner.h"
#include "target.h"

#include <stdbool.h>
#include <stddef.h>

struct trial {
    struct target target; /* set by the caller, all else zero */
    struct result results[FAMILY_COUNT];
    bool told[FAMILY_COUNT]; /* which of them there are */
    struct runner_memory memory;
    struct trial_round *round;
};

/* Blocks until each is over, within its own time-out. -1 and a sentence when the rules cannot be met. */
int trial_all(struct trial *trials, size_t count, const struct rules *rules, struct fault *fault);

/* down before degraded before unknown before up, as the plugins' own max_state_alt() has it. */
enum outcome trial_worst(const struct trial *trials, size_t count);

#endif
