#include "herald_inside.h"

#include "almanac.h"
#include "calendar.h"
#include "hash.h"
#include "log.h"
#include "mem.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>

static const int64_t sweep_ms = 3600 * 1000, ask_ms = 30 * 1000;

/* ---- what the policy asks ---- */

static int minute_of(void *owner, int64_t at)
{
    struct calendar_time time = calendar_at(at);
    (void)owner;
    return time.hour * 60 + time.minute;
}

static bool is_maintained(void *owner, const struct service *service, int64_t at)
{
    struct herald *herald = owner;
    struct herald_subject *subject =
        &herald->subjects[collective_index(&herald->config->collective, service->key)];
    if (subject->maintained_at == at)
        return subject->maintained;
    struct arena arena = {0};
    const struct occurrence *occurrences;
    subject->maintained = almanac_occurrences(pipeline_almanac(herald->pipeline), service->key, at,
                                              at + 1, at, &arena, &occurrences) > 0;
    subject->maintained_at = at;
    arena_free(&arena);
    return subject->maintained;
}

static int64_t good_at(void *owner, const struct service *service)
{
    const struct herald *herald = owner;
    return herald_find_good(pipeline_record(herald->pipeline, service->key));
}

static bool is_spoken(const struct collective *collective, const char *language)
{
    for (const char *const *spoken = collective->languages; *spoken; spoken++)
        if (strcmp(*spoken, language) == 0)
            return true;
    return false;
}

static void link_of(void *owner, const struct service *service, const char *language,
                    char to[ALERT_LINK_SIZE])
{
    const struct herald *herald = owner;
    const struct collective *collective = &herald->config->collective;
    const char *address = collective->address;
    to[0] = '\0';
    if (!address)
        return;
    size_t length = strlen(address);
    length -= length && address[length - 1] == '/';
    if (!is_spoken(collective, language))
        language = collective->languages[0];
    if (!text_format(to, ALERT_LINK_SIZE, "%.*s/%s/%s%s%s", (int)length, address, language,
                     service ? "h/" : "", service ? service->key : "", service ? "/" : ""))
        to[0] = '\0';
}

static struct policy *make_policy(struct herald *herald)
{
    struct policy_world world = {.owner = herald,
                                 .collective = &herald->config->collective,
                                 .everywhere = herald->config->alerts.everywhere,
                                 .minute = minute_of,
                                 .maintained = is_maintained,
                                 .good_at = good_at,
                                 .consents = herald_consents,
                                 .link = link_of};
    return policy_new(&world);
}

static void tell_silences(struct herald *herald)
{
    for (size_t i = 0; i < herald->silences.count; i++) {
        const struct silence *silence = &herald->silences.list[i];
        policy_silence(herald->policy, silence->subject, silence->from, silence->until);
    }
}

/* ---- making ---- */

struct herald *herald_new(const struct config *config, struct ledger *ledger,
                          struct pipeline *pipeline, int64_t now)
{
    struct herald *herald = mem_zalloc(sizeof *herald);
    herald->config = config;
    herald->ledger = ledger;
    herald->pipeline = pipeline;
    herald->now = herald->swept = now;
    herald->subjects = mem_array(herald_subjects(herald), sizeof *herald->subjects);
    herald->consent = consent_new(config, ledger);
    herald->question = mem_zalloc(sizeof *herald->question);
    herald->policy = make_policy(herald);
    herald->outbox = outbox_new();
    herald_load(herald);
    tell_silences(herald);
    herald->guest = (struct pipeline_guest){herald, herald_write, herald_written};
    pipeline_accompany(pipeline, &herald->guest);
    herald_look(herald, now);
    return herald;
}

void herald_free(struct herald *herald)
{
    if (!herald)
        return;
    pipeline_accompany(herald->pipeline, NULL);
    policy_free(herald->policy);
    outbox_free(herald->outbox);
    consent_free(herald->consent);
    free(herald->question);
    free(herald->subjects);
    free(herald->unwritten);
    free(herald->forgotten);
    free(herald);
}

void herald_employ(struct herald *herald, herald_carry_fn *carry, void *owner)
{
    herald->carry = carry;
    herald->carrier = owner;
}

static void tell_vantage(struct herald *herald, int64_t now)
{
    struct finding finding;
    herald->blind = herald_find_is_blind(&herald->vantage);
    herald_find_monitor(&herald->vantage, &finding);
    policy_state(herald->policy, herald_subjects(herald) - 1, &finding, now / 1000);
}

/* ---- another configuration ---- */

/* What the policy of before keeps, by key. */
static void move_subject(struct herald *herald, const struct policy *old, size_t from, size_t to)
{
    struct buffer text;
    buffer_init(&text, ALERT_LINE_MAX);
    policy_save(old, from, &text);
    if (text.length)
        policy_load(herald->policy, to, buffer_text(&text));
    herald->subjects[to].unsaved = true;
    buffer_fini(&text);
}

static void move_subjects(struct herald *herald, const struct policy *old,
                          const struct collective *before)
{
    const struct collective *collective = &herald->config->collective;
    for (size_t i = 0, j = 0; i < collective->service_count; i++) {
        const char *key = collective->services[i]->key;
        while (j < before->service_count && strcmp(before->services[j]->key, key) < 0)
            j++;
        if (j < before->service_count && strcmp(before->services[j]->key, key) == 0)
            move_subject(herald, old, j, i);
        else
            herald_load_subject(herald, i);
    }
    move_subject(herald, old, before->service_count, collective->service_count);
}

void herald_reload(struct herald *herald, const struct config *config, int64_t now)
{
    const struct config *before = herald->config;
    struct policy *old = herald->policy;
    herald->now = now;
    herald->config = config;
    free(herald->subjects);
    herald->subjects = mem_array(herald_subjects(herald), sizeof *herald->subjects);
    consent_reload(herald->consent, config);
    herald->policy = make_policy(herald);
    move_subjects(herald, old, &before->collective);
    policy_free(old);
    tell_silences(herald);
    tell_vantage(herald, now);
    herald_look(herald, now);
}

/* ---- what the policy is told ---- */

static void tell_place(struct herald *herald, size_t i, const struct record *record)
{
    struct herald_place place = herald_find_place(record);
    uint64_t hash = hash_number(hash_text(place.address), hash_text(place.issuer));
    if (herald->subjects[i].place == hash)
        return;
    herald->subjects[i].place = hash;
    policy_place(herald->policy, i, place.address, place.issuer);
}

void herald_service(struct herald *herald, size_t service, int64_t now)
{
    const char *key = herald->config->collective.services[service]->key;
    const struct record *record = pipeline_record(herald->pipeline, key);
    struct finding finding;
    herald->now = now;
    if (herald->blind)
        return;
    tell_place(herald, service, record);
    herald_find_service(record, now / 1000, &finding);
    policy_state(herald->policy, service, &finding, now / 1000);
}

void herald_look(struct herald *herald, int64_t now)
{
    for (size_t i = 0; i < herald->config->collective.service_count; i++)
        herald_service(herald, i, now);
}

void herald_vantage(struct herald *herald, const struct vantage *vantage, int64_t now)
{
    herald->now = now;
    herald->vantage = *vantage;
    herald->has_looked = true;
    tell_vantage(herald, now);
}

static void on_message(void *owner, const struct policy_message *message)
{
    struct herald *herald = owner;
    outbox_add(herald->outbox, message, herald->now);
    herald_wake(herald);
}

static void ask_what_is_stuck(struct herald *herald)
{
    if (herald->asked && herald->now - herald->asked < ask_ms)
        return;
    int64_t since = outbox_stuck_since(herald->outbox, herald->now);
    herald->asked = herald->now;
    herald->unheard = since ? herald->now - since : 0;
}

int64_t herald_unheard(const struct herald *herald)
{
    return herald->unheard;
}

void herald_turn(struct herald *herald, int64_t now)
{
    herald->now = now;
    if (now / 1000 >= policy_due(herald->policy))
        policy_turn(herald->policy, now / 1000, on_message, herald);
    herald_ask(herald);
    herald_rehearse(herald);
    herald_collect(herald);
    ask_what_is_stuck(herald);
    if (now - herald->swept > sweep_ms && !herald->unwritten_count) {
        herald->swept = now;
        herald_sweep(herald);
    }
}

/* ---- the courier ---- */

static int prepare(struct herald *herald, const struct delivery *delivery, struct buffer *line,
                   enum outbox_end *ret_end, struct fault *fault)
{
    char leave[ALERT_LINK_SIZE];
    *ret_end = OUTBOX_REFUSED;
    if (!herald_may_send(herald, delivery))
        return fault_set(fault, "nobody at this address said that it is wanted");
    *ret_end = OUTBOX_LATER;
    if (!consent_leave(herald->consent, delivery->target, leave))
        return fault_set(fault, "there is no link by which it could be stopped");
    return errands_carry(herald->config, delivery, leave, line, ret_end, fault);
}

static void send_one(struct herald *herald, const struct delivery *delivery)
{
    struct buffer line;
    struct fault fault;
    size_t length;
    enum outbox_end end;
    buffer_init(&line, 2 * ALERT_LINE_MAX);
    if (prepare(herald, delivery, &line, &end, &fault)) {
        log_event(LOG_LEVEL_ERROR, "an alert cannot be sent", "target", delivery->target, "why",
                  fault.text, NULL);
        outbox_answer(herald->outbox, delivery->id, end, 0, fault.text, herald->now);
        buffer_fini(&line);
        return;
    }
    herald->under_way++;
    char *bytes = buffer_take(&line, &length);
    herald->carry(herald->carrier, herald->courier, bytes, length);
}

/* What is not on disk yet is not told, so that a crash does not tell it twice by another name: unless that takes long. */
static bool may_send(const struct herald *herald)
{
    return herald->courier && herald->carry &&
           (!herald->urgent_since || herald->now - herald->urgent_since > HERALD_PATIENCE_MS);
}

void herald_send(struct herald *herald, int64_t now)
{
    const struct delivery *delivery;
    herald->now = now;
    if (!may_send(herald) || now < herald->due || herald->under_way >= HERALD_UNDER_WAY)
        return;
    while (herald->under_way < HERALD_UNDER_WAY && (delivery = outbox_next(herald->outbox, now)))
        send_one(herald, delivery);
    herald->due = herald->under_way < HERALD_UNDER_WAY ? outbox_due(herald->outbox) : 0;
    herald_collect(herald);
}

void herald_courier(struct herald *herald, int64_t courier, int64_t now)
{
    herald->now = now;
    herald->courier = courier;
    herald->under_way = 0;
    outbox_recall(herald->outbox, now);
    herald_wake(herald);
}

static void log_failure(const struct errand_answer *answer)
{
    log_event(answer->end == OUTBOX_REFUSED ? LOG_LEVEL_ERROR : LOG_LEVEL_WARNING,
              answer->end == OUTBOX_REFUSED ? "an alert was refused"
                                            : "an alert did not arrive and is tried again",
              "id", answer->id, "why", answer->why, NULL);
}

void herald_answer(struct herald *herald, const struct errand_answer *answer, int64_t now)
{
    herald->now = now;
    if (herald->under_way)
        herald->under_way--;
    if (answer->end != OUTBOX_DELIVERED)
        log_failure(answer);
    outbox_answer(herald->outbox, answer->id, answer->end, answer->after_s, answer->why, now);
    herald_wake(herald);
    herald_collect(herald);
}

bool herald_is_urgent(const struct herald *herald)
{
    return herald->urgent_since != 0;
}
