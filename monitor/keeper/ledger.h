/* The ledger: the truth, in one SQLite file (WAL, synchronous=FULL). One connection, used by one thread (the
 * recorder's). Events are append-only and numbered; a correction is a new event. What belongs together goes between
 * ledger_begin() and ledger_commit(): when commit returns 0 it is on disk.
 *
 * An error (disk full, I/O) is -1 with a sentence; the group is then rolled back, and the caller keeps its data and
 * tries again later. Times are whole seconds of Unix time unless they say ms. */
#ifndef VIBRISSE_LEDGER_H
#define VIBRISSE_LEDGER_H

#include "arena.h"
#include "buffer.h"
#include "clock.h"
#include "fault.h"
#include "result.h"
#include "span.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ledger;

enum event_kind {
    EVENT_STATE, /* a subject changed its state */
    EVENT_BLIND, /* we measured nothing from `before` to `at`: reason in detail ("prober ended") */
    EVENT_CERTIFICATE, /* another certificate was seen: what changed in `facts` */
    EVENT_CLOCK,       /* the wall clock jumped; by how much in detail */
    EVENT_MONITOR,     /* start, stop, reload of the monitor */
    EVENT_SERIES,      /* an RRD file was made anew from the ledger */
    EVENT_MAINTENANCE, /* an operator announced maintenance, beginning `at`, or cancelled it: in `facts` */
    EVENT_ANNOTATION, /* somebody says something of the outage that began `at`: in `facts` */
    EVENT_VANTAGE,    /* we see less, or well again: what and why in detail */
    EVENT_MEMBER, /* a hoster or a service joined, left, or is elsewhere now: in detail; subject "hoster" or "hoster/service" */
    EVENT_REPORT, /* a yearly report is final, corrected, or commented by the hoster that is the subject: in `facts` */
    EVENT_BLIP,   /* a failure of a line that began `at` was not confirmed: in `facts` */
    EVENT_KIND_COUNT
};

struct event {
    int64_t seq;         /* given by the ledger, from 1, without holes */
    int64_t recorded_ms; /* when it was written */
    enum event_kind kind;
    char subject
        [2 *
         RESULT_SERVICE_SIZE]; /* "hoster/service", "hoster/service/check/family/vantage", or ""; of a
                                * certificate "hoster/service/check", and with "/family" where the families differ; of
                                * maintenance "hoster/service", "hoster", or "" = all */
    int64_t at;                /* when it happened */
    int64_t before;            /* the bracket's other end, see struct span; 0 = none */
    enum outcome from, to;     /* EVENT_STATE */
    enum reason reason;        /* EVENT_STATE */
    char detail[RESULT_DETAIL_SIZE];
    /* EVENT_CERTIFICATE, EVENT_MAINTENANCE, EVENT_ANNOTATION, EVENT_REPORT, EVENT_BLIP: one JSON object in place of `detail`,
     * see certificate_change.h, maintenance.h, annotation.h, edition.h, blip.h. A cancellation or a correction is a new event;
     * the key "of" of its facts names the `seq` that it is about. NULL = none, as in events of early versions. Whoever makes
     * the event owns it; read from the ledger, it lives in the arena. */
    char *facts;
};

/* Opens or makes DIR/ledger.sqlite. Refuses a schema of a newer vibrisse, the file of another program, and a folder
 * in which another vibrisse records. */
int ledger_open(const char *folder, struct ledger **ret, struct fault *fault);
int ledger_schema(void); /* the newest that this vibrisse knows, and what it writes */

/* Tells of each write as soon as it is done, perhaps before its group is committed: for whoever keeps in memory what the
 * ledger said. One at a time; NULL ends it. */
enum ledger_write {
    LEDGER_STATE,       /* an EVENT_STATE of the subject */
    LEDGER_BLIP,        /* an EVENT_BLIP of the subject, a line */
    LEDGER_FRONTIER,    /* of the subject: `number` */
    LEDGER_LATENCY,     /* a day of the subject: `number` */
    LEDGER_ROLLED_BACK, /* what was told of a group may be void; no subject */
};
typedef void ledger_watch_fn(void *owner, enum ledger_write write, const char *subject,
                             int64_t number);
void ledger_watch(struct ledger *ledger, ledger_watch_fn *watch, void *owner);

/* For tools: beside a running vibrisse, without a right to write. */
int ledger_open_to_read(const char *folder, struct ledger **ret, struct fault *fault);
void ledger_close(struct ledger *ledger); /* rolls an open group back; NULL is fine */

/* Writes a consistent copy to the file `path`, which must not exist, also while another process records. */
int ledger_copy(struct ledger *ledger, const char *path, struct fault *fault);

/* Many questions: until it is let go they see one state of the ledger under one lock, instead of a lock each. Nothing is written
 * meanwhile. Neither fails: at worst each question has its own lock. What asks for the whole record (LEDGER_HOLD_ALL) keeps
 * each page of the file that it read, up to 64 MiB, which are given back in the end. */
enum ledger_hold { LEDGER_HOLD_SOME, LEDGER_HOLD_ALL };
void ledger_hold(struct ledger *ledger, enum ledger_hold hold);
void ledger_let_go(struct ledger *ledger);

/* Groups do not nest. A write outside of one is a group of its own. Once a write in a group has failed, the group is
 * rolled back at once, and what follows in it, the commit included, fails with the same sentence. */
int ledger_begin(struct ledger *ledger, struct fault *fault);
int ledger_commit(struct ledger *ledger, struct fault *fault);
void ledger_rollback(struct ledger *ledger);

/* Appends; sets event->seq, which is void when the group is rolled back. A digest of event_canonical() is stored with it. */
int ledger_append(struct ledger *ledger, struct event *event, struct fault *fault);

/* Up to when a subject's last state is known to have held. */
int ledger_set_frontier(struct ledger *ledger, const char *subject, int64_t until,
                        struct fault *fault);
int64_t ledger_frontier(struct ledger *ledger, const char *subject); /* 0 = no record */
int ledger_get_frontier(struct ledger *ledger, const char *subject, int64_t *ret,
                        struct fault *fault);
/* -1 when the disk kept an answer from us since the ledger was opened, or ledger_ask_anew(): then an answer of nothing
 * was none. */
int ledger_unanswered(const struct ledger *ledger, struct fault *fault);
void ledger_ask_anew(struct ledger *ledger);

/* The recorded stretches of a subject that touch [from, to), in order, up to its frontier. They are whole: the first
 * may begin before `from`, the last end after `to`. Of several events of one second the last one counts. */
int ledger_spans(struct ledger *ledger, const char *subject, int64_t from, int64_t to,
                 struct arena *arena, const struct span **ret, size_t *ret_count,
                 struct fault *fault);
/* The same of a subject whose frontier is not kept here: a line's is in its record (record_line.reached). The first has
 * all from `from` on. */
int ledger_spans_until(struct ledger *ledger, const char *subject, int64_t frontier, int64_t from,
                       struct arena *arena, const struct span **ret, size_t *ret_count,
                       struct fault *fault);
int ledger_spans_within(struct ledger *ledger, const char *subject, int64_t frontier, int64_t from,
                        int64_t to, struct arena *arena, const struct span **ret, size_t *ret_count,
                        struct fault *fault);
int64_t ledger_record_begin(struct ledger *ledger,
                            const char *subject); /* its first EVENT_STATE; 0 = none */

/* What the pipeline must find again after a crash: one opaque text per key. NULL deletes. */
int ledger_keep(struct ledger *ledger, const char *key, const char *text, struct fault *fault);
/* Lives in the arena; NULL = nothing kept. */
const char *ledger_kept(struct ledger *ledger, const char *key, struct arena *arena);

/* Packed latency histograms by subject and day (begin of the civil day, s); saving replaces. */
int ledger_save_latency(struct ledger *ledger, const char *subject, int64_t day, const void *bytes,
                        size_t length, struct fault *fault);
typedef void ledger_latency_fn(void *owner, int64_t day, const void *bytes, size_t length);
int ledger_each_latency(struct ledger *ledger, const char *subject, int64_t from, int64_t to,
                        ledger_latency_fn *each, void *owner, struct fault *fault);

/* Events with seq > after, oldest first, at most `most`. */
int ledger_events(struct ledger *ledger, int64_t after, size_t most, struct arena *arena,
                  const struct event **ret, size_t *ret_count, struct fault *fault);

/* The newest certificates of an endpoint, newest first, at most `most`. */
int ledger_certificates(struct ledger *ledger, const char *subject, size_t most,
                        struct arena *arena, const struct event **ret, size_t *ret_count,
                        struct fault *fault);

/* What operators said: every EVENT_MAINTENANCE and EVENT_ANNOTATION, oldest first. */
int ledger_said(struct ledger *ledger, struct arena *arena, const struct event **ret,
                size_t *ret_count, struct fault *fault);

/* What was said of yearly reports: every EVENT_REPORT, oldest first. */
int ledger_reports(struct ledger *ledger, struct arena *arena, const struct event **ret,
                   size_t *ret_count, struct fault *fault);

/* How we saw ourselves: every EVENT_VANTAGE, EVENT_BLIND and EVENT_MONITOR that happened in [from, to], by `at`. */
int ledger_sights(struct ledger *ledger, int64_t from, int64_t to, struct arena *arena,
                  const struct event **ret, size_t *ret_count, struct fault *fault);

/* Who came, went or moved in [from, to): every EVENT_MEMBER of it, by `at`. */
int ledger_members(struct ledger *ledger, int64_t from, int64_t to, struct arena *arena,
                   const struct event **ret, size_t *ret_count, struct fault *fault);

/* Every EVENT_BLIP of the lines of a service that began in [from, to), newest first, at most `most`. */
int ledger_blips(struct ledger *ledger, const char *service, int64_t from, int64_t to, size_t most,
                 struct arena *arena, const struct event **ret, size_t *ret_count,
                 struct fault *fault);
/* How many there are. */
int ledger_count_blips(struct ledger *ledger, const char *service, int64_t from, int64_t to,
                       int64_t *ret, struct fault *fault);

/* Looks at the file and at every event: whether the database is sound, the numbers have no hole, each event is
 * what its digest says, each state follows from the one before, and each blip was where nothing was down, once. Tells what
 * is not. -1 and a sentence when that cannot be found out. */
typedef void ledger_check_fn(void *owner, const char *what);
int ledger_check(struct ledger *ledger, ledger_check_fn *tell, void *owner, struct fault *fault);

const char *event_kind_name(enum event_kind kind);
bool event_kind_parse(const char *name, enum event_kind *ret);

enum {
    EVENT_CANONICAL_MAX = 16 * 1024
}; /* bytes; a leaf of a C2SP tlog-tiles log may have 65,535 */

/* Appends the event as one JSON object: fixed key order, integers, UTF-8, no spaces, no line end. The same event
 * gives the same bytes on every machine: they will be the leaves of a public log. `detail` is a text, or the object of
 * the event's facts. */
void event_canonical(const struct event *event, struct buffer *out);

#endif
