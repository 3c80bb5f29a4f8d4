#include "canary.h"

#include "log.h"
#include "macros.h"
#include "mem.h"

#include <stdlib.h>

static void stop(struct canary *canary)
{
    for (size_t i = 0; i < DOUBT_NAMES; i++) {
        resolver_cancel(&canary->queries[i].query);
        canary->queries[i].awaited = false;
    }
    resolver_free(canary->resolver);
    canary->resolver = NULL;
    uv_timer_stop(&canary->limit);
}

static void end(struct canary *canary)
{
    struct doubt_names names = canary->names;
    stop(canary);
    canary->ended(canary, &names);
}

static bool is_awaited(const struct canary *canary)
{
    for (size_t i = 0; i < canary->names.count; i++)
        if (canary->queries[i].awaited)
            return true;
    return false;
}

static void on_answer(struct resolver_query *query, const struct resolver_answer *answer)
{
    struct canary_query *one = container_of(query, struct canary_query, query);
    struct canary *canary = one->canary;
    one->awaited = false;
    canary->names.names[one - canary->queries].resolved =
        answer->reason == REASON_ok || (!one->proven && answer->reason == REASON_dns_no_address);
    if (!is_awaited(canary))
        end(canary);
}

static void on_limit(uv_timer_t *timer)
{
    end(timer->data);
}

static void begin(struct canary *canary, size_t index, const struct canary_name *name)
{
    struct canary_query *one = &canary->queries[index];
    *one = (struct canary_query){.canary = canary, .proven = name->proven, .awaited = true};
    one->query.done = on_answer;
    canary->names.names[index] = (struct doubt_name){name->hoster, name->domain, false};
    resolver_start(canary->resolver, &one->query, name->host, name->family, 0);
}

void canary_ask(struct canary *canary, const struct canary_name *names, size_t count)
{
    struct fault fault;
    if (canary->resolver)
        return;
    canary->resolver =
        resolver_new(canary->limit.loop, (const char *const *)canary->servers, &fault);
    if (!canary->resolver) {
        log_event(LOG_LEVEL_ERROR, "our resolver cannot be looked at", "why", fault.text, NULL);
        count = 0;
    }
    canary->names = (struct doubt_names){.began = clock_mono(), .count = count};
    for (size_t i = 0; i < count; i++)
        begin(canary, i, &names[i]);
    uv_update_time(canary->limit.loop);
    uv_timer_start(&canary->limit, on_limit, count ? CANARY_LIMIT_MS : 0, 0);
}

static void forget_servers(struct canary *canary)
{
    for (size_t i = 0; canary->servers && canary->servers[i]; i++)
        free(canary->servers[i]);
    free(canary->servers);
    canary->servers = NULL;
}

void canary_set(struct canary *canary, const char *const *servers)
{
    size_t count = 0;
    stop(canary);
    forget_servers(canary);
    while (servers && servers[count])
        count++;
    canary->servers = mem_array(count + 1, sizeof *canary->servers);
    for (size_t i = 0; i < count; i++)
        canary->servers[i] = mem_text(servers[i]);
}

void canary_open(struct canary *canary, uv_loop_t *loop)
{
    uv_timer_init(loop, &canary->limit);
    canary->limit.data = canary;
}

void canary_close(struct canary *canary, uv_close_cb closed)
{
    stop(canary);
    forget_servers(canary);
    uv_close((uv_handle_t *)&canary->limit, closed);
}
