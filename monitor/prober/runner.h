/* Runs turns of checks: finds the targets (one, or those that the probe's route leads to), resolves each in each family,
 * asks the address policy, gives each address to the check's probe, and watches its deadline. A family that some target
 * publishes has exactly one result, merged from those of its targets (merge.h); none comes from inside runner_start().
 *
 * At most `in_flight_max` attempts probe at once, and no more than there are descriptors for; a turn begins only when
 * there is room, and at most two attempts probe the same remote address; the others wait first come, first served, and their wait is no latency of the service. All on
 * the loop's thread. */
#ifndef VIBRISSE_RUNNER_H
#define VIBRISSE_RUNNER_H

#include "clock.h"
#include "result.h"
#include "target.h"
#include "world.h"

#include <stdbool.h>
#include <stddef.h>
#include <uv.h>

/* So many that a large hoster's silence, each attempt of which lasts a time-out, holds nobody else up. */
enum { RUNNER_IN_FLIGHT = 10000, RUNNER_PER_ADDRESS = 2 };

struct runner;
struct runner_turn;

/* What is remembered of a check between its turns. All zero at first. */
struct runner_memory {
    bool lines[FAMILY_COUNT];     /* see families.h */
    unsigned picks[FAMILY_COUNT]; /* addresses are taken in turn */
};

struct runner_job {
    const struct target *target; /* target, memory and owner must stay until ended() */
    struct runner_memory *memory;
    struct world *world; /* held by the turn */
    unsigned families;   /* bits 1 << FAMILY_*, of the target's: those that get a result */
    int attempt;         /* as in struct result */
    /* A result and when its attempt began. May start and cancel turns, this one too. */
    void (*told)(void *owner, const struct result *result, struct mono began);
    void (*ended)(void *owner); /* the turn's last word; its pointer is no longer valid */
    void *owner;
};

struct runner *runner_new(uv_loop_t *loop, size_t in_flight_max);
/* No turn may be under way. Memory goes when the loop has closed our handle. NULL is fine. */
void runner_free(struct runner *runner);

struct runner_turn *runner_start(struct runner *runner, const struct runner_job *job);
/* No more results of this turn. ended() comes when its probes have let go, perhaps from inside. */
void runner_cancel(struct runner_turn *turn);

size_t runner_in_flight(const struct runner *runner);

#endif
