/* What operators have said, out of the ledger and ready to be asked: announced maintenance with its occurrences worked
 * out, and the annotations of outages. It is read once, and again after almanac_forget(). One thread. */
#ifndef VIBRISSE_ALMANAC_H
#define VIBRISSE_ALMANAC_H

#include "annotation.h"
#include "arena.h"
#include "fault.h"
#include "ledger.h"
#include "maintenance.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct almanac;

struct almanac *almanac_new(struct ledger *ledger); /* borrows it */
void almanac_free(struct almanac *almanac);         /* NULL is fine */

/* Something was said: what the ledger knows is read again when it is asked for next. What the functions below handed out
 * before is void then. */
void almanac_forget(struct almanac *almanac);

/* What was announced, cancelled or not, in order; NULL for a seq that announces nothing. */
size_t almanac_announced(struct almanac *almanac, const struct maintenance **ret);
const struct maintenance *almanac_find(struct almanac *almanac, int64_t seq);
size_t almanac_annotations(struct almanac *almanac, const struct annotation **ret);

/* The occurrences that touch [from, to), as they stood at `as_of` (all s), by their begin. `service_key` NULL = of
 * everything. The array is the arena's. */
size_t almanac_occurrences(struct almanac *almanac, const char *service_key, int64_t from,
                           int64_t to, int64_t as_of, struct arena *arena,
                           const struct occurrence **ret);

/* Those that touch [from, to) and were called off before they began, as known at `as_of`. */
size_t almanac_cancelled(struct almanac *almanac, const char *service_key, int64_t from, int64_t to,
                         int64_t as_of, struct arena *arena, const struct occurrence **ret);

/* The stretches within [from, to) that count as announced maintenance of the service, see maintenance_counted(). */
size_t almanac_counted(struct almanac *almanac, const char *service_key, int64_t from, int64_t to,
                       struct arena *arena, const struct stretch **ret);

/* Whether an occurrence that concerns the service begins or ends in (after, until]. */
bool almanac_turns(struct almanac *almanac, const char *service_key, int64_t after, int64_t until);

#endif
