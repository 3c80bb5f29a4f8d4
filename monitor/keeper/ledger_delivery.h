/* Messages on their way, in the ledger: what was told and has not arrived yet survives whatever ends us. Beside the
 * events, and never part of the public log. */
#ifndef VIBRISSE_LEDGER_DELIVERY_H
#define VIBRISSE_LEDGER_DELIVERY_H

#include "delivery.h"
#include "ledger.h"

/* The same id again replaces what is known of it. In the group that is open. */
int ledger_save_delivery(struct ledger *ledger, const struct delivery *delivery,
                         struct fault *fault);
int ledger_delete_delivery(struct ledger *ledger, const char *id, struct fault *fault);

/* All, in the order in which they were first saved; lent. One that cannot be read has the kind ALERT_KIND_COUNT or the
 * state DELIVERY_STATE_COUNT. */
typedef void ledger_delivery_fn(void *owner, const struct delivery *delivery);
int ledger_each_delivery(struct ledger *ledger, ledger_delivery_fn *each, void *owner,
                         struct fault *fault);

#endif
