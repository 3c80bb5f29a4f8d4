/* Echo requests. A reply proves that the machine is there, not that what it is for works. */
#include "cause.h"
#include "datagram.h"
#include "macros.h"
#include "pinger.h"
#include "probe.h"

#include <errno.h>
#include <math.h>
#include <string.h>
#include <uv.h>

enum {
    COUNT_MAX = 5,
    SPARE = DATAGRAM_TRIES - 1, /* so many may be lost */
    REQUESTS_MAX = COUNT_MAX + SPARE,
    PACE_MS = 200
};

struct icmp_options {
    int64_t count;
};

static const struct schema_row rows[] = {
    {.name = "count",
     .type = SCHEMA_INT,
     .offset = offsetof(struct icmp_options, count),
     .min = 1,
     .max = COUNT_MAX,
     .preset = "1",
     .doc = "How many replies are waited for, one after another; the fastest is what counts as "
            "time. Lost ones are asked for again, up to two times in all, and one reply is enough.",
     .example = "3"},
};

struct icmp_state {
    struct probe_run *run;
    struct pinger_visit visit;
    uv_timer_t timer;
    struct mono started, sent_at[REQUESTS_MAX];
    bool answered[REQUESTS_MAX], over;
    int sent, replies;
    double best_ms;
};

static void on_closed(uv_handle_t *handle)
{
    struct icmp_state *state = handle->data;
    probe_done(state->run);
}

/* The first outcome is in run->result. */
static void finish(struct icmp_state *state)
{
    if (state->over)
        return;
    state->over = true;
    pinger_close(&state->visit);
    uv_close((uv_handle_t *)&state->timer, on_closed);
}

static void finish_good(struct icmp_state *state)
{
    double *ms = state->run->result.phases.ms;
    ms[PHASE_FIRST_BYTE] = ms[PHASE_TOTAL] = state->best_ms;
    probe_good(state->run, NULL);
    finish(state);
}

static void finish_error(struct icmp_state *state, int error)
{
    result_set(&state->run->result, cause_of_connect(-error), "cannot send: %s", strerror(-error));
    finish(state);
}

static void finish_forbidden(struct icmp_state *state)
{
    result_set(&state->run->result, REASON_self,
               "we may not send ICMP: the prober needs CAP_NET_RAW, or its group a place in the "
               "sysctl net.ipv4.ping_group_range");
    finish(state);
}

static void finish_late(struct icmp_state *state)
{
    struct result *result = &state->run->result;
    result->phases.ms[PHASE_TOTAL] = (double)(clock_mono().ns - state->started.ns) / 1e6;
    result_set(result, REASON_timeout, "no reply to %d echo requests within %lld ms", state->sent,
               (long long)state->run->timeout_ms);
    finish(state);
}

static int requests(const struct icmp_state *state)
{
    const struct icmp_options *options = state->run->options;
    return (int)options->count + SPARE;
}

static void on_timer(uv_timer_t *timer);

static void wait_ms(struct icmp_state *state, int64_t ms)
{
    int64_t left = state->run->timeout_ms - mono_ms_between(state->started, clock_mono());
    int64_t least = ms < left ? ms : left;
    uv_timer_start(&state->timer, on_timer, least > 0 ? (uint64_t)least + 1 : 1, 0);
}

static void send_next(struct icmp_state *state)
{
    state->sent_at[state->sent] = clock_mono();
    int rc = pinger_send(&state->visit, (uint16_t)state->sent);
    if (rc < 0 && rc != -EAGAIN && rc != -ENOBUFS) { /* with these it is as good as lost */
        finish_error(state, rc);
        return;
    }
    state->sent++;
    int64_t third = state->run->timeout_ms / DATAGRAM_TRIES;
    bool last = state->sent == requests(state) && !state->replies;
    wait_ms(state, last                      ? state->run->timeout_ms /* replies may be slow */
                   : third < DATAGRAM_GAP_MS ? third
                                             : DATAGRAM_GAP_MS);
}

static void on_timer(uv_timer_t *timer)
{
    struct icmp_state *state = timer->data;
    bool late = mono_ms_between(state->started, clock_mono()) >= state->run->timeout_ms;
    if (!late && state->sent < requests(state))
        send_next(state);
    else if (state->replies)
        finish_good(state);
    else
        finish_late(state);
}

static void on_answered(struct pinger_visit *visit, unsigned sequence)
{
    struct icmp_state *state = container_of(visit, struct icmp_state, visit);
    const struct icmp_options *options = state->run->options;
    if (sequence >= (unsigned)state->sent || state->answered[sequence])
        return;
    double ms = (double)(clock_mono().ns - state->sent_at[sequence].ns) / 1e6;
    state->answered[sequence] = true;
    state->best_ms = fmin(state->best_ms, ms);
    if (++state->replies >= options->count)
        finish_good(state);
    else
        wait_ms(state, PACE_MS);
}

static void start(struct probe_run *run)
{
    struct icmp_state *state = run->state;
    state->run = run;
    state->started = clock_mono();
    state->best_ms = INFINITY;
    state->visit.answered = on_answered;
    uv_timer_init(run->world->loop, &state->timer);
    state->timer.data = state;
    int rc = pinger_open(run->world->pinger, &state->visit, (struct sockaddr *)&run->address);
    if (rc == 0)
        send_next(state);
    else if (rc == -EPERM || rc == -EACCES)
        finish_forbidden(state);
    else
        finish_error(state, rc);
}

static void cancel(struct probe_run *run)
{
    finish(run->state);
}

extern const struct probe_type probe_icmp;
const struct probe_type probe_icmp = {
    .name = "icmp",
    .portless = true,
    .options = {"icmp", rows, ARRAY_LEN(rows)},
    .options_size = sizeof(struct icmp_options),
    .run_size = sizeof(struct icmp_state),
    .start = start,
    .cancel = cancel,
};
