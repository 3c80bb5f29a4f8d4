/* The past of services as a history tells it: the record of one, and figures over several. Sums of whole seconds;
 * a service counts from the first second of its record. Pure. */
#ifndef VIBRISSE_PAST_H
#define VIBRISSE_PAST_H

#include "arena.h"
#include "history.h"
#include "look.h"
#include "outage.h"
#include "page.h"
#include "strip.h"

#include <stddef.h>
#include <stdint.h>

enum { PAST_AHEAD_S = 30 * 86400 };

struct past {
    const struct service *service;
    struct service_belief belief;
    enum look look; /* where it is maintenance, belief.since tells since when that is */
    const struct occurrence *occurrences; /* maintenance from now on, up to thirty days ahead */
    size_t occurrence_count;
    const struct occurrence *held; /* maintenance of the record that began by now, by its begin */
    size_t held_count;
    const struct stretch *maintained; /* of the record, by maintenance that was announced in time;
                                         in order, not overlapping */
    size_t maintained_count;
    int64_t begin; /* of the record; 0 = there is none yet */
    int64_t until; /* what comes later is not settled yet */
    const struct span *spans;
    size_t span_count;
    const struct outage *outages;
    size_t outage_count;
};

/* The record since `from`: from what the page's store keeps, if it has one (see past_store.h), else gathered. */
struct past past_of(const struct page *page, const struct service *service, int64_t from,
                    struct arena *arena);
/* How it is now and what maintenance is ahead: nothing of the record. */
struct past past_present(const struct page *page, const struct service *service,
                         struct arena *arena);
/* Asks the history. */
struct past past_gather(const struct page *page, const struct service *service, int64_t from,
                        struct arena *arena);
/* What past_gather() would tell of a later time on, from what it told at the same moment. Borrows from `whole`. */
struct past past_later(const struct page *page, const struct past *whole, int64_t from,
                       struct arena *arena);

/* Up to when such a record is settled. It settles some time after the measurements: what lies between its end and now
 * is not missing but not decided yet. A record that ended long ago is missing since then. */
int64_t past_settled_until(const struct page *page, const struct span *spans, size_t count);

struct figures {
    struct tally tally;
    int64_t
        from; /* the first second that counts: `from`, or the first begin if that is later; 0 = nothing */
    size_t services; /* that have a record */
    size_t outages;
    int64_t longest_s; /* of the outages, within the period */
};

struct figures past_figures(const struct past *pasts, size_t count, int64_t from);
/* The median of the outages, within the same period; 0 = there are none. */
int64_t past_median_s(const struct past *pasts, size_t count, int64_t from, struct arena *arena);

/* Maintenance under way that was announced in time: what was announced late excuses nothing. NULL = there is none. */
const struct occurrence *past_maintenance_now(const struct past *past, int64_t now);

/* Looks of the days, over all the services together. */
void past_days(const struct past *pasts, size_t count, const struct strip_range *range,
               enum strip_day ret[STRIP_DAYS]);

/* Sums of one service over each day of the range. */
void past_by_day(const struct past *past, const struct strip_range *range,
                 struct tally ret[STRIP_DAYS]);
/* Seconds of the record in [from, to) for which maintenance was announced in time, whatever was measured. */
int64_t past_maintained_s(const struct past *past, int64_t from, int64_t to);

#endif
