#include "trip.h"

#include "channel.h"
#include "clock.h"
#include "jabber.h"
#include "macros.h"
#include "mem.h"
#include "program.h"
#include "referral.h"
#include "talk.h"
#include "text.h"

#include <uv.h>

#include <stdlib.h>
#include <string.h>

struct trip {
    struct trip_means means;
    struct arena arena;
    struct errand errand;
    void (*judge)(const struct channel_answer *answer, struct channel_verdict *ret);
    struct dispatch dispatch;
    struct referral referral;
    size_t turn; /* of its servers */
    struct locate locate;
    struct carriage carriage;
    struct program program;
    struct talk talk;
    struct jabber jabber;
    char host[CARRIER_HOST_SIZE];
    uint16_t port;
    uv_timer_t timer; /* the end of the time for looking up; or at once, to end from the loop */
    struct mono started;
    struct receipt receipt;
    void (*done)(void *owner, const struct receipt *receipt);
    void *owner;
};

/* ---- end ---- */

static void on_timer_closed(uv_handle_t *handle)
{
    struct trip *trip = handle->data;
    arena_free(&trip->arena);
    free(trip);
}

static void end(struct trip *trip)
{
    uv_timer_stop(&trip->timer);
    carrier_stop(&trip->carriage);
    program_fini(&trip->program);
    trip->done(trip->owner, &trip->receipt);
    uv_close((uv_handle_t *)&trip->timer, on_timer_closed);
}

static void on_end_soon(uv_timer_t *timer)
{
    end(timer->data);
}

static void conclude(struct trip *trip, enum channel_end verdict, const char *sentence)
{
    channel_conclude(&trip->receipt.verdict, verdict, 0, "%s", sentence);
    uv_timer_start(&trip->timer, on_end_soon, 0, 0);
}

static void judge(struct trip *trip, const struct channel_answer *answer)
{
    trip->judge(answer, &trip->receipt.verdict);
    end(trip);
}

/* ---- programs ---- */

static const char *program_failure(struct trip *trip)
{
    const struct program *program = &trip->program;
    if (program->error)
        return arena_printf(&trip->arena, "it cannot be started: %s", uv_strerror(program->error));
    if (program->overdue)
        return "it did not end in time";
    if (program->signal)
        return arena_printf(&trip->arena, "signal %d ended it", program->signal);
    return NULL;
}

static void on_program(struct program *program)
{
    struct trip *trip = container_of(program, struct trip, program);
    const struct channel_answer answer = {
        .status = (int)program->status,
        .failure = program_failure(trip),
        .retry_after = "",
        .body = buffer_text(&program->output),
        .length = program->output.length,
        .now = wall_seconds(clock_wall()),
    };
    judge(trip, &answer);
}

static void run(struct trip *trip)
{
    const struct dispatch *dispatch = &trip->dispatch;
    trip->program.done = on_program;
    program_start(&trip->program, trip->means.loop, dispatch->arguments, dispatch->body,
                  dispatch->length, trip->means.limit_ms);
}

/* ---- where ---- */

static int64_t time_left(const struct trip *trip)
{
    return trip->means.limit_ms - mono_ms_between(trip->started, clock_mono());
}

static bool has_another_server(const struct trip *trip)
{
    return trip->turn < trip->referral.count;
}

static void on_lost(uv_timer_t *timer)
{
    struct trip *trip = timer->data;
    referral_cancel(&trip->referral);
    locate_cancel(&trip->locate);
    conclude(trip, CHANNEL_LATER, "no resolver answered in time");
}

static void locate_host(struct trip *trip, const char *host, uint16_t port)
{
    const struct trip_means *means = &trip->means;
    const struct locate_ways ways = {means->first, means->second, trip->dispatch.fallback};
    locate_start(&trip->locate, &ways, host, port);
}

static void locate_next_server(struct trip *trip)
{
    const struct referral_server *server = &trip->referral.servers[trip->turn++];
    int64_t left = time_left(trip);
    uv_timer_start(&trip->timer, on_lost, left > 0 ? (uint64_t)left : 0, 0);
    locate_host(trip, server->name, server->port);
}

/* ---- the network ---- */

static void on_carried(struct carriage *carriage)
{
    struct trip *trip = container_of(carriage, struct trip, carriage);
    const struct channel_answer answer = {
        .status = carriage->status,
        .failure = carriage->failure[0] ? carriage->failure : NULL,
        .retry_after = carriage->retry_after,
        .body = buffer_text(&carriage->body),
        .length = carriage->body.length,
        .now = wall_seconds(clock_wall()),
    };
    judge(trip, &answer);
}

static void on_talked(struct talk *talk)
{
    struct trip *trip = container_of(talk, struct trip, talk);
    const struct channel_answer answer = {
        .status = talk->status,
        .failure = talk->broken ? talk->words : NULL,
        .retry_after = "",
        .body = talk->words,
        .length = strlen(talk->words),
        .now = wall_seconds(clock_wall()),
    };
    judge(trip, &answer);
}

static void talk(struct trip *trip, int64_t left)
{
    const struct talk_wish wish = {
        .loop = trip->means.loop,
        .trust = trip->means.trust,
        .policy = trip->means.policy,
        .dispatch = &trip->dispatch,
        .host = trip->host,
        .addresses = trip->locate.addresses,
        .count = trip->locate.count,
        .limit_ms = left,
    };
    trip->talk.done = on_talked;
    talk_start(&trip->talk, &wish);
}

/* Who did not let us in was not told anything (RFC 6120 section 3.2.1). */
static void on_handed_over(struct jabber *jabber)
{
    static const int statuses[] = {
        [JABBER_ARRIVED] = 200, [JABBER_REFUSED] = 400, [JABBER_LATER] = 500};
    struct trip *trip = container_of(jabber, struct trip, jabber);
    if (jabber->end == JABBER_BROKEN && !jabber->connected && has_another_server(trip) &&
        time_left(trip) > 0) {
        locate_next_server(trip);
        return;
    }
    const struct channel_answer answer = {
        .status = statuses[jabber->end],
        .failure = jabber->end == JABBER_BROKEN ? jabber->words : NULL,
        .retry_after = "",
        .body = jabber->words,
        .length = strlen(jabber->words),
        .now = wall_seconds(clock_wall()),
    };
    judge(trip, &answer);
}

/* Not all of the time for a server that keeps us waiting, while there are others. */
static void hand_over(struct trip *trip, int64_t left)
{
    bool referred = trip->turn > 0;
    int64_t limit = has_another_server(trip) ? left / 2 : left;
    const struct jabber_wish wish = {
        .loop = trip->means.loop,
        .policy = trip->means.policy,
        .ca_file = trip->means.ca_file,
        .dispatch = &trip->dispatch,
        .direct = referred ? trip->referral.servers[trip->turn - 1].direct
                           : text_starts(trip->dispatch.url, "xmpps:"),
        .addresses = trip->locate.addresses,
        .count = trip->locate.count,
        .limit_ms = limit > 1 ? limit : 1,
    };
    trip->jabber.done = on_handed_over;
    jabber_start(&trip->jabber, &wish);
}

static void on_located(struct locate *locate)
{
    struct trip *trip = container_of(locate, struct trip, locate);
    if (!locate->count && has_another_server(trip)) {
        locate_next_server(trip);
        return;
    }
    int64_t left = time_left(trip);
    uv_timer_stop(&trip->timer);
    trip->carriage.done = on_carried;
    if (!locate->count)
        conclude(trip, CHANNEL_LATER,
                 arena_printf(&trip->arena, "%.80s: %s", locate->name, locate->detail));
    else if (trip->dispatch.kind == DISPATCH_TALK)
        talk(trip, left);
    else if (trip->dispatch.kind == DISPATCH_XMPP)
        hand_over(trip, left);
    else if (!carrier_start(trip->means.carrier, &trip->carriage, &trip->dispatch,
                            locate->addresses, locate->count, left))
        conclude(trip, CHANNEL_LATER, "libcurl gives no handle");
}

static void on_referred(struct referral *referral)
{
    struct trip *trip = container_of(referral, struct trip, referral);
    if (referral->count)
        locate_next_server(trip);
    else if (!referral->refused)
        locate_host(trip, trip->host, trip->port);
    else
        conclude(trip, CHANNEL_LATER, "its domain says that it has no such server");
}

static void find(struct trip *trip)
{
    const struct trip_means *means = &trip->means;
    const struct dispatch *dispatch = &trip->dispatch;
    if (!carrier_place(means->carrier, dispatch->url, trip->host, &trip->port)) {
        conclude(trip, CHANNEL_REFUSED, "its address is none that we can write to");
        return;
    }
    trip->referral.done = on_referred;
    trip->locate.done = on_located;
    uv_timer_start(&trip->timer, on_lost, (uint64_t)means->limit_ms, 0);
    if (dispatch->services)
        referral_start(&trip->referral, means->first, means->second, dispatch->services,
                       trip->host);
    else
        locate_host(trip, trip->host, trip->port);
}

/* ---- beginning ---- */

static int compose_alert(struct trip *trip, struct fault *fault)
{
    const struct errand_target *target = &trip->errand.target;
    const struct alert *alert = trip->errand.alert;
    struct message *message = arena_alloc(&trip->arena, sizeof *message);
    const void *options;
    const struct channel *channel = channel_find(target->channel);
    if (!channel)
        return fault_set(fault, "there is no channel \"%.80s\"", target->channel);
    if (channel_read(channel, target->options, target->option_count, &trip->arena, &options, fault))
        return -1;
    message_compose_by(trip->means.templates, alert, &trip->arena, message);
    const struct channel_job job = {alert, message, options, wall_seconds(clock_wall()),
                                    &trip->arena};
    channel->compose(&job, &trip->dispatch);
    trip->judge = channel->judge;
    return 0;
}

static int compose(struct trip *trip, struct fault *fault)
{
    if (trip->errand.kind != ERRAND_PING)
        return compose_alert(trip, fault);
    ping_compose(&trip->errand.ping, &trip->arena, &trip->dispatch);
    trip->judge = ping_judge;
    return 0;
}

void trip_start(const struct trip_means *means, struct arena *arena, const struct errand *errand,
                void (*done)(void *owner, const struct receipt *receipt), void *owner)
{
    struct trip *trip = mem_zalloc(sizeof *trip);
    struct fault fault;
    trip->means = *means;
    trip->arena = *arena;
    trip->errand = *errand;
    trip->done = done;
    trip->owner = owner;
    trip->started = clock_mono();
    *arena = (struct arena){0};
    text_copy(trip->receipt.id, sizeof trip->receipt.id, errand->id);
    text_copy(trip->receipt.target, sizeof trip->receipt.target, errand->target.name);
    uv_timer_init(means->loop, &trip->timer);
    trip->timer.data = trip;
    if (compose(trip, &fault))
        conclude(trip, CHANNEL_REFUSED, fault.text);
    else if (trip->dispatch.kind == DISPATCH_COMMAND)
        run(trip);
    else
        find(trip);
}
