/* Where pages get their numbers: a few functions that the keeper passes in. Everything they hand out lives in the
 * arena they are given. Called from the rendering thread only. */
#ifndef VIBRISSE_HISTORY_H
#define VIBRISSE_HISTORY_H

#include "annotation.h"
#include "arena.h"
#include "availability.h"
#include "belief.h"
#include "blip.h"
#include "certificate_change.h"
#include "collective.h"
#include "histogram.h"
#include "maintenance.h"
#include "span.h"
#include "usage.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct latency_day {
    int64_t from;    /* s; begin of the civil day */
    int64_t count;   /* answers */
    double p50, p95; /* ms */
};

/* How a service or a hoster did over a period. */
struct account {
    struct availability availability;
    struct histogram latency; /* of the civil days that the period touches, whole */
};

/* The recorded stretches of one line of a service, in order. */
struct line_past {
    const char *check, *vantage;
    enum family family;
    const struct span *spans;
    size_t span_count;
};

/* A failure of one line that was not confirmed. */
struct line_blip {
    const char *check, *vantage;
    enum family family;
    struct blip blip;
};

/* A stretch in which we saw badly ourselves: what fails then may be our own fault. */
struct sight {
    int64_t from, to; /* s; `to` may be the time of now */
    bool blind;       /* nothing was measured at all, or a sense of ours was gone */
    const char *what; /* English; evidence, see vantage_sentence() */
};

/* The list lives as long as the call. */
typedef void history_answers_fn(void *owner, int64_t day, const struct histogram_list *answers);

struct history {
    void *owner;
    /* The belief of a service (key "hoster/service"); state unknown when there is none. */
    struct service_belief (*service)(void *owner, const char *key);
    /* Its lines, one per check and family and vantage, ordered by check then family. */
    size_t (*lines)(void *owner, const char *key, struct arena *arena,
                    const struct line_belief **ret);
    /* The recorded stretches of its verdict that touch [from, to), in order. They end where the record ends:
     * what is not covered was not measured. A stretch may begin before `from`. */
    size_t (*spans)(void *owner, const char *key, int64_t from, int64_t to, struct arena *arena,
                    const struct span **ret);
    /* The same with what was measured beyond the settled record, counted as if nothing more would ever be known: what
     * `account` counts. */
    size_t (*known)(void *owner, const char *key, int64_t from, int64_t to, struct arena *arena,
                    const struct span **ret);
    /* First second that the record of the service covers; 0 = none yet. */
    int64_t (*begin)(void *owner, const char *key);
    /* Days in [from, to) that have answers, in order. */
    size_t (*latency)(void *owner, const char *key, int64_t from, int64_t to, struct arena *arena,
                      const struct latency_day **ret);
    /* All answers of each day in [from, to) that the record has, in order. */
    void (*answers)(void *owner, const char *key, int64_t from, int64_t to,
                    history_answers_fn *each, void *each_owner);
    /* How the certificate of a check changed, newest first, at most `most`. */
    size_t (*certificates)(void *owner, const char *key, const char *check, size_t most,
                           struct arena *arena, const struct certificate_change **ret);
    /* Time of the newest measurement of any service, s; 0 = none yet. */
    int64_t (*measured)(void *owner);
    /* Maintenance of a service that touches [from, to), as it is announced now, by its begin; what was announced late
     * is among it. Key NULL = of everything. */
    size_t (*maintenance)(void *owner, const char *key, int64_t from, int64_t to,
                          struct arena *arena, const struct occurrence **ret);
    /* Occurrences that touch [from, to) and were called off before they began; key NULL = of everything.
     * NULL = nobody can tell. */
    size_t (*cancelled)(void *owner, const char *key, int64_t from, int64_t to, struct arena *arena,
                        const struct occurrence **ret);
    /* What is said of its outage that began at `outage`, oldest first. */
    size_t (*annotations)(void *owner, const char *key, int64_t outage, struct arena *arena,
                          const struct annotation **ret);
    /* How it did in [from, to), as `vibrisse availability` tells it. False when that cannot be told now. */
    bool (*account)(void *owner, const struct service *service, int64_t from, int64_t to,
                    int64_t incident_after_s, struct arena *arena, struct account *ret);
    /* The stretches within [from, to) that count as announced maintenance, in order. */
    size_t (*counted)(void *owner, const char *key, int64_t from, int64_t to, struct arena *arena,
                      const struct stretch **ret);
    /* What its lines found in [from, to), as `spans` tells the verdict's, ordered as `lines`; those of checks that are
     * configured. NULL = nobody can tell. */
    size_t (*line_pasts)(void *owner, const char *key, int64_t from, int64_t to,
                         struct arena *arena, const struct line_past **ret);
    /* Failures of its lines that were not confirmed and began in [from, to), newest first, at most `most`; *ret_all: how many
     * there are. NULL = nobody can tell. */
    size_t (*blips)(void *owner, const char *key, int64_t from, int64_t to, size_t most,
                    struct arena *arena, const struct line_blip **ret, size_t *ret_all);
    /* When we saw badly ourselves in [from, to), in order of their begins. NULL = nobody can tell. */
    size_t (*sights)(void *owner, int64_t from, int64_t to, struct arena *arena,
                     const struct sight **ret);
    /* How much the service was used in each month in which it told, oldest first. NULL = nobody can tell. */
    size_t (*usage)(void *owner, const char *key, struct arena *arena, const struct usage **ret);
};

#endif
