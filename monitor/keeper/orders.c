#include "orders.h"

#include "order.h"

void orders_write(const struct config *config, bool at_once, struct buffer *out)
{
    const struct collective *collective = &config->collective;
    for (size_t i = 0; i < collective->service_count; i++) {
        const struct service *service = collective->services[i];
        for (size_t j = 0; j < service->check_count; j++) {
            struct watch watch = {service->key, service->checks[j]};
            order_write_watch(&watch, out);
        }
    }
    struct rules rules = {
        .vantage = collective->vantage,
        .at_once = at_once,
        .user_agent_url = config->user_agent_url,
        .ca_file = config->ca_file,
        .allow = config->allow,
        .servers = config->resolvers,
        .rechecks_ms = config->rechecks_ms,
        .sentinels = config->sentinels,
    };
    order_write_go(&rules, out);
}
