#include "policy_inside.h"

#include "quiet.h"

/* At what ends at a time that nobody knows. */
enum { LOOK_AGAIN_S = 30, LOOK_SOON_S = 5 };

/* ---- what there is to tell ---- */

static bool wants(const struct told *told, enum alerting_subject subject)
{
    return told->route->subjects >> subject & 1;
}

static enum level wanted_level(const struct matter *matter, const struct told *told)
{
    if (!matter->service)
        return matter->level;
    return level_wanted(matter->level, told->route->subjects);
}

static bool flaps(const struct matter *matter)
{
    return matter->finding && matter->finding->flapping;
}

static enum purpose purpose_of(const struct weighing *weighing)
{
    const struct told *told = weighing->told;
    if (flaps(weighing->matter) && told->flapping)
        return PURPOSE_NOTHING;
    if (flaps(weighing->matter) && wants(told, ALERTING_FLAPPING))
        return PURPOSE_FLAPS;
    if (told->flapping)
        return PURPOSE_STEADY;
    if (weighing->level != told->level)
        return weighing->level > told->level ? PURPOSE_NEWS : PURPOSE_EASING;
    if (told->missed.times)
        return PURPOSE_STORY;
    if (told->level > LEVEL_FINE && told->reminder.at)
        return PURPOSE_REMINDER;
    return PURPOSE_NOTHING;
}

enum alert_severity policy_severity(const struct told *told, enum level level)
{
    return level == LEVEL_DOWN && !told->route->severe ? SEVERITY_WARNING : level_severity(level);
}

/* In a storm a hoster's first message says what happens: what of it fails soon after is named in the next one. */
int64_t policy_joined(const struct weighing *weighing)
{
    const struct matter *matter = weighing->matter;
    const struct told *told = weighing->told;
    if (told->joined)
        return told->joined;
    if (!matter->house || !matter->storm ||
        (weighing->purpose != PURPOSE_NEWS && weighing->purpose != PURPOSE_STORY))
        return 0;
    const struct hearing *last = house_hearing(matter->house, told->route->target);
    if (!last || last->at < matter->storm || matter->changed > last->at + POLICY_JOIN_S ||
        last->severity < policy_severity(told, weighing->level))
        return 0;
    return last->at + POLICY_JOINED_MOST_S;
}

/* ---- why it has to wait: each gate says until when, at most ---- */

static int64_t again(const struct weighing *weighing)
{
    return weighing->now + LOOK_AGAIN_S;
}

static int64_t until_if_ahead(const struct weighing *weighing, int64_t until)
{
    return until > weighing->now ? until : 0;
}

static int64_t for_maintenance(const struct weighing *weighing)
{
    const struct policy_world *world = &weighing->policy->world;
    const struct service *service = weighing->matter->service;
    if (!service || !world->maintained(world->owner, service, weighing->now))
        return 0;
    return again(weighing);
}

static int64_t for_silence(const struct weighing *weighing)
{
    const struct service *service = weighing->matter->service;
    return silences_until(&weighing->policy->silences, service ? service->key : "", weighing->now);
}

static int64_t for_flapping(const struct weighing *weighing)
{
    return flaps(weighing->matter) ? again(weighing) : 0;
}

/* The parent may be down as well, and nobody has looked yet. */
static int64_t for_parents_news(const struct weighing *weighing)
{
    const struct policy_world *world = &weighing->policy->world;
    const struct matter *matter = weighing->matter, *parent = matter->parent;
    if (world->good_at(world->owner, parent->service) >= matter->finding->since)
        return 0;
    int64_t until = until_if_ahead(weighing, matter->changed + parent->round_s);
    int64_t soon = weighing->now + LOOK_SOON_S;
    return until > soon ? soon : until;
}

static int64_t for_parent(const struct weighing *weighing)
{
    const struct matter *matter = weighing->matter, *parent = matter->parent;
    if (!parent)
        return 0;
    if (parent->level == LEVEL_DOWN)
        return again(weighing);
    if (parent->returned > matter->worst.since)
        return until_if_ahead(weighing,
                              parent->returned + POLICY_ROUNDS_AFTER_PARENT * matter->round_s);
    return for_parents_news(weighing);
}

static int64_t for_after(const struct weighing *weighing)
{
    return until_if_ahead(weighing,
                          weighing->matter->worst.since + weighing->told->route->after_ms / 1000);
}

static int minute_at(const struct weighing *weighing, int64_t at)
{
    const struct policy_world *world = &weighing->policy->world;
    return world->minute(world->owner, at);
}

/* It was told in the same quiet hours, so its end is as well. */
static bool was_woken(const struct weighing *weighing)
{
    const struct told *told = weighing->told;
    return weighing->now - told->at < QUIET_DAY_MINUTES * 60 &&
           quiet_is(told->route->quiet, minute_at(weighing, told->at));
}

static int64_t for_quiet(const struct weighing *weighing)
{
    const struct alert_route *route = weighing->told->route;
    int minute = minute_at(weighing, weighing->now);
    if (!quiet_is(route->quiet, minute))
        return 0;
    if (weighing->purpose == PURPOSE_NEWS && weighing->level == LEVEL_DOWN && route->severe &&
        !policy_joined(weighing))
        return 0;
    if (weighing->purpose == PURPOSE_EASING && was_woken(weighing))
        return 0;
    int left = (route->quiet.to - minute + QUIET_DAY_MINUTES) % QUIET_DAY_MINUTES;
    return weighing->now - weighing->now % 60 + left * 60;
}

static int64_t for_storm(const struct weighing *weighing)
{
    return until_if_ahead(weighing, policy_joined(weighing));
}

/* One hoster's news go soon, so that it is known what is going on; those of the others all at once. */
static int64_t storm_passes(const struct weighing *weighing)
{
    const struct policy *policy = weighing->policy;
    const struct matter *matter = weighing->matter;
    if (!policy->vanguard || policy->vanguard == matter->house)
        return matter->changed + POLICY_VANGUARD_S;
    int64_t calm = storm_newest(&policy->storm) + POLICY_CALM_S;
    int64_t most = matter->changed + POLICY_CALM_MOST_S;
    return calm < most ? calm : most;
}

static int64_t for_others(const struct weighing *weighing)
{
    const struct matter *matter = weighing->matter;
    bool storm = storm_until(&weighing->policy->storm, weighing->now) && matter->service;
    return until_if_ahead(weighing,
                          storm ? storm_passes(weighing) : matter->changed + POLICY_GATHER_S);
}

static int64_t for_acknowledged(const struct weighing *weighing)
{
    if (weighing->purpose == PURPOSE_NEWS && !weighing->told->joined)
        return 0;
    return weighing->matter->acknowledged ? INT64_MAX : 0;
}

static int64_t for_unknown(const struct weighing *weighing)
{
    return weighing->matter->unknown ? again(weighing) : 0;
}

static bool is_reticent(const struct weighing *weighing)
{
    const struct policy_world *world = &weighing->policy->world;
    return world->consents && !world->consents(world->owner, weighing->told->route->target);
}

#define ON(purpose) (1U << PURPOSE_##purpose)
/* In the order in which people would name them. */
static const struct {
    enum policy_hold hold;
    unsigned purposes;
    int64_t (*until)(const struct weighing *weighing);
} gates[] = {
    {HOLD_MAINTENANCE, ON(NEWS) | ON(FLAPS) | ON(REMINDER), for_maintenance},
    {HOLD_SILENCE, ON(NEWS) | ON(FLAPS) | ON(REMINDER), for_silence},
    {HOLD_FLAPPING, ON(NEWS) | ON(EASING) | ON(REMINDER), for_flapping},
    {HOLD_PARENT, ON(NEWS), for_parent},
    {HOLD_ACKNOWLEDGED, ON(NEWS) | ON(REMINDER), for_acknowledged},
    {HOLD_UNKNOWN, ON(REMINDER), for_unknown},
    {HOLD_AFTER, ON(NEWS), for_after},
    {HOLD_QUIET, ON(NEWS) | ON(EASING) | ON(STORY) | ON(FLAPS) | ON(STEADY) | ON(REMINDER),
     for_quiet},
    {HOLD_STORM, ON(NEWS) | ON(STORY), for_storm},
    {HOLD_GATHER, ON(NEWS) | ON(EASING) | ON(STORY) | ON(FLAPS) | ON(STEADY), for_others},
};

void policy_weigh(struct weighing *weighing, enum policy_hold *ret_hold, int64_t *wake)
{
    weighing->level = wanted_level(weighing->matter, weighing->told);
    weighing->purpose = purpose_of(weighing);
    *ret_hold = is_reticent(weighing) ? HOLD_CONSENT : HOLD_NONE;
    if (*ret_hold)
        return; /* until policy_wake() */
    int64_t until = 0;
    if (weighing->purpose == PURPOSE_REMINDER && weighing->told->reminder.at > weighing->now) {
        until = weighing->told->reminder.at;
        weighing->purpose = PURPOSE_NOTHING;
    }
    for (size_t i = 0; !until && i < sizeof gates / sizeof gates[0]; i++) {
        if (!(gates[i].purposes >> weighing->purpose & 1))
            continue;
        until = gates[i].until(weighing);
        if (until)
            *ret_hold = gates[i].hold;
    }
    if (until && until < *wake)
        *wake = until;
}
