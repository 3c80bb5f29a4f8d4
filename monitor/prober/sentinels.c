#include "sentinels.h"

#include "log.h"
#include "mem.h"
#include "runner.h"

#include <assert.h>
#include <stdlib.h>

enum { RUNNING_MAX = 64, TIMEOUT_MS = 2500, INTERVAL_MS = 60000 };

enum answer { ANSWER_NONE, ANSWER_GOOD, ANSWER_ABSENT };

struct sentinel {
    struct sentinels *sentinels;
    struct sentinel *next;
    struct arena arena;
    struct target target;
    struct runner_memory memory;
    struct runner_turn *running; /* NULL = not asked */
    enum answer answers[FAMILY_COUNT];
    bool exists[FAMILY_COUNT]; /* it was seen to have that family */
    bool retired;
};

struct sentinels {
    struct sentinels_owner owner;
    struct runner *runner;
    struct world *world;
    uv_timer_t limit;
    struct sentinel *first; /* in force, and those that have not let go */
    size_t count;           /* in force */
    bool asked, cancelling, closing;
    struct mono began;
    void (*gone)(void *owner);
};

static void sweep(struct sentinels *sentinels);

/* ---- a round ---- */

static bool is_idle(const struct sentinels *sentinels)
{
    for (const struct sentinel *one = sentinels->first; one; one = one->next)
        if (one->running)
            return false;
    return true;
}

static struct doubt_round count_round(const struct sentinels *sentinels, int family)
{
    struct doubt_round round = {.began = sentinels->began, .ended = clock_mono()};
    for (const struct sentinel *one = sentinels->first; one; one = one->next) {
        if (one->retired || !one->exists[family])
            continue;
        round.asked++;
        round.answering += one->answers[family] == ANSWER_GOOD;
    }
    return round;
}

static void end_round(struct sentinels *sentinels)
{
    struct doubt_round rounds[FAMILY_COUNT];
    uv_timer_stop(&sentinels->limit);
    sentinels->asked = false;
    for (int i = 0; i < FAMILY_COUNT; i++)
        rounds[i] = count_round(sentinels, i);
    sentinels->owner.ended(sentinels->owner.owner, rounds);
}

static void end_if_idle(struct sentinels *sentinels)
{
    if (sentinels->cancelling || !is_idle(sentinels))
        return;
    if (sentinels->asked)
        end_round(sentinels);
    else
        sweep(sentinels);
}

/* An answer that we do not like is one, too: it came through the network. */
static enum answer answer_of(const struct result *result)
{
    if (result->reason == REASON_not_published || result->reason == REASON_refused_by_policy)
        return ANSWER_ABSENT;
    if (result->reason == REASON_self || doubt_is_network(result->reason))
        return ANSWER_NONE;
    return ANSWER_GOOD;
}

static void on_told(void *owner, const struct result *result, struct mono began)
{
    struct sentinel *one = owner;
    (void)began;
    one->answers[result->family] = answer_of(result);
    one->exists[result->family] = one->answers[result->family] != ANSWER_ABSENT;
}

static void on_ended(void *owner)
{
    struct sentinel *one = owner;
    one->running = NULL;
    end_if_idle(one->sentinels);
}

static void cancel_all(struct sentinels *sentinels)
{
    sentinels->cancelling = true;
    for (struct sentinel *one = sentinels->first; one; one = one->next)
        if (one->running)
            runner_cancel(one->running);
    sentinels->cancelling = false;
}

/* Whoever has not answered by now does not answer. */
static void on_limit(uv_timer_t *timer)
{
    struct sentinels *sentinels = timer->data;
    cancel_all(sentinels);
    end_if_idle(sentinels);
}

static void ask(struct sentinel *one)
{
    const struct runner_job job = {
        .target = &one->target,
        .memory = &one->memory,
        .world = one->sentinels->world,
        .families = one->target.families,
        .attempt = 1,
        .told = on_told,
        .ended = on_ended,
        .owner = one,
    };
    for (int i = 0; i < FAMILY_COUNT; i++)
        one->answers[i] = ANSWER_NONE;
    one->running = runner_start(one->sentinels->runner, &job);
}

void sentinels_ask(struct sentinels *sentinels)
{
    if (sentinels->asked || sentinels->closing || !sentinels->count || !is_idle(sentinels))
        return;
    sentinels->asked = true;
    sentinels->began = clock_mono();
    for (struct sentinel *one = sentinels->first; one; one = one->next)
        ask(one);
    uv_update_time(sentinels->limit.loop);
    uv_timer_start(&sentinels->limit, on_limit, SENTINELS_LIMIT_MS, 0);
}

bool sentinels_are_asked(const struct sentinels *sentinels)
{
    return sentinels->asked;
}

/* ---- who is asked ---- */

static void add(struct sentinels *sentinels, const char *url)
{
    struct fault fault;
    struct sentinel *one = mem_zalloc(sizeof *one);
    const struct watch watch = {"",
                                {.id = "sentinel",
                                 .url = arena_text(&one->arena, url),
                                 .interval_ms = INTERVAL_MS,
                                 .timeout_ms = TIMEOUT_MS}};
    one->sentinels = sentinels;
    if (target_read(&watch, sentinels->owner.catalogue, &one->arena, &one->target, &fault)) {
        log_event(LOG_LEVEL_ERROR, "a sentinel cannot be asked", "sentinel", url, "why", fault.text,
                  NULL);
        arena_free(&one->arena);
        free(one);
        return;
    }
    for (int i = 0; one->target.literal && i < FAMILY_COUNT; i++)
        one->exists[i] = one->target.families & 1u << i;
    one->next = sentinels->first;
    sentinels->first = one;
    sentinels->count++;
}

static void retire_all(struct sentinels *sentinels)
{
    for (struct sentinel *one = sentinels->first; one; one = one->next)
        one->retired = true;
    sentinels->count = 0;
    sentinels->asked = false;
    uv_timer_stop(&sentinels->limit);
    cancel_all(sentinels);
}

static void on_closed(uv_handle_t *handle)
{
    struct sentinels *sentinels = handle->data;
    sentinels->gone(sentinels->owner.owner);
    free(sentinels);
}

/* Those that are retired and have let go; at the end, all. */
static void sweep(struct sentinels *sentinels)
{
    for (struct sentinel **link = &sentinels->first; *link;) {
        struct sentinel *one = *link;
        if (!one->retired || one->running) {
            link = &one->next;
            continue;
        }
        *link = one->next;
        arena_free(&one->arena);
        free(one);
    }
    if (!sentinels->closing || sentinels->first || uv_is_closing((uv_handle_t *)&sentinels->limit))
        return;
    world_release(sentinels->world);
    runner_free(sentinels->runner);
    uv_close((uv_handle_t *)&sentinels->limit, on_closed);
}

void sentinels_set(struct sentinels *sentinels, const char *const *urls, struct world *world)
{
    retire_all(sentinels);
    sweep(sentinels);
    world_release(sentinels->world);
    sentinels->world = world_hold(world);
    for (size_t i = 0; urls && urls[i]; i++)
        add(sentinels, urls[i]);
}

size_t sentinels_count(const struct sentinels *sentinels)
{
    return sentinels->count;
}

const char *sentinels_name(const struct sentinels *sentinels, size_t index)
{
    const struct sentinel *one = sentinels->first;
    while (index-- > 0)
        one = one->next;
    return one->target.literal ? NULL : one->target.connect;
}

struct sentinels *sentinels_new(uv_loop_t *loop, const struct sentinels_owner *owner)
{
    struct sentinels *sentinels = mem_zalloc(sizeof *sentinels);
    sentinels->owner = *owner;
    sentinels->runner = runner_new(loop, RUNNING_MAX);
    uv_timer_init(loop, &sentinels->limit);
    sentinels->limit.data = sentinels;
    return sentinels;
}

void sentinels_free(struct sentinels *sentinels, void (*gone)(void *owner))
{
    assert(!sentinels->closing);
    sentinels->closing = true;
    sentinels->gone = gone;
    retire_all(sentinels);
    sweep(sentinels);
}
