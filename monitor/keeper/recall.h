/* What the ledger said of a service's past, kept in memory: every page, feed and badge asks for the same, and a change of one
 * service must not cost a thousand questions to the disk. Answers are those of the ledger at any time, since it tells of each
 * write (ledger_watch()): of a service that changed, all is asked again. What could not be read is not kept. One thread. */
#ifndef VIBRISSE_RECALL_H
#define VIBRISSE_RECALL_H

#include "arena.h"
#include "fault.h"
#include "histogram.h"
#include "history.h"
#include "ledger.h"

#include <stddef.h>
#include <stdint.h>

struct recall;

struct recall *
recall_new(struct ledger *ledger);       /* borrows it, and is told of its writes until freed */
void recall_free(struct recall *recall); /* NULL is fine */

/* What is large and only a wave of files asks for goes, and is asked for again. */
void recall_rest(struct recall *recall);

/* As ledger_spans(). The array is the caller's, with room for one more. */
int recall_spans(struct recall *recall, const char *key, int64_t from, int64_t to,
                 struct arena *arena, struct span **ret, size_t *ret_count, struct fault *fault);
/* As ledger_record_begin(). */
int64_t recall_begin(struct recall *recall, const char *key);
/* The days in [from, to) that have answers, with their percentiles. */
int recall_days(struct recall *recall, const char *key, int64_t from, int64_t to,
                struct arena *arena, const struct latency_day **ret, size_t *ret_count,
                struct fault *fault);
struct latency_day recall_day_of(int64_t from, const struct histogram *histogram);
/* All answers of the days in [from, to) together. */
int recall_sum(struct recall *recall, const char *key, int64_t from, int64_t to,
               struct histogram *ret, struct fault *fault);
/* Those of each day in [from, to) that can be read, in order; `each` must not ask. */
int recall_answers(struct recall *recall, const char *key, int64_t from, int64_t to,
                   history_answers_fn *each, void *owner, struct fault *fault);
/* The unconfirmed failures of its lines that began in [from, to): the newest `most`, as far as they can be read. *ret_all: how
 * many there are. */
int recall_blips(struct recall *recall, const char *key, int64_t from, int64_t to, size_t most,
                 struct arena *arena, const struct line_blip **ret, size_t *ret_count,
                 int64_t *ret_all, struct fault *fault);

#endif
