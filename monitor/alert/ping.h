/* A sign of life to one receiver outside, as healthchecks and its kin take it. Pure.
 *
 * Source: https://healthchecks.io/docs/http_api/ */
#ifndef VIBRISSE_PING_H
#define VIBRISSE_PING_H

#include "arena.h"
#include "arrival.h"
#include "dispatch.h"

enum ping_signal { PING_SUCCESS, PING_START, PING_FAIL, PING_SIGNAL_COUNT };
extern const char *const ping_signal_words[]; /* "success"; as the enum, ended by NULL */

struct ping {
    const char *id;  /* printable; comes back with the receipt */
    const char *url; /* of the receiver; whoever knows it can write there */
    enum ping_signal signal;
    const char *words; /* what it may show beside the signal */
};

void ping_compose(const struct ping *ping, struct arena *arena, struct dispatch *ret);
/* Receivers answer 200 to a check that they do not know, too. */
void ping_judge(const struct channel_answer *answer, struct channel_verdict *ret);

#endif
