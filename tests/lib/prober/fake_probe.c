#include "fake_probe.h"

#include "address.h"
#include "macros.h"
#include "route.h"
#include "text.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

struct fake_probe_record fake_probe;

struct fake {
    uv_timer_t timer;
    struct probe_run *run;
};

struct state {
    struct fake *fake;
};

static void on_closed(uv_handle_t *handle)
{
    free(handle->data);
}

static void finish(struct fake *fake)
{
    fake_probe.ended++;
    fake_probe.running--;
    uv_close((uv_handle_t *)&fake->timer, on_closed);
    probe_done(fake->run);
}

static void on_timer(uv_timer_t *timer)
{
    finish(timer->data);
}

static void note(const struct probe_run *run, size_t at)
{
    text_copy(fake_probe.addresses[at], sizeof *fake_probe.addresses, run->result.address);
    text_copy(fake_probe.hosts[at], sizeof *fake_probe.hosts, run->host);
    fake_probe.ports[at] = address_port((const struct sockaddr *)&run->address);
}

static void begin(struct probe_run *run, int64_t after_ms)
{
    struct state *state = run->state;
    struct fake *fake = calloc(1, sizeof *fake);
    assert(fake && !state->fake);
    state->fake = fake;
    fake->run = run;
    fake->timer.data = fake;
    uv_timer_init(run->world->loop, &fake->timer);
    if (after_ms >= 0)
        uv_timer_start(&fake->timer, on_timer, (uint64_t)after_ms, 0);
    if (fake_probe.started < ARRAY_LEN(fake_probe.addresses))
        note(run, fake_probe.started);
    fake_probe.with_dane += run->dane != NULL;
    fake_probe.started++;
    if (++fake_probe.running > fake_probe.most_running)
        fake_probe.most_running = fake_probe.running;
}

static void start_prompt(struct probe_run *run)
{
    result_set(&run->result, REASON_ok, "%s", "");
    run->result.phases.ms[PHASE_TOTAL] = 1.5;
    begin(run, 0);
}

static void start_brief(struct probe_run *run)
{
    result_set(&run->result, REASON_ok, "%s", "");
    begin(run, 20);
}

static void start_favour(struct probe_run *run)
{
    result_set(&run->result, REASON_connect_refused, "%s", "");
    run->result.phases.ms[PHASE_TOTAL] = 1.5;
    begin(run, 0);
}

static bool is_favour(const void *options)
{
    (void)options;
    return true;
}

static void start_hang(struct probe_run *run)
{
    begin(run, -1);
}

static void start_script(struct probe_run *run)
{
    char letter = fake_probe.script[0];
    if (fake_probe.script[1])
        fake_probe.script++;
    if (letter != 'U')
        result_set(&run->result, letter == 'G' ? REASON_ok : REASON_connect_refused, "%s", "");
    begin(run, 0);
}

static void start_by_address(struct probe_run *run)
{
    const char *address = run->result.address;
    bool hangs = text_ends(address, ".67");
    if (text_ends(address, ".66"))
        result_set(&run->result, REASON_connect_refused, "nobody is there");
    else if (!hangs && !text_ends(address, ".68"))
        result_set(&run->result, REASON_ok, "%s", "");
    run->result.phases.ms[PHASE_TOTAL] = 1.5;
    begin(run, hangs ? -1 : 0);
}

struct lost {
    uv_timer_t timer;
    struct route_run *run;
};

static void on_lost(uv_timer_t *timer)
{
    struct lost *lost = timer->data;
    uv_close((uv_handle_t *)&lost->timer, on_closed);
    route_done(lost->run);
}

static void lose(struct route_run *run)
{
    (void)run;
}

static void give_up(struct route_run *run)
{
    struct lost *lost = calloc(1, sizeof *lost);
    assert(lost);
    lost->run = run;
    lost->timer.data = lost;
    uv_timer_init(run->world->loop, &lost->timer);
    uv_timer_start(&lost->timer, on_lost, 1, 0);
}

static const struct route_type route_lost = {.run_size = 1, .start = lose, .cancel = give_up};

static void cancel(struct probe_run *run)
{
    struct state *state = run->state;
    fake_probe.cancelled++;
    uv_timer_start(&state->fake->timer, on_timer, 0, 0);
}

static void cancel_hasty(struct probe_run *run)
{
    struct state *state = run->state;
    fake_probe.cancelled++;
    result_set(&run->result, REASON_connect_timeout, "%s", "");
    finish(state->fake);
}

static const struct probe_type types[] = {
    {.name = "prompt",
     .port = 7,
     .run_size = sizeof(struct state),
     .start = start_prompt,
     .cancel = cancel},
    {.name = "brief",
     .port = 7,
     .run_size = sizeof(struct state),
     .start = start_brief,
     .cancel = cancel},
    {.name = "favour",
     .port = 7,
     .is_courtesy = is_favour,
     .run_size = sizeof(struct state),
     .start = start_favour,
     .cancel = cancel},
    {.name = "hang",
     .port = 7,
     .run_size = sizeof(struct state),
     .start = start_hang,
     .cancel = cancel},
    {.name = "hasty",
     .port = 7,
     .run_size = sizeof(struct state),
     .start = start_hang,
     .cancel = cancel_hasty},
    {.name = "mail",
     .port = 25,
     .route = &route_mx,
     .dane = true,
     .run_size = sizeof(struct state),
     .start = start_by_address,
     .cancel = cancel},
    {.name = "chat",
     .port = 5222,
     .route = &route_xmpp_client,
     .dane = true,
     .run_size = sizeof(struct state),
     .start = start_by_address,
     .cancel = cancel},
    {.name = "lost",
     .port = 7,
     .route = &route_lost,
     .run_size = sizeof(struct state),
     .start = start_by_address,
     .cancel = cancel},
    {.name = "script",
     .port = 7,
     .run_size = sizeof(struct state),
     .start = start_script,
     .cancel = cancel},
};

static const char *const names[] = {"prompt", "brief", "favour", "hang",   "hasty",
                                    "mail",   "chat",  "lost",   "script", NULL};

static const struct probe_type *find(const char *scheme)
{
    for (size_t i = 0; i < ARRAY_LEN(types); i++)
        if (strcmp(types[i].name, scheme) == 0)
            return &types[i];
    return NULL;
}

static const char *const *schemes(void)
{
    return names;
}

static int read_options(const struct probe_type *type, const struct probe_option *options,
                        size_t count, struct arena *arena, const void **ret, struct fault *fault)
{
    (void)arena;
    *ret = NULL;
    return count ? fault_set(fault, "%s has no option \"%s\"", type->name, options[0].name) : 0;
}

const struct catalogue fake_catalogue = {find, schemes, read_options};
