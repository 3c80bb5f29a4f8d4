#include "verdict.h"

enum outcome verdict_check(const enum outcome *families, size_t count)
{
    size_t seen[OUTCOME_COUNT] = {0};
    for (size_t i = 0; i < count; i++)
        seen[families[i]]++;
    size_t known = count - seen[OUTCOME_UNKNOWN];
    if (!known)
        return OUTCOME_UNKNOWN;
    if (seen[OUTCOME_DOWN] == known)
        return OUTCOME_DOWN;
    return seen[OUTCOME_UP] == known ? OUTCOME_UP : OUTCOME_DEGRADED;
}

enum outcome verdict_service(const struct verdict_part *parts, size_t count)
{
    size_t essential[OUTCOME_COUNT] = {0}, extra_troubled = 0;
    for (size_t i = 0; i < count; i++) {
        if (parts[i].role == ROLE_ESSENTIAL)
            essential[parts[i].check]++;
        else if (parts[i].check == OUTCOME_DOWN || parts[i].check == OUTCOME_DEGRADED)
            extra_troubled++;
    }
    if (essential[OUTCOME_DOWN])
        return OUTCOME_DOWN;
    if (!essential[OUTCOME_UP] && !essential[OUTCOME_DEGRADED])
        return OUTCOME_UNKNOWN;
    return essential[OUTCOME_DEGRADED] || extra_troubled ? OUTCOME_DEGRADED : OUTCOME_UP;
}
