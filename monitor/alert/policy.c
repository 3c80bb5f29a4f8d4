#include "policy_inside.h"

#include "mem.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>

const char *const policy_hold_words[] = {
    "none",  "maintenance", "silence",      "flapping", "parent",  "after", "quiet",
    "storm", "gather",      "acknowledged", "unknown",  "consent", NULL};

/* ---- making ---- */

static void open_told(struct policy *policy, struct matter *matter)
{
    const struct alert_route *routes[WAYS_MAX];
    matter->told_count = ways_of(matter->service, &policy->world.everywhere, routes);
    matter->told = mem_array(matter->told_count, sizeof *matter->told);
    for (size_t i = 0; i < matter->told_count; i++)
        matter->told[i].route = routes[i];
}

static void open_matter(struct policy *policy, struct matter *matter, const struct service *service)
{
    const int64_t least_ms = 1000;
    int64_t round_ms = least_ms;
    matter->service = service;
    matter->house = &policy->houses[service->hoster - policy->world.collective->hosters];
    for (size_t i = 0; i < service->check_count; i++)
        if (service->checks[i].interval_ms > round_ms)
            round_ms = service->checks[i].interval_ms;
    matter->round_s = round_ms / 1000;
    int64_t parent =
        service->parent ? collective_index(policy->world.collective, service->parent) : -1;
    if (parent >= 0)
        matter->parent = &policy->matters[parent];
    if (parent >= 0)
        policy->matters[parent].is_parent = true;
    common_move(&policy->common, &matter->places[FACTOR_HOSTER - 1],
                common_number(&policy->common, FACTOR_HOSTER, service->hoster->id));
}

struct policy *policy_new(const struct policy_world *world)
{
    const struct collective *collective = world->collective;
    struct policy *policy = mem_zalloc(sizeof *policy);
    policy->world = *world;
    policy->count = collective->service_count + 1;
    policy->matters = mem_array(policy->count, sizeof *policy->matters);
    policy->houses = mem_array(collective->hoster_count, sizeof *policy->houses);
    policy->open = mem_array(policy->count, sizeof *policy->open);
    policy->alert = mem_zalloc(sizeof *policy->alert);
    policy->due = INT64_MAX;
    common_init(&policy->common);
    for (size_t i = 0; i < collective->hoster_count; i++)
        policy->houses[i].hoster = &collective->hosters[i];
    for (size_t i = 0; i < collective->service_count; i++)
        open_matter(policy, &policy->matters[i], collective->services[i]);
    for (size_t i = 0; i < policy->count; i++)
        open_told(policy, &policy->matters[i]);
    return policy;
}

void policy_free(struct policy *policy)
{
    if (!policy)
        return;
    for (size_t i = 0; i < policy->count; i++) {
        free(policy->matters[i].finding);
        free(policy->matters[i].told);
    }
    for (size_t i = 0; i < policy->world.collective->hoster_count; i++)
        free(policy->houses[i].hearings);
    common_fini(&policy->common);
    free(policy->matters);
    free(policy->houses);
    free(policy->open);
    free(policy->items);
    free(policy->alert);
    free(policy);
}

struct told *matter_told(struct matter *matter, const char *target)
{
    for (size_t i = 0; i < matter->told_count; i++)
        if (strcmp(matter->told[i].route->target->name, target) == 0)
            return &matter->told[i];
    return NULL;
}

/* ---- what goes in ---- */

static void open_it(struct policy *policy, struct matter *matter, int64_t wake)
{
    matter->dirty = true;
    if (!matter->open)
        policy->open[policy->open_count++] = (size_t)(matter - policy->matters);
    matter->open = true;
    if (wake < policy->due)
        policy->due = wake;
}

/* Whether somebody who was not told of what is over now should hear of it all the same. */
static bool is_missed(const struct policy *policy, const struct matter *matter,
                      const struct told *told, int64_t now)
{
    struct weighing weighing = {.policy = policy, .matter = matter, .told = told, .now = now};
    enum policy_hold hold;
    int64_t wake = INT64_MAX;
    policy_weigh(&weighing, &hold, &wake);
    return weighing.purpose == PURPOSE_NEWS && told->level == LEVEL_FINE &&
           (hold == HOLD_NONE || hold == HOLD_QUIET || hold == HOLD_STORM || hold == HOLD_GATHER ||
            (hold == HOLD_ACKNOWLEDGED && told->joined));
}

static void add_missed(struct episode *missed, const struct episode *worst,
                       const struct finding *end)
{
    unsigned times = missed->times + 1;
    int64_t since_after = missed->times ? missed->since_after : worst->since_after;
    int64_t since = missed->times ? missed->since : worst->since;
    *missed = *worst;
    missed->times = times;
    missed->since_after = since_after;
    missed->since = since;
    missed->until_after = end->since_after;
    missed->until = end->since;
}

/* It is fine again, as it was not just now. */
static void end_it(struct policy *policy, struct matter *matter, const struct finding *finding,
                   int64_t now)
{
    for (size_t i = 0; i < matter->told_count; i++) {
        struct told *told = &matter->told[i];
        if (is_missed(policy, matter, told, now))
            add_missed(&told->missed, &matter->worst, finding);
    }
    matter->acknowledged = false;
}

static void note_worst(struct matter *matter, enum level level, const struct finding *finding)
{
    if (matter->level == LEVEL_FINE || level > matter->worst.level)
        matter->worst = (struct episode){.level = level,
                                         .reason = finding->reason,
                                         .since_after = finding->since_after,
                                         .since = finding->since};
}

static void add_news(struct policy *policy, struct matter *matter, int64_t now)
{
    if (!storm_until(&policy->storm, now))
        policy->vanguard = NULL;
    storm_add(&policy->storm, now);
    matter->storm = storm_until(&policy->storm, now) ? policy->storm.began : 0;
    for (size_t i = 0; i < matter->told_count; i++)
        matter->told[i].joined = 0;
}

static void change_level(struct policy *policy, struct matter *matter, enum level level,
                         const struct finding *finding, int64_t now)
{
    if (level == LEVEL_FINE)
        end_it(policy, matter, finding, now);
    else
        note_worst(matter, level, finding);
    if (level > matter->level)
        add_news(policy, matter, now);
    if (matter->level == LEVEL_DOWN)
        matter->returned = now;
    matter->level = level;
}

void policy_state(struct policy *policy, size_t service, const struct finding *finding, int64_t now)
{
    struct matter *matter = &policy->matters[service];
    enum level level = matter->level;
    matter->unknown = !level_of(finding, &level);
    if (matter->unknown || (level == LEVEL_FINE && !finding->flapping && !matter->open))
        return;
    bool flapped = matter->finding && matter->finding->flapping;
    bool news = level != matter->level || flapped != finding->flapping;
    if (level != matter->level)
        change_level(policy, matter, level, finding, now);
    if (news)
        matter->changed = now;
    if (!matter->finding)
        matter->finding = mem_alloc(sizeof *matter->finding);
    *matter->finding = *finding;
    if (news)
        open_it(policy, matter, now + POLICY_GATHER_S);
}

void policy_place(struct policy *policy, size_t service, const char *address, const char *issuer)
{
    struct common *common = &policy->common;
    uint32_t *places = policy->matters[service].places;
    if (address[0]) {
        char network[COMMON_NETWORK_SIZE];
        common_move(common, &places[FACTOR_ADDRESS - 1],
                    common_number(common, FACTOR_ADDRESS, address));
        common_move(common, &places[FACTOR_NETWORK - 1],
                    common_number(common, FACTOR_NETWORK, common_network(address, network)));
    }
    if (issuer[0])
        common_move(common, &places[FACTOR_ISSUER - 1],
                    common_number(common, FACTOR_ISSUER, issuer));
}

/* Who takes care of what was told takes care of what joined it. */
static void acknowledge_joined(struct policy *policy, const struct house *house, const char *target)
{
    for (size_t i = 0; house && i < policy->open_count; i++) {
        struct matter *matter = &policy->matters[policy->open[i]];
        const struct told *told = matter->house == house ? matter_told(matter, target) : NULL;
        if (told && told->joined)
            matter->acknowledged = matter->dirty = true;
    }
}

bool policy_acknowledge(struct policy *policy, const char *service, policy_thread_fn *each,
                        void *owner)
{
    int64_t i = service[0] ? collective_index(policy->world.collective, service)
                           : (int64_t)policy->count - 1;
    bool any = false;
    if (i < 0)
        return false;
    struct matter *matter = &policy->matters[i];
    for (size_t j = 0; j < matter->told_count; j++) {
        if (!matter->told[j].thread[0])
            continue;
        any = true;
        each(owner, matter->told[j].thread);
        acknowledge_joined(policy, matter->house, matter->told[j].route->target->name);
    }
    matter->acknowledged = any;
    matter->dirty = true;
    return any;
}

bool policy_silence(struct policy *policy, const char *subject, int64_t from, int64_t until)
{
    policy->due = 0;
    return silences_set(&policy->silences, subject, from, until);
}

void policy_wake(struct policy *policy)
{
    policy->due = 0;
}

int64_t policy_due(const struct policy *policy)
{
    return policy->due;
}

void policy_each(const struct policy *policy, policy_standing_fn *each, void *owner)
{
    for (size_t i = 0; i < policy->open_count; i++) {
        const struct matter *matter = &policy->matters[policy->open[i]];
        for (size_t j = 0; j < matter->told_count; j++) {
            const struct told *told = &matter->told[j];
            struct policy_standing standing = {
                matter->service, told->route->target,  matter->level, told->level,
                told->hold,      matter->acknowledged, told->thread};
            each(owner, &standing);
        }
    }
}

/* ---- what the targets heard of a hoster ---- */

static struct hearing *find_hearing(const struct house *house, const struct alert_target *target)
{
    for (size_t i = 0; i < house->count; i++)
        if (strcmp(house->hearings[i].target->name, target->name) == 0)
            return &house->hearings[i];
    return NULL;
}

const struct hearing *house_hearing(const struct house *house, const struct alert_target *target)
{
    return find_hearing(house, target);
}

void house_hear(struct house *house, const struct hearing *hearing)
{
    struct hearing *last = find_hearing(house, hearing->target);
    if (last) {
        *last = *hearing;
        return;
    }
    void *hearings = house->hearings;
    mem_grow(&hearings, &house->capacity, house->count + 1, sizeof *house->hearings);
    house->hearings = hearings;
    house->hearings[house->count++] = *hearing;
}
