#include "policy_inside.h"

#include "text.h"

#include <string.h>

/* ---- rows ---- */

static const char *language_of(const struct policy *policy, const struct alert_target *target)
{
    return target->language ? target->language : policy->world.collective->languages[0];
}

static void name_row(const struct policy *policy, const struct matter *matter, const char *language,
                     struct alert_row *row)
{
    const struct service *service = matter->service;
    policy->world.link(policy->world.owner, service, language, row->link);
    if (!service)
        return;
    row->declared = (enum declared_state)service->declared;
    text_copy(row->service, sizeof row->service, service->key);
    text_copy(row->name, sizeof row->name, wording_in(&service->name, language));
    text_copy(row->hoster, sizeof row->hoster, wording_in(&service->hoster->name, language));
}

static enum alert_kind kind_of(const struct item *item)
{
    if (item->purpose == PURPOSE_FLAPS)
        return ALERT_FLAPPING;
    if (item->purpose == PURPOSE_STEADY)
        return ALERT_STEADY;
    enum level level = item->purpose == PURPOSE_STORY ? LEVEL_FINE : item->level;
    if (!item->matter->service)
        return level == LEVEL_FINE ? ALERT_RESTORED : ALERT_IMPAIRED;
    return level_kind(level);
}

static void fill_finding(const struct finding *finding, struct alert_row *row)
{
    row->after = finding->state;
    row->since_after = finding->since_after;
    row->since = finding->since;
    row->expires = finding->expires;
    row->reason = finding->reason;
    text_copy(row->detail, sizeof row->detail, finding->detail);
    memcpy(row->sights, finding->sights, sizeof row->sights);
    row->sight_count = finding->sight_count;
}

static void fill_episode(const struct episode *episode, struct alert_row *row)
{
    row->before = level_outcome(episode->level);
    row->after = OUTCOME_UP;
    row->reason = episode->reason;
    row->since_after = episode->since_after;
    row->since = episode->since;
    row->until_after = episode->until_after;
    row->until = episode->until;
    row->times = episode->times > 1 ? episode->times : 0;
}

static void fill_end(const struct item *item, struct alert_row *row)
{
    const struct matter *matter = item->matter;
    struct episode episode = matter->worst;
    episode.since_after = item->told->since_after;
    episode.since = item->told->since;
    episode.until_after = matter->finding->since_after;
    episode.until = matter->finding->since;
    fill_episode(&episode, row);
    row->after = matter->finding->state;
}

static void fill_row(const struct policy *policy, const struct item *item, const char *language,
                     struct alert_row *row)
{
    const struct told *told = item->told;
    *row = (struct alert_row){.kind = kind_of(item), .before = level_outcome(told->level)};
    name_row(policy, item->matter, language, row);
    if (item->purpose == PURPOSE_STORY) {
        fill_episode(&told->missed, row);
    } else if (item->purpose == PURPOSE_EASING && item->level == LEVEL_FINE) {
        fill_end(item, row);
    } else {
        fill_finding(item->matter->finding, row);
        if (item->purpose == PURPOSE_NEWS && told->missed.times)
            row->times = told->missed.times + 1;
    }
}

/* ---- the head ---- */

static enum level gravest(const struct item *items, size_t count)
{
    enum level level = LEVEL_FINE;
    for (size_t i = 0; i < count; i++)
        if (items[i].purpose != PURPOSE_STORY && items[i].level > level)
            level = items[i].level;
    return level;
}

static const struct item *grave_item(const struct item *items, size_t count, enum level level)
{
    for (size_t i = 0; i < count; i++)
        if (items[i].level == level)
            return &items[i];
    return items;
}

static enum alert_severity severity_of(const struct item *item, enum level level)
{
    if (item->purpose == PURPOSE_FLAPS)
        return SEVERITY_WARNING;
    return policy_severity(item->told, level);
}

static int64_t time_of(const struct item *item, int64_t now)
{
    switch (item->purpose) {
    case PURPOSE_STORY:
        return item->told->missed.until;
    case PURPOSE_REMINDER:
        return item->told->reminder.at;
    case PURPOSE_FLAPS:
    case PURPOSE_STEADY:
        return now;
    default:
        return item->matter->finding->since;
    }
}

/* What joins, which is last, says otherwise than what it joins: of the one it is over, of the other it goes on. */
static bool is_mixed(const struct item *items, size_t count)
{
    size_t over = 0;
    for (size_t i = 0; i < count; i++)
        over += items[i].level == LEVEL_FINE;
    return items[count - 1].joins && over && over < count;
}

static void set_kind(struct alert *alert, const struct item *items, size_t count)
{
    enum level level = gravest(items, count);
    const struct item *item = grave_item(items, count, level);
    alert->kind = kind_of(item);
    alert->severity = severity_of(item, level);
    if (items->group == GROUP_DIGEST || is_mixed(items, count))
        alert->kind = ALERT_DIGEST;
    else if (items->purpose == PURPOSE_REMINDER && !items[count - 1].joins)
        alert->kind = ALERT_REMINDER;
}

/* All that they know of is one thread, whatever joins them; "" when it is not. */
static const char *known_thread(const struct item *items, size_t count)
{
    const char *thread = items->group == GROUP_DIGEST ? "" : items->told->thread;
    for (size_t i = 1; i < count && !items[i].joins; i++)
        if (strcmp(items[i].told->thread, thread) != 0)
            return "";
    return thread;
}

static void set_thread(struct alert *alert, const struct item *items, size_t count)
{
    char text[RESULT_SERVICE_SIZE + 72];
    text_copy(alert->thread, sizeof alert->thread, known_thread(items, count));
    alert->opens = !alert->thread[0];
    if (!alert->opens)
        return;
    const struct service *service = items->matter->service;
    /* The number tells it from what a contact that is told anew of the first had heard. */
    text_format(text, sizeof text, "%s\n%lld\n%d\n%zu", service ? service->key : "",
                (long long)alert->at, alert->kind == ALERT_DIGEST, count);
    alert_name(text, alert->thread);
}

static void set_common(const struct policy *policy, struct alert *alert, const struct item *items,
                       size_t count)
{
    uint32_t number = policy_group_common(items);
    if (!number || count < 2 || items[count - 1].joins)
        return;
    const struct common_value *value = &policy->common.values[number];
    const char *text = value->factor == FACTOR_HOSTER
                           ? wording_in(&items->matter->house->hoster->name, alert->language)
                           : value->text;
    alert->factor = value->factor;
    text_copy(alert->common, sizeof alert->common, text);
}

static void compose(struct policy *policy, const struct item *items, size_t count, int64_t now)
{
    struct alert *alert = policy->alert;
    const struct alert_target *target = items->told->route->target;
    memset(alert, 0, sizeof *alert);
    text_copy(alert->target, sizeof alert->target, target->name);
    text_copy(alert->language, sizeof alert->language, language_of(policy, target));
    set_kind(alert, items, count);
    alert->at = time_of(items, now);
    set_thread(alert, items, count);
    set_common(policy, alert, items, count);
    alert->total = count;
    alert->row_count = count < ALERT_ROWS_MAX ? count : ALERT_ROWS_MAX;
    for (size_t i = 0; i < alert->row_count; i++)
        fill_row(policy, &items[i], alert->language, &alert->rows[i]);
    for (size_t i = 0; i < alert->row_count && alert->kind != ALERT_REMINDER; i++)
        if (items[i].purpose == PURPOSE_REMINDER)
            alert->rows[i].kind = ALERT_REMINDER;
    if (count == 1)
        text_copy(alert->link, sizeof alert->link, alert->rows[0].link);
    else
        policy->world.link(policy->world.owner, NULL, alert->language, alert->link);
    alert_identify(alert);
}

/* ---- what the target knows then ---- */

static void forget(struct told *told)
{
    told->thread[0] = '\0';
    told->reminder = (struct reminder){0};
    told->since_after = told->since = 0;
}

static void learn_level(struct item *item, int64_t now)
{
    struct told *told = item->told;
    const struct finding *finding = item->matter->finding;
    bool worse = item->level > told->level, same = item->level == told->level;
    told->level = item->level;
    if (item->level == LEVEL_FINE) {
        forget(told);
        return;
    }
    if (worse) {
        told->since_after = finding->since_after;
        told->since = finding->since;
    }
    bool overdue = told->reminder.at && told->reminder.at <= now;
    if (!same || overdue)
        reminder_begin(&told->reminder, item->level, told->route->remind_ms, finding->expires, now);
}

static void learn(struct item *item, const char *thread, int64_t now)
{
    struct told *told = item->told;
    item->matter->dirty = true;
    told->at = now;
    if (item->purpose == PURPOSE_REMINDER) {
        reminder_next(&told->reminder, told->level, item->matter->finding->expires, now);
        return;
    }
    told->overslept = false;
    if (item->purpose != PURPOSE_FLAPS)
        told->missed.times = 0;
    if (item->purpose == PURPOSE_STORY)
        return;
    told->joined = 0;
    if (item->purpose == PURPOSE_NEWS && item->matter->house)
        house_hear(item->matter->house,
                   &(struct hearing){told->route->target, now, policy_severity(told, item->level)});
    text_copy(told->thread, sizeof told->thread, thread);
    told->flapping = item->purpose == PURPOSE_FLAPS;
    if (!told->flapping)
        learn_level(item, now);
}

/* ---- the next ways ---- */

static void readdress(const struct policy *policy, struct alert *alert, const struct item *items,
                      const struct alert_target *target)
{
    text_copy(alert->target, sizeof alert->target, target->name);
    text_copy(alert->language, sizeof alert->language, language_of(policy, target));
    for (size_t i = 0; i < alert->row_count; i++)
        name_row(policy, items[i].matter, alert->language, &alert->rows[i]);
    alert_identify(alert);
}

/* An outage goes the next ways when the first is not accepted; its end goes where it went. */
static void escalate(struct policy *policy, const struct item *items, const struct telling *telling)
{
    const struct alert_route *route = items->told->route;
    char first[ALERT_ID_SIZE];
    struct policy_message message = {
        .alert = policy->alert, .due = telling->now, .accept = route->accept};
    bool begins = items->purpose == PURPOSE_NEWS && policy->alert->kind == ALERT_DOWN;
    bool ends = items->purpose == PURPOSE_EASING || items->purpose == PURPOSE_STEADY;
    text_copy(first, sizeof first, policy->alert->id);
    for (size_t i = 0; (begins || ends) && route->escalate && route->escalate[i]; i++) {
        if (matter_told(items->matter, route->escalate[i]->name))
            continue;
        readdress(policy, policy->alert, items, route->escalate[i]);
        if (begins) {
            message.unless = first;
            message.due = telling->now + (i ? POLICY_ESCALATE_ALL_S : POLICY_ESCALATE_S);
        }
        message.follows = ends;
        telling->tell(telling->owner, &message);
    }
}

void policy_tell(struct policy *policy, struct item *items, size_t count,
                 const struct telling *telling)
{
    compose(policy, items, count, telling->now);
    struct policy_message message = {.alert = policy->alert, .due = telling->now};
    char thread[ALERT_ID_SIZE];
    text_copy(thread, sizeof thread, policy->alert->thread);
    telling->tell(telling->owner, &message);
    escalate(policy, items, telling);
    for (size_t i = 0; i < count; i++)
        learn(&items[i], thread, telling->now);
}
