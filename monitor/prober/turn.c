#include "runner_inside.h"

#include "macros.h"
#include "mem.h"
#include "text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A dead resolver shows only after its limit, and then it is our own fault: nobody is blamed before. */
enum { ROUTE_GRACE_MS = 2 * RESOLVER_LIMIT_MS + RUNNER_GRACE_MS };

/* Along the route. */
struct walk {
    struct runner_turn *turn;
    struct deadline deadline;
    bool overdue;
    struct route_run route;
};

void turn_name_result(const struct runner_turn *turn, enum family family, struct result *ret)
{
    const struct runner_job *job = &turn->job;
    result_init(ret);
    ret->time = turn->time;
    ret->family = family;
    ret->attempt = job->attempt;
    text_copy(ret->vantage, sizeof ret->vantage, job->world->vantage);
    text_copy(ret->service, sizeof ret->service, job->target->service);
    text_copy(ret->check, sizeof ret->check, job->target->check);
}

unsigned turn_pick(struct runner_turn *turn, enum family family)
{
    if (!turn->picked[family])
        turn->picks[family] = turn->job.memory->picks[family]++;
    turn->picked[family] = true;
    return turn->picks[family];
}

bool turn_is_settled(const struct runner_turn *turn, int family)
{
    for (size_t i = 0; i < turn->count; i++)
        if (!attempt_is_over(turn_attempt(turn, i, family)))
            return false;
    return true;
}

/* ---- its end ---- */

static bool is_over(const struct runner_turn *turn)
{
    for (int i = 0; i < FAMILY_COUNT; i++)
        if (!turn_is_settled(turn, i))
            return false;
    return !turn->queued && !turn->walk;
}

void turn_enter(struct runner_turn *turn)
{
    turn->entered++;
}

static void free_turn(struct runner_turn *turn)
{
    struct runner_job job = turn->job;
    free(turn->targets);
    free(turn->attempts);
    free(turn);
    job.ended(job.owner);
    world_release(job.world);
}

void turn_leave(struct runner_turn *turn)
{
    struct runner *runner = turn->runner;
    if (!turn->queued && !turn->walk)
        turn_settle(turn);
    if (--turn->entered == 0 && is_over(turn))
        free_turn(turn);
    runner_pump(runner);
}

/* ---- its beginning ---- */

static void ask(struct runner_turn *turn)
{
    turn->attempts = mem_array(turn->count * FAMILY_COUNT, sizeof *turn->attempts);
    for (size_t i = 0; i < turn->count; i++)
        for (int family = 0; family < FAMILY_COUNT; family++)
            if (turn_asks(turn, family))
                attempt_begin(turn_attempt(turn, i, family), turn, &turn->targets[i],
                              (enum family)family);
}

static bool asks_dane(const struct runner_turn *turn)
{
    const struct target *check = turn->job.target;
    return check->type->dane && resolver_is_credible(turn->job.world->probe.resolver);
}

static void go_straight(struct runner_turn *turn)
{
    const struct target *check = turn->job.target;
    struct route_target *target = mem_zalloc(sizeof *target);
    text_copy(target->host, sizeof target->host, check->connect);
    text_copy(target->name, sizeof target->name, check->host);
    text_copy(target->label, sizeof target->label, check->connect);
    target->port = check->port;
    turn->targets = target;
    turn->count = 1;
    turn->dane = asks_dane(turn);
    ask(turn);
}

static void take_route(struct runner_turn *turn, const struct route_run *route)
{
    turn->reason = route->reason;
    text_copy(turn->detail, sizeof turn->detail, route->detail);
    if (turn->walk->overdue && route->reason == REASON_self) {
        turn->reason = REASON_timeout;
        text_copy(turn->detail, sizeof turn->detail, "its servers could not be found in time");
    }
    if (turn->silenced || turn->reason != REASON_ok)
        return;
    turn->count = route->count;
    turn->targets = mem_array(route->count, sizeof *turn->targets);
    memcpy(turn->targets, route->targets, route->count * sizeof *turn->targets);
    turn->dane = asks_dane(turn) && (route->authentic || route->type->route->verifies_targets);
}

static void on_routed(struct route_run *route)
{
    struct walk *walk = container_of(route, struct walk, route);
    struct runner_turn *turn = walk->turn;
    turn_enter(turn);
    schedule_remove(&turn->runner->deadlines, &walk->deadline.turn);
    turn->runner->in_flight--;
    turn->route_ms =
        isfinite(route->ms) ? route->ms : (double)(clock_mono().ns - turn->began.ns) / 1e6;
    take_route(turn, route);
    turn->walk = NULL;
    free(route->state);
    free(walk);
    if (turn->count)
        ask(turn);
    turn_leave(turn);
}

static void cancel(struct walk *walk)
{
    walk->route.type->route->cancel(&walk->route);
}

static void on_overdue(struct deadline *deadline)
{
    struct walk *walk = container_of(deadline, struct walk, deadline);
    walk->overdue = true;
    cancel(walk);
}

static void go_by_route(struct runner_turn *turn)
{
    const struct target *check = turn->job.target;
    struct walk *walk = mem_zalloc(sizeof *walk);
    walk->turn = turn;
    walk->route = (struct route_run){
        .type = check->type,
        .world = &turn->job.world->probe,
        .host = check->host,
        .timeout_ms = check->timeout_ms,
        .state = mem_zalloc(check->type->route->run_size),
        .reason = REASON_self,
        .ms = NAN,
        .done = on_routed,
    };
    walk->deadline.passed = on_overdue;
    turn->walk = walk;
    turn->routed = true;
    turn->runner->in_flight++;
    runner_set_deadline(turn->runner, &walk->deadline, check->timeout_ms + ROUTE_GRACE_MS);
    check->type->route->start(&walk->route);
}

void turn_begin(struct runner_turn *turn)
{
    turn->began = clock_mono();
    turn->time = clock_wall();
    if (turn->job.target->routed)
        go_by_route(turn);
    else
        go_straight(turn);
}

void turn_stop(struct runner_turn *turn)
{
    if (turn->walk)
        cancel(turn->walk);
    for (size_t i = 0; i < turn->count * FAMILY_COUNT; i++)
        attempt_stop(&turn->attempts[i]);
}
