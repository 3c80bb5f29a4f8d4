/* What all checks under the same rules share: names, certificates, HTTP, what we may talk to and how we present
 * ourselves. Counted: new rules make a new world, the old one goes with the last attempt made in it. */
#ifndef VIBRISSE_WORLD_H
#define VIBRISSE_WORLD_H

#include "address.h"
#include "fault.h"
#include "order.h"
#include "probe.h"
#include "robot.h"

#include <uv.h>

struct world {
    struct probe_world probe;
    struct address_policy policy;
    char vantage[RESULT_ID_SIZE];
    char user_agent[ROBOT_NAME_SIZE];
    int64_t *rechecks_ms; /* ended by 0 */
    size_t holders;
    uv_timer_t end;
};

/* `rules` are copied. The caller holds it. NULL and a sentence when the rules cannot be met. */
struct world *world_new(uv_loop_t *loop, const struct rules *rules, struct fault *fault);
struct world *world_hold(struct world *world); /* returns `world` */
/* The last one to release may do so from any callback: what the world holds is closed from the loop. NULL is fine. */
void world_release(struct world *world);

#endif
