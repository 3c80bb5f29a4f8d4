/* What the files of the outbox share. For them only. */
#ifndef VIBRISSE_OUTBOX_INSIDE_H
#define VIBRISSE_OUTBOX_INSIDE_H

#include "outbox.h"

struct mailbox { /* of one target */
    char target[ALERT_WORD_SIZE];
    struct delivery **list; /* in the order in which they were added */
    size_t count, capacity;
    struct delivery *flying; /* NULL = none */
    int failures;            /* in a row */
    int64_t due;             /* ms; the target is left alone until then */
};

struct outbox {
    struct mailbox **boxes; /* by target */
    size_t count, capacity;
    size_t turn;               /* whose turn it is */
    struct delivery **changed; /* not asked for yet */
    size_t changed_count, changed_capacity;
    struct alert *alert, *other; /* in the making */
};

void outbox_change(struct outbox *outbox, struct delivery *delivery);
void outbox_finish(struct outbox *outbox, struct delivery *delivery, enum delivery_state state,
                   const char *why);
/* A copy of it in the box; its text is taken over. */
struct delivery *outbox_put(struct mailbox *box, const struct delivery *delivery);
/* The delivery of an alert, as it is when it is new. */
void outbox_describe(const struct alert *alert, int64_t now, struct delivery *ret);
char *outbox_text(const struct alert *alert);

/* outbox_escalation.c: the ways that wait for another to fail. */
void outbox_spare(struct outbox *outbox, const struct delivery *accepted);
void outbox_hurry(struct outbox *outbox, const struct delivery *failed, int64_t now);
/* They wait for another from now on; NULL = they are not needed. */
void outbox_rebind(struct outbox *outbox, const char *id, const char *to);

/* outbox_merge.c */
bool outbox_is_end(enum alert_kind kind);
bool outbox_was_told(const struct mailbox *box, const char *thread);
/* What is over before it was told becomes one message with its end. */
void outbox_collapse(struct outbox *outbox, struct mailbox *box, const char *thread);
/* What waits for one target becomes a digest when there is more than OUTBOX_CROWD. */
void outbox_crowd(struct outbox *outbox, struct mailbox *box, int64_t now);

#endif
