#include "practice.h"

static size_t count_texts(const char *const *texts)
{
    size_t count = 0;
    while (texts && texts[count])
        count++;
    return count;
}

/* They are read together, as often as the one that wants it most. */
static int64_t registers_every_ms(const struct config *config)
{
    int64_t every_ms = 0;
    for (size_t i = 0; i < config->register_count; i++)
        if (!every_ms || config->registers[i].every_ms < every_ms)
            every_ms = config->registers[i].every_ms;
    return every_ms;
}

void practice_of(const struct config *config, char user_agent[ROBOT_NAME_SIZE],
                 struct practice *ret)
{
    robot_name(config->user_agent_url, user_agent);
    *ret = (struct practice){
        .user_agent = user_agent,
        .robot_url = config->user_agent_url,
        .addresses = config->addresses,
        .rechecks_ms = config->rechecks_ms,
        .timeout_ms = config->timeout_ms,
        .slow_ms = config->slow_ms,
        .sentinels = count_texts(config->sentinels),
        .registers = config->register_count,
        .register_every_ms = registers_every_ms(config),
        .version = VIBRISSE_VERSION,
    };
}
