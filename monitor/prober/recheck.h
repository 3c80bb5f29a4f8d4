/* When one line (a check on one family) is to be looked at again out of turn. A first failing result while it was good, a
 * first good one while it was failing, and a first failing one ever are looked into at offsets from the start of that
 * result, until three failing or two good ones in a row tell, or the offsets are used up. What they tell is the keeper's
 * to judge: this only makes sure that it soon can. A result that is unknown neither begins nor ends a series; it
 * interrupts the row, as it does in the counting rules. Pure: time comes with the results. */
#ifndef VIBRISSE_RECHECK_H
#define VIBRISSE_RECHECK_H

#include "clock.h"
#include "outcome.h"

#include <stdbool.h>
#include <stdint.h>

enum { RECHECK_FAILS = 3, RECHECK_GOODS = 2 }; /* counting rules 2 and 3 */

/* All zero = nothing known yet. */
struct recheck {
    enum outcome held; /* what is confirmed: unknown, up or down */
    enum outcome row;  /* what the results in a row found: up or down */
    int in_row;
    bool wanted;       /* a series is open */
    struct mono began; /* the start of the result that opened it */
    int used;          /* offsets that rechecks were begun for */
};

/* `attempt` as in struct result: only one on schedule (1) opens a series, in place of an older one. `started` is when it
 * began. */
void recheck_feed(struct recheck *recheck, enum outcome outcome, int attempt, struct mono started);

/* Whether another attempt is wanted, and when; a time that is past means at once. `offsets_ms` ends by 0; may be NULL. */
bool recheck_wanted(const struct recheck *recheck, const int64_t *offsets_ms, struct mono *ret_due);

/* Whether one more failing result makes the line count as down. */
bool recheck_confirms(const struct recheck *recheck);

/* The number of the wanted attempt, 2 for the first recheck; it counts as used from now on. */
int recheck_begin(struct recheck *recheck);

#endif
