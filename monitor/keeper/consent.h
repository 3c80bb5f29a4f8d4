/* Who may be written to. An address that stands in a hoster's file, and not in a list of alerts of ours, is a contact: it
 * gets one message that asks, and nothing else before the link in it was used; each message after that has a link that ends
 * it. What was asked and answered is in the ledger, where an address has but a name made of it and its hoster (SHA-256): the
 * address itself is only in the configuration. So another address, or the same of another hoster, is asked anew, and
 * nobody is asked twice, whatever restarts, crawls or changes its name. The recorder's thread; times in s. */
#ifndef VIBRISSE_CONSENT_H
#define VIBRISSE_CONSENT_H

#include "alert.h"
#include "config.h"
#include "ledger.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct consent;

enum {
    CONSENT_DAILY_MOST = 20,         /* questions within 24 hours, to all together */
    CONSENT_PATIENCE_S = 30 * 86400, /* then nobody expects an answer; the link goes on working */
    CONSENT_YES_DAILY_MOST = 10,     /* of one contact: each is written down for ever */
    CONSENT_MASKED_SIZE = ALERT_WORD_SIZE
};

/* How it stands with a contact. */
enum consent_state {
    CONSENT_NONE,    /* it was not asked yet */
    CONSENT_ASKED,   /* nothing is sent before it says yes */
    CONSENT_EXPIRED, /* it did not answer */
    CONSENT_GIVEN,   /* it is told of its services */
    CONSENT_STOPPED, /* it wants nothing any more */
    CONSENT_STATE_COUNT
};
extern const char *const consent_state_words[]; /* "none"; as the enum, ended by NULL */

/* What the owner of a link wants. */
enum consent_word { CONSENT_LOOK, CONSENT_CONFIRM, CONSENT_STOP, CONSENT_WORD_COUNT };
extern const char *const consent_words[]; /* "look", "confirm", "stop", NULL */

enum consent_outcome {
    CONSENT_VOID, /* the link is none of ours, or its address stands in no file any more: the rest
                     is empty */
    CONSENT_IS,   /* it stands as `state` says, now */
    CONSENT_BUSY, /* it was changed too often today; stopping is always possible */
    CONSENT_OUTCOME_COUNT
};
extern const char *const consent_outcome_words[]; /* "void", "is", "busy", NULL */

struct consent_answer {
    enum consent_outcome outcome;
    enum consent_state state;
    bool changed;     /* by this word */
    bool may_confirm; /* this link can say yes: that of the question, or any once yes was said */
    char address[CONSENT_MASKED_SIZE]; /* "t…@alpha.example" */
    const struct hoster *hoster;       /* lent until the next reload; NULL = void */
};

/* What the form calls. A change is to be committed before it is told (herald_is_urgent()). Commands and the form send
 * it as a request of herald_word(), which does that:
 *
 *     {"action":"consent","word":"look","token":"…","language":"fr"}
 *     {"outcome":"is","state":"given","changed":false,"may_confirm":true,"address":"t…@alpha.example",
 *      "hoster":"alpha","name":"Alpha"}
 *     {"outcome":"void"}            {"fault":"a sentence"}: it could not be kept; nothing has changed
 *
 * The link that stands in messages is SITE/LANGUAGE/alerts/?token=TOKEN, of the configured address of the site; one click
 * of a mail program (RFC 8058) is a POST there with the body List-Unsubscribe=One-Click, and means «stop». */
void consent_take(struct consent *consent, enum consent_word word, const char *token, int64_t now,
                  struct consent_answer *ret);

/* ---- for the herald ---- */

/* Finds again what an earlier run left. All is borrowed; config->data is where the key of the links is, or will be when the
 * first one is made. */
struct consent *consent_new(const struct config *config, struct ledger *ledger);
void consent_free(struct consent *consent); /* NULL is fine */
/* Another configuration is in force; the one before may be gone. */
void consent_reload(struct consent *consent, const struct config *config);

/* Whether the target may hear of what happens: every one that is no contact, and contacts that said yes. */
bool consent_allows(const struct consent *consent, const char *target);
/* Whether the target may be asked: a contact that is waiting for the question. */
bool consent_expects(const struct consent *consent, const char *target);
/* The link by which messages to the target are stopped; "" where it is no contact. False: there should be one, and cannot be
 * at the moment. */
bool consent_leave(struct consent *consent, const char *target, char link[ALERT_LINK_SIZE]);

/* The next contact that is to be asked now becomes asked, and *ret is the question. False: there is none at the moment. */
bool consent_ask(struct consent *consent, int64_t now, struct alert *ret);
/* The question never arrived: it may be asked again. */
void consent_unask(struct consent *consent, const char *target, int64_t now);

/* An operator's word on an address, for every hoster that has it. False: no hoster has. */
bool consent_vouch(struct consent *consent, enum consent_word word, const char *address,
                   int64_t now);

/* What changed goes into the group that is open; afterwards it is told whether that was written. */
bool consent_is_unwritten(const struct consent *consent);
int consent_write(struct consent *consent, struct fault *fault);
void consent_written(struct consent *consent);

/* Of each contact of the configuration, in the order of its hosters. */
struct consent_entry {
    const struct hoster *hoster;
    const char *target;
    enum consent_state state;
    int64_t since;                     /* s; of its state; 0 = it was not asked */
    char address[CONSENT_MASKED_SIZE]; /* masked */
};
typedef void consent_fn(void *owner, const struct consent_entry *entry);
void consent_each(const struct consent *consent, int64_t now, consent_fn *each, void *owner);

#endif
