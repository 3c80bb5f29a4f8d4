#include "report_sum.h"

#include "calendar.h"

#include <string.h>

/* ---- hosting ---- */

enum { HOSTINGS = HOSTING_OUTSOURCED + 1 };

size_t report_sum_hosting_words(const struct report_set *set,
                                const struct report_counted_word **ret)
{
    struct report_counted_word *words = arena_array(set->arena, HOSTINGS, sizeof *words);
    size_t counts[HOSTINGS] = {0}, used = 0;
    for (size_t i = 0; i < set->count; i++)
        counts[set->services[i]->service->hosting]++;
    for (int i = 0; i < HOSTINGS; i++)
        if (counts[i])
            words[used++] = (struct report_counted_word){hosting_words[i], counts[i]};
    *ret = words;
    return used;
}

static struct report_set set_hosted(const struct report_set *all, int hosting)
{
    const struct report_service **services =
        arena_array(all->arena, all->count + 1, sizeof *services);
    struct report_set ret = {services, 0, all->facts, all->arena};
    for (size_t i = 0; i < all->count; i++)
        if ((int)all->services[i]->service->hosting == hosting)
            services[ret.count++] = all->services[i];
    return ret;
}

size_t report_sum_hosting(const struct report_set *set, const struct report_kind **ret)
{
    struct report_kind *groups = arena_array(set->arena, HOSTINGS, sizeof *groups);
    size_t used = 0;
    for (int i = 0; i < HOSTINGS; i++) {
        struct report_set part = set_hosted(set, i);
        if (part.count)
            groups[used++] = report_sum_group(&part, hosting_words[i]);
    }
    *ret = groups;
    return used;
}

/* ---- use ---- */

static void add_number(int64_t number, struct report_told *to)
{
    if (number == USERS_UNKNOWN)
        return;
    to->services++;
    to->sum += number;
}

static void add_use(const struct users *users, struct report_use *to)
{
    to->services++;
    add_number(users->total, &to->total);
    add_number(users->month, &to->month);
    add_number(users->halfyear, &to->halfyear);
}

struct report_use report_sum_use(const struct report_set *set, struct report_use *ret_months)
{
    struct report_use ret = {0};
    for (size_t i = 0; i < set->count; i++) {
        const struct report_service *service = set->services[i];
        for (size_t j = 0; ret_months && j < service->usage_count; j++)
            add_use(&service->usage[j].users,
                    &ret_months[calendar_at(service->usage[j].month).month - 1]);
        if (service->usage_count)
            add_use(&service->usage[service->usage_count - 1].users, &ret);
    }
    return ret;
}
