/* The runner's own: what its files share. A turn walks its route and has an attempt for each target and family; attempts
 * wait for their place at an address, then for room among those in flight. */
#ifndef VIBRISSE_RUNNER_INSIDE_H
#define VIBRISSE_RUNNER_INSIDE_H

#include "berth.h"
#include "records.h"
#include "resolver.h"
#include "route.h"
#include "runner.h"
#include "schedule.h"

/* Probes watch their time themselves and know best where it went; this is for those that do not. */
enum { RUNNER_GRACE_MS = 250 };

struct deadline {
    struct schedule_turn turn;
    void (*passed)(struct deadline *deadline);
};

enum attempt_stage {
    ATTEMPT_IDLE,    /* not asked for */
    ATTEMPT_ASKING,  /* for its address, and TLSA */
    ATTEMPT_WAITING, /* for a place at the address */
    ATTEMPT_READY,   /* for room among those in flight */
    ATTEMPT_PROBING,
    ATTEMPT_OVER
};

/* One target, one family. */
struct attempt {
    struct runner_turn *turn;
    const struct route_target *target;
    enum family family;
    enum attempt_stage stage;
    struct resolver_query address;
    struct records_query tlsa;
    bool awaits_address, awaits_tlsa;
    struct resolver_answer *answer; /* until the other one is there, too */
    struct records_answer *dane;    /* run.dane */
    enum reason reason;             /* of the address's answer */
    const char *detail;
    double resolve_ms;
    struct berth_guest guest;
    struct attempt *next; /* among the ready ones */
    struct deadline deadline;
    struct mono began;
    bool waits, starting, overdue;
    bool found; /* run.result is of a visit, or says why there was none at the address */
    struct probe_run run;
};

struct runner_turn {
    struct runner *runner;
    struct runner_job job;
    struct runner_turn *next; /* in the queue */
    struct walk *walk;        /* along the route; NULL = not (any more) */
    struct mono began;
    struct wall time;
    double route_ms;
    enum reason reason; /* why there are no targets */
    char detail[RESULT_DETAIL_SIZE];
    struct route_target *targets;
    struct attempt *attempts; /* of target t and family f at t * FAMILY_COUNT + f */
    size_t count;             /* of targets */
    unsigned picks[FAMILY_COUNT];
    bool picked[FAMILY_COUNT];
    bool told[FAMILY_COUNT];
    bool dane;   /* TLSA is asked for */
    bool routed; /* targets are others' than the URL's host */
    bool queued, decided, silenced;
    int entered; /* our own functions that are still on the stack with it */
};

struct runner {
    uv_timer_t timer;
    struct schedule deadlines;
    struct berths berths;
    struct runner_turn *queue, **queue_end;
    struct attempt *ready, **ready_end;
    size_t in_flight, in_flight_max;
};

/* runner.c */
void runner_set_deadline(struct runner *runner, struct deadline *deadline, int64_t ms);
void runner_add_ready(struct runner *runner, struct attempt *attempt);
void runner_remove_ready(struct runner *runner, struct attempt *attempt);

void runner_pump(struct runner *runner); /* begins what there is room for */

/* turn.c: each of our functions that the loop calls stands between these two; afterwards the turn may be gone. */
void turn_enter(struct runner_turn *turn);
void turn_leave(struct runner_turn *turn);
void turn_begin(struct runner_turn *turn);
void turn_stop(struct runner_turn *turn);
bool turn_is_settled(const struct runner_turn *turn, int family); /* nothing of it is under way */
/* A result that has nothing but names. */
void turn_name_result(const struct runner_turn *turn, enum family family, struct result *ret);
/* Which address is the turn's, counted from 0: the same for all its targets, so that each of them shows all of its own. */
unsigned turn_pick(struct runner_turn *turn, enum family family);

/* turn_tell.c: tells what can be told. */
void turn_settle(struct runner_turn *turn);

/* attempt.c */
void attempt_begin(struct attempt *attempt, struct runner_turn *turn,
                   const struct route_target *target, enum family family);
void attempt_start(struct attempt *attempt); /* a ready one, when there is room */
void attempt_stop(struct attempt *attempt);

static inline struct attempt *turn_attempt(const struct runner_turn *turn, size_t target,
                                           int family)
{
    return &turn->attempts[target * FAMILY_COUNT + (size_t)family];
}

static inline bool turn_asks(const struct runner_turn *turn, int family)
{
    return turn->job.target->families & 1u << family;
}

static inline bool attempt_is_over(const struct attempt *attempt)
{
    return attempt->stage == ATTEMPT_IDLE || attempt->stage == ATTEMPT_OVER;
}

#endif
