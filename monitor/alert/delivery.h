/* One message on its way to one target. */
#ifndef VIBRISSE_DELIVERY_H
#define VIBRISSE_DELIVERY_H

#include "alert.h"

enum delivery_state {
    DELIVERY_PENDING, /* waits for its time, or for its target */
    DELIVERY_FLYING,  /* the courier has it; after a crash it is tried again under the same id */
    DELIVERY_DONE,    /* the receiver took it */
    DELIVERY_REFUSED, /* the receiver does not want it, now or ever */
    DELIVERY_EXPIRED, /* it was tried for OUTBOX_LIFE_S */
    DELIVERY_MERGED,  /* another message tells it */
    DELIVERY_DROPPED, /* nobody needs it any more; why is said */
    DELIVERY_STATE_COUNT
};
extern const char *const delivery_state_words[]; /* "pending"; as the enum, ended by NULL */

enum { DELIVERY_WHY_SIZE = 256 };

struct delivery {
    char id[ALERT_ID_SIZE];
    char thread[ALERT_WORD_SIZE];
    char target[ALERT_WORD_SIZE];
    enum alert_kind kind;
    bool opens;
    size_t total; /* see struct alert */
    enum delivery_state state;
    int64_t created;             /* ms */
    int64_t due;                 /* ms; not sooner */
    int tries;                   /* that failed */
    char unless[ALERT_ID_SIZE];  /* not if this one is accepted; "" = in any case */
    int accept;                  /* enum alerting_accept */
    char why[DELIVERY_WHY_SIZE]; /* of the last failure, or of its end; cleaned */
    char *text;                  /* the alert as JSON; NULL once it is over */
    bool changed;
};

static inline bool delivery_is_over(const struct delivery *delivery)
{
    return delivery->state > DELIVERY_FLYING;
}

/* Its target heard of it, or is hearing right now. */
static inline bool delivery_is_told(const struct delivery *delivery)
{
    return delivery->state == DELIVERY_DONE || delivery->state == DELIVERY_FLYING;
}

#endif
