#include "runner_inside.h"

#include "macros.h"
#include "mem.h"

#include <assert.h>
#include <stdlib.h>
#include <sys/resource.h>

/* ---- deadlines ---- */

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
        struct deadline *deadline = container_of(turn, struct deadline, turn);
        deadline->passed(deadline);
    }
    arm(runner);
}

void runner_set_deadline(struct runner *runner, struct deadline *deadline, int64_t ms)
{
    schedule_add_single(&runner->deadlines, &deadline->turn, mono_plus_ms(clock_mono(), ms));
    arm(runner);
}

/* ---- who waits ---- */

void runner_add_ready(struct runner *runner, struct attempt *attempt)
{
    attempt->stage = ATTEMPT_READY;
    attempt->waits = attempt->waits || runner->in_flight >= runner->in_flight_max;
    attempt->next = NULL;
    *runner->ready_end = attempt;
    runner->ready_end = &attempt->next;
}

void runner_remove_ready(struct runner *runner, struct attempt *attempt)
{
    struct attempt **link = &runner->ready;
    while (*link != attempt)
        link = &(*link)->next;
    *link = attempt->next;
    if (runner->ready_end == &attempt->next)
        runner->ready_end = link;
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

static bool has_room(const struct runner *runner)
{
    return runner->in_flight < runner->in_flight_max;
}

/* What was begun comes to its end before anything else begins. */
void runner_pump(struct runner *runner)
{
    while (runner->ready && has_room(runner)) {
        struct attempt *attempt = runner->ready;
        runner_remove_ready(runner, attempt);
        attempt_start(attempt);
    }
    while (runner->queue && has_room(runner)) {
        struct runner_turn *turn = runner->queue;
        unqueue(runner, turn);
        turn_begin(turn);
    }
}

/* ---- turns ---- */

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
    runner_pump(runner);
    return turn;
}

void runner_cancel(struct runner_turn *turn)
{
    turn_enter(turn);
    turn->silenced = true;
    if (turn->queued)
        unqueue(turn->runner, turn);
    turn_stop(turn);
    turn_leave(turn);
}

size_t runner_in_flight(const struct runner *runner)
{
    return runner->in_flight;
}

/* Some descriptors are for the loop, the resolver and the pipes. */
static size_t descriptors(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) || limit.rlim_cur == RLIM_INFINITY)
        return SIZE_MAX;
    return (size_t)limit.rlim_cur - (size_t)limit.rlim_cur / 4;
}

struct runner *runner_new(uv_loop_t *loop, size_t in_flight_max)
{
    struct runner *runner = mem_zalloc(sizeof *runner);
    size_t room = descriptors();
    runner->in_flight_max = in_flight_max < room ? in_flight_max : room;
    runner->queue_end = &runner->queue;
    runner->ready_end = &runner->ready;
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
    assert(!runner->queue && !runner->ready && runner->in_flight == 0);
    uv_close((uv_handle_t *)&runner->timer, on_closed);
}
