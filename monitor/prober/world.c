#include "world.h"

#include "fetch.h"
#include "mem.h"
#include "pinger.h"
#include "resolver.h"
#include "text.h"
#include "trust.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static void copy_rechecks(struct world *world, const int64_t *rechecks_ms)
{
    size_t count = 0;
    while (rechecks_ms && rechecks_ms[count] > 0)
        count++;
    world->rechecks_ms = mem_array(count + 1, sizeof *world->rechecks_ms);
    if (count)
        memcpy(world->rechecks_ms, rechecks_ms, count * sizeof *rechecks_ms);
}

static int open_parts(struct world *world, const struct rules *rules, struct fault *fault)
{
    struct probe_world *probe = &world->probe;
    if (address_policy_init(&world->policy, rules->allow, fault))
        return -1;
    probe->policy = &world->policy;
    probe->user_agent = world->user_agent;
    probe->pinger = pinger_new(probe->loop);
    if (!(probe->trust = trust_new(rules->ca_file, fault)))
        return -1;
    if (!(probe->resolver = resolver_new(probe->loop, rules->servers, fault)))
        return -1;
    probe->fetcher = fetcher_new(probe->loop, probe->trust, &world->policy, fault);
    return probe->fetcher ? 0 : -1;
}

static void on_closed(uv_handle_t *handle)
{
    struct world *world = handle->data;
    trust_free(world->probe.trust);
    address_policy_fini(&world->policy);
    free(world->rechecks_ms);
    free(world);
}

static void on_end(uv_timer_t *timer)
{
    struct world *world = timer->data;
    fetcher_free(world->probe.fetcher);
    resolver_free(world->probe.resolver);
    pinger_free(world->probe.pinger);
    uv_close((uv_handle_t *)timer, on_closed);
}

struct world *world_new(uv_loop_t *loop, const struct rules *rules, struct fault *fault)
{
    struct world *world = mem_zalloc(sizeof *world);
    world->holders = 1;
    world->probe.loop = loop;
    text_copy(world->vantage, sizeof world->vantage, rules->vantage);
    robot_name(rules->user_agent_url, world->user_agent);
    copy_rechecks(world, rules->rechecks_ms);
    uv_timer_init(loop, &world->end);
    world->end.data = world;
    if (open_parts(world, rules, fault)) {
        world_release(world);
        return NULL;
    }
    return world;
}

struct world *world_hold(struct world *world)
{
    world->holders++;
    return world;
}

void world_release(struct world *world)
{
    if (!world)
        return;
    assert(world->holders > 0);
    if (--world->holders == 0)
        uv_timer_start(&world->end, on_end, 0, 0);
}
