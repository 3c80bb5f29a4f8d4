#include "why.h"

#include "block.h"
#include "macros.h"

#include <stdbool.h>
#include <string.h>

struct families {
    bool good[FAMILY_COUNT], down[FAMILY_COUNT];
};

static struct families families_of(const struct line_belief *lines, size_t count, const char *check)
{
    struct families families = {0};
    for (size_t i = 0; i < count; i++) {
        if (strcmp(lines[i].last.check, check) != 0)
            continue;
        families.good[lines[i].last.family] |= outcome_is_good(lines[i].state);
        families.down[lines[i].last.family] |= lines[i].state == OUTCOME_DOWN;
    }
    return families;
}

/* The line that fails alone: the other family of its check answers. NULL = none does. */
static const struct line_belief *lonely_failure(const struct line_belief *lines, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (lines[i].state != OUTCOME_DOWN)
            continue;
        struct families families = families_of(lines, count, lines[i].last.check);
        enum family other = lines[i].last.family == FAMILY_IPV4 ? FAMILY_IPV6 : FAMILY_IPV4;
        if (families.good[other] && !families.good[lines[i].last.family])
            return &lines[i];
    }
    return NULL;
}

const char *why_text(struct sheet *sheet, const char *service_key,
                     const struct service_belief *belief)
{
    const struct history *history = sheet->page->history;
    const struct line_belief *lines;
    if (belief->state != OUTCOME_DEGRADED)
        return block_reason(sheet, belief->reason);
    size_t count = history->lines(history->owner, service_key, &sheet->arena, &lines);
    const struct line_belief *failing = lonely_failure(lines, count);
    if (!failing)
        return block_reason(sheet, belief->reason);
    enum family other = failing->last.family == FAMILY_IPV4 ? FAMILY_IPV6 : FAMILY_IPV4;
    return sheet_text(sheet, N_("by {bad} {reason}, by {good} it answers"),
                      VALUES(word_plain("bad", family_title(failing->last.family)),
                             word_plain("good", family_title(other)),
                             word_plain("reason", block_reason(sheet, failing->reason))));
}
