/* What has been told and has not arrived yet. At least once: what was added is delivered, or is over for a reason that
 * is written down; every attempt carries the same id, so that receivers can drop repeats. A target that fails delays
 * nobody else. One message at a time goes to a target, those of a thread in their order. Pure: the time is passed in, in
 * ms; chance comes from the ids. The caller stores what changes in the same transaction as the state that it tells of. */
#ifndef VIBRISSE_OUTBOX_H
#define VIBRISSE_OUTBOX_H

#include "delivery.h"
#include "policy.h"

struct outbox;

enum {
    OUTBOX_LIFE_S = 72 * 3600,
    OUTBOX_PUT_OFF_MOST_S = 3600, /* longer no receiver may put us off */
    OUTBOX_CROWD = 10,            /* more than so many for one target become a digest */
    OUTBOX_FAILURES = 3,          /* in a row: then the target is tried rarely */
    OUTBOX_MEMORY_S = 30 * 86400  /* what is over is forgotten */
};

struct outbox *outbox_new(void);
void outbox_free(struct outbox *outbox); /* NULL is fine */

/* Adds what the policy told. Adding one that is there changes nothing, unless it never arrived. What is over before it was told becomes one
 * message with its end; a newer reminder replaces an older one. */
void outbox_add(struct outbox *outbox, const struct policy_message *message, int64_t now);
/* One that was stored: *delivery is copied, and its text. */
void outbox_restore(struct outbox *outbox, const struct delivery *delivery);

/* The next message to hand over, which is flying from now on; NULL = none at the moment. Lent. */
const struct delivery *outbox_next(struct outbox *outbox, int64_t now);

enum outbox_end { OUTBOX_DELIVERED, OUTBOX_REFUSED, OUTBOX_LATER };
/* What became of it; `after_s`: not sooner (OUTBOX_LATER), 0 = as we think fit. Unknown ids are passed over. */
void outbox_answer(struct outbox *outbox, const char *id, enum outbox_end end, int64_t after_s,
                   const char *why, int64_t now);
/* The courier died: what it had is tried again. */
void outbox_recall(struct outbox *outbox, int64_t now);
/* The target wants nothing any more: what has not gone yet stays here. */
void outbox_drop(struct outbox *outbox, const char *target, const char *why);
/* Somebody takes care: see policy_acknowledge(). */
void outbox_acknowledge(struct outbox *outbox, const char *thread);

/* ms; when outbox_next() should be called again, at the latest; INT64_MAX = when something changes. */
int64_t outbox_due(const struct outbox *outbox);
/* ms; since when the oldest message waits that should have gone and of whose thread nobody has heard; 0 = none does. */
int64_t outbox_stuck_since(const struct outbox *outbox, int64_t now);

/* The next one that changed since last asked; NULL = none. One without text is over. */
const struct delivery *outbox_next_changed(struct outbox *outbox);
typedef void outbox_fn(void *owner, const struct delivery *delivery);
void outbox_each(const struct outbox *outbox, outbox_fn *each, void *owner);
/* Forgets what has been over for OUTBOX_MEMORY_S, and tells each before. */
void outbox_sweep(struct outbox *outbox, int64_t now, outbox_fn *gone, void *owner);

#endif
