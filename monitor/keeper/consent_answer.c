#include "consent_inside.h"

#include "text.h"

#include <string.h>
#include <strings.h>

enum { DAY_S = 86400 };

/* In any letters. */
static bool is_same(const char *address, const char *other)
{
    return strcasecmp(address, other) == 0;
}

/* ---- asking ---- */

static bool is_same_address(const struct contact *one, const struct contact *other)
{
    return one->configured && other->configured &&
           is_same(one->configured->address, other->configured->address);
}

/* Who wants nothing of one hoster is not asked for another one; nor anybody while a question is open. */
static bool may_be_asked(const struct consent *consent, const struct contact *contact)
{
    if (!contact->configured || contact->asked || contact->said != SAID_NOTHING)
        return false;
    for (size_t i = 0; i < consent->count; i++) {
        const struct contact *other = &consent->contacts[i];
        bool bars = other->said == SAID_NO || (other->asked && other->said == SAID_NOTHING);
        if (bars && is_same_address(contact, other))
            return false;
    }
    return true;
}

static struct contact *next_to_ask(struct consent *consent, int64_t now)
{
    int64_t oldest = consent->askings[CONSENT_DAILY_MOST - 1];
    if (consent->unread || now < consent->ask_due)
        return NULL;
    consent->ask_due = INT64_MAX;
    for (size_t i = 0; i < consent->count; i++) {
        if (!may_be_asked(consent, &consent->contacts[i]))
            continue;
        consent->ask_due = oldest + DAY_S;
        return now < consent->ask_due ? NULL : &consent->contacts[i];
    }
    return NULL;
}

static void write_question(const struct consent *consent, const struct contact *contact,
                           int64_t now, struct alert *ret)
{
    const struct hoster *hoster =
        collective_hoster(&consent->config->collective, contact->configured->contact_of);
    memset(ret, 0, sizeof *ret);
    ret->kind = ret->rows[0].kind = ALERT_CONFIRM;
    ret->severity = SEVERITY_INFO;
    ret->opens = true;
    ret->at = now;
    ret->row_count = ret->total = 1;
    text_copy(ret->language, sizeof ret->language, consent->config->collective.languages[0]);
    text_copy(ret->target, sizeof ret->target, contact->target);
    text_format(ret->thread, sizeof ret->thread, "confirm-%s",
                contact->target + strlen(ALERTING_CONTACT));
    if (hoster)
        text_copy(ret->rows[0].hoster, sizeof ret->rows[0].hoster,
                  wording_in(&hoster->name, ret->language));
    alert_identify(ret);
}

bool consent_ask(struct consent *consent, int64_t now, struct alert *ret)
{
    char link[ALERT_LINK_SIZE];
    struct contact *contact = next_to_ask(consent, now);
    if (!contact)
        return false;
    if (!consent_link(consent, contact, TOKEN_CONFIRM, link)) {
        consent->ask_due = now + DAY_S / 24; /* the disk may be well again */
        return false;
    }
    write_question(consent, contact, now, ret);
    text_copy(ret->link, sizeof ret->link, link);
    consent_happen(consent, contact, STEP_ASKED, false, now);
    return true;
}

void consent_unask(struct consent *consent, const char *target, int64_t now)
{
    struct contact *contact = consent_find(consent, target);
    if (contact && consent_expects(consent, target))
        consent_happen(consent, contact, STEP_UNASKED, false, now);
}

/* ---- answers ---- */

static bool is_busy(const struct contact *contact, int64_t now)
{
    return now - contact->day < DAY_S && contact->yes >= CONSENT_YES_DAILY_MOST;
}

/* True: it is otherwise now. */
static bool change(struct consent *consent, struct contact *contact, enum consent_word word,
                   bool by_operator, int64_t now)
{
    enum consent_step step = word == CONSENT_STOP ? STEP_STOPPED : STEP_CONFIRMED;
    enum consent_said wanted = word == CONSENT_STOP ? SAID_NO : SAID_YES;
    if (word == CONSENT_LOOK || contact->said == wanted)
        return false;
    consent_happen(consent, contact, step, by_operator, now);
    return true;
}

void consent_take(struct consent *consent, enum consent_word word, const char *text, int64_t now,
                  struct consent_answer *ret)
{
    struct token token;
    struct contact *contact = token_read(text, &token) ? consent_owner(consent, &token) : NULL;
    *ret = (struct consent_answer){.outcome = CONSENT_VOID};
    if (!contact)
        return;
    ret->outcome = CONSENT_IS;
    ret->may_confirm = token.purpose == TOKEN_CONFIRM || contact->ever;
    if (word == CONSENT_CONFIRM && is_busy(contact, now))
        ret->outcome = CONSENT_BUSY;
    else if (word != CONSENT_CONFIRM || ret->may_confirm)
        ret->changed = change(consent, contact, word, false, now);
    ret->state = consent_state_of(contact, now);
    ret->hoster = collective_hoster(&consent->config->collective, contact->configured->contact_of);
    consent_mask(contact->configured->address, ret->address);
}

bool consent_vouch(struct consent *consent, enum consent_word word, const char *address,
                   int64_t now)
{
    bool any = false;
    for (size_t i = 0; i < consent->count; i++) {
        struct contact *contact = &consent->contacts[i];
        if (!contact->configured || !is_same(contact->configured->address, address))
            continue;
        change(consent, contact, word, true, now);
        any = true;
    }
    return any;
}
