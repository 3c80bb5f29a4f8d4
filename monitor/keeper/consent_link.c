#include "consent_inside.h"

#include "consent_key.h"
#include "log.h"
#include "text.h"

#include <string.h>

/* Said once: without it nobody is asked, and what is told has no link to stop it, so it is not told. */
static bool need_key(struct consent *consent)
{
    struct fault fault;
    if (consent->has_key)
        return true;
    if (!consent->config->data || consent_key_fetch(consent->config->data, consent->key, &fault)) {
        if (!consent->complained && consent->config->data)
            log_event(LOG_LEVEL_ERROR, "no contact can be written to", "why", fault.text, NULL);
        consent->complained = true;
        return false;
    }
    consent->has_key = true;
    return true;
}

bool consent_link(struct consent *consent, const struct contact *contact,
                  enum token_purpose purpose, char link[ALERT_LINK_SIZE])
{
    const struct config_target *target = contact->configured;
    const char *address = consent->config->collective.address;
    struct token_subject subject = {target->contact_of, target->address};
    char token[TOKEN_SIZE];
    link[0] = '\0';
    if (!address || !need_key(consent))
        return false;
    token_write(consent->key, purpose, contact->target + strlen(ALERTING_CONTACT), &subject, token);
    bool fits = text_format(link, ALERT_LINK_SIZE, "%s%s%s/alerts/?token=%s", address,
                            text_ends(address, "/") ? "" : "/",
                            consent->config->collective.languages[0], token);
    if (!fits)
        link[0] = '\0';
    return fits;
}

bool consent_leave(struct consent *consent, const char *target, char link[ALERT_LINK_SIZE])
{
    const struct contact *contact = consent_find(consent, target);
    link[0] = '\0';
    if (!text_starts(target, ALERTING_CONTACT))
        return true;
    return contact && contact->configured && consent_link(consent, contact, TOKEN_STOP, link);
}

struct contact *consent_owner(struct consent *consent, const struct token *token)
{
    char target[ALERT_WORD_SIZE];
    text_format(target, sizeof target, ALERTING_CONTACT "%s", token->name);
    struct contact *contact = consent_find(consent, target);
    if (!contact || !contact->configured || !need_key(consent))
        return NULL;
    struct token_subject subject = {contact->configured->contact_of, contact->configured->address};
    return token_proves(consent->key, token, &subject) ? contact : NULL;
}
