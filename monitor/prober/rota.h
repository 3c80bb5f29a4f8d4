/* The checks in force and when each is looked at: regular turns by the schedule, rechecks out of turn. A new set takes the
 * place of the old one at once; checks that are the same in both keep their schedule, what is known of their lines and
 * the attempts that run. All on the loop's thread. */
#ifndef VIBRISSE_ROTA_H
#define VIBRISSE_ROTA_H

#include "arena.h"
#include "fault.h"
#include "heartbeat.h"
#include "order.h"
#include "result.h"
#include "target.h"

#include <stdbool.h>
#include <stddef.h>
#include <uv.h>

struct rota;

struct rota_owner {
    const struct catalogue *catalogue;
    void (*told)(void *owner, const struct result *result);
    void *owner;
};

struct rota *rota_new(uv_loop_t *loop, const struct rota_owner *owner);
/* Nothing is told any more. Memory goes when all attempts have let go. */
void rota_free(struct rota *rota);

/* A check of the coming set. Takes over the arena that the watch lives in. -1 and a sentence when it cannot be run; it is
 * then not part of the set. */
int rota_add(struct rota *rota, struct arena *arena, const struct watch *watch,
             struct fault *fault);
/* Puts the coming set in force. -1 and a sentence when the rules cannot be met: the old set stays. */
int rota_go(struct rota *rota, const struct rules *rules, struct fault *fault);

/* While paused no attempt begins; regular turns that fall due are missed. */
void rota_pause(struct rota *rota, bool paused);

/* Fills all but the time and the loop's lag; the largest lateness begins anew. */
void rota_count(struct rota *rota, struct heartbeat *ret);

#endif
