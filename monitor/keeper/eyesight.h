/* How well we saw, out of the events that tell of it (see ledger_sights()). Pure. */
#ifndef VIBRISSE_EYESIGHT_H
#define VIBRISSE_EYESIGHT_H

#include "arena.h"
#include "history.h"
#include "ledger.h"

#include <stddef.h>
#include <stdint.h>

/* An event is looked for so much earlier than it matters: who has seen badly for longer is not known to. */
enum { EYESIGHT_BEFORE_S = 30 * 86400 };

/* The stretches that touch [from, to), by their begin. `events` by the time at which they happened; what has not ended
 * among them goes on until `now`. Whoever starts anew tells again what they do not see. */
size_t eyesight_stretches(const struct event *events, size_t count, int64_t from, int64_t to,
                          int64_t now, struct arena *arena, const struct sight **ret);

#endif
