#include "policy_inside.h"

#include "mem.h"

#include <stdlib.h>
#include <string.h>

/* ---- what there is to tell ---- */

static void add_item(struct policy *policy, const struct item *item)
{
    void *items = policy->items;
    mem_grow(&items, &policy->item_capacity, policy->item_count + 1, sizeof *policy->items);
    policy->items = items;
    policy->items[policy->item_count++] = *item;
}

/* It goes on as its target knows: those of its thread that are over may wait for it. */
static bool is_outstanding(const struct weighing *weighing)
{
    const struct told *told = weighing->told;
    return weighing->purpose == PURPOSE_NOTHING && told->level > LEVEL_FINE &&
           weighing->level == told->level;
}

static bool knows_something(const struct told *told)
{
    return told->level > LEVEL_FINE || told->flapping || told->missed.times;
}

/* Who wants nothing any more, and says yes again some day, hears of what is so then, not of the end of what was. */
static void forget(struct matter *matter, struct told *told)
{
    const struct alert_route *route = told->route;
    if (!knows_something(told))
        return;
    *told = (struct told){.route = route, .hold = HOLD_CONSENT};
    matter->dirty = true;
}

/* Once it joins, a restart does not part it. What waits for another reason as well goes along with nothing. */
static bool may_join(struct matter *matter, struct told *told, const struct weighing *weighing)
{
    static const unsigned holds = 1U << HOLD_NONE | 1U << HOLD_GATHER | 1U << HOLD_STORM |
                                  1U << HOLD_QUIET | 1U << HOLD_ACKNOWLEDGED;
    int64_t joined = told->hold == HOLD_CONSENT ? 0 : policy_joined(weighing);
    if (joined != told->joined)
        matter->dirty = true;
    told->joined = joined;
    return joined && holds >> told->hold & 1 &&
           (weighing->purpose == PURPOSE_NEWS || weighing->purpose == PURPOSE_STORY);
}

static void look_for(struct policy *policy, struct matter *matter, struct told *told, int64_t now,
                     int64_t *wake)
{
    struct weighing weighing = {.policy = policy, .matter = matter, .told = told, .now = now};
    policy_weigh(&weighing, &told->hold, wake);
    if (told->hold == HOLD_CONSENT)
        forget(matter, told);
    struct item item = {.matter = matter,
                        .told = told,
                        .purpose = weighing.purpose,
                        .level = weighing.level,
                        .ready = told->hold == HOLD_NONE};
    if (told->hold == HOLD_QUIET && weighing.purpose != PURPOSE_REMINDER && !told->overslept)
        told->overslept = matter->dirty = true;
    if (is_outstanding(&weighing)) {
        item.purpose = PURPOSE_EASING;
        item.ready = false;
    }
    if (item.purpose == PURPOSE_NEWS && item.ready && !policy->vanguard)
        policy->vanguard = matter->house;
    item.joins = may_join(matter, told, &weighing);
    if (item.purpose != PURPOSE_NOTHING &&
        (item.joins || told->hold == HOLD_NONE || told->hold == HOLD_GATHER))
        add_item(policy, &item);
}

static bool stays_open(const struct matter *matter)
{
    if (matter->level > LEVEL_FINE || (matter->finding && matter->finding->flapping))
        return true;
    for (size_t i = 0; i < matter->told_count; i++)
        if (knows_something(&matter->told[i]))
            return true;
    return false;
}

static void close_it(struct matter *matter)
{
    free(matter->finding);
    matter->finding = NULL;
    matter->open = false;
    matter->dirty = true;
    for (size_t i = 0; i < matter->told_count; i++) {
        matter->told[i].overslept = false;
        matter->told[i].joined = 0;
        matter->told[i].hold = HOLD_NONE;
    }
}

static void close_what_is_over(struct policy *policy)
{
    size_t kept = 0;
    for (size_t i = 0; i < policy->open_count; i++) {
        struct matter *matter = &policy->matters[policy->open[i]];
        if (stays_open(matter))
            policy->open[kept++] = policy->open[i];
        else
            close_it(matter);
    }
    policy->open_count = kept;
}

/* ---- who is told, and of what together ---- */

static int compare_pointers(const void *left, const void *right)
{
    uintptr_t a = (uintptr_t)left, b = (uintptr_t)right;
    return (a > b) - (a < b);
}

static int by_target(const void *left, const void *right)
{
    const struct item *a = left, *b = right;
    int order = strcmp(a->told->route->target->name, b->told->route->target->name);
    if (!order)
        order = (int)a->purpose - (int)b->purpose;
    return order ? order : compare_pointers(a->matter, b->matter);
}

static int by_group(const void *left, const void *right)
{
    const struct item *a = left, *b = right;
    if (a->group != b->group)
        return a->group < b->group ? -1 : 1;
    if (a->joins != b->joins)
        return a->joins ? 1 : -1;
    return compare_pointers(a->matter, b->matter);
}

/* Of a thread: what is over goes to the front. Returns how many; 0 = they wait for the rest until *wake. */
static size_t over(struct item *items, size_t count, int64_t now, int64_t *wake)
{
    size_t found = 0;
    int64_t first = INT64_MAX;
    bool complete = true;
    for (size_t i = 0; i < count; i++) {
        complete = complete && items[i].ready;
        if (items[i].level == items[i].told->level)
            continue;
        if (items[i].matter->changed < first)
            first = items[i].matter->changed;
        struct item item = items[i];
        items[i] = items[found];
        items[found++] = item;
    }
    if (!found || complete || now >= first + POLICY_RECOVERY_S)
        return found;
    if (first + POLICY_RECOVERY_S < *wake)
        *wake = first + POLICY_RECOVERY_S;
    return 0;
}

static bool is_ready(const struct item *items, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (items[i].ready)
            return true;
    return false;
}

static void wake_for_reminders(const struct item *items, size_t count, int64_t now, int64_t *wake)
{
    for (size_t i = 0; i < count; i++) {
        int64_t at = items[i].told->reminder.at;
        if (at && at <= now)
            at = now + 1; /* it was held, and something else was told in the meantime */
        if (at && at < *wake)
            *wake = at;
    }
}

static size_t count_joining(const struct item *items, size_t count)
{
    size_t joining = 0;
    while (joining < count && items[count - 1 - joining].joins)
        joining++;
    return joining;
}

/* Of a thread what is over, and what joins that. */
static size_t ending(struct item *items, size_t count, int64_t now, int64_t *wake)
{
    size_t joining = count_joining(items, count), own = count - joining;
    size_t found = over(items, own, now, wake);
    if (!found)
        return 0;
    memmove(items + found, items + own, joining * sizeof *items);
    return found + joining;
}

static bool knows_of(const struct policy *policy, const struct house *house, const char *target)
{
    for (size_t i = 0; i < policy->open_count; i++) {
        struct matter *matter = &policy->matters[policy->open[i]];
        const struct told *told = matter->house == house ? matter_told(matter, target) : NULL;
        if (told && told->level > LEVEL_FINE)
            return true;
    }
    return false;
}

/* When nothing of a hoster goes on that the target knows of, no message may come that takes along what still waits. */
static void release(struct policy *policy, const struct house *house, const char *target,
                    const struct telling *telling, int64_t *wake)
{
    if (!house || knows_of(policy, house, target))
        return;
    for (size_t i = 0; i < policy->open_count; i++) {
        struct matter *matter = &policy->matters[policy->open[i]];
        struct told *told = matter->house == house ? matter_told(matter, target) : NULL;
        if (!told || told->joined <= telling->now)
            continue;
        told->joined = *wake = telling->now + 1;
        matter->dirty = true;
    }
}

static void tell_group(struct policy *policy, struct item *items, size_t count,
                       const struct telling *telling, int64_t *wake)
{
    bool eases = items->purpose == PURPOSE_EASING && items->group != GROUP_DIGEST;
    if (eases)
        count = ending(items, count, telling->now, wake);
    if (!is_ready(items, count))
        return;
    policy_tell(policy, items, count, telling);
    wake_for_reminders(items, count, telling->now, wake);
    if (eases)
        release(policy, items->matter->house, items->told->route->target->name, telling, wake);
}

static size_t run_of_group(const struct item *items, size_t count)
{
    size_t length = 1;
    while (length < count && items[length].group == items->group)
        length++;
    return length;
}

static size_t run_of_target(const struct item *items, size_t count)
{
    size_t length = 1;
    while (length < count &&
           strcmp(items[length].told->route->target->name, items->told->route->target->name) == 0)
        length++;
    return length;
}

static void tell_target(struct policy *policy, struct item *items, size_t count,
                        const struct telling *telling, int64_t *wake)
{
    if (!is_ready(items, count))
        return;
    policy_group(policy, items, count);
    qsort(items, count, sizeof *items, by_group);
    for (size_t i = 0, length; i < count; i += length) {
        length = run_of_group(items + i, count - i);
        tell_group(policy, items + i, length, telling, wake);
    }
}

static void tell_all(struct policy *policy, const struct telling *telling, int64_t *wake)
{
    qsort(policy->items, policy->item_count, sizeof *policy->items, by_target);
    for (size_t i = 0, length; i < policy->item_count; i += length) {
        length = run_of_target(policy->items + i, policy->item_count - i);
        tell_target(policy, policy->items + i, length, telling, wake);
    }
}

void policy_turn(struct policy *policy, int64_t now, policy_fn *tell, void *owner)
{
    struct telling telling = {tell, owner, now};
    int64_t wake = INT64_MAX;
    if (now < policy->due)
        return;
    policy->item_count = 0;
    for (size_t i = 0; i < policy->open_count; i++) {
        struct matter *matter = &policy->matters[policy->open[i]];
        for (size_t j = 0; j < matter->told_count; j++)
            look_for(policy, matter, &matter->told[j], now, &wake);
    }
    if (policy->item_count)
        tell_all(policy, &telling, &wake);
    close_what_is_over(policy);
    policy->due = wake;
}

int64_t policy_next_changed(struct policy *policy)
{
    for (size_t i = 0; i < policy->count; i++) {
        struct matter *matter = &policy->matters[policy->next_changed];
        policy->next_changed = (policy->next_changed + 1) % policy->count;
        if (!matter->dirty)
            continue;
        matter->dirty = false;
        return matter - policy->matters;
    }
    return -1;
}
