/* The one way through the house: result -> record (verdict) -> ledger -> series -> site. Everything here is called by the
 * recorder's thread. Nothing is lost on a failing disk: what could not be committed waits in memory and is tried
 * again at the next pipeline_commit(). */
#ifndef VIBRISSE_PIPELINE_H
#define VIBRISSE_PIPELINE_H

#include "config.h"
#include "fault.h"
#include "ledger.h"
#include "record.h"
#include "result.h"
#include "series.h"
#include "usage.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct pipeline;

/* Whoever has something to write down together with what the pipeline does. */
struct pipeline_guest {
    void *owner;
    int (*write)(void *owner, struct fault *fault); /* in the group of each commit */
    void (*written)(void *owner, bool good);        /* what became of it */
};

struct pipeline_counts { /* since start */
    int64_t results, stale, unknown_subject, bad_time, refused, events, commits, failed_commits;
};

/* So many events may wait for the ledger (50 MB), as if a thousand services changed a hundred times. Then nothing more is
 * taken, and no time told to pass, until they are written: the time is unknown then, and the ledger says why. So no
 * change that was found is ever dropped. */
enum { PIPELINE_WAITING_MAX = 100000 };

/* Borrows ledger and series (NULL = none are kept), and the configuration until pipeline_reload() is given another. Finds the records of an
 * earlier run again. Whoever records asks ledger_unanswered() then: to go on without them would change the past. */
struct pipeline *pipeline_new(const struct config *config, struct ledger *ledger,
                              struct series *series);
void pipeline_free(struct pipeline *pipeline);

/* One at a time; NULL ends it. Borrowed. */
void pipeline_accompany(struct pipeline *pipeline, const struct pipeline_guest *guest);

/* The new configuration is in force; state follows a service by its key, also of one that left and comes back. */
void pipeline_reload(struct pipeline *pipeline, const struct config *config);

/* `now` guards against times from the future; the result's own time is what counts. */
void pipeline_result(struct pipeline *pipeline, const struct result *result, struct wall now);
/* Something that happened to us: EVENT_BLIND, EVENT_CLOCK, EVENT_MONITOR, EVENT_SERIES, EVENT_VANTAGE, EVENT_MEMBER. */
void pipeline_event(struct pipeline *pipeline, enum event_kind kind, const char *subject,
                    int64_t before, int64_t at, const char *detail);
/* Lets silent lines fall silent as far as no result can still come; `now` in s. */
void pipeline_settle(struct pipeline *pipeline, int64_t now);
/* An avail.rrd was lost (see series_lost_fn): it is fed anew from the ledger. */
void pipeline_refeed(struct pipeline *pipeline, const char *subject);

/* Whether events, or services that left, wait to be committed: then pipeline_commit() should not be put off. */
bool pipeline_urgent(const struct pipeline *pipeline);
size_t pipeline_waiting(const struct pipeline *pipeline); /* how many */
enum keep {
    KEEP_CHANGES, /* events, and the state they changed */
    KEEP_TIMES,   /* also up to when all states held: what a crash after this cannot lose */
    KEEP_ALL,     /* also the day's latencies */
    KEEP_END /* also the records to the last bit: a run that begins here goes on as if none had ended */
};

/* Writes what waits, in one transaction. */
int pipeline_commit(struct pipeline *pipeline, enum keep keep, struct fault *fault);

/* Index into collective.services of the next service whose verdict or line changed since last asked; -1 = none. */
int64_t pipeline_next_changed(struct pipeline *pipeline);

const struct record *pipeline_record(const struct pipeline *pipeline, const char *service_key);
/* What operators have said; the pipeline's. */
struct almanac;
struct almanac *pipeline_almanac(const struct pipeline *pipeline);
/* What the ledger said of the past of services; the pipeline's. */
struct recall;
struct recall *pipeline_recall(const struct pipeline *pipeline);
const struct pipeline_counts *pipeline_counts(const struct pipeline *pipeline);
int64_t pipeline_measured(const struct pipeline *pipeline); /* s; newest result of all; 0 = none */
/* The latencies of the newest day (*ret_day, s), which the ledger may not know in full yet. False: none. */
struct histogram;
bool pipeline_latency_today(const struct pipeline *pipeline, const char *service_key,
                            int64_t *ret_day, struct histogram *ret);

/* How much the service was used when it last told, which the ledger may not know yet; NULL = it never did. */
const struct usage *pipeline_usage(const struct pipeline *pipeline, const char *service_key);

/* Every check has a result and no line waits for confirmation. */
bool pipeline_is_complete(const struct pipeline *pipeline);

#endif
