#include "rota.h"

#include "log.h"
#include "macros.h"
#include "mem.h"
#include "post.h"
#include "world.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum {
    LATE_MS = 50, /* what counts as late */
    APART_MS =
        20, /* between the first turns of a set that is due at once: their latencies should be their own */
    PATIENCE_MS = 500 /* until a recheck that may not begin yet is thought of again */
};

struct post_list {
    struct post **posts; /* those in force: sorted */
    size_t count, capacity;
};

struct rota {
    struct rota_owner owner;
    uv_loop_t *loop;
    uv_timer_t timer;
    struct schedule schedule;
    struct runner *runner;
    struct sentry *sentry;
    struct world *world; /* NULL until the first set is in force */
    char *rules;         /* that made the world, in their wire format */
    struct post_list current, coming;
    size_t retired;                  /* posts out of force whose attempts have not let go */
    bool paused, closing, unguarded; /* the sentry is gone */
    int64_t started, late, missed, latest_ms;
};

static void list_add(struct post_list *list, struct post *post)
{
    void *posts = list->posts;
    mem_grow(&posts, &list->capacity, list->count + 1, sizeof *list->posts);
    list->posts = posts;
    list->posts[list->count++] = post;
}

static void list_clear(struct post_list *list)
{
    free(list->posts);
    *list = (struct post_list){0};
}

static void on_timer(uv_timer_t *timer);

static void arm(struct rota *rota)
{
    struct mono due;
    if (rota->closing || !schedule_earliest(&rota->schedule, &due))
        return;
    int64_t wait_us = (due.ns - clock_mono().ns) / 1000;
    uv_update_time(rota->loop);
    uv_timer_start(&rota->timer, on_timer, wait_us > 0 ? (uint64_t)(wait_us + 999) / 1000 : 0, 0);
}

static void on_closed(uv_handle_t *handle)
{
    struct rota *rota = handle->data;
    schedule_free(&rota->schedule);
    list_clear(&rota->current);
    list_clear(&rota->coming);
    free(rota->rules);
    free(rota);
}

/* Once when it is told to end and nothing runs any more. */
static void close_when_idle(struct rota *rota)
{
    if (!rota->closing || rota->retired || !rota->unguarded ||
        uv_is_closing((uv_handle_t *)&rota->timer))
        return;
    runner_free(rota->runner);
    world_release(rota->world);
    uv_close((uv_handle_t *)&rota->timer, on_closed);
}

static void on_sentry_gone(void *owner)
{
    struct rota *rota = owner;
    rota->unguarded = true;
    close_when_idle(rota);
}

static void let_go(struct post *post)
{
    struct rota *rota = post->rota;
    if (!post->retired || post->held || post_is_busy(post))
        return;
    post_free(post);
    rota->retired--;
    close_when_idle(rota);
}

/* Out of force: what runs is called off, and the memory goes with the last of it. */
static void retire(struct post *post)
{
    struct rota *rota = post->rota;
    rota->retired++;
    post->retired = post->held = true;
    schedule_remove(&rota->schedule, &post->turn);
    for (int i = 0; i < FAMILY_COUNT; i++) {
        schedule_remove(&rota->schedule, &post->lines[i].again);
        sentry_forget(rota->sentry, &post->lines[i].sentry);
        if (post->lines[i].running)
            runner_cancel(post->lines[i].running);
    }
    if (post->running)
        runner_cancel(post->running);
    post->held = false;
    let_go(post);
}

/* ---- results ---- */

static void plan_rechecks(struct post *post)
{
    struct rota *rota = post->rota;
    struct mono due;
    if (post->retired || post->running)
        return;
    for (int i = 0; i < FAMILY_COUNT; i++) {
        struct post_line *line = &post->lines[i];
        if (!line->running && !schedule_has(&line->again) &&
            recheck_wanted(&line->recheck, rota->world->rechecks_ms, &due))
            schedule_add_single(&rota->schedule, &line->again, due);
    }
    arm(rota);
}

/* By the sentry, at once or later; whoever is told may end us. */
static void on_told(struct sentry_line *guarded, const struct result *result, struct mono began)
{
    struct post_line *line = container_of(guarded, struct post_line, sentry);
    struct post *post = line->post;
    struct rota *rota = post->rota;
    recheck_feed(&line->recheck, result->outcome, result->attempt, began);
    guarded->mass.down = line->recheck.held == OUTCOME_DOWN;
    plan_rechecks(post);
    rota->owner.told(rota->owner.owner, result);
}

static bool confirms(const struct sentry_line *guarded)
{
    const struct post_line *line = container_of(guarded, struct post_line, sentry);
    return recheck_confirms(&line->recheck);
}

static void take_result(struct post *post, const struct result *result, struct mono began)
{
    sentry_take(post->rota->sentry, &post->lines[result->family].sentry, result, began);
}

static void on_turn_told(void *owner, const struct result *result, struct mono began)
{
    take_result(owner, result, began);
}

static void on_turn_ended(void *owner)
{
    struct post *post = owner;
    post->running = NULL;
    plan_rechecks(post);
    let_go(post);
}

static void on_recheck_told(void *owner, const struct result *result, struct mono began)
{
    struct post_line *line = owner;
    take_result(line->post, result, began);
}

static void on_recheck_ended(void *owner)
{
    struct post_line *line = owner;
    line->running = NULL;
    plan_rechecks(line->post);
    let_go(line->post);
}

/* ---- turns ---- */

static void take_turn(struct post *post, const struct schedule_call *call)
{
    struct rota *rota = post->rota;
    rota->missed += call->missed;
    if (rota->paused || post_is_busy(post)) {
        rota->missed++;
        return;
    }
    rota->started++;
    rota->late += call->late_ms > LATE_MS;
    if (call->late_ms > rota->latest_ms)
        rota->latest_ms = call->late_ms;
    const struct runner_job job = {
        .target = &post->target,
        .memory = &post->memory,
        .world = rota->world,
        .families = post->target.families,
        .attempt = 1,
        .told = on_turn_told,
        .ended = on_turn_ended,
        .owner = post,
    };
    post->running = runner_start(rota->runner, &job);
}

static void take_recheck(struct post_line *line, struct mono now)
{
    struct post *post = line->post;
    struct rota *rota = post->rota;
    struct mono due;
    if (post->running || !recheck_wanted(&line->recheck, rota->world->rechecks_ms, &due))
        return; /* planned anew when the turn has ended */
    if (rota->paused)
        due = mono_plus_ms(now, PATIENCE_MS);
    if (due.ns > now.ns) {
        schedule_add_single(&rota->schedule, &line->again, due);
        return;
    }
    const struct runner_job job = {
        .target = &post->target,
        .memory = &post->memory,
        .world = rota->world,
        .families = 1u << (line - post->lines),
        .attempt = recheck_begin(&line->recheck),
        .told = on_recheck_told,
        .ended = on_recheck_ended,
        .owner = line,
    };
    line->running = runner_start(rota->runner, &job);
}

static void on_timer(uv_timer_t *timer)
{
    struct rota *rota = timer->data;
    struct mono now = clock_mono();
    for (struct schedule_call call; (call = schedule_next(&rota->schedule, now)).turn;) {
        if (call.turn->interval_ms)
            take_turn(container_of(call.turn, struct post, turn), &call);
        else
            take_recheck(container_of(call.turn, struct post_line, again), now);
    }
    arm(rota);
}

/* ---- sets ---- */

int rota_add(struct rota *rota, struct arena *arena, const struct watch *watch, struct fault *fault)
{
    struct post *post = post_new(rota, arena, watch, rota->owner.catalogue, fault);
    if (!post)
        return -1;
    list_add(&rota->coming, post);
    return 0;
}

static int compare(const void *left, const void *right)
{
    return post_compare(*(struct post *const *)left, *(struct post *const *)right);
}

/* Sorts; of checks with the same name only one stays. */
static void put_in_order(struct post_list *list)
{
    size_t kept = 0;
    if (list->count)
        qsort(list->posts, list->count, sizeof *list->posts, compare);
    for (size_t i = 0; i < list->count; i++) {
        struct post *post = list->posts[i];
        if (kept && post_compare(list->posts[kept - 1], post) == 0) {
            log_event(LOG_LEVEL_WARNING, "a check was ordered twice", "service",
                      post->watch.service, "check", post->watch.check.id, NULL);
            post_free(post);
        } else {
            list->posts[kept++] = post;
        }
    }
    list->count = kept;
}

static void begin(struct post *post, bool at_once, size_t nth)
{
    struct rota *rota = post->rota;
    struct mono now = clock_mono();
    int64_t interval_ms = post->watch.check.interval_ms;
    schedule_add_regular(&rota->schedule, &post->turn, interval_ms,
                         at_once ? mono_plus_ms(now, (int64_t)nth * APART_MS)
                                 : schedule_first(post_key(post), interval_ms, now, clock_wall()));
}

/* Both lists are sorted: one walk tells what goes, what stays and what is new. */
static void swap_sets(struct rota *rota, bool at_once)
{
    struct post_list old = rota->current, new = rota->coming;
    rota->current = (struct post_list){0};
    rota->coming = (struct post_list){0};
    size_t i = 0, begun = 0;
    for (size_t j = 0; j < new.count; j++) {
        while (i < old.count && post_compare(old.posts[i], new.posts[j]) < 0)
            retire(old.posts[i++]);
        bool same_name = i < old.count && post_compare(old.posts[i], new.posts[j]) == 0;
        if (same_name && strcmp(old.posts[i]->definition, new.posts[j]->definition) == 0) {
            list_add(&rota->current, old.posts[i++]);
            post_free(new.posts[j]);
            continue;
        }
        if (same_name)
            retire(old.posts[i++]);
        list_add(&rota->current, new.posts[j]);
        begin(new.posts[j], at_once, begun++);
    }
    while (i < old.count)
        retire(old.posts[i++]);
    list_clear(&old);
    list_clear(&new);
}

static void drop_coming(struct rota *rota)
{
    for (size_t i = 0; i < rota->coming.count; i++)
        post_free(rota->coming.posts[i]);
    list_clear(&rota->coming);
}

static void guard(struct rota *rota)
{
    size_t count = 0;
    struct sentry_line **lines =
        mem_array(rota->current.count * FAMILY_COUNT, sizeof(struct sentry_line *));
    for (size_t i = 0; i < rota->current.count; i++)
        for (int j = 0; j < FAMILY_COUNT; j++)
            lines[count++] = &rota->current.posts[i]->lines[j].sentry;
    sentry_set_lines(rota->sentry, lines, count);
    free(lines);
}

/* A new world only for new rules: the old one has names and certificates in its memory. */
static int renew_world(struct rota *rota, const struct rules *rules, struct fault *fault)
{
    struct buffer text;
    buffer_init(&text, ORDER_LINE_MAX);
    order_write_go(rules, &text);
    char *written = buffer_take(&text, NULL);
    if (rota->rules && strcmp(rota->rules, written) == 0) {
        free(written);
        return 0;
    }
    struct world *world = world_new(rota->loop, rules, fault);
    if (!world) {
        free(written);
        return -1;
    }
    world_release(rota->world);
    free(rota->rules);
    sentry_set_rules(rota->sentry, rules, world);
    rota->world = world;
    rota->rules = written;
    return 0;
}

int rota_go(struct rota *rota, const struct rules *rules, struct fault *fault)
{
    if (renew_world(rota, rules, fault)) {
        drop_coming(rota);
        return -1;
    }
    put_in_order(&rota->coming);
    swap_sets(rota, rules->at_once);
    guard(rota);
    arm(rota);
    return 0;
}

void rota_pause(struct rota *rota, bool paused)
{
    rota->paused = paused;
}

void rota_count(struct rota *rota, struct heartbeat *ret)
{
    ret->started = rota->started;
    ret->late = rota->late;
    ret->missed = rota->missed;
    ret->latest_ms = rota->latest_ms;
    ret->in_flight = (int64_t)runner_in_flight(rota->runner);
    ret->checks = (int64_t)rota->current.count;
    ret->vantage = *sentry_vantage(rota->sentry);
    rota->latest_ms = 0;
}

struct rota *rota_new(uv_loop_t *loop, const struct rota_owner *owner)
{
    struct rota *rota = mem_zalloc(sizeof *rota);
    rota->owner = *owner;
    rota->loop = loop;
    rota->runner = runner_new(loop, RUNNER_IN_FLIGHT);
    rota->sentry = sentry_new(
        loop, &(struct sentry_owner){owner->catalogue, on_told, confirms, on_sentry_gone, rota});
    uv_timer_init(loop, &rota->timer);
    rota->timer.data = rota;
    return rota;
}

void rota_free(struct rota *rota)
{
    assert(!rota->closing);
    drop_coming(rota);
    for (size_t i = 0; i < rota->current.count; i++)
        retire(rota->current.posts[i]);
    rota->closing = true;
    sentry_free(rota->sentry);
    close_when_idle(rota);
}
