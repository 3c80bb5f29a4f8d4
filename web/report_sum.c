#include "report_sum.h"

#include "calendar.h"

#include <math.h>
#include <string.h>

static const struct availability *figures_of(const struct report_service *service, int month)
{
    return month < 0 ? &service->year : &service->months[month];
}

static int64_t down_apart(const struct availability *figures)
{
    return figures->tally.down - figures->excluded.down;
}

static int64_t each(int64_t seconds, size_t services)
{
    return services ? seconds / (int64_t)services : -1;
}

/* Maintenance is apart in what was measured; what was not measured may have been anything. */
static void set_bounds(struct report_sum *ret)
{
    const struct availability *figures = &ret->figures;
    int64_t doubt = tally_good(&figures->tally) - figures->least_good_s;
    int64_t sure = figures->most_good_s - tally_good(&figures->tally) - figures->tally.unknown;
    int64_t least = ret->down_s - sure;
    ret->least_down_each_s = each(least > 0 ? least : 0, ret->services);
    ret->most_down_each_s = each(ret->down_s + doubt + figures->tally.unknown, ret->services);
}

/* Of several, sorted at once: merging one after the other would cost the square of it. */
static int64_t *all_durations(const struct report_set *set, int month, size_t total)
{
    int64_t *ret = arena_array(set->arena, total + 1, sizeof *ret);
    size_t used = 0;
    for (size_t i = 0; i < set->count; i++) {
        const struct availability *figures = figures_of(set->services[i], month);
        for (size_t j = 0; j < figures->ended; j++)
            ret[used++] = figures->durations[j];
    }
    distribution_of(ret, used);
    return ret;
}

static void add_figures(const struct availability *figures, struct report_sum *ret)
{
    struct arena scratch = {0};
    struct availability part = *figures;
    size_t ended = ret->figures.ended + figures->ended;
    part.ended = ret->figures.ended = 0;
    availability_add(&ret->figures, &part, &scratch);
    ret->figures.ended = ended;
    arena_free(&scratch);
}

struct report_sum report_sum_of(const struct report_set *set, int month)
{
    struct report_sum ret = {0};
    for (size_t i = 0; i < set->count; i++) {
        const struct availability *figures = figures_of(set->services[i], month);
        if (figures->from == figures->to)
            continue;
        if (ret.services++)
            add_figures(figures, &ret);
        else
            ret.figures = *figures;
    }
    ret.figures.durations = all_durations(set, month, ret.figures.ended);
    ret.down_s = down_apart(&ret.figures);
    ret.maintenance_down_s = ret.figures.excluded.down;
    ret.down_each_s = each(ret.down_s, ret.services);
    ret.few = ret.figures.ended < REPORT_FEW;
    set_bounds(&ret);
    return ret;
}

struct distribution report_sum_each(const struct report_set *set, int month)
{
    size_t used = 0;
    int64_t *values = arena_array(set->arena, set->count + 1, sizeof *values);
    for (size_t i = 0; i < set->count; i++) {
        const struct availability *figures = figures_of(set->services[i], month);
        if (figures->from < figures->to)
            values[used++] = down_apart(figures);
    }
    return distribution_of(values, used);
}

struct report_duration report_sum_durations(const struct report_set *set)
{
    struct report_duration ret = {0};
    size_t total = 0, used = 0;
    for (size_t i = 0; i < set->count; i++)
        total += set->services[i]->year.ended;
    int64_t *values = arena_array(set->arena, total + 1, sizeof *values);
    for (size_t i = 0; i < set->count; i++)
        for (size_t j = 0; j < set->services[i]->year.ended; j++)
            values[used++] = set->services[i]->year.durations[j];
    ret.whole_s = distribution_of(values, used);
    distribution_class(values, used, report_duration_bounds_s, REPORT_DURATION_BOUNDS, ret.classes);
    return ret;
}

void report_sum_worst(const struct report_set *set, int64_t ret[AVAILABILITY_WINDOWS])
{
    for (int w = 0; w < AVAILABILITY_WINDOWS; w++) {
        ret[w] = -1;
        for (size_t i = 0; i < set->count; i++)
            if (set->services[i]->year.worst_s[w] > ret[w])
                ret[w] = set->services[i]->year.worst_s[w];
    }
}

/* ---- by the clock ---- */

static bool began_in_year(const struct report_outage *outage, const struct report_service *service)
{
    return outage->from >= service->from && outage->from < service->to;
}

/* Where the clock shows another hour at the latest. Clocks are changed at whole or half hours of UTC, which in some zones is
 * within an hour. */
static int64_t end_of_hour(int64_t at, const struct calendar_time *clock)
{
    enum { HOUR = 3600, HALF = 1800 };
    int64_t shown = at + HOUR - clock->minute * 60 - clock->second, half = (at / HALF + 1) * HALF;
    return shown < half ? shown : half;
}

static void add_down(int64_t from, int64_t to, struct report_clock *hours,
                     struct report_clock *weekdays)
{
    while (from < to) {
        struct calendar_time clock = calendar_at(from);
        int64_t until = end_of_hour(from, &clock);
        if (until > to)
            until = to;
        hours[clock.hour].down_s += until - from;
        weekdays[clock.weekday].down_s += until - from;
        from = until;
    }
}

static void add_outage(const struct report_outage *outage, const struct report_service *service,
                       struct report_clock *hours, struct report_clock *weekdays)
{
    struct calendar_time clock = calendar_at(outage->from);
    if (began_in_year(outage, service)) {
        hours[clock.hour].outages++;
        weekdays[clock.weekday].outages++;
    }
    add_down(outage->from > service->from ? outage->from : service->from,
             outage->to < service->to ? outage->to : service->to, hours, weekdays);
}

void report_sum_clocks(const struct report_set *set, struct report_clock hours[REPORT_HOURS],
                       struct report_clock weekdays[REPORT_WEEKDAYS])
{
    memset(hours, 0, REPORT_HOURS * sizeof *hours);
    memset(weekdays, 0, REPORT_WEEKDAYS * sizeof *weekdays);
    for (size_t i = 0; i < set->count; i++)
        for (size_t j = 0; j < set->services[i]->outage_count; j++)
            add_outage(&set->services[i]->outages[j], set->services[i], hours, weekdays);
}

/* ---- answers, IPv6 ---- */

struct report_answers report_sum_answers(const struct report_set *set)
{
    enum { P99_NEEDS = 1000 };
    struct histogram sum = {0};
    for (size_t i = 0; i < set->count; i++)
        histogram_merge(&sum, &set->services[i]->answers);
    struct report_answers ret = {histogram_count(&sum), histogram_percentile(&sum, 0.50),
                                 histogram_percentile(&sum, 0.95), NAN};
    if (ret.count >= P99_NEEDS)
        ret.p99 = histogram_percentile(&sum, 0.99);
    return ret;
}

void report_sum_ipv6(const struct report_set *set, struct report_share *ret_published,
                     struct report_share *ret_working)
{
    size_t counts[REPORT_IPV6_WORKING + 1] = {0};
    for (size_t i = 0; i < set->count; i++)
        counts[set->services[i]->ipv6]++;
    size_t published = counts[REPORT_IPV6_FAILING] + counts[REPORT_IPV6_WORKING];
    *ret_published = (struct report_share){counts[REPORT_IPV6_NONE] + published, published};
    *ret_working = (struct report_share){published, counts[REPORT_IPV6_WORKING]};
}

/* ---- measured ---- */

/* Adds the seconds of one service that no service before it had measured, by a union of sorted stretches. */
struct measured {
    struct stretch *stretches; /* in order, not overlapping */
    size_t count;
};

static void unite(struct stretch next, struct measured *to)
{
    struct stretch *last = to->count ? &to->stretches[to->count - 1] : NULL;
    if (last && next.from <= last->to)
        last->to = next.to > last->to ? next.to : last->to;
    else if (next.from < next.to)
        to->stretches[to->count++] = next;
}

/* The known stretch at `*cursor`, within the service's part of the year; empty ones are passed over by unite(). */
static struct stretch known_at(const struct report_service *service, size_t i)
{
    const struct report_stretch *of = &service->stretches[i];
    if (of->state == OUTCOME_UNKNOWN)
        return (struct stretch){of->from, of->from};
    return (struct stretch){of->from > service->from ? of->from : service->from,
                            of->to < service->to ? of->to : service->to};
}

static struct measured merge(const struct measured *before, const struct report_service *service,
                             struct arena *arena)
{
    struct measured ret = {
        arena_array(arena, before->count + service->stretch_count + 1, sizeof *ret.stretches), 0};
    size_t i = 0, j = 0;
    while (i < before->count || j < service->stretch_count) {
        struct stretch known = {0};
        if (j < service->stretch_count)
            known = known_at(service, j);
        if (j == service->stretch_count ||
            (i < before->count && before->stretches[i].from <= known.from))
            unite(before->stretches[i++], &ret);
        else
            j++, unite(known, &ret);
    }
    return ret;
}

int64_t report_sum_measured(const struct report_set *set)
{
    struct arena scratch = {0};
    struct measured sum = {0};
    int64_t seconds = 0;
    for (size_t i = 0; i < set->count; i++)
        sum = merge(&sum, set->services[i], &scratch);
    for (size_t i = 0; i < sum.count; i++)
        seconds += sum.stretches[i].to - sum.stretches[i].from;
    arena_free(&scratch);
    return seconds;
}

/* ---- of the collective as a whole ---- */

struct report_maintenance report_sum_maintenance(const struct report_facts *facts)
{
    struct report_maintenance ret = {.announced = facts->announced_count};
    for (size_t i = 0; i < facts->announced_count; i++) {
        const struct report_announced *one = &facts->announced[i];
        bool counts = !one->cancelled && !one->late;
        ret.cancelled += one->cancelled;
        ret.late += one->late && !one->cancelled;
        ret.in_time += counts;
        ret.day_ahead += counts && one->announced <= one->from - REPORT_DAY_AHEAD_S;
        ret.kept += counts && one->kept;
    }
    return ret;
}

struct report_moves report_sum_moves(const struct report_facts *facts)
{
    struct report_moves ret = {0};
    for (size_t i = 0; i < facts->movement_count; i++) {
        const struct report_movement *one = &facts->movements[i];
        bool service = strchr(one->subject, '/');
        bool joined = strcmp(one->what, "joined") == 0, left = strcmp(one->what, "left") == 0;
        ret.hosters_joined += joined && !service;
        ret.hosters_left += left && !service;
        ret.services_joined += joined && service;
        ret.services_left += left && service;
        ret.moved += !joined && !left;
    }
    return ret;
}

/* Stretches before anything was measured are no stretches of a monitor. */
static int64_t union_of(const struct report_facts *facts, int64_t since, bool blind_only,
                        size_t *ret_count, struct arena *arena)
{
    struct measured sum = {arena_array(arena, facts->sight_count + 1, sizeof *sum.stretches), 0};
    int64_t seconds = 0;
    for (size_t i = 0; i < facts->sight_count; i++) {
        const struct report_sight *sight = &facts->sights[i];
        if (sight->blind || !blind_only)
            unite((struct stretch){sight->from > since ? sight->from : since, sight->to}, &sum);
    }
    for (size_t i = 0; i < sum.count; i++)
        seconds += sum.stretches[i].to - sum.stretches[i].from;
    *ret_count = sum.count;
    return seconds;
}

static int64_t first_measured(const struct report_facts *facts)
{
    int64_t first = facts->to;
    for (size_t i = 0; i < facts->service_count; i++)
        if (facts->services[i].from < facts->services[i].to && facts->services[i].from < first)
            first = facts->services[i].from;
    return first;
}

struct report_monitor report_sum_monitor(const struct report_facts *facts, struct arena *arena)
{
    enum { E5 = 100000 };
    size_t all;
    int64_t since = first_measured(facts);
    struct report_monitor ret = {.total_s = facts->to - since};
    ret.blind_s = union_of(facts, since, true, &ret.blind_count, arena);
    ret.impaired_s = union_of(facts, since, false, &all, arena) - ret.blind_s;
    ret.availability_e5 = ret.total_s ? (ret.total_s - ret.blind_s) * E5 / ret.total_s : -1;
    return ret;
}
