/* Alerts on their way from the recorder's thread to the courier, and what it says of them on the way back. Each start of
 * the courier has a number, and what was meant for another number is dropped: whoever sent it hears of the new number and
 * sends it again. On the loop's thread, but for mailbag_post(). */
#ifndef VIBRISSE_MAILBAG_H
#define VIBRISSE_MAILBAG_H

#include "clock.h"
#include "inbox.h"
#include "postroom.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uv.h>

struct mailbag { /* embedded by the owner, zeroed */
    struct postroom *post;
    struct inbox *inbox; /* NULL until mailbag_serve() */
    uv_async_t posted;
    uv_mutex_t lock; /* of what was posted: */
    struct parcel *first, **last;
    int64_t number;            /* of the courier; 0 = none was started */
    size_t under_way;          /* lines that it owes an answer */
    struct mono heard;         /* from it, or since when it owes */
    void (*idle)(void *owner); /* after mailbag_stop() */
    void *owner;
    struct mono patience; /* then */
    bool stopping;
};

/* Borrows `post`. */
void mailbag_open(struct mailbag *mailbag, uv_loop_t *loop, struct postroom *post);
/* Where receipts go from now on. */
void mailbag_serve(struct mailbag *mailbag, struct inbox *inbox);

/* A herald_carry_fn, for any thread. */
void mailbag_post(void *mailbag, int64_t number, char *line, size_t length);

/* Ears of the postroom; the receipts that are of alerts. */
void mailbag_started(struct mailbag *mailbag);
void mailbag_receipt(struct mailbag *mailbag, const struct receipt *receipt);

void mailbag_watch(struct mailbag *mailbag); /* each second */

/* For good. What is under way has some seconds to be answered: idle() is called then, perhaps at once. */
void mailbag_stop(struct mailbag *mailbag, void (*idle)(void *owner), void *owner);
void mailbag_close(struct mailbag *mailbag); /* its handle */
void mailbag_fini(struct mailbag *mailbag);  /* when the loop is done */

#endif
