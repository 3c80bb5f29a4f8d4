/* The keeper's side of errand.h: what the courier is told, and what it says, for those who keep messages in the ledger. */
#ifndef VIBRISSE_ERRANDS_H
#define VIBRISSE_ERRANDS_H

#include "buffer.h"
#include "config.h"
#include "fault.h"
#include "outbox.h"

#include <stdbool.h>
#include <stddef.h>

/* What came of a message. */
struct errand_answer {
    char id[ALERT_ID_SIZE];
    enum outbox_end end;
    int64_t after_s;             /* OUTBOX_LATER: not sooner; 0 = as one thinks fit */
    char why[DELIVERY_WHY_SIZE]; /* cleaned */
};

/* The message with its target and that target's secrets, a line. `leave`: where its reader says that it wants no more, "" =
 * nowhere. -1 and a sentence: it cannot go; *ret_end is then what
 * comes of it. */
int errands_carry(const struct config *config, const struct delivery *delivery, const char *leave,
                  struct buffer *out, enum outbox_end *ret_end, struct fault *fault);
struct receipt;
void errands_answer(const struct receipt *receipt, struct errand_answer *ret);

#endif
