#include "runner_inside.h"

#include "address.h"
#include "macros.h"
#include "mem.h"
#include "text.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- the probe ---- */

static void on_overdue(struct deadline *deadline)
{
    struct attempt *attempt = container_of(deadline, struct attempt, deadline);
    attempt->overdue = true;
    attempt->run.type->cancel(&attempt->run);
}

void attempt_start(struct attempt *attempt)
{
    struct runner *runner = attempt->turn->runner;
    struct probe_run *run = &attempt->run;
    if (attempt->waits) { /* that was no latency of the service */
        attempt->began = clock_mono();
        run->result.time = clock_wall();
    }
    attempt->stage = ATTEMPT_PROBING;
    attempt->starting = true;
    runner->in_flight++;
    run->state = mem_zalloc(run->type->run_size);
    attempt->deadline.passed = on_overdue;
    runner_set_deadline(runner, &attempt->deadline, run->timeout_ms + RUNNER_GRACE_MS);
    run->type->start(run);
    attempt->starting = false;
}

static void leave_berth(struct attempt *attempt)
{
    struct runner *runner = attempt->turn->runner;
    struct berth_guest *heir = berth_leave(&runner->berths, &attempt->guest);
    if (heir)
        runner_add_ready(runner, container_of(heir, struct attempt, guest));
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

static void end(struct attempt *attempt)
{
    attempt->stage = ATTEMPT_OVER;
    free(attempt->dane);
    attempt->dane = NULL;
    attempt->run.dane = NULL;
}

static void on_done(struct probe_run *run)
{
    struct attempt *attempt = container_of(run, struct attempt, run);
    struct runner_turn *turn = attempt->turn;
    assert(attempt->stage == ATTEMPT_PROBING && !attempt->starting);
    turn_enter(turn);
    schedule_remove(&turn->runner->deadlines, &attempt->deadline.turn);
    free(run->state);
    run->state = NULL;
    turn->runner->in_flight--;
    leave_berth(attempt);
    judge(attempt);
    attempt->found = true;
    end(attempt);
    turn_leave(turn);
}

/* ---- the address ---- */

/* A name of our own (RFC 6761 section 6.3): no stranger can make it lead elsewhere. */
static bool runs_here(const struct runner_turn *turn)
{
    const struct target *target = turn->job.target;
    return target->type->runs_here && strcmp(target->connect, "localhost") == 0;
}

/* The address whose turn it is, of those that we may talk to; NULL = we may talk to none. */
static const struct sockaddr *pick(struct attempt *attempt)
{
    struct runner_turn *turn = attempt->turn;
    const struct sockaddr *allowed[RESOLVER_ADDRESSES_MAX];
    size_t count = 0;
    for (size_t i = 0; i < attempt->answer->count; i++) {
        const struct sockaddr *address = (const struct sockaddr *)&attempt->answer->addresses[i];
        if (runs_here(turn) || address_allowed(&turn->job.world->policy, address))
            allowed[count++] = address;
    }
    return count ? allowed[turn_pick(turn, attempt->family) % count] : NULL;
}

static void visit(struct attempt *attempt)
{
    struct runner *runner = attempt->turn->runner;
    struct probe_run *run = &attempt->run;
    const struct sockaddr *address = pick(attempt);
    address_text(address ? address : (const struct sockaddr *)&attempt->answer->addresses[0],
                 run->result.address);
    if (!address) {
        result_set(&run->result, REASON_refused_by_policy,
                   "the address lies in a network that is not public");
        attempt->found = true;
        end(attempt);
        return;
    }
    memcpy(&run->address, address, address_size(address));
    attempt->stage = ATTEMPT_WAITING;
    attempt->waits = !berth_enter(&runner->berths, address, RUNNER_PER_ADDRESS, &attempt->guest);
    if (!attempt->waits)
        runner_add_ready(runner, attempt);
}

/* At once: a slow answer for one family or target must not hold up another. */
static void go_on(struct attempt *attempt)
{
    const struct runner_turn *turn = attempt->turn;
    if (attempt->awaits_address || attempt->awaits_tlsa)
        return;
    if (turn->routed || !turn->job.target->literal)
        attempt->run.result.phases.ms[PHASE_RESOLVE] =
            attempt->resolve_ms + (turn->routed ? turn->route_ms : 0);
    attempt->run.dane = attempt->dane;
    if (attempt->reason == REASON_ok && turn->job.families & 1u << attempt->family)
        visit(attempt);
    else
        end(attempt);
    free(attempt->answer);
    attempt->answer = NULL;
}

static void note_ms(struct attempt *attempt, double ms)
{
    if (ms > attempt->resolve_ms)
        attempt->resolve_ms = ms;
}

static void on_address(struct resolver_query *query, const struct resolver_answer *answer)
{
    struct attempt *attempt = container_of(query, struct attempt, address);
    struct runner_turn *turn = attempt->turn;
    turn_enter(turn);
    turn->runner->in_flight--;
    attempt->awaits_address = false;
    attempt->reason = answer->reason;
    attempt->detail = answer->detail;
    note_ms(attempt, answer->ms);
    attempt->answer = mem_zalloc(sizeof *answer);
    *attempt->answer = *answer;
    if (answer->reason != REASON_ok) { /* nobody will be asked for a certificate */
        records_cancel(&attempt->tlsa);
        attempt->awaits_tlsa = false;
    }
    go_on(attempt);
    turn_leave(turn);
}

static void on_tlsa(struct records_query *query, const struct records_answer *answer)
{
    struct attempt *attempt = container_of(query, struct attempt, tlsa);
    struct runner_turn *turn = attempt->turn;
    turn_enter(turn);
    attempt->awaits_tlsa = false;
    note_ms(attempt, answer->ms);
    if (answer->reason == REASON_ok && answer->authentic && answer->count) {
        attempt->dane = mem_zalloc(sizeof *answer);
        *attempt->dane = *answer;
    }
    go_on(attempt);
    turn_leave(turn);
}

/* ---- asking ---- */

static bool is_literal(const char *host)
{
    struct sockaddr_storage address;
    return address_parse(host, 0, &address) == 0;
}

/* RFC 6698 section 3: "_25._tcp.mx.example.org". */
static void ask_tlsa(struct attempt *attempt)
{
    const struct route_target *target = attempt->target;
    const char *host = is_literal(target->host) ? target->name : target->host;
    char name[ROUTE_LABEL_SIZE + 16];
    if (!attempt->turn->dane || is_literal(host))
        return;
    text_format(name, sizeof name, "_%u._tcp.%s", (unsigned)target->port, host);
    attempt->awaits_tlsa = true;
    attempt->tlsa.done = on_tlsa;
    records_start(attempt->run.world->resolver, &attempt->tlsa, name, DNS_TLSA);
}

void attempt_begin(struct attempt *attempt, struct runner_turn *turn,
                   const struct route_target *target, enum family family)
{
    const struct target *check = turn->job.target;
    *attempt = (struct attempt){.turn = turn,
                                .target = target,
                                .family = family,
                                .stage = ATTEMPT_ASKING,
                                .awaits_address = true,
                                .began = turn->began};
    attempt->run = (struct probe_run){
        .type = check->type,
        .world = &turn->job.world->probe,
        .url = check->url,
        .host = target->name,
        .timeout_ms = check->timeout_ms,
        .slow_ms = check->slow_ms,
        .options = check->options,
        .done = on_done,
    };
    turn_name_result(turn, family, &attempt->run.result);
    attempt->address.done = on_address;
    turn->runner->in_flight++;
    resolver_start(attempt->run.world->resolver, &attempt->address, target->host, family,
                   target->port);
    ask_tlsa(attempt);
}

void attempt_stop(struct attempt *attempt)
{
    if (attempt_is_over(attempt))
        return;
    struct runner *runner = attempt->turn->runner;
    if (attempt->stage == ATTEMPT_PROBING) {
        attempt->run.type->cancel(&attempt->run);
        return;
    }
    if (attempt->awaits_address)
        runner->in_flight--;
    resolver_cancel(&attempt->address);
    records_cancel(&attempt->tlsa);
    free(attempt->answer);
    if (attempt->stage == ATTEMPT_READY)
        runner_remove_ready(runner, attempt);
    leave_berth(attempt);
    end(attempt);
}
