/* The record of one service: results of its lines in, settled stretches of its verdict out. Lines settle at their own
 * pace; the service is settled as far as the slowest of them. Pure: time comes with the results and with
 * record_settle(). One owner, no locks.
 *
 * In replay, where results come ordered by time, the record does not depend on how they are cut into runs: what a run
 * leaves unsettled is kept (record_save) and found again (record_load). */
#ifndef VIBRISSE_RECORD_H
#define VIBRISSE_RECORD_H

#include "belief.h"
#include "buffer.h"
#include "collective.h"
#include "flapping.h"
#include "line.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct record_line {
    char check[RESULT_ID_SIZE];
    char vantage[RESULT_ID_SIZE];
    enum family family;
    struct line line;
    struct result last; /* the newest result */
    struct span *queue; /* settled for the line, not yet for the service */
    size_t queued, capacity;
    enum outcome handed; /* the state last handed out as a stretch of this line */
    bool begun;          /* a stretch was handed out */
    int64_t
        reached; /* s; up to when they were. After a crash line.settled begins again at the service's frontier */
    struct flapping flapping;
    int64_t blipped; /* s; when its last blip began; 0 = none yet */
};

struct record {
    const struct service *service; /* borrowed from the configuration in force */
    struct record_line *lines;     /* ordered by check, family, vantage */
    size_t line_count, line_capacity;
    int64_t frontier;   /* s; the verdict is settled before; 0 = nothing yet */
    int64_t since;      /* s; begin of the stretch in force */
    enum outcome state; /* of the stretch in force */
    enum reason reason;
    char detail[RESULT_DETAIL_SIZE];
    bool begun;
    uint64_t changes; /* handed out since it was loaded: after two it may be again what it was */
};

/* Who is told. `line` NULL: a stretch of the service's verdict; else one of that line, or in its place a `blip` of it.
 * `from` is the state before; when it is the stretch's own, the stretch continues the one before, except for the first
 * (`begins`). */
struct record_news {
    const struct record *record;
    const struct record_line *line;
    const struct span *span;
    enum outcome from;
    bool begins;
    const struct blip *blip; /* NULL = a stretch; else `span` is NULL */
};

typedef void record_fn(void *owner, const struct record_news *news);

static inline bool record_news_is_change(const struct record_news *news)
{
    return news->begins || news->from != news->span->state;
}

enum { RECORD_LINE_NAME_SIZE = RESULT_SERVICE_SIZE + 2 * RESULT_ID_SIZE + 8 };
/* "hoster/service/check/family/vantage": the line's name in the ledger. */
void record_line_name(const struct record *record, const struct record_line *line,
                      char name[RECORD_LINE_NAME_SIZE]);

void record_init(struct record *record, const struct service *service);
void record_fini(struct record *record);
/* Over whatever is in `*ret`; to be ended by record_fini(). */
void record_copy(struct record *ret, const struct record *record);

/* After a reload: the same service, newly configured. Lines of checks that are gone end, unknown from then on,
 * and are dropped. */
void record_rebase(struct record *record, const struct service *service, record_fn *emit,
                   void *owner);

/* LINE_STALE also when the service has no such check. */
enum line_verdict record_feed(struct record *record, const struct result *result, record_fn *emit,
                              void *owner);

/* Lines that say nothing more speak on, then fall silent, as far as `until` (s): no result begun before that can
 * still come. */
void record_settle(struct record *record, int64_t until, record_fn *emit, void *owner);

/* Nothing more is known: hands out what is left up to `until` (s), see line_finish(). For sums, on a copy. */
void record_finish(struct record *record, int64_t until, record_fn *emit, void *owner);

/* Whether its last results went to and fro; one that is not heard any more is not. */
bool record_line_is_unstable(const struct record_line *line, int64_t now);

/* The belief at `now` (s), the unconfirmed counting as before. */
struct service_belief record_belief(const struct record *record, int64_t now);

/* All that must survive a restart, as JSON; and back, in place of what the record was. -1: not readable, it stays as it was. */
void record_save(const struct record *record, struct buffer *out);
int record_load(struct record *record, const char *text);

/* Most of the time nothing changes but the times of the newest results, and how far each line has come. They are kept apart, in a few bytes: as long as
 * record_shape() is what it was at record_save(), record_load() and then record_load_times() give the record back. */
uint64_t record_shape(const struct record *record);
void record_save_times(const struct record *record,
                       struct buffer *out); /* "frontier newest+ahead newest..." in seconds */
void record_load_times(struct record *record, const char *text);

#endif
