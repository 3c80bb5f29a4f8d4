/* Which ways the alerts of one service go. Pure. */
#ifndef VIBRISSE_WAYS_H
#define VIBRISSE_WAYS_H

#include "alerting.h"
#include "collective.h"

enum { WAYS_MAX = 32 }; /* of one service; what is beyond them is for nobody */

/* Those of the service, or else of its hoster; then those for everything. Each target once, by the first that names it.
 * `service` NULL: the monitor itself, for those who want to hear of it. Returns how many. */
size_t ways_of(const struct service *service, const struct alert_routes *everywhere,
               const struct alert_route *ret[WAYS_MAX]);

#endif
