/* One check on one family from one vantage: results in, settled stretches of state out, by the counting rules 1 to 5
 * and 7 of method version 1:
 *
 *   - before the first good or confirmed result the state is unknown;
 *   - three failing results in a row turn it down, from the first of the three; fewer are a blip;
 *   - two good results in a row turn it good again, from the first of the two;
 *   - what is still unconfirmed counts as the old state; an `unknown` result interrupts a row, and so do seven days
 *     without any;
 *   - a result speaks until the next one, at most for two intervals, then the line is unknown.
 *
 * Pure: time comes with the results. Memory is of fixed size. One owner, no locks. */
#ifndef VIBRISSE_LINE_H
#define VIBRISSE_LINE_H

#include "blip.h"
#include "result.h"
#include "span.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { LINE_FAILS_TO_DOWN = 3, LINE_GOODS_TO_UP = 2, LINE_PENDING_MAX = 2, LINE_STEP_MAX = 8 };
enum { LINE_WAIT_MAX_S = 7 * 86400 };

/* What the record needs of a result. */
struct line_point {
    int64_t at;           /* s */
    enum outcome outcome; /* what it counts as */
    enum outcome found;   /* what the attempt itself found */
    enum reason reason;
    char detail[RESULT_DETAIL_SIZE];
};

struct line {
    enum outcome held; /* what is confirmed: unknown (at first), up, degraded, down */
    enum reason held_reason;
    int64_t newest_ms;      /* time of the newest result; 0 = none yet */
    int64_t reach_s;        /* how long a result speaks: two intervals */
    struct line_point head; /* the last result whose meaning is decided; .at 0 = none yet */
    int64_t settled;        /* everything before is settled and was handed out */
    int64_t last_good,
        last_bad;   /* times of the last decided results that found so, blips included */
    int64_t before; /* the bracket's other end for the head's state, see struct span */
    int pending;    /* results in a row that still wait for confirmation */
    struct line_point waiting[LINE_PENDING_MAX];
};

/* Stretches that became settled, in order, without gaps from the old `settled` to the new; and a row of failures that ended
 * without having turned the state. */
struct line_step {
    struct span spans[LINE_STEP_MAX];
    char details[LINE_STEP_MAX][RESULT_DETAIL_SIZE]; /* theirs */
    size_t count;
    struct blip blip;
};

enum line_verdict {
    LINE_TAKEN,
    LINE_STALE /* not newer than the newest, or before `settled`: refused, nothing changed */
};

/* `interval_ms` is the check's. */
enum line_verdict line_feed(struct line *line, const struct result *result, int64_t interval_ms,
                            struct line_step *ret_step);

/* Settles up to `until` (s) what can be settled without a further result: the head speaks on, then falls silent. */
void line_settle(struct line *line, int64_t until, struct line_step *ret_step);

/* Nothing more is known: what waits for confirmation counts as the old state, and the last result speaks up to `until`
 * (s) or as long as it may. For sums; the line must not be fed afterwards. */
void line_finish(struct line *line, int64_t until, struct line_step *ret_step);

/* The state as it counts at `now` (s), given what has come so far. */
enum outcome line_state(const struct line *line, int64_t now);
enum reason line_reason(const struct line *line, int64_t now);

#endif
