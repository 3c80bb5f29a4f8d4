#include "runner.h"

#include "berth.h"
#include "families.h"
#include "macros.h"
#include "mem.h"
#include "resolver.h"
#include "schedule.h"
#include "text.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Probes watch their time themselves and know best where it went; this is for those that do not. */
enum { GRACE_MS = 250 };

enum stage { IDLE, RESOLVING, ANSWERED, WAITING, PROBING, OVER };

struct attempt {
    struct runner_turn *turn;
    enum family family;
    enum stage stage;
    struct resolver_query query;
    enum reason reason; /* what the resolver said */
    const char *detail;
    struct berth_guest guest;
    struct schedule_turn deadline;
    struct mono began;
    bool starting, overdue;
    struct probe_run run;
};

struct runner_turn {
    struct runner *runner;
    struct runner_job job;
    struct runner_turn *next; /* in the queue */
    struct attempt attempts[FAMILY_COUNT];
    int entered; /* our own functions that are still on the stack with it */
    bool queued, silenced;
};

struct runner {
    uv_timer_t timer;
    struct schedule deadlines;
    struct berths berths;
    struct runner_turn *queue, **queue_end;
    size_t in_flight, in_flight_max;
};

static void pump(struct runner *runner);

static bool is_over(const struct runner_turn *turn)
{
    for (int i = 0; i < FAMILY_COUNT; i++)
        if (turn->attempts[i].stage != IDLE && turn->attempts[i].stage != OVER)
            return false;
    return !turn->queued;
}

static void enter(struct runner_turn *turn)
{
    turn->entered++;
}

/* The turn may be gone afterwards. */
static void leave(struct runner_turn *turn)
{
    struct runner *runner = turn->runner;
    if (--turn->entered == 0 && is_over(turn)) {
        struct runner_job job = turn->job;
        free(turn);
        job.ended(job.owner);
        world_release(job.world);
    }
    pump(runner);
}

static void tell(struct attempt *attempt)
{
    const struct runner_job *job = &attempt->turn->job;
    attempt->stage = OVER;
    if (!attempt->turn->silenced)
        job->told(job->owner, &attempt->run.result, attempt->began);
}

static void tell_reason(struct attempt *attempt, enum reason reason, const char *detail)
{
    result_set(&attempt->run.result, reason, "%s", detail);
    tell(attempt);
}

static void on_timer(uv_timer_t *timer);

static void arm(struct runner *runner)
{
    struct mono due;
    if (!schedule_earliest(&runner->deadlines, &due)) {
        uv_timer_stop(&runner->timer);
        return;
    }
    int64_t wait_ms = mono_ms_between(clock_mono(), due) + 1;
    uv_timer_start(&runner->timer, on_timer, wait_ms > 0 ? (uint64_t)wait_ms : 0, 0);
}

static void on_timer(uv_timer_t *timer)
{
    struct runner *runner = timer->data;
    struct mono now = clock_mono();
    for (struct schedule_turn *turn; (turn = schedule_next(&runner->deadlines, now).turn);) {
        struct attempt *attempt = container_of(turn, struct attempt, deadline);
        attempt->overdue = true;
        attempt->run.type->cancel(&attempt->run);
    }
    arm(runner);
}

static void start_probe(struct attempt *attempt)
{
    struct runner *runner = attempt->turn->runner;
    struct probe_run *run = &attempt->run;
    attempt->stage = PROBING;
    attempt->starting = true;
    runner->in_flight++;
    run->state = mem_zalloc(run->type->run_size);
    schedule_add_single(&runner->deadlines, &attempt->deadline,
                        mono_plus_ms(clock_mono(), run->timeout_ms + GRACE_MS));
    arm(runner);
    run->type->start(run);
    attempt->starting = false;
}

/* Who waited began only now. */
static void start_heir(struct berth_guest *guest)
{
    if (!guest)
        return;
    struct attempt *attempt = container_of(guest, struct attempt, guest);
    attempt->began = clock_mono();
    attempt->run.result.time = clock_wall();
    start_probe(attempt);
}

static void judge(struct attempt *attempt)
{
    struct result *result = &attempt->run.result;
    if (attempt->overdue && result->reason == REASON_self)
        result_set(result, REASON_timeout, "no end within %lld ms",
                   (long long)attempt->run.timeout_ms);
    if (isfinite(result->phases.ms[PHASE_RESOLVE]))
        result->phases.ms[PHASE_TOTAL] += result->phases.ms[PHASE_RESOLVE];
}

static void on_done(struct probe_run *run)
{
    struct attempt *attempt = container_of(run, struct attempt, run);
    struct runner_turn *turn = attempt->turn;
    struct runner *runner = turn->runner;
    assert(attempt->stage == PROBING && !attempt->starting);
    enter(turn);
    schedule_remove(&runner->deadlines, &attempt->deadline);
    free(run->state);
    run->state = NULL;
    runner->in_flight--;
    start_heir(berth_leave(&runner->berths, &attempt->guest));
    judge(attempt);
    tell(attempt);
    leave(turn);
}

/* A name of our own (RFC 6761 section 6.3): no stranger can make it lead elsewhere. */
static bool runs_here(const struct target *target)
{
    return target->type->runs_here && strcmp(target->connect, "localhost") == 0;
}

/* The address whose turn it is, of those that we may talk to; NULL = we may talk to none. */
static const struct sockaddr *pick(struct attempt *attempt, const struct resolver_answer *answer)
{
    struct runner_job *job = &attempt->turn->job;
    const struct sockaddr *allowed[RESOLVER_ADDRESSES_MAX];
    size_t count = 0;
    for (size_t i = 0; i < answer->count; i++) {
        const struct sockaddr *address = (const struct sockaddr *)&answer->addresses[i];
        if (runs_here(job->target) || address_allowed(&job->world->policy, address))
            allowed[count++] = address;
    }
    return count ? allowed[job->memory->picks[attempt->family]++ % count] : NULL;
}

static void visit(struct attempt *attempt, const struct resolver_answer *answer)
{
    struct runner *runner = attempt->turn->runner;
    struct probe_run *run = &attempt->run;
    const struct sockaddr *address = pick(attempt, answer);
    address_text(address ? address : (const struct sockaddr *)&answer->addresses[0],
                 run->result.address);
    if (!address) {
        tell_reason(attempt, REASON_refused_by_policy,
                    "the address lies in a network that is not public");
        return;
    }
    memcpy(&run->address, address, address_size(address));
    attempt->stage = WAITING;
    if (berth_enter(&runner->berths, address, RUNNER_PER_ADDRESS, &attempt->guest))
        start_probe(attempt);
}

static bool all_answered(const struct runner_turn *turn)
{
    for (int i = 0; i < FAMILY_COUNT; i++)
        if (turn->attempts[i].stage == RESOLVING)
            return false;
    return true;
}

static void take_step(struct attempt *attempt, enum families_step step)
{
    if (attempt->stage != ANSWERED)
        return; /* probed since it was answered, or not asked for */
    if (step == FAMILIES_TELL)
        tell_reason(attempt, attempt->reason, attempt->detail);
    else if (step == FAMILIES_END)
        tell_reason(attempt, REASON_not_published, "");
    else
        attempt->stage = OVER;
}

/* What a family without an address means depends on the other one. */
static void decide(struct runner_turn *turn)
{
    enum reason reasons[FAMILY_COUNT] = {0};
    enum families_step steps[FAMILY_COUNT];
    for (int i = 0; i < FAMILY_COUNT; i++)
        reasons[i] = turn->attempts[i].reason;
    families_decide(turn->job.target->families, turn->job.families, reasons,
                    turn->job.memory->lines, steps);
    for (int i = 0; i < FAMILY_COUNT; i++)
        take_step(&turn->attempts[i], steps[i]);
}

static void on_answer(struct resolver_query *query, const struct resolver_answer *answer)
{
    struct attempt *attempt = container_of(query, struct attempt, query);
    struct runner_turn *turn = attempt->turn;
    enter(turn);
    turn->runner->in_flight--;
    attempt->stage = ANSWERED;
    attempt->reason = answer->reason;
    attempt->detail = answer->detail;
    if (!turn->job.target->literal)
        attempt->run.result.phases.ms[PHASE_RESOLVE] = answer->ms;
    if (answer->reason == REASON_ok && turn->job.families & 1u << attempt->family)
        visit(attempt,
              answer); /* at once: a slow answer for one family must not hold up the other */
    if (all_answered(turn))
        decide(turn);
    leave(turn);
}

static void name_result(const struct runner_job *job, enum family family, struct result *result)
{
    result_init(result);
    result->time = clock_wall();
    result->family = family;
    result->attempt = job->attempt;
    text_copy(result->vantage, sizeof result->vantage, job->world->vantage);
    text_copy(result->service, sizeof result->service, job->target->service);
    text_copy(result->check, sizeof result->check, job->target->check);
}

static void resolve(struct runner_turn *turn, enum family family)
{
    struct attempt *attempt = &turn->attempts[family];
    const struct target *target = turn->job.target;
    *attempt =
        (struct attempt){.turn = turn, .family = family, .stage = RESOLVING, .began = clock_mono()};
    attempt->run = (struct probe_run){
        .type = target->type,
        .world = &turn->job.world->probe,
        .url = target->url,
        .host = target->host,
        .timeout_ms = target->timeout_ms,
        .slow_ms = target->slow_ms,
        .options = target->options,
        .done = on_done,
    };
    name_result(&turn->job, family, &attempt->run.result);
    attempt->query.done = on_answer;
    turn->runner->in_flight++;
    resolver_start(turn->job.world->probe.resolver, &attempt->query, target->connect, family,
                   target->port);
}

static void begin(struct runner_turn *turn)
{
    turn->queued = false;
    for (int i = 0; i < FAMILY_COUNT; i++)
        if (turn->job.target->families & 1u << i)
            resolve(turn, (enum family)i);
}

static void unqueue(struct runner *runner, struct runner_turn *turn)
{
    struct runner_turn **link = &runner->queue;
    while (*link != turn)
        link = &(*link)->next;
    *link = turn->next;
    if (runner->queue_end == &turn->next)
        runner->queue_end = link;
    turn->queued = false;
}

static void pump(struct runner *runner)
{
    while (runner->queue && runner->in_flight < runner->in_flight_max) {
        struct runner_turn *turn = runner->queue;
        unqueue(runner, turn);
        begin(turn);
    }
}

struct runner_turn *runner_start(struct runner *runner, const struct runner_job *job)
{
    struct runner_turn *turn = mem_zalloc(sizeof *turn);
    assert((job->families & job->target->families) == job->families && job->families);
    turn->runner = runner;
    turn->job = *job;
    world_hold(job->world);
    turn->queued = true;
    *runner->queue_end = turn;
    runner->queue_end = &turn->next;
    pump(runner);
    return turn;
}

static void stop(struct runner *runner, struct attempt *attempt)
{
    if (attempt->stage == IDLE)
        return;
    if (attempt->stage == PROBING) {
        attempt->run.type->cancel(&attempt->run);
        return;
    }
    if (attempt->stage == RESOLVING) {
        resolver_cancel(&attempt->query);
        runner->in_flight--;
    } else if (attempt->stage == WAITING) {
        berth_leave(&runner->berths, &attempt->guest);
    }
    attempt->stage = OVER;
}

void runner_cancel(struct runner_turn *turn)
{
    enter(turn);
    turn->silenced = true;
    if (turn->queued)
        unqueue(turn->runner, turn);
    for (int i = 0; i < FAMILY_COUNT; i++)
        stop(turn->runner, &turn->attempts[i]);
    leave(turn);
}

size_t runner_in_flight(const struct runner *runner)
{
    return runner->in_flight;
}

struct runner *runner_new(uv_loop_t *loop, size_t in_flight_max)
{
    struct runner *runner = mem_zalloc(sizeof *runner);
    runner->in_flight_max = in_flight_max;
    runner->queue_end = &runner->queue;
    uv_timer_init(loop, &runner->timer);
    runner->timer.data = runner;
    return runner;
}

static void on_closed(uv_handle_t *handle)
{
    struct runner *runner = handle->data;
    schedule_free(&runner->deadlines);
    free(runner);
}

void runner_free(struct runner *runner)
{
    if (!runner)
        return;
    assert(!runner->queue && runner->in_flight == 0);
    uv_close((uv_handle_t *)&runner->timer, on_closed);
}
