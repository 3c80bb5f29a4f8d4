#include "herald_inside.h"

#include "json.h"
#include "level.h"
#include "stamp.h"
#include "text.h"

#include <string.h>

enum { LISTED_MAX = 2000, DAY_MS = 86400 * 1000, SILENCE_MOST_S = 366 * 86400 };

/* ---- list ---- */

struct listing {
    const struct herald *herald;
    struct buffer *out;
    size_t count;
};

static void add_text(struct buffer *out, const char *key, const char *value)
{
    buffer_printf(out, ",\"%s\":", key);
    json_add_text(out, value);
}

static void add_ms(struct buffer *out, const char *key, int64_t ms)
{
    char stamp[STAMP_SIZE];
    buffer_printf(out, ",\"%s\":\"%s\"", key, stamp_seconds(ms / 1000, stamp));
}

static void on_standing(void *owner, const struct policy_standing *standing)
{
    struct listing *listing = owner;
    struct buffer *out = listing->out;
    if (listing->count++ >= LISTED_MAX)
        return;
    buffer_printf(out, "%s{\"service\":", listing->count == 1 ? "" : ",\n");
    json_add_text(out, standing->service ? standing->service->key : "");
    add_text(out, "target", standing->target->name);
    add_text(out, "state", level_words[standing->level]);
    add_text(out, "told", level_words[standing->told]);
    add_text(out, "held", policy_hold_words[standing->hold]);
    buffer_printf(out, ",\"acknowledged\":%s", standing->acknowledged ? "true" : "false");
    add_text(out, "thread", standing->thread);
    buffer_byte(out, '}');
}

/* What waits, and what did not arrive and never will. */
static bool is_worth_telling(const struct delivery *delivery, int64_t now)
{
    bool failed = delivery->state == DELIVERY_REFUSED || delivery->state == DELIVERY_EXPIRED;
    return !delivery_is_over(delivery) || (failed && now - delivery->created < 7 * (int64_t)DAY_MS);
}

static void on_delivery(void *owner, const struct delivery *delivery)
{
    struct listing *listing = owner;
    struct buffer *out = listing->out;
    if (!is_worth_telling(delivery, listing->herald->now) || listing->count++ >= LISTED_MAX)
        return;
    buffer_printf(out, "%s{\"id\":\"%s\",\"thread\":\"%s\"", listing->count == 1 ? "" : ",\n",
                  delivery->id, delivery->thread);
    add_text(out, "target", delivery->target);
    add_text(out, "kind", alert_kind_words[delivery->kind]);
    add_text(out, "state", delivery_state_words[delivery->state]);
    add_ms(out, "told", delivery->created);
    add_ms(out, "due", delivery->due);
    buffer_printf(out, ",\"tries\":%d", delivery->tries);
    add_text(out, "why", delivery->why);
    buffer_byte(out, '}');
}

static void list(const struct herald *herald, struct buffer *out)
{
    struct listing standings = {herald, out, 0}, deliveries = {herald, out, 0};
    buffer_text_add(out, "{\"alerts\":[");
    policy_each(herald->policy, on_standing, &standings);
    buffer_text_add(out, "],\"messages\":[");
    outbox_each(herald->outbox, on_delivery, &deliveries);
    buffer_text_add(out, "],\"silences\":");
    herald_add_silences(herald, out);
    buffer_text_add(out, "}\n");
}

/* ---- acknowledge ---- */

enum { SERVICES_MAX = 1024 };

struct search {
    struct herald *herald;
    const char *thread;
    const char *digest; /* id of a message that others became part of; NULL = none */
    const char *services[SERVICES_MAX];
    size_t count;
};

static void add_service(struct search *search, const char *key)
{
    for (size_t i = 0; i < search->count; i++)
        if (strcmp(search->services[i], key) == 0)
            return;
    if (search->count < SERVICES_MAX)
        search->services[search->count++] = key;
}

static void match_standing(void *owner, const struct policy_standing *standing)
{
    struct search *search = owner;
    if (strcmp(standing->thread, search->thread) == 0)
        add_service(search, standing->service ? standing->service->key : "");
}

static void find_thread(struct search *search, const char *thread)
{
    search->thread = thread;
    policy_each(search->herald->policy, match_standing, search);
}

static void match_merged(void *owner, const struct delivery *delivery)
{
    struct search *search = owner;
    if (delivery->state == DELIVERY_MERGED && strcmp(delivery->why, search->digest) == 0)
        find_thread(search, delivery->thread);
}

static void match_digest(void *owner, const struct delivery *delivery)
{
    struct search *search = owner;
    if (strcmp(delivery->thread, search->thread) == 0 && delivery->kind == ALERT_DIGEST)
        search->digest = delivery->id;
}

/* A digest of the outbox has a thread of its own, which the policy does not know. */
static void find_digest(struct search *search, const char *thread)
{
    search->thread = thread;
    outbox_each(search->herald->outbox, match_digest, search);
    if (search->digest)
        outbox_each(search->herald->outbox, match_merged, search);
}

static void on_thread(void *owner, const char *thread)
{
    struct herald *herald = owner;
    outbox_acknowledge(herald->outbox, thread);
    herald_wake(herald);
}

static void find(struct search *search, const char *of)
{
    if (strcmp(of, "monitor") == 0)
        add_service(search, "");
    else if (collective_service(&search->herald->config->collective, of))
        add_service(search, of);
    else
        find_thread(search, of);
    if (!search->count)
        find_digest(search, of);
}

static int acknowledge(struct herald *herald, const json_t *request, struct buffer *out,
                       struct fault *fault)
{
    const char *of = json_string_value(json_object_get(request, "of"));
    struct search search = {.herald = herald};
    size_t done = 0;
    if (of && of[0])
        find(&search, of);
    buffer_text_add(out, "{\"services\":[");
    for (size_t i = 0; i < search.count; i++) {
        if (!policy_acknowledge(herald->policy, search.services[i], on_thread, herald))
            continue;
        buffer_text_add(out, done++ ? "," : "");
        json_add_text(out, search.services[i]);
    }
    buffer_text_add(out, "]}\n");
    if (!done)
        return fault_set(fault,
                         "nothing that somebody was alerted of goes on there; give the word after "
                         "`ack` of a message, or HOSTER/SERVICE");
    return 0;
}

/* ---- silence ---- */

static int silence(struct herald *herald, const json_t *request, struct buffer *out,
                   struct fault *fault)
{
    const struct collective *collective = &herald->config->collective;
    const char *subject = json_string_value(json_object_get(request, "subject"));
    int64_t until_ms, now = herald->now / 1000;
    char stamp[STAMP_SIZE];
    if (!subject || !json_get_time(request, "until", &until_ms))
        return fault_set(fault, "it is not said of what, or until when");
    if (subject[0] && !collective_service(collective, subject) &&
        !collective_hoster(collective, subject))
        return fault_set(fault, "the configuration has no hoster or service '%.140s'", subject);
    int64_t until = until_ms / 1000;
    if (until - now > SILENCE_MOST_S)
        return fault_set(fault,
                         "nobody is silenced for more than a year: remove the entry instead");
    if (!silences_set(&herald->silences, subject, now, until))
        return fault_set(fault, "there are more than %d silences already", SILENCES_MAX);
    policy_silence(herald->policy, subject, now, until);
    herald->silences_unsaved = true;
    buffer_printf(out, "{\"until\":\"%s\"}\n", stamp_seconds(until, stamp));
    return 0;
}

/* ---- all ---- */

static int take(struct herald *herald, const json_t *request, struct buffer *out,
                struct fault *fault)
{
    const char *action = json_string_value(json_object_get(request, "action"));
    if (action && strcmp(action, "list") == 0) {
        list(herald, out);
        return 0;
    }
    if (action && strcmp(action, "acknowledge") == 0)
        return acknowledge(herald, request, out, fault);
    if (action && strcmp(action, "silence") == 0)
        return silence(herald, request, out, fault);
    if (action && strcmp(action, "consent") == 0)
        return herald_take_consent(herald, request, out, fault);
    return fault_set(fault, "alerts are listed, acknowledged or silenced");
}

void herald_word(struct herald *herald, const char *request, int64_t now, struct buffer *answer)
{
    json_error_t error;
    struct fault fault;
    json_t *object = json_loads(request, JSON_REJECT_DUPLICATES, &error);
    herald->now = now;
    int rc = object ? take(herald, object, answer, &fault)
                    : fault_set(&fault, "it is no JSON: %s", error.text);
    if (rc) {
        buffer_clear(answer);
        buffer_text_add(answer, "{\"fault\":");
        json_add_text(answer, fault.text);
        buffer_text_add(answer, "}\n");
    }
    json_decref(object);
    herald_collect(herald);
    if (herald->silences_unsaved && !herald->urgent_since)
        herald->urgent_since = now;
}
