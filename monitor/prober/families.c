#include "families.h"

static bool has(unsigned families, int family)
{
    return families & 1u << family;
}

/* The resolver says that there is no address, rather than that it could not tell. */
static bool is_absent(enum reason reason)
{
    return reason == REASON_dns_no_address || reason == REASON_dns_nxdomain;
}

/* Which line speaks where none has spoken before: the first that may exist, for a host on IPv6 alone has no line for
 * IPv4 merely because its IPv6 address could not be found. */
static int first_speaker(unsigned asked, const enum reason reasons[FAMILY_COUNT])
{
    int first = has(asked, FAMILY_IPV4) ? FAMILY_IPV4 : FAMILY_IPV6;
    for (int i = 0; i < FAMILY_COUNT; i++)
        if (has(asked, i) && reasons[i] != REASON_dns_no_address)
            return i;
    return first;
}

static enum families_step step_beside_another(enum reason reason, bool line)
{
    if (!line)
        return FAMILIES_NOTHING;
    return is_absent(reason) ? FAMILIES_END : FAMILIES_TELL;
}

static bool has_address(unsigned asked, const enum reason reasons[FAMILY_COUNT])
{
    for (int i = 0; i < FAMILY_COUNT; i++)
        if (has(asked, i) && reasons[i] == REASON_ok)
            return true;
    return false;
}

static bool has_line(unsigned asked, const bool lines[FAMILY_COUNT])
{
    for (int i = 0; i < FAMILY_COUNT; i++)
        if (has(asked, i) && lines[i])
            return true;
    return false;
}

static void note(enum families_step step, bool *line)
{
    if (step == FAMILIES_END)
        *line = false;
    else if (step != FAMILIES_NOTHING)
        *line = true;
}

void families_decide(unsigned asked, unsigned acting, const enum reason reasons[FAMILY_COUNT],
                     bool lines[FAMILY_COUNT], enum families_step ret_steps[FAMILY_COUNT])
{
    bool any_address = has_address(asked, reasons), any_line = has_line(asked, lines);
    int speaker = first_speaker(asked, reasons);
    for (int i = 0; i < FAMILY_COUNT; i++) {
        if (!has(asked & acting, i))
            ret_steps[i] = FAMILIES_NOTHING;
        else if (reasons[i] == REASON_ok)
            ret_steps[i] = FAMILIES_PROBE;
        else if (any_address)
            ret_steps[i] = step_beside_another(reasons[i], lines[i]);
        else
            ret_steps[i] =
                lines[i] || (!any_line && i == speaker) ? FAMILIES_TELL : FAMILIES_NOTHING;
        note(ret_steps[i], &lines[i]);
    }
}
