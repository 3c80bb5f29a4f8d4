#include "mass.h"

int64_t mass_window_ms(int64_t interval_ms, int64_t timeout_ms)
{
    return (interval_ms > MASS_WINDOW_MS ? interval_ms : MASS_WINDOW_MS) + timeout_ms;
}

/* Counts services and hosters by their lines in a row, each once. */
struct counter {
    uint64_t hoster, service;
    struct mass_count found;
};

static void count(struct counter *counter, const struct mass_line *line)
{
    if (!counter->found.services || counter->service != line->service)
        counter->found.services++;
    if (!counter->found.hosters || counter->hoster != line->hoster)
        counter->found.hosters++;
    counter->service = line->service;
    counter->hoster = line->hoster;
}

static bool is_mass(const struct mass_count *found, size_t services)
{
    return found->hosters >= MASS_HOSTERS && found->services >= MASS_SERVICES &&
           found->services * 100 > services * MASS_PERCENT;
}

/* Whether any service of the family has ever answered: then our own line works, and those that never did are down by
 * themselves. */
static bool any_answered(const struct mass_lines *lines, enum family family)
{
    for (size_t i = 0; i < lines->count; i++)
        if (lines->lines[i]->family == family && lines->lines[i]->good.ns)
            return true;
    return false;
}

static bool fails(const struct mass_line *line, struct mono time)
{
    return line->failing && !line->down && mono_ms_between(line->failed, time) <= line->window_ms;
}

static bool may_fail(const struct mass_line *line, struct mono time)
{
    return !line->down && line->good.ns < time.ns;
}

static bool survey(const struct mass_lines *lines, enum family family, struct mono time,
                   bool (*counts)(const struct mass_line *line, struct mono time),
                   struct mass_count *ret)
{
    struct counter all = {0}, found = {0};
    bool answered = any_answered(lines, family);
    for (size_t i = 0; i < lines->count; i++) {
        const struct mass_line *line = lines->lines[i];
        if (line->family != family || !line->known)
            continue;
        count(&all, line);
        if (counts(line, time) && (line->good.ns || !answered))
            count(&found, line);
    }
    *ret = found.found;
    return is_mass(&found.found, all.found.services);
}

bool mass_fails(const struct mass_lines *lines, enum family family, struct mono now,
                struct mass_count *ret)
{
    return survey(lines, family, now, fails, ret);
}

bool mass_can_come(const struct mass_lines *lines, enum family family, struct mono since)
{
    struct mass_count ignored;
    return survey(lines, family, since, may_fail, &ignored);
}
