#include "ways.h"

#include <string.h>

static bool has_target(const struct alert_route *const *routes, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(routes[i]->target->name, name) == 0)
            return true;
    return false;
}

static size_t add(const struct alert_routes *from, unsigned subjects, size_t count,
                  const struct alert_route **ret)
{
    for (size_t i = 0; i < from->count && count < WAYS_MAX; i++) {
        const struct alert_route *route = &from->list[i];
        if (route->subjects & subjects && !has_target(ret, count, route->target->name))
            ret[count++] = route;
    }
    return count;
}

size_t ways_of(const struct service *service, const struct alert_routes *everywhere,
               const struct alert_route *ret[WAYS_MAX])
{
    const unsigned monitor = 1U << ALERTING_MONITOR;
    size_t count = 0;
    if (!service)
        return add(everywhere, monitor, count, ret);
    count = add(service->alerts.count ? &service->alerts : &service->hoster->alerts, ~monitor,
                count, ret);
    return add(everywhere, ~monitor, count, ret);
}
