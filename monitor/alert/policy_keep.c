#include "policy_inside.h"

#include "json.h"
#include "mem.h"
#include "text.h"

#include <string.h>

/* ---- out ---- */

static bool is_worth_keeping(const struct told *told)
{
    return told->level > LEVEL_FINE || told->flapping || told->missed.times || told->overslept ||
           told->joined;
}

static void add_number(struct buffer *out, const char *key, int64_t number)
{
    if (number)
        buffer_printf(out, ",\"%s\":%lld", key, (long long)number);
}

static void add_missed(struct buffer *out, const struct episode *missed)
{
    buffer_printf(out, ",\"missed\":{\"level\":\"%s\",\"reason\":\"%s\"",
                  level_words[missed->level], reason_code(missed->reason));
    add_number(out, "times", missed->times);
    add_number(out, "since_after", missed->since_after);
    add_number(out, "since", missed->since);
    add_number(out, "until_after", missed->until_after);
    add_number(out, "until", missed->until);
    buffer_byte(out, '}');
}

static void add_told(struct buffer *out, const struct told *told)
{
    buffer_text_add(out, "{\"target\":");
    json_add_text(out, told->route->target->name);
    buffer_printf(out, ",\"level\":\"%s\",\"thread\":\"%s\"", level_words[told->level],
                  told->thread);
    add_number(out, "flapping", told->flapping);
    add_number(out, "overslept", told->overslept);
    add_number(out, "joined", told->joined);
    add_number(out, "at", told->at);
    add_number(out, "since_after", told->since_after);
    add_number(out, "since", told->since);
    add_number(out, "remind_at", told->reminder.at);
    add_number(out, "remind_step", told->reminder.step);
    if (told->missed.times)
        add_missed(out, &told->missed);
    buffer_byte(out, '}');
}

/* What it is like now, beside the worst since it is not fine: what is told next is told of this. */
static void add_finding(struct buffer *out, const struct finding *finding)
{
    buffer_printf(out, ",\"finding\":{\"reason\":\"%s\"", reason_code(finding->reason));
    add_number(out, "since_after", finding->since_after);
    add_number(out, "since", finding->since);
    add_number(out, "expires", finding->expires);
    add_number(out, "flapping", finding->flapping);
    buffer_byte(out, '}');
}

static void add_head(struct buffer *out, const struct matter *matter)
{
    buffer_printf(out, "{\"level\":\"%s\",\"worst\":\"%s\",\"reason\":\"%s\"",
                  level_words[matter->level], level_words[matter->worst.level],
                  reason_code(matter->worst.reason));
    add_number(out, "since_after", matter->worst.since_after);
    add_number(out, "since", matter->worst.since);
    add_number(out, "changed", matter->changed);
    add_number(out, "storm", matter->storm);
    add_number(out, "acknowledged", matter->acknowledged);
    add_number(out, "returned", matter->returned);
    if (matter->finding)
        add_finding(out, matter->finding);
    buffer_text_add(out, ",\"told\":[");
}

/* When it came back is for those that hang on it, also when it is fine itself. */
static bool is_forgotten(const struct matter *matter)
{
    return !matter->open && !(matter->is_parent && matter->returned);
}

void policy_save(const struct policy *policy, size_t service, struct buffer *out)
{
    const struct matter *matter = &policy->matters[service];
    const char *before = "";
    if (is_forgotten(matter))
        return;
    add_head(out, matter);
    for (size_t i = 0; i < matter->told_count; i++) {
        if (!is_worth_keeping(&matter->told[i]))
            continue;
        buffer_text_add(out, before);
        add_told(out, &matter->told[i]);
        before = ",";
    }
    buffer_text_add(out, "]}");
}

/* ---- in ---- */

static int64_t number_at(const json_t *object, const char *key)
{
    const json_int_t most = INT64_C(1) << 40; /* in seconds, far beyond any time of ours */
    json_int_t number = json_integer_value(json_object_get(object, key));
    return number > 0 && number < most ? number : 0;
}

static enum level level_at(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    for (int i = 0; text && level_words[i]; i++)
        if (strcmp(level_words[i], text) == 0)
            return (enum level)i;
    return LEVEL_FINE;
}

static void read_missed(const json_t *object, struct episode *ret)
{
    const char *reason = json_string_value(json_object_get(object, "reason"));
    int64_t times = number_at(object, "times");
    if (!reason || !reason_parse(reason, &ret->reason) || times > INT32_MAX)
        return;
    ret->times = (unsigned)times;
    ret->level = level_at(object, "level");
    ret->since_after = number_at(object, "since_after");
    ret->since = number_at(object, "since");
    ret->until_after = number_at(object, "until_after");
    ret->until = number_at(object, "until");
}

static void read_told(const json_t *object, struct told *told)
{
    json_get_text(object, "thread", told->thread, sizeof told->thread);
    told->level = level_at(object, "level");
    told->flapping = number_at(object, "flapping") != 0;
    told->overslept = number_at(object, "overslept") != 0;
    told->joined = number_at(object, "joined");
    told->at = number_at(object, "at");
    told->since_after = number_at(object, "since_after");
    told->since = number_at(object, "since");
    told->reminder.at = number_at(object, "remind_at");
    told->reminder.step = number_at(object, "remind_step");
    read_missed(json_object_get(object, "missed"), &told->missed);
}

static void read_matter(const json_t *object, struct matter *matter)
{
    const json_t *list = json_object_get(object, "told");
    matter->level = level_at(object, "level");
    matter->changed = number_at(object, "changed");
    matter->storm = number_at(object, "storm");
    matter->acknowledged = number_at(object, "acknowledged") != 0;
    matter->returned = number_at(object, "returned");
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *entry = json_array_get(list, i);
        const char *target = json_string_value(json_object_get(entry, "target"));
        struct told *told = target ? matter_told(matter, target) : NULL;
        if (told)
            read_told(entry, told);
    }
}

static enum reason reason_at(const json_t *object, const char *key)
{
    enum reason reason = REASON_silent;
    const char *code = json_string_value(json_object_get(object, key));
    if (code)
        reason_parse(code, &reason);
    return reason;
}

static void read_worst(const json_t *object, struct matter *matter)
{
    matter->worst.reason = reason_at(object, "reason");
    matter->worst.level = level_at(object, "worst");
    matter->worst.since_after = number_at(object, "since_after");
    matter->worst.since = number_at(object, "since");
}

/* As it was, until we are told anew. */
static void believe(struct policy *policy, struct matter *matter, const json_t *finding)
{
    matter->unknown = true;
    matter->finding = mem_zalloc(sizeof *matter->finding);
    matter->finding->state = level_outcome(matter->level);
    matter->finding->reason = reason_at(finding, "reason");
    matter->finding->since_after = number_at(finding, "since_after");
    matter->finding->since = number_at(finding, "since");
    matter->finding->expires = number_at(finding, "expires");
    matter->finding->flapping = number_at(finding, "flapping") != 0;
    policy->open[policy->open_count++] = (size_t)(matter - policy->matters);
    matter->open = true;
    policy->due = 0;
}

static void recall_hearing(struct policy *policy, struct matter *matter, const struct told *told)
{
    const struct hearing *last = house_hearing(matter->house, told->route->target);
    if (told->level == LEVEL_FINE)
        return;
    if (matter->storm && told->at >= matter->storm)
        policy->vanguard = matter->house;
    if (!last || last->at < told->at)
        house_hear(matter->house, &(struct hearing){told->route->target, told->at,
                                                    policy_severity(told, told->level)});
}

/* A storm goes on as if there had been no restart in it. */
static void recall(struct policy *policy, struct matter *matter)
{
    if (matter->level > LEVEL_FINE)
        storm_recall(&policy->storm, matter->changed);
    if (matter->storm > policy->storm.began)
        policy->storm.began = matter->storm;
    for (size_t i = 0; matter->house && i < matter->told_count; i++)
        recall_hearing(policy, matter, &matter->told[i]);
}

void policy_load(struct policy *policy, size_t service, const char *text)
{
    struct matter *matter = &policy->matters[service];
    json_error_t error;
    json_t *object = json_loads(text, JSON_REJECT_DUPLICATES, &error);
    if (object && !matter->open) {
        read_matter(object, matter);
        read_worst(object, matter);
        const json_t *finding = json_object_get(object, "finding");
        if (matter->level > LEVEL_FINE || json_array_size(json_object_get(object, "told")))
            believe(policy, matter, finding ? finding : object);
        recall(policy, matter);
    }
    json_decref(object);
}
