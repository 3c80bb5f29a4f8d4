#include "line.h"

#include "text.h"

#include <assert.h>
#include <string.h>

static void hand_out(struct line *line, struct line_step *step, int64_t to, enum outcome state,
                     enum reason reason, const char *detail)
{
    if (to <= line->settled)
        return;
    assert(step->count < LINE_STEP_MAX);
    char *kept = step->details[step->count];
    text_copy(kept, RESULT_DETAIL_SIZE, detail);
    step->spans[step->count++] =
        (struct span){line->settled, to, line->before, state, reason, kept};
    line->settled = to;
}

/* The head speaks until `to`, but no longer than its reach; the rest is silence. */
static void head_speaks(struct line *line, struct line_step *step, int64_t to)
{
    const struct line_point *head = &line->head;
    int64_t silent_from = head->at + line->reach_s;
    hand_out(line, step, to < silent_from ? to : silent_from, head->outcome, head->reason,
             head->detail);
    if (to > silent_from) {
        int64_t before = line->before;
        line->before = head->at;
        hand_out(line, step, to, OUTCOME_UNKNOWN, REASON_silent, "");
        line->before = before;
    }
}

/* The last result that found otherwise than `point` counts as. A blip counts as good and was not: it is no end of
 * a bracket. */
static int64_t last_otherwise(const struct line *line, const struct line_point *point)
{
    if (point->outcome == OUTCOME_DOWN)
        return line->last_good;
    if (outcome_is_good(point->outcome) && line->head.outcome == OUTCOME_DOWN)
        return line->last_bad;
    return line->head.at;
}

/* `point` is decided: it counts as its outcome and becomes the head. */
static void decide(struct line *line, struct line_step *step, const struct line_point *point)
{
    if (line->head.at)
        head_speaks(line, step, point->at);
    else
        line->settled = point->at;
    if (point->outcome != line->head.outcome)
        line->before = last_otherwise(line, point);
    if (outcome_is_good(point->found))
        line->last_good = point->at;
    else if (point->found == OUTCOME_DOWN)
        line->last_bad = point->at;
    line->head = *point;
}

static enum reason held_reason(const struct line *line)
{
    return line->held == OUTCOME_UNKNOWN ? REASON_silent : line->held_reason;
}

/* What waits to turn the state down will not: by `end`, or because no result came any more (NULL). */
static void note_blip(const struct line *line, struct line_step *step, const struct line_point *end)
{
    const struct line_point *first = &line->waiting[0];
    if (!line->pending || first->found != OUTCOME_DOWN)
        return;
    step->blip = (struct blip){.at = first->at,
                               .until = end ? end->at : 0,
                               .then = end ? end->found : OUTCOME_UNKNOWN,
                               .results = line->pending,
                               .reason = first->reason};
    text_copy(step->blip.detail, sizeof step->blip.detail, first->detail);
}

/* Everything that waits counts as the old state. */
static void decide_as_held(struct line *line, struct line_step *step)
{
    int pending = line->pending;
    line->pending = 0;
    for (int i = 0; i < pending; i++) {
        line->waiting[i].outcome = line->held;
        line->waiting[i].reason = held_reason(line);
        decide(line, step, &line->waiting[i]);
    }
}

static void break_row(struct line *line, struct line_step *step, const struct line_point *end)
{
    note_blip(line, step, end);
    decide_as_held(line, step);
}

static void hold(struct line *line, const struct line_point *point)
{
    line->held = point->outcome;
    line->held_reason = point->reason;
}

/* What waited too long is given up, so that one line that is never heard again does not hold up the others. */
static void give_up(struct line *line, struct line_step *step, int64_t until)
{
    if (until - line->newest_ms / 1000 >= LINE_WAIT_MAX_S)
        break_row(line, step, NULL);
}

/* Everything that waits, and `point` with it, turns the state. */
static void turn(struct line *line, struct line_step *step, const struct line_point *point)
{
    int pending = line->pending;
    line->pending = 0;
    for (int i = 0; i < pending; i++)
        decide(line, step, &line->waiting[i]);
    decide(line, step, point);
    hold(line, point);
}

static void wait_or_turn(struct line *line, struct line_step *step, const struct line_point *point,
                         int needed)
{
    if (line->pending + 1 >= needed) {
        turn(line, step, point);
        return;
    }
    if (line->head.at && line->pending == 0)
        head_speaks(line, step, point->at);
    line->waiting[line->pending++] = *point;
    if (!line->head.at && line->pending == 1)
        line->settled = point->at;
}

static void take(struct line *line, struct line_step *step, const struct line_point *point)
{
    bool good = outcome_is_good(point->outcome);
    if (point->outcome == OUTCOME_UNKNOWN) {
        break_row(line, step, point);
        decide(line, step, point);
    } else if (!good && line->held != OUTCOME_DOWN) {
        wait_or_turn(line, step, point, LINE_FAILS_TO_DOWN);
    } else if (good && line->held == OUTCOME_DOWN) {
        wait_or_turn(line, step, point, LINE_GOODS_TO_UP);
    } else {
        break_row(line, step, point);
        decide(line, step, point);
        hold(line, point);
    }
}

static void clear(struct line_step *step)
{
    step->count = 0;
    step->blip.results = 0;
}

enum line_verdict line_feed(struct line *line, const struct result *result, int64_t interval_ms,
                            struct line_step *ret_step)
{
    clear(ret_step);
    int64_t at = wall_seconds(result->time);
    if (result->time.ms <= line->newest_ms || at < line->settled)
        return LINE_STALE;
    struct line_point point = {at, result->outcome, result->outcome, result->reason, ""};
    text_copy(point.detail, sizeof point.detail, result->detail);
    give_up(line, ret_step, at);
    take(line, ret_step, &point);
    line->newest_ms = result->time.ms;
    line->reach_s = 2 * interval_ms / 1000;
    return LINE_TAKEN;
}

void line_settle(struct line *line, int64_t until, struct line_step *ret_step)
{
    clear(ret_step);
    give_up(line, ret_step, until);
    if (line->head.at && line->pending == 0 && until > line->settled)
        head_speaks(line, ret_step, until);
}

void line_finish(struct line *line, int64_t until, struct line_step *ret_step)
{
    clear(ret_step);
    decide_as_held(line, ret_step);
    if (line->head.at && until > line->settled)
        head_speaks(line, ret_step, until);
}

enum outcome line_state(const struct line *line, int64_t now)
{
    int64_t newest = line->newest_ms / 1000;
    if (!newest || now >= newest + line->reach_s)
        return OUTCOME_UNKNOWN;
    if (line->pending)
        return line->held;
    return line->head.at ? line->head.outcome : OUTCOME_UNKNOWN;
}

enum reason line_reason(const struct line *line, int64_t now)
{
    int64_t newest = line->newest_ms / 1000;
    if (!newest || now >= newest + line->reach_s)
        return REASON_silent;
    return line->pending ? held_reason(line) : line->head.reason;
}
