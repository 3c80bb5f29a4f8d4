/* Incidents: interruptions at least as long as `incident-after`. Each has an address of its own,
 *
 *     fr/incidents/HOSTER/SERVICE/20260320T094640Z/
 *
 * made of the service and of the second in which it began, in UTC. Both are known from the first moment and are never
 * corrected afterwards, whatever is learnt of its end, its reason or by its hoster; ids do not change when names do.
 * Ids cannot hold a slash, so that no two incidents share an address; and no zone of a collective, which may be
 * changed, has a say in it, as it would by the month. An interruption that is too short has no page and is told by its
 * service's; if it becomes long enough it gets the address that it would always have had.
 *
 * Months have addresses beside them, fr/incidents/2026-03/: a hoster may be called so, but then has no page there
 * itself. Pure. */
#ifndef VIBRISSE_INCIDENT_H
#define VIBRISSE_INCIDENT_H

#include "arena.h"
#include "outage.h"
#include "page.h"

#include <stdbool.h>
#include <stdint.h>

#define INCIDENT_ROOT "incidents/"

bool incident_is(const struct page *page, const struct outage *outage);

/* Below the language; in the arena. */
const char *incident_path(const char *service_key, int64_t begin, struct arena *arena);
/* Of what the month's page is continued on by its part 2, 3, ... */
const char *incident_month_path(int64_t month, size_t part, struct arena *arena);
/* Where the interruption is told, below the language: on its own page or on its service's. */
const char *incident_place(const struct page *page, const char *service_key,
                           const struct outage *outage, struct arena *arena);

/* Whether this is the last part of such a path. */
bool incident_is_stamp(const char *name);

/* The interruption of the service that began just then, whole. False when the record has none. */
bool incident_find(const struct page *page, const char *service_key, int64_t begin,
                   struct arena *arena, struct outage *ret);

/* First second of the civil month that holds `time`, and of one so many months later or earlier. */
int64_t incident_month(int64_t time, int months);

#endif
