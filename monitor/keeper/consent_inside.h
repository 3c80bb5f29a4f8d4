/* What the files of consent share. For them only. */
#ifndef VIBRISSE_CONSENT_INSIDE_H
#define VIBRISSE_CONSENT_INSIDE_H

#include "consent.h"
#include "ledger_consent.h"
#include "token.h"

enum consent_said { SAID_NOTHING, SAID_YES, SAID_NO };

struct contact {
    char target[ALERT_WORD_SIZE];
    const struct config_target *configured; /* NULL = its address stands in no file now */
    int64_t asked, last;                    /* s; 0 = never; of the last step */
    enum consent_said said;
    bool ever;   /* it once said yes */
    int64_t day; /* s; when the first yes of those that are counted was said */
    int yes;
};

struct consent {
    const struct config *config;
    struct ledger *ledger;
    struct contact *contacts; /* by target; those that nobody lists any more, too */
    size_t count, capacity;
    struct consent_event *unwritten;
    size_t unwritten_count, unwritten_capacity;
    int64_t askings[CONSENT_DAILY_MOST]; /* s; the newest first */
    int64_t ask_due;                     /* s; when to look for somebody to ask */
    bool unread;                         /* the ledger did not say who was asked: nobody is now */
    bool has_key, complained;
    unsigned char key[TOKEN_KEY_SIZE];
};

/* consent.c: NULL = nothing is known of it. */
struct contact *consent_find(const struct consent *consent, const char *target);
enum consent_state consent_state_of(const struct contact *contact, int64_t now);
void consent_mask(const char *address, char masked[CONSENT_MASKED_SIZE]);
/* Writes it down. */
void consent_happen(struct consent *consent, struct contact *contact, enum consent_step step,
                    bool by_operator, int64_t now);

/* consent_link.c */
/* In the collective's first language. False: there can be none at the moment. */
bool consent_link(struct consent *consent, const struct contact *contact,
                  enum token_purpose purpose, char link[ALERT_LINK_SIZE]);
/* Whose token it is; NULL = nobody's. */
struct contact *consent_owner(struct consent *consent, const struct token *token);

#endif
