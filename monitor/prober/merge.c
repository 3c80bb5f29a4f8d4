#include "merge.h"

#include "text.h"

#include <assert.h>
#include <stdbool.h>
#include <string.h>

static bool is_good(const struct result *result)
{
    return result->outcome == OUTCOME_UP || result->outcome == OUTCOME_DEGRADED;
}

static bool is_degraded(const struct result *result)
{
    return result->outcome == OUTCOME_DEGRADED;
}

static bool is_down(const struct result *result)
{
    return result->outcome == OUTCOME_DOWN;
}

static bool is_our_fault(const struct result *result)
{
    return result->reason == REASON_self;
}

/* The first part of that kind, or `count`. */
static size_t find(const struct merge_part *parts, size_t count,
                   bool (*is_kind)(const struct result *result))
{
    size_t at = 0;
    while (at < count && !is_kind(parts[at].result))
        at++;
    return at;
}

static size_t choose(const struct merge_part *parts, size_t count)
{
    size_t good = find(parts, count, is_good), down = find(parts, count, is_down);
    if (good < count && down < count)
        return good;
    bool (*const kinds[])(const struct result *) = {is_degraded, is_good, is_our_fault, is_down};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        size_t at = find(parts, count, kinds[i]);
        if (at < count)
            return at;
    }
    return 0;
}

/* "mx2.example.org: connect_refused; mx3.example.org: tls_expired, certificate expired 2 h ago" */
static void tell_failing(const struct merge_part *parts, size_t count, struct result *ret)
{
    char detail[RESULT_DETAIL_SIZE] = "";
    for (size_t i = 0; i < count; i++) {
        const struct result *result = parts[i].result;
        size_t used = strlen(detail);
        if (is_down(result))
            text_format(detail + used, sizeof detail - used, "%s%s: %s%s%s", used ? "; " : "",
                        parts[i].label, reason_code(result->reason), result->detail[0] ? ", " : "",
                        result->detail);
    }
    result_set(ret, REASON_targets_failing, "%s", detail);
}

static void tell_name(const struct merge_part *part, struct result *ret)
{
    const struct result *result = part->result;
    if (result->reason != REASON_ok && part->label[0])
        text_format(ret->detail, sizeof ret->detail, "%s%s%s", part->label,
                    result->detail[0] ? ": " : "", result->detail);
}

size_t merge_results(const struct merge_part *parts, size_t count, struct result *ret)
{
    assert(count > 0);
    size_t chosen = choose(parts, count);
    *ret = *parts[chosen].result;
    ret->certificate = parts[0].result->certificate;
    if (is_good(ret) && find(parts, count, is_down) < count)
        tell_failing(parts, count, ret);
    else
        tell_name(&parts[chosen], ret);
    return chosen;
}
