#include "sentry.h"

#include "canary.h"
#include "log.h"
#include "macros.h"
#include "mem.h"
#include "sentinels.h"

#include <assert.h>
#include <stdlib.h>

enum {
    TICK_MS = 250,
    LOOK_MS = 1000,      /* between looks at how many fail at once */
    ROUND_MS = 60000,    /* between rounds when nobody waits for one */
    TROUBLED_MS = 10000, /* while the vantage is not good, and for what is known to be down */
    URGENT_MS = 2000     /* between rounds while somebody waits */
};

struct held {
    struct held *next;
    struct sentry_line *line;
    struct result result;
    struct mono began;
};

struct held_list {
    struct held *first, **end;
};

struct sentry {
    struct sentry_owner owner;
    uv_timer_t tick;
    uv_prepare_t turn; /* of the loop */
    struct doubt doubt;
    struct sentinels *sentinels;
    struct canary canary;
    struct sentry_line **lines;
    const struct mass_line **masses; /* the same */
    size_t count, next_name;
    struct held_list held, ready;
    uint64_t looks;
    struct mono rounded, named, looked; /* when the last one began */
    uint64_t turn_at_ns, idle_ns;
    int handles; /* that are not closed yet */
    bool closing;
};

/* ---- lists ---- */

static void list_init(struct held_list *list)
{
    list->first = NULL;
    list->end = &list->first;
}

static void list_add(struct held_list *list, struct held *held)
{
    held->next = NULL;
    *list->end = held;
    list->end = &held->next;
}

static struct held *list_take(struct held_list *list, struct held **link)
{
    struct held *held = *link;
    *link = held->next;
    if (list->end == &held->next)
        list->end = link;
    return held;
}

/* Of all lines when NULL. */
static void list_drop(struct held_list *list, struct sentry_line *line)
{
    for (struct held **link = &list->first; *link;) {
        if (!line || (*link)->line == line)
            free(list_take(list, link));
        else
            link = &(*link)->next;
    }
}

/* ---- what we see of ourselves ---- */

static struct doubt_now get_now(void)
{
    return (struct doubt_now){clock_mono(), clock_wall()};
}

/* Our tick wakes the loop four times a second: a longer wait is none, we were stopped. */
static void watch_turn(struct sentry *sentry)
{
    uint64_t now_ns = uv_hrtime(), idle_ns = uv_metrics_idle_time(sentry->tick.loop);
    if (!sentry->turn_at_ns)
        return;
    int64_t passed_ms = (int64_t)(now_ns - sentry->turn_at_ns) / 1000000;
    int64_t waited_ms = (int64_t)(idle_ns - sentry->idle_ns) / 1000000;
    if (passed_ms - waited_ms > DOUBT_STALL_MS || passed_ms > TICK_MS + DOUBT_STALL_MS)
        doubt_see_stall(&sentry->doubt, passed_ms, clock_mono());
}

static void on_turn(uv_prepare_t *prepare)
{
    struct sentry *sentry = prepare->data;
    watch_turn(sentry);
    sentry->turn_at_ns = uv_hrtime();
    sentry->idle_ns = uv_metrics_idle_time(prepare->loop);
}

/* ---- judging ---- */

static struct doubt_case case_of(const struct sentry *sentry, const struct sentry_line *line,
                                 const struct result *result, struct mono began)
{
    return (struct doubt_case){result->reason, &line->mass, line->domain, began,
                               sentry->owner.confirms(line)};
}

static void take_blame(struct result *result, const char *why)
{
    result_set(result, REASON_self, "%s (%s)", why, reason_code(result->reason));
}

/* Whether it can be told now; if it is our fault, it says so afterwards. */
static bool settle(struct sentry *sentry, struct sentry_line *line, struct result *result,
                   struct mono began)
{
    char why[VANTAGE_WHY_SIZE];
    if (result->outcome != OUTCOME_DOWN)
        return true;
    const struct doubt_case doubtful = case_of(sentry, line, result, began);
    enum doubt_answer answer = doubt_judge(&sentry->doubt, &doubtful, clock_mono(), why);
    if (answer == DOUBT_OURS)
        take_blame(result, why);
    return answer != DOUBT_WAIT;
}

/* The oldest of each line, if it can be told. */
static bool find_ready(struct sentry *sentry)
{
    sentry->looks++;
    for (struct held **link = &sentry->held.first; *link;) {
        struct held *held = *link;
        struct sentry_line *line = held->line;
        bool first = line->waits_for != sentry->looks;
        line->waits_for = sentry->looks;
        if (first && settle(sentry, line, &held->result, held->began))
            list_add(&sentry->ready, list_take(&sentry->held, link));
        else
            link = &held->next;
    }
    return sentry->ready.first;
}

/* Whoever is told something may end us, or forget lines. */
static void tell_ready(struct sentry *sentry)
{
    while (sentry->ready.first) {
        struct held *held = list_take(&sentry->ready, &sentry->ready.first);
        held->line->held--;
        sentry->owner.told(held->line, &held->result, held->began);
        free(held);
    }
}

/* ---- asking ---- */

static bool is_over(struct mono since, int64_t ms)
{
    return !since.ns || mono_ms_between(since, clock_mono()) >= ms;
}

static void ask_round(struct sentry *sentry, int64_t gap_ms)
{
    if (sentinels_are_asked(sentry->sentinels) || !is_over(sentry->rounded, gap_ms))
        return;
    sentry->rounded = clock_mono();
    sentinels_ask(sentry->sentinels);
}

static bool has_name(const struct canary_name *names, size_t count, uint64_t hoster,
                     uint64_t domain)
{
    for (size_t i = 0; i < count; i++)
        if (names[i].domain == domain || (hoster && names[i].hoster == hoster))
            return true;
    return false;
}

/* Of services, each of another hoster and domain; always beginning elsewhere, so that no single one is asked for all the
 * time. */
static size_t pick_names(struct sentry *sentry, bool proven, struct canary_name *names)
{
    size_t count = 0, begin = sentry->next_name;
    for (size_t i = 0; i < sentry->count && count < DOUBT_NAMES; i++) {
        size_t at = (begin + i) % sentry->count;
        const struct sentry_line *line = sentry->lines[at];
        uint64_t hoster = line->mass.hoster;
        if (!line->host || line->resolved != proven || has_name(names, count, hoster, line->domain))
            continue;
        names[count++] =
            (struct canary_name){line->host, line->mass.family, proven, hoster, line->domain};
        sentry->next_name = at + 1;
    }
    return count;
}

static size_t add_sentinels(const struct sentry *sentry, struct canary_name *names, size_t count)
{
    for (size_t i = 0; i < sentinels_count(sentry->sentinels) && count < DOUBT_NAMES; i++) {
        const char *host = sentinels_name(sentry->sentinels, i);
        uint64_t domain = host ? doubt_domain(host) : 0;
        if (host && !has_name(names, count, 0, domain))
            names[count++] = (struct canary_name){host, FAMILY_IPV4, false, 0, domain};
    }
    return count;
}

static void ask_names(struct sentry *sentry, int64_t gap_ms)
{
    struct canary_name names[DOUBT_NAMES];
    if (sentry->canary.resolver || !is_over(sentry->named, gap_ms))
        return;
    size_t count = pick_names(sentry, true, names);
    if (count == 0)
        count = pick_names(sentry, false, names);
    count = add_sentinels(sentry, names, count);
    sentry->named = clock_mono();
    canary_ask(&sentry->canary, names, count);
}

/* What those who wait need. */
static void ask(struct sentry *sentry)
{
    unsigned wants = 0;
    bool urgent = false;
    for (const struct held *held = sentry->held.first; held; held = held->next) {
        if (held->result.outcome != OUTCOME_DOWN)
            continue;
        const struct doubt_case doubtful = case_of(sentry, held->line, &held->result, held->began);
        unsigned more = doubt_wants(&sentry->doubt, &doubtful);
        urgent |= more && (!held->line->mass.down || held->line->held > 1);
        wants |= more;
    }
    if (wants & DOUBT_WANTS_ROUND)
        ask_round(sentry, urgent ? URGENT_MS : TROUBLED_MS);
    if (wants & DOUBT_WANTS_NAMES)
        ask_names(sentry, URGENT_MS);
}

static void look(struct sentry *sentry)
{
    while (!sentry->closing && find_ready(sentry))
        tell_ready(sentry);
    if (!sentry->closing)
        ask(sentry);
}

static void on_round(void *owner, const struct doubt_round rounds[FAMILY_COUNT])
{
    struct sentry *sentry = owner;
    for (int i = 0; i < FAMILY_COUNT; i++)
        doubt_see_round(&sentry->doubt, (enum family)i, &rounds[i], get_now());
    look(sentry);
}

static void on_names(struct canary *canary, const struct doubt_names *names)
{
    struct sentry *sentry = container_of(canary, struct sentry, canary);
    doubt_see_names(&sentry->doubt, names, get_now());
    look(sentry);
}

static void on_tick(uv_timer_t *timer)
{
    struct sentry *sentry = timer->data;
    struct doubt_now now = get_now();
    doubt_see_clock(&sentry->doubt, now);
    if (is_over(sentry->looked, LOOK_MS)) {
        sentry->looked = now.mono;
        doubt_see_mass(&sentry->doubt, now);
    }
    ask_round(sentry, doubt_is_troubled(&sentry->doubt) ? TROUBLED_MS : ROUND_MS);
    if (sentry->doubt.vantage.senses[SENSE_RESOLVER].condition == CONDITION_BLIND)
        ask_names(sentry, TROUBLED_MS);
    look(sentry);
}

/* ---- the way in ---- */

/* The resolver takes the blame itself when nobody answers it at all. */
static bool blames_resolver(const struct sentry_line *line, const struct result *result)
{
    return result->reason == REASON_self && line->host && !result->address[0];
}

static void hold(struct sentry *sentry, struct sentry_line *line, const struct result *result,
                 struct mono began)
{
    struct held *held = mem_zalloc(sizeof *held);
    held->line = line;
    held->result = *result;
    held->began = began;
    line->held++;
    list_add(&sentry->held, held);
    ask(sentry);
}

void sentry_take(struct sentry *sentry, struct sentry_line *line, const struct result *result,
                 struct mono began)
{
    struct result judged = *result;
    struct doubt_now now = get_now();
    watch_turn(sentry);
    doubt_see_clock(&sentry->doubt, now);
    doubt_see_result(&sentry->doubt, &line->mass, result, began, now.mono);
    line->resolved |= line->host && result->address[0];
    if (blames_resolver(line, result))
        ask_names(sentry, TROUBLED_MS);
    if (line->held || !settle(sentry, line, &judged, began))
        hold(sentry, line, result, began);
    else
        sentry->owner.told(line, &judged, began);
}

/* ---- sets ---- */

void sentry_line_init(struct sentry_line *line, const char *service, const struct check *check,
                      const struct target *target, enum family family)
{
    line->mass.hoster = doubt_hoster(service);
    line->mass.service = doubt_service(service);
    line->mass.family = family;
    line->mass.window_ms = mass_window_ms(check->interval_ms, check->timeout_ms);
    line->host = target->literal ? NULL : target->connect;
    line->domain = line->host ? doubt_domain(line->host) : 0;
}

static void warn_of_few(size_t count)
{
    if (count == 0)
        log_event(LOG_LEVEL_INFO,
                  "there are no sentinels: that our own network is down is only guessed from many "
                  "failing services",
                  NULL);
    else if (count < DOUBT_FEW)
        log_event(LOG_LEVEL_INFO,
                  "fewer than three sentinels, of different operators, are weak evidence", NULL);
}

void sentry_set_rules(struct sentry *sentry, const struct rules *rules, struct world *world)
{
    sentinels_set(sentry->sentinels, rules->sentinels, world);
    canary_set(&sentry->canary, rules->servers);
    warn_of_few(sentinels_count(sentry->sentinels));
    sentry->rounded = (struct mono){0};
    sentry->named = (struct mono){0};
    doubt_set_sentinels(&sentry->doubt, sentinels_count(sentry->sentinels) > 0);
    ask_round(sentry, ROUND_MS);
}

void sentry_set_lines(struct sentry *sentry, struct sentry_line *const *lines, size_t count)
{
    free(sentry->lines);
    free(sentry->masses);
    sentry->lines = mem_array(count, sizeof *sentry->lines);
    sentry->masses = mem_array(count, sizeof *sentry->masses);
    sentry->count = count;
    for (size_t i = 0; i < count; i++) {
        sentry->lines[i] = lines[i];
        sentry->masses[i] = &lines[i]->mass;
    }
    sentry->doubt.lines = (struct mass_lines){sentry->masses, count};
}

void sentry_forget(struct sentry *sentry, struct sentry_line *line)
{
    list_drop(&sentry->held, line);
    list_drop(&sentry->ready, line);
    line->held = 0;
}

const struct vantage *sentry_vantage(const struct sentry *sentry)
{
    return &sentry->doubt.vantage;
}

/* ---- coming and going ---- */

static void let_go(struct sentry *sentry)
{
    if (--sentry->handles > 0)
        return;
    sentry->owner.gone(sentry->owner.owner);
    free(sentry->lines);
    free(sentry->masses);
    free(sentry);
}

static void on_closed(uv_handle_t *handle)
{
    let_go(handle->data);
}

static void on_canary_closed(uv_handle_t *handle)
{
    let_go(container_of((struct canary *)handle->data, struct sentry, canary));
}

static void on_sentinels_gone(void *owner)
{
    let_go(owner);
}

struct sentry *sentry_new(uv_loop_t *loop, const struct sentry_owner *owner)
{
    struct sentry *sentry = mem_zalloc(sizeof *sentry);
    sentry->owner = *owner;
    list_init(&sentry->held);
    list_init(&sentry->ready);
    sentry->sentinels =
        sentinels_new(loop, &(struct sentinels_owner){owner->catalogue, on_round, sentry});
    sentry->canary.ended = on_names;
    canary_open(&sentry->canary, loop);
    uv_timer_init(loop, &sentry->tick);
    uv_prepare_init(loop, &sentry->turn);
    sentry->tick.data = sentry->turn.data = sentry;
    uv_timer_start(&sentry->tick, on_tick, TICK_MS, TICK_MS);
    uv_prepare_start(&sentry->turn, on_turn);
    sentry->handles = 4;
    return sentry;
}

void sentry_free(struct sentry *sentry)
{
    assert(!sentry->closing);
    sentry->closing = true;
    list_drop(&sentry->held, NULL);
    list_drop(&sentry->ready, NULL);
    uv_close((uv_handle_t *)&sentry->tick, on_closed);
    uv_close((uv_handle_t *)&sentry->turn, on_closed);
    canary_close(&sentry->canary, on_canary_closed);
    sentinels_free(sentry->sentinels, on_sentinels_gone);
}
