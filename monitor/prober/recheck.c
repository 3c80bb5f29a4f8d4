#include "recheck.h"

static bool is_confirmed(const struct recheck *recheck)
{
    return recheck->in_row >= (recheck->row == OUTCOME_DOWN ? RECHECK_FAILS : RECHECK_GOODS);
}

/* The first good result of all needs no confirmation (counting rule 1). */
static bool is_first_good(const struct recheck *recheck)
{
    return recheck->held == OUTCOME_UNKNOWN && recheck->row == OUTCOME_UP;
}

static void open_series(struct recheck *recheck, struct mono started)
{
    recheck->wanted = true;
    recheck->began = started;
    recheck->used = 0;
}

void recheck_feed(struct recheck *recheck, enum outcome outcome, int attempt, struct mono started)
{
    if (outcome == OUTCOME_UNKNOWN) {
        recheck->in_row = 0;
        return;
    }
    enum outcome found = outcome_is_good(outcome) ? OUTCOME_UP : OUTCOME_DOWN;
    recheck->in_row = found == recheck->row ? recheck->in_row + 1 : 1;
    recheck->row = found;
    if (is_confirmed(recheck) || is_first_good(recheck)) {
        recheck->held = found;
        recheck->wanted = false;
    } else if (found != recheck->held && recheck->in_row == 1 && attempt == 1) {
        open_series(recheck, started);
    }
}

bool recheck_wanted(const struct recheck *recheck, const int64_t *offsets_ms, struct mono *ret_due)
{
    if (!recheck->wanted || !offsets_ms)
        return false;
    for (int i = 0; offsets_ms[i]; i++) {
        if (i == recheck->used) {
            *ret_due = mono_plus_ms(recheck->began, offsets_ms[i]);
            return true;
        }
    }
    return false;
}

bool recheck_confirms(const struct recheck *recheck)
{
    int fails = recheck->row == OUTCOME_DOWN ? recheck->in_row : 0;
    return recheck->held != OUTCOME_DOWN && fails + 1 >= RECHECK_FAILS;
}

int recheck_begin(struct recheck *recheck)
{
    return ++recheck->used + 1;
}
