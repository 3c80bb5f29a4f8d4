/* The unconfirmed failures of the service that was asked for last: its page in each language and its documents ask for the same
 * one after the other. Kept for one service and moment only; what could not be read is not kept. One owner, no locks. */
#ifndef VIBRISSE_BLIP_LIST_H
#define VIBRISSE_BLIP_LIST_H

#include "arena.h"
#include "fault.h"
#include "history.h"
#include "ledger.h"

#include <stddef.h>
#include <stdint.h>

struct blip_list;

struct blip_list *blip_list_new(struct ledger *ledger); /* borrows it */
void blip_list_free(struct blip_list *list);            /* NULL is fine */

/* The ledger was written to. */
void blip_list_forget(struct blip_list *list);

/* Of the newest `most` that began in [from, to) those that can be read, newest first; they live in the arena. *ret_all: how
 * many began in it. */
int blip_list_newest(struct blip_list *list, const char *service, int64_t from, int64_t to,
                     size_t most, struct arena *arena, const struct line_blip **ret,
                     size_t *ret_count, int64_t *ret_all, struct fault *fault);

#endif
