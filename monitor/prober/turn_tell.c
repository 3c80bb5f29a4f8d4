#include "runner_inside.h"

#include "families.h"
#include "merge.h"

#include <string.h>

static bool is_courtesy(const struct target *target)
{
    return target->type->is_courtesy && target->type->is_courtesy(target->options);
}

static void tell(struct runner_turn *turn, enum family family, struct result *result,
                 struct mono began)
{
    turn->told[family] = true;
    if (is_courtesy(turn->job.target))
        result_excuse(result);
    if (!turn->silenced)
        turn->job.told(turn->job.owner, result, began);
}

static bool has_address(const struct runner_turn *turn, int family)
{
    for (size_t i = 0; i < turn->count; i++)
        if (turn_attempt(turn, i, family)->reason == REASON_ok)
            return true;
    return false;
}

static bool is_answered(const struct runner_turn *turn)
{
    for (size_t i = 0; i < turn->count * FAMILY_COUNT; i++)
        if (turn->attempts[i].stage == ATTEMPT_ASKING)
            return false;
    return true;
}

/* A target that does not publish the family is none of it, unless it has no address at all. */
static bool counts(const struct runner_turn *turn, size_t target, int family)
{
    if (turn_attempt(turn, target, family)->reason != REASON_dns_no_address)
        return true;
    for (int i = 0; i < FAMILY_COUNT; i++)
        if (!turn_asks(turn, i) || turn_attempt(turn, target, i)->reason != REASON_dns_no_address)
            return false;
    return true;
}

/* What speaks where no target has an address: the first answer that is more than that. */
static size_t find_speaker(const struct runner_turn *turn, int family)
{
    for (size_t i = 0; i < turn->count; i++)
        if (turn_attempt(turn, i, family)->reason != REASON_dns_no_address)
            return i;
    return 0;
}

static void give_reason(struct attempt *attempt)
{
    if (!attempt->found)
        result_set(&attempt->run.result, attempt->reason, "%s", attempt->detail);
}

static const char *label_of(const struct runner_turn *turn, size_t target)
{
    return strcmp(turn->targets[target].label, turn->job.target->connect) == 0
               ? ""
               : turn->targets[target].label;
}

static void tell_merged(struct runner_turn *turn, int family)
{
    struct merge_part parts[ROUTE_TARGETS_MAX];
    size_t sources[ROUTE_TARGETS_MAX], count = 0;
    struct result result;
    for (size_t i = 0; i < turn->count; i++) {
        struct attempt *attempt = turn_attempt(turn, i, family);
        if (!counts(turn, i, family))
            continue;
        give_reason(attempt);
        sources[count] = i;
        parts[count++] = (struct merge_part){
            &attempt->run.result, turn->count > 1 ? turn->targets[i].label : label_of(turn, i)};
    }
    size_t chosen = sources[merge_results(parts, count, &result)];
    tell(turn, (enum family)family, &result, turn_attempt(turn, chosen, family)->began);
}

static void tell_absent(struct runner_turn *turn, int family)
{
    struct result result;
    if (turn->count == 0) {
        turn_name_result(turn, (enum family)family, &result);
        result.phases.ms[PHASE_RESOLVE] = turn->route_ms;
        result_set(&result, turn->reason, "%s", turn->detail);
    } else {
        size_t speaker = find_speaker(turn, family);
        struct attempt *attempt = turn_attempt(turn, speaker, family);
        const struct merge_part part = {&attempt->run.result, label_of(turn, speaker)};
        give_reason(attempt);
        merge_results(&part, 1, &result);
    }
    tell(turn, (enum family)family, &result, turn->began);
}

static void tell_end(struct runner_turn *turn, int family)
{
    struct result result;
    turn_name_result(turn, (enum family)family, &result);
    if (turn->count)
        result.phases = turn_attempt(turn, 0, family)->run.result.phases;
    result_set(&result, REASON_not_published, "%s", "");
    tell(turn, (enum family)family, &result, turn->began);
}

/* What a family without an address means depends on the other one. */
static void decide(struct runner_turn *turn)
{
    enum reason reasons[FAMILY_COUNT] = {0};
    enum families_step steps[FAMILY_COUNT];
    for (int i = 0; i < FAMILY_COUNT; i++) {
        reasons[i] = turn->reason;
        if (turn->count)
            reasons[i] = has_address(turn, i)
                             ? REASON_ok
                             : turn_attempt(turn, find_speaker(turn, i), i)->reason;
    }
    families_decide(turn->job.target->families, turn->job.families, reasons,
                    turn->job.memory->lines, steps);
    turn->decided = true;
    for (int i = 0; i < FAMILY_COUNT; i++) {
        if (steps[i] == FAMILIES_TELL)
            tell_absent(turn, i);
        else if (steps[i] == FAMILIES_END)
            tell_end(turn, i);
        else if (steps[i] == FAMILIES_NOTHING)
            turn->told[i] = true;
    }
}

void turn_settle(struct runner_turn *turn)
{
    for (int i = 0; i < FAMILY_COUNT; i++)
        if (!turn->silenced && turn->job.families & 1u << i && !turn->told[i] &&
            turn_is_settled(turn, i) && has_address(turn, i) && (turn->count == 1 || turn->decided))
            tell_merged(turn, i);
    if (!turn->silenced && !turn->decided && is_answered(turn)) {
        decide(turn);
        turn_settle(turn);
    }
}
