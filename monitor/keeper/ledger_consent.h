/* What contacts were asked and what they answered, in the ledger: append-only, beside the events and never part of the public
 * log, which is for all to read. An address stands here as the name of its target, from which it does not follow. */
#ifndef VIBRISSE_LEDGER_CONSENT_H
#define VIBRISSE_LEDGER_CONSENT_H

#include "alert.h"
#include "ledger.h"

enum consent_step {
    STEP_ASKED,
    STEP_UNASKED, /* the question could not be delivered */
    STEP_CONFIRMED,
    STEP_STOPPED,
    STEP_COUNT
};
extern const char *const consent_step_words[]; /* "asked"; as the enum, ended by NULL */

struct consent_event {
    char target[ALERT_WORD_SIZE];
    char hoster[RESULT_SERVICE_SIZE];
    enum consent_step step; /* STEP_COUNT: of a later version */
    bool by_operator;       /* else by a link, or by ourselves */
    int64_t at;             /* s */
};

/* In the group that is open. */
int ledger_add_consent(struct ledger *ledger, const struct consent_event *event,
                       struct fault *fault);
/* All, oldest first; lent. */
typedef void ledger_consent_fn(void *owner, const struct consent_event *event);
int ledger_each_consent(struct ledger *ledger, ledger_consent_fn *each, void *owner,
                        struct fault *fault);

#endif
