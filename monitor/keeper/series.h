/* The measured record as RRD files that anyone can open with rrdtool, below DIR/series/HOSTER/SERVICE/:
 *
 *     avail.rrd                 up, down, maint of the service's verdict
 *     CHECK.FAMILY.avail.rrd    up, down of one check on one family, as our own vantage sees it
 *     CHECK.FAMILY.lat.rrd      dns, conn, tls, ttfb, total in ms (honest NaN)
 *     CHECK.cert.rrd            left: seconds to the end of the certificate
 *
 * Rows of each, and bytes (rows x sources x 8, and a header of 1 to 3 KB); averages, where nothing else is said:
 *
 *     standard                  1 min    5 min    hourly   daily              bytes
 *       avail.rrd               7 d      92 d     3 y      20 y           1,689,416
 *       CHECK.FAMILY.avail.rrd           10 d     400 d    20 y             318,272
 *       CHECK.FAMILY.lat.rrd    1 d      31 d     400 d    20 y, and MAX  1,388,264
 *       CHECK.cert.rrd                            MIN 90 d MIN 20 y          76,632
 *     compact                            5 min    hourly   daily              bytes
 *       avail.rrd (up, down)             10 d     400 d    20 y             318,272
 *       CHECK.FAMILY.avail.rrd                    200 d    20 y             195,104
 *       CHECK.FAMILY.lat.rrd             2 d      93 d     5 y, and MAX     105,248
 *         (ttfb, total)
 *       CHECK.cert.rrd                            MIN 31 d MIN 5 y           21,384
 *
 * A service of one check on two families has 5.2 MB or 0.94 MB, from its first day on and for ever.
 *
 * librrd is not crash-safe. Measurements first go to an append-only journal (DIR/series/journal), which is synced at
 * each tick; a file's turn to be updated comes once per flush period, spread over the files by hash. Before an update the file's header
 * image goes to the journal, so that a kill or a power cut at any moment is undone and replayed at the next start.
 * All of it is called by one thread (the recorder's); rrd.h is known in series_rrd.c only. */
#ifndef VIBRISSE_SERIES_H
#define VIBRISSE_SERIES_H

#include "clock.h"
#include "fault.h"
#include "result.h"
#include "span.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct series;

struct series_rules {
    bool compact;     /* profile: step 300 and shorter archives, instead of step 60 */
    int64_t flush_ms; /* each file is updated once in this time */
    int64_t slice_ms; /* a tick that took so long leaves the rest to the next; 0 = it does all */
};

/* Whose states: of a service's verdict "hoster/service", or of a line "hoster/service/check/family". */

/* The avail.rrd of a subject was lost, or could not be used and was set aside (kept as NAME.bad): the owner feeds it
 * again from the ledger, from the beginning, with series_state(); what was not yet in the file is then added again.
 * Called from within series_tick() and series_flush() only. */
typedef void series_lost_fn(void *owner, const char *subject, const char *why);

/* Opens the folder, finishes what a crash interrupted. */
int series_open(const char *folder, const struct series_rules *rules, series_lost_fn *lost,
                void *owner, struct series **ret, struct fault *fault);
void series_close(struct series *series); /* journals what is pending; NULL is fine */

/* Up to when the subject's states are told; 0 = nothing, or it was lost. Only transitions are journaled at once,
 * not how long the last state has lasted: after a start the owner feeds what the ledger knows beyond this. */
int64_t series_known(struct series *series, const char *subject);

/* What was told of the subject is not what the owner's record says: its avail.rrd is given up as if it had been found
 * damaged. */
void series_distrust(struct series *series, const char *subject, const char *why);

/* A settled stretch of the subject's states; in order; what lies before what the file knows is skipped, a gap is
 * unknown. Times before 1980 or more than an hour ahead are refused: one of the latter would block the file until then. */
void series_state(struct series *series, const char *subject, const struct span *span);
/* The same, of a stretch of a service that lies within announced maintenance: `maint` is 1 as long as the state is known. */
void series_maintenance(struct series *series, const char *service, const struct span *span);
/* One attempt of one line; what it did not reach is NaN. All attempts of one step are averaged. */
void series_latency(struct series *series, const char *service, const char *check,
                    enum family family, int64_t at, int64_t interval_ms,
                    const struct phases *phases);
void series_certificate(struct series *series, const char *service, const char *check, int64_t at,
                        int64_t not_after);

/* Writes and syncs the journal and updates the files whose turn it is. -1 (disk full, ...) loses nothing: all stays
 * pending and is tried at the next tick. Call every 20 s or so, when the ledger has all that was told here: after a crash
 * the ledger alone says how the record goes on. */
int series_tick(struct series *series, int64_t now, struct fault *fault);
/* The last tick left files to the next one, which should come soon. */
bool series_is_behind(const struct series *series);
/* The next tick updates every file of the service, together with whatever else is due: cheaper than series_flush() when
 * many services change at once. Of a line: its avail.rrd only. NULL = of all services. */
void series_hurry(struct series *series, const char *subject);
/* Updates every file of the service now (an outage should be seen with rrdtool at once); NULL = of all services. A
 * file that another process is reading is updated at a later tick; that is no error. */
int series_flush(struct series *series, const char *service, struct fault *fault);

#endif
