#include "herald_inside.h"

#include "json.h"
#include "stamp.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>

enum { LISTED_MAX = 5000 };

/* ---- asking, and what follows from an answer ---- */

bool herald_consents(void *owner, const struct alert_target *target)
{
    const struct herald *herald = owner;
    return consent_allows(herald->consent, target->name);
}

/* With eyes that may be bad nobody is promised anything, and what we know of registers may be old. */
static bool sees_well(const struct herald *herald)
{
    struct finding finding;
    herald_find_monitor(&herald->vantage, &finding);
    return herald->has_looked && finding.state != OUTCOME_DEGRADED;
}

static void hurry(struct herald *herald)
{
    if (consent_is_unwritten(herald->consent) && !herald->urgent_since)
        herald->urgent_since = herald->now;
}

void herald_ask(struct herald *herald)
{
    struct alert *question = herald->question;
    struct policy_message message = {.alert = question, .due = herald->now / 1000};
    if (!sees_well(herald))
        return;
    while (consent_ask(herald->consent, herald->now / 1000, question))
        outbox_add(herald->outbox, &message, herald->now);
    hurry(herald);
    herald_wake(herald);
}

static void on_stopped(void *owner, const struct consent_entry *entry)
{
    struct herald *herald = owner;
    if (entry->state == CONSENT_STOPPED)
        outbox_drop(herald->outbox, entry->target, "nobody at this address wants it any more");
}

static void on_changed(struct herald *herald)
{
    consent_each(herald->consent, herald->now / 1000, on_stopped, herald);
    policy_wake(herald->policy);
    herald_wake(herald);
    hurry(herald);
}

bool herald_may_send(const struct herald *herald, const struct delivery *delivery)
{
    return delivery->kind == ALERT_CONFIRM ? consent_expects(herald->consent, delivery->target)
                                           : consent_allows(herald->consent, delivery->target);
}

/* ---- what is said ---- */

static bool word_of(const json_t *request, enum consent_word *ret)
{
    const char *text = json_string_value(json_object_get(request, "word"));
    for (int i = 0; text && consent_words[i]; i++) {
        if (strcmp(text, consent_words[i]) == 0) {
            *ret = (enum consent_word)i;
            return true;
        }
    }
    return false;
}

static void add_text(struct buffer *out, const char *key, const char *value)
{
    buffer_printf(out, ",\"%s\":", key);
    json_add_text(out, value);
}

static void add_hoster(struct buffer *out, const struct hoster *hoster, const char *language)
{
    if (!hoster)
        return;
    add_text(out, "hoster", hoster->id);
    add_text(out, "name", wording_in(&hoster->name, language ? language : ""));
}

static void write_answer(const struct consent_answer *answer, const char *language,
                         struct buffer *out)
{
    buffer_printf(out, "{\"outcome\":\"%s\"", consent_outcome_words[answer->outcome]);
    if (answer->outcome != CONSENT_VOID) {
        buffer_printf(out, ",\"state\":\"%s\",\"changed\":%s,\"may_confirm\":%s",
                      consent_state_words[answer->state], answer->changed ? "true" : "false",
                      answer->may_confirm ? "true" : "false");
        add_text(out, "address", answer->address);
        add_hoster(out, answer->hoster, language);
    }
    buffer_text_add(out, "}\n");
}

static void take_token(struct herald *herald, enum consent_word word, const json_t *request,
                       struct buffer *out)
{
    struct consent_answer answer;
    consent_take(herald->consent, word, json_string_value(json_object_get(request, "token")),
                 herald->now / 1000, &answer);
    if (answer.changed)
        on_changed(herald);
    write_answer(&answer, json_string_value(json_object_get(request, "language")), out);
}

static int take_address(struct herald *herald, enum consent_word word, const char *address,
                        struct buffer *out, struct fault *fault)
{
    if (!consent_vouch(herald->consent, word, address, herald->now / 1000))
        return fault_set(fault,
                         "no hoster has the contact '%.140s'; see `vibrisse alert consent "
                         "list`, and `contacts` of alerts in vibrisse.yaml(5)",
                         address);
    on_changed(herald);
    buffer_text_add(out, "{}\n");
    return 0;
}

struct listing {
    struct buffer *out;
    size_t count;
};

static void on_entry(void *owner, const struct consent_entry *entry)
{
    struct listing *listing = owner;
    char stamp[STAMP_SIZE];
    if (listing->count++ >= LISTED_MAX)
        return;
    buffer_printf(listing->out, "%s{\"state\":\"%s\"", listing->count == 1 ? "" : ",\n",
                  consent_state_words[entry->state]);
    add_text(listing->out, "target", entry->target);
    add_text(listing->out, "address", entry->address);
    if (entry->hoster)
        add_text(listing->out, "hoster", entry->hoster->id);
    if (entry->since)
        add_text(listing->out, "since", stamp_seconds(entry->since, stamp));
    buffer_byte(listing->out, '}');
}

static void list(const struct herald *herald, struct buffer *out)
{
    struct listing listing = {out, 0};
    buffer_text_add(out, "{\"contacts\":[");
    consent_each(herald->consent, herald->now / 1000, on_entry, &listing);
    buffer_text_add(out, "]}\n");
}

int herald_take_consent(struct herald *herald, const json_t *request, struct buffer *out,
                        struct fault *fault)
{
    const char *address = json_string_value(json_object_get(request, "address"));
    enum consent_word word;
    if (!json_object_get(request, "word")) {
        list(herald, out);
        return 0;
    }
    if (!word_of(request, &word) ||
        (!address && !json_is_string(json_object_get(request, "token"))))
        return fault_set(fault, "contacts are looked at, confirmed or stopped, by a token or an "
                                "address");
    if (address)
        return take_address(herald, word, address, out, fault);
    take_token(herald, word, request, out);
    return 0;
}
