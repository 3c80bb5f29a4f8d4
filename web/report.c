#include "report.h"

#include "report_sum.h"

const int64_t report_down_bounds_s[REPORT_DOWN_BOUNDS] = {
    3600, 2 * 3600, 4 * 3600, 8 * 3600, 16 * 3600, 32 * 3600, INT64_C(3) * 86400,
};

const int64_t report_duration_bounds_s[REPORT_DURATION_BOUNDS] = {
    600, 1800, 3600, 4 * 3600, 86400,
};

/* ---- hosters ---- */

bool report_counts(const struct service *service)
{
    const struct hoster *hoster = service->hoster;
    bool any = false;
    for (size_t i = 0; i < hoster->service_count; i++)
        any |= hoster->services[i].counted;
    return service->counted || !any;
}

/* Those that make the hoster's figures. */
static struct report_set counted_set(const struct report_hoster *member,
                                     const struct report_facts *facts, struct arena *arena)
{
    const struct report_service **counted =
        arena_array(arena, member->service_count + 1, sizeof *counted);
    struct report_set ret = {counted, 0, facts, arena};
    for (size_t i = 0; i < member->service_count; i++)
        if (member->services[i]->from < member->services[i]->to &&
            report_counts(member->services[i]->service))
            counted[ret.count++] = member->services[i];
    return ret;
}

static void gather_member(const struct collective *collective, const struct report_facts *facts,
                          struct arena *arena, struct report_hoster *ret)
{
    const struct hoster *hoster = ret->hoster;
    const struct report_service **services =
        arena_array(arena, hoster->service_count + 1, sizeof *services);
    for (size_t i = 0; i < collective->service_count; i++)
        if (facts->services[i].service->hoster == hoster)
            services[ret->service_count++] = &facts->services[i];
    ret->services = services;
}

static void sum_member(struct report_hoster *ret, const struct report_set *set)
{
    ret->measured_s = report_sum_measured(set);
    ret->counted = 2 * ret->measured_s >= set->facts->to - set->facts->from;
    ret->sum = report_sum_of(set, -1);
    ret->durations = report_sum_durations(set);
    report_sum_worst(set, ret->worst_s);
    ret->words = report_sum_words(set);
    ret->answers = report_sum_answers(set);
    report_sum_ipv6(set, &ret->ipv6_published, &ret->ipv6_working);
    ret->hosting_count = report_sum_hosting_words(set, &ret->hosting);
    ret->use = report_sum_use(set, NULL);
}

/* All that count go into `ret_all`. */
static void make_members(const struct collective *collective, const struct report_facts *facts,
                         struct arena *arena, struct report *ret, struct report_set *ret_all)
{
    struct report_hoster *members =
        arena_array(arena, collective->hoster_count + 1, sizeof *members);
    const struct report_service **all =
        arena_array(arena, collective->service_count + 1, sizeof *all);
    *ret_all = (struct report_set){all, 0, facts, arena};
    for (size_t i = 0; i < collective->hoster_count; i++) {
        members[i].hoster = &collective->hosters[i];
        gather_member(collective, facts, arena, &members[i]);
        struct report_set set = counted_set(&members[i], facts, arena);
        sum_member(&members[i], &set);
        ret->hosters_counted += members[i].counted;
        for (size_t j = 0; members[i].counted && j < set.count; j++)
            all[ret_all->count++] = set.services[j];
    }
    ret->members = members;
    ret->member_count = ret->hosters = collective->hoster_count;
}

/* ---- the collective ---- */

static void spread_hosters(struct report *ret, struct arena *arena)
{
    int64_t *values = arena_array(arena, ret->member_count + 1, sizeof *values);
    size_t used = 0;
    for (size_t i = 0; i < ret->member_count; i++)
        if (ret->members[i].counted)
            values[used++] = ret->members[i].sum.down_each_s;
    ret->hosters_down_s = distribution_of(values, used);
    distribution_class(values, used, report_down_bounds_s, REPORT_DOWN_BOUNDS, ret->down_classes);
    ret->few = used < REPORT_FEW;
}

static void make_months(const struct report_set *set, struct report *ret)
{
    for (int i = 0; i < REPORT_MONTHS; i++) {
        struct report_month *month = &ret->months[i];
        for (size_t j = 0; j < set->count; j++) {
            const struct availability *figures = &set->services[j]->months[i];
            if (figures->from == figures->to)
                continue;
            if (month->from == month->to || figures->from < month->from)
                month->from = figures->from;
            month->to = figures->to;
        }
        month->sum = report_sum_of(set, i);
        month->down_s = report_sum_each(set, i);
    }
}

static void sum_all(const struct report_set *set, struct report *ret)
{
    ret->services_counted = set->count;
    ret->sum = report_sum_of(set, -1);
    ret->services_down_s = report_sum_each(set, -1);
    make_months(set, ret);
    ret->durations = report_sum_durations(set);
    report_sum_worst(set, ret->worst_s);
    ret->day_count = report_sum_days(set, &ret->days, ret->day_months);
    report_sum_clocks(set, ret->hours, ret->weekdays);
    ret->kind_count = report_sum_kinds(set, &ret->kinds);
    ret->hosting_count = report_sum_hosting(set, &ret->hosting);
    ret->use = report_sum_use(set, ret->use_months);
    report_sum_ipv6(set, &ret->ipv6_published, &ret->ipv6_working);
    ret->certificates = report_sum_certificates(set);
    ret->answers = report_sum_answers(set);
    ret->words = report_sum_words(set);
}

/* ---- and the year before ---- */

static const struct report_hoster *counted_before(const struct report *earlier,
                                                  const struct report_hoster *member)
{
    for (size_t i = 0; i < earlier->member_count; i++)
        if (earlier->members[i].hoster == member->hoster)
            return earlier->members[i].counted ? &earlier->members[i] : NULL;
    return NULL;
}

static void add_panel(struct report_set *panel, const struct report_hoster *member,
                      const struct report_service **services)
{
    struct report_set set = counted_set(member, panel->facts, panel->arena);
    for (size_t i = 0; i < set.count; i++)
        services[panel->count++] = set.services[i];
}

static void compare(const struct report *earlier, struct arena *arena, struct report *ret)
{
    size_t most = ret->facts->service_count + 1, used = 0;
    const struct report_service **now = arena_array(arena, most, sizeof *now),
                                **then = arena_array(arena, most, sizeof *then);
    int64_t *down_now = arena_array(arena, ret->member_count + 1, sizeof *down_now),
            *down_then = arena_array(arena, ret->member_count + 1, sizeof *down_then);
    struct report_set set_now = {now, 0, ret->facts, arena},
                      set_then = {then, 0, earlier->facts, arena};
    for (size_t i = 0; i < ret->member_count; i++) {
        const struct report_hoster *member = &ret->members[i],
                                   *before = counted_before(earlier, member);
        if (!member->counted || !before)
            continue;
        add_panel(&set_now, member, now);
        add_panel(&set_then, before, then);
        down_now[used] = member->sum.down_each_s;
        down_then[used++] = before->sum.down_each_s;
    }
    ret->earlier = (struct report_earlier){
        .year = earlier->year,
        .partial = earlier->partial,
        .hosters = used,
        .median_then_s = distribution_of(down_then, used).median,
        .median_now_s = distribution_of(down_now, used).median,
        .then = report_sum_of(&set_then, -1),
        .now = report_sum_of(&set_now, -1),
        .explained_then = {earlier->words.outages, earlier->words.explained},
        .ipv6_then = earlier->ipv6_published,
    };
}

void report_of(const struct collective *collective, const struct report_facts *facts,
               const struct report *earlier, struct arena *arena, struct report *ret)
{
    struct report_set all;
    *ret = (struct report){.year = facts->year,
                           .from = facts->from,
                           .to = facts->to,
                           .end = facts->end,
                           .as_of = facts->as_of,
                           .partial = facts->to < facts->end,
                           .facts = facts};
    make_members(collective, facts, arena, ret, &all);
    spread_hosters(ret, arena);
    sum_all(&all, ret);
    ret->maintenance = report_sum_maintenance(facts);
    ret->moves = report_sum_moves(facts);
    ret->monitor = report_sum_monitor(facts, arena);
    if (earlier && earlier->hosters_counted)
        compare(earlier, arena, ret);
}
