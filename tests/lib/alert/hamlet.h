/* A small collective for the tests of alerts: hosters, services and who is told, made by calls, and the world that a
 * policy asks. Its civil day is that of UTC. */
#ifndef VIBRISSE_HAMLET_H
#define VIBRISSE_HAMLET_H

#include "arena.h"
#include "policy.h"

enum { HAMLET_HOSTERS = 128, HAMLET_SERVICES = 5120, HAMLET_ROUTES = 16, HAMLET_TARGETS = 256 };

struct hamlet {
    struct arena arena;
    struct collective collective;
    struct hoster hosters[HAMLET_HOSTERS];
    struct service services[HAMLET_SERVICES];
    const struct service *order[HAMLET_SERVICES];
    struct alert_target targets[HAMLET_TARGETS];
    size_t target_count;
    bool reticent[HAMLET_TARGETS]; /* did not say that it wants to be told */
    struct alert_route routes[HAMLET_HOSTERS + HAMLET_SERVICES][HAMLET_ROUTES]; /* of the lists */
    struct alert_route everywhere[HAMLET_ROUTES];
    size_t everywhere_count;
    int64_t good_at[HAMLET_SERVICES];          /* as order */
    int64_t maintained_until[HAMLET_SERVICES]; /* as order */
};

struct hamlet *hamlet_new(void);
void hamlet_free(struct hamlet *hamlet);

/* Services come in any order; none is added after the first question. */
struct service *hamlet_service(struct hamlet *hamlet, const char *key, int64_t interval_ms);
const struct alert_target *hamlet_target(struct hamlet *hamlet, const char *name);
/* «everything», a hoster or a service is told at `target`: of all subjects, reminded after an hour. */
struct alert_route *hamlet_route(struct hamlet *hamlet, const char *subject, const char *target);

/* The target is told only while it wants to be. */
void hamlet_consent(struct hamlet *hamlet, const char *target, bool wants);
bool hamlet_wants(const struct hamlet *hamlet, const struct alert_target *target);

/* After the last service. */
void hamlet_world(struct hamlet *hamlet, struct policy_world *ret);
size_t hamlet_index(const struct hamlet *hamlet, const char *key); /* «monitor» = beyond the last */

#endif
