/* What the files of the herald share. For them only. */
#ifndef VIBRISSE_HERALD_INSIDE_H
#define VIBRISSE_HERALD_INSIDE_H

#include "consent.h"
#include "herald.h"
#include "herald_find.h"
#include "silence.h"

#include <jansson.h>

struct herald_subject {    /* a service, or the monitor */
    uint64_t place;        /* hash of where it was found */
    int64_t maintained_at; /* s; when it was last asked whether it is in maintenance */
    bool maintained;
    bool unsaved; /* the ledger does not have what the policy keeps of it */
};

struct herald {
    const struct config *config;
    struct ledger *ledger;
    struct pipeline *pipeline;
    struct pipeline_guest guest;
    struct policy *policy;
    struct outbox *outbox;
    struct consent *consent;
    struct alert *question;          /* to a contact, in the making */
    struct herald_subject *subjects; /* as collective.services, and the monitor */
    struct silences silences;
    bool silences_unsaved;
    struct vantage vantage;
    bool blind;
    bool has_looked; /* it was told how well we see */

    const struct delivery **unwritten; /* the outbox's */
    size_t unwritten_count, unwritten_capacity;
    char (*forgotten)[ALERT_ID_SIZE]; /* to be deleted */
    size_t forgotten_count, forgotten_capacity;
    int64_t urgent_since; /* ms; 0 = nothing has to be written before messages go */
    int64_t now;          /* ms; of the call */

    herald_carry_fn *carry; /* NULL = nobody carries */
    void *carrier;
    int64_t courier;   /* 0 = none yet */
    size_t under_way;  /* messages that it has */
    int64_t due;       /* ms; when the outbox is to be asked again */
    int64_t swept;     /* ms */
    int64_t rehearsed; /* min; when it was last looked for daily tests */
    int64_t asked;     /* ms; when the outbox was asked what is stuck, */
    int64_t unheard;   /* ms; and what it said */
};

static inline size_t herald_subjects(const struct herald *herald)
{
    return herald->config->collective.service_count + 1;
}

/* herald_keep.c: what the ledger has of all this. */
void herald_load(struct herald *herald);
/* Of one service, that was not there before. */
void herald_load_subject(struct herald *herald, size_t i);
int herald_write(void *owner, struct fault *fault);
void herald_written(void *owner, bool good);
/* What the policy and the outbox have changed waits for the commit from now on. */
void herald_collect(struct herald *herald);
void herald_sweep(struct herald *herald);
void herald_add_silences(const struct herald *herald, struct buffer *out); /* as JSON */

/* herald_consent.c: whether a target may be told at all; `owner` is the herald. */
bool herald_consents(void *owner, const struct alert_target *target);
/* Asks those contacts whose turn it is. */
void herald_ask(struct herald *herald);
/* The last look before it goes: a contact gets the question, or said yes. */
bool herald_may_send(const struct herald *herald, const struct delivery *delivery);
int herald_take_consent(struct herald *herald, const json_t *request, struct buffer *out,
                        struct fault *fault);

/* herald_daily.c: each day's test of a channel. */
void herald_rehearse(struct herald *herald);

/* The outbox has changed. */
static inline void herald_wake(struct herald *herald)
{
    herald->due = 0;
}

#endif
