#include "consent_inside.h"

#include "mem.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>

enum { DAY_S = 86400 };

const char *const consent_state_words[] = {"none", "asked", "expired", "given", "stopped", NULL};
const char *const consent_words[] = {"look", "confirm", "stop", NULL};
const char *const consent_outcome_words[] = {"void", "is", "busy", NULL};

/* ---- who there is ---- */

/* Where it is, or would be. */
static size_t place_of(const struct consent *consent, const char *target)
{
    size_t low = 0, high = consent->count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (strcmp(consent->contacts[middle].target, target) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

struct contact *consent_find(const struct consent *consent, const char *target)
{
    size_t place = place_of(consent, target);
    bool found = place < consent->count && strcmp(consent->contacts[place].target, target) == 0;
    return found ? &consent->contacts[place] : NULL;
}

static struct contact *need_contact(struct consent *consent, const char *target)
{
    size_t place = place_of(consent, target);
    if (consent_find(consent, target))
        return &consent->contacts[place];
    void *contacts = consent->contacts;
    mem_grow(&contacts, &consent->capacity, consent->count + 1, sizeof *consent->contacts);
    consent->contacts = contacts;
    struct contact *contact = &consent->contacts[place];
    memmove(contact + 1, contact, (consent->count++ - place) * sizeof *contact);
    *contact = (struct contact){0};
    text_copy(contact->target, sizeof contact->target, target);
    return contact;
}

static bool is_contact(const char *target)
{
    return text_starts(target, ALERTING_CONTACT);
}

void consent_reload(struct consent *consent, const struct config *config)
{
    consent->config = config;
    consent->ask_due = 0;
    for (size_t i = 0; i < consent->count; i++)
        consent->contacts[i].configured = NULL;
    for (size_t i = 0; i < config->alerts.target_count; i++) {
        const struct config_target *target = config->alerts.targets[i];
        if (target->contact_of)
            need_contact(consent, target->who.name)->configured = target;
    }
}

/* ---- what happened ---- */

/* The newest count, the others have ended their day. */
static void note_asking(struct consent *consent, int64_t at)
{
    memmove(consent->askings + 1, consent->askings,
            (CONSENT_DAILY_MOST - 1) * sizeof consent->askings[0]);
    consent->askings[0] = at;
}

static void count_yes(struct contact *contact, int64_t at)
{
    if (at - contact->day >= DAY_S || at < contact->day) {
        contact->day = at;
        contact->yes = 0;
    }
    contact->yes++;
}

static void apply(struct consent *consent, struct contact *contact,
                  const struct consent_event *event)
{
    contact->last = event->at;
    switch (event->step) {
    case STEP_ASKED:
        contact->asked = event->at;
        note_asking(consent, event->at);
        break;
    case STEP_UNASKED:
        contact->asked = 0;
        break;
    case STEP_CONFIRMED:
        contact->said = SAID_YES;
        contact->ever = true;
        count_yes(contact, event->at);
        break;
    case STEP_STOPPED:
        contact->said = SAID_NO;
        break;
    case STEP_COUNT:
        break;
    }
}

static void on_event(void *owner, const struct consent_event *event)
{
    struct consent *consent = owner;
    apply(consent, need_contact(consent, event->target), event);
}

void consent_happen(struct consent *consent, struct contact *contact, enum consent_step step,
                    bool by_operator, int64_t now)
{
    struct consent_event event = {.step = step, .by_operator = by_operator, .at = now};
    void *list = consent->unwritten;
    text_copy(event.target, sizeof event.target, contact->target);
    if (contact->configured)
        text_copy(event.hoster, sizeof event.hoster, contact->configured->contact_of);
    mem_grow(&list, &consent->unwritten_capacity, consent->unwritten_count + 1,
             sizeof *consent->unwritten);
    consent->unwritten = list;
    consent->unwritten[consent->unwritten_count++] = event;
    consent->ask_due = 0;
    apply(consent, contact, &event);
}

struct consent *consent_new(const struct config *config, struct ledger *ledger)
{
    struct fault fault;
    struct consent *consent = mem_zalloc(sizeof *consent);
    consent->ledger = ledger;
    for (size_t i = 0; i < CONSENT_DAILY_MOST; i++)
        consent->askings[i] = INT64_MIN / 2;
    if (ledger_each_consent(ledger, on_event, consent, &fault))
        consent->unread = true;
    consent_reload(consent, config);
    return consent;
}

void consent_free(struct consent *consent)
{
    if (!consent)
        return;
    free(consent->contacts);
    free(consent->unwritten);
    free(consent);
}

bool consent_is_unwritten(const struct consent *consent)
{
    return consent->unwritten_count > 0;
}

int consent_write(struct consent *consent, struct fault *fault)
{
    for (size_t i = 0; i < consent->unwritten_count; i++)
        if (ledger_add_consent(consent->ledger, &consent->unwritten[i], fault))
            return -1;
    return 0;
}

void consent_written(struct consent *consent)
{
    consent->unwritten_count = 0;
}

/* ---- how it stands ---- */

enum consent_state consent_state_of(const struct contact *contact, int64_t now)
{
    if (contact->said != SAID_NOTHING)
        return contact->said == SAID_YES ? CONSENT_GIVEN : CONSENT_STOPPED;
    if (!contact->asked)
        return CONSENT_NONE;
    return now - contact->asked > CONSENT_PATIENCE_S ? CONSENT_EXPIRED : CONSENT_ASKED;
}

bool consent_allows(const struct consent *consent, const char *target)
{
    if (!is_contact(target))
        return true;
    const struct contact *contact = consent_find(consent, target);
    return contact && contact->said == SAID_YES;
}

bool consent_expects(const struct consent *consent, const char *target)
{
    const struct contact *contact = consent_find(consent, target);
    return contact && contact->asked && contact->said == SAID_NOTHING;
}

/* A letter and the domain: whoever owns it knows it again, nobody else learns it. */
void consent_mask(const char *address, char masked[CONSENT_MASKED_SIZE])
{
    const char *at = strchr(address, '@');
    masked[0] = '\0';
    if (at)
        text_format(masked, CONSENT_MASKED_SIZE, "%c…%s", address[0], at);
}

void consent_each(const struct consent *consent, int64_t now, consent_fn *each, void *owner)
{
    const struct config *config = consent->config;
    for (size_t i = 0; i < config->alerts.target_count; i++) {
        const struct config_target *target = config->alerts.targets[i];
        const struct contact *contact =
            target->contact_of ? consent_find(consent, target->who.name) : NULL;
        if (!contact)
            continue;
        struct consent_entry entry = {
            .hoster = collective_hoster(&config->collective, target->contact_of),
            .target = contact->target,
            .state = consent_state_of(contact, now),
            .since = contact->last};
        consent_mask(target->address, entry.address);
        each(owner, &entry);
    }
}
