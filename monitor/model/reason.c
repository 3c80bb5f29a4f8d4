#include "reason.h"

#include "macros.h"

#include <string.h>

static const struct {
    const char *code;
    enum outcome outcome;
    const char *sentence;
} rows[REASON_COUNT] = {
#define ROW(code, outcome, sentence) {#code, OUTCOME_##outcome, sentence},
    REASON_TABLE(ROW)
#undef ROW
};

const char *reason_code(enum reason reason)
{
    return rows[reason].code;
}

enum outcome reason_outcome(enum reason reason)
{
    return rows[reason].outcome;
}

const char *reason_sentence(enum reason reason)
{
    return rows[reason].sentence;
}

bool reason_parse(const char *code, enum reason *ret)
{
    for (int i = 0; i < REASON_COUNT; i++) {
        if (strcmp(rows[i].code, code) == 0) {
            *ret = (enum reason)i;
            return true;
        }
    }
    return false;
}
