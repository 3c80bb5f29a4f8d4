#include "report_sum.h"

#include "calendar.h"

#include <string.h>

enum { DAY_S = 86400, DAYS_MOST = 366 };

bool report_day_measured(const struct report_day *day)
{
    return day->total_s > 0 && 2 * day->measured_s >= day->total_s;
}

struct diary {
    struct report_day *days;
    const struct hoster *
        *hit; /* of each day, whom it was counted for last: services of one are neighbours */
    size_t count;
    int64_t to;
};

static struct diary diary_of(const struct report_set *set)
{
    struct diary ret = {
        .days = arena_array(set->arena, DAYS_MOST, sizeof *ret.days),
        .hit = arena_array(set->arena, DAYS_MOST, sizeof *ret.hit),
        .to = set->facts->to,
    };
    for (int64_t day = set->facts->from; day < ret.to && ret.count < DAYS_MOST;
         day = calendar_day_after(day, 1))
        ret.days[ret.count++].from = day;
    return ret;
}

static int64_t end_of(const struct diary *diary, size_t day)
{
    return day + 1 < diary->count ? diary->days[day + 1].from : diary->to;
}

/* Where it falls: days are nearly of one length. */
static size_t day_at(const struct diary *diary, int64_t at)
{
    size_t day = (size_t)((at - diary->days[0].from) / DAY_S);
    day = day < diary->count ? day : diary->count - 1;
    while (diary->days[day].from > at)
        day--;
    while (end_of(diary, day) <= at)
        day++;
    return day;
}

static int64_t overlap(const struct diary *diary, size_t day, int64_t from, int64_t to)
{
    int64_t begin = diary->days[day].from, end = end_of(diary, day);
    return (to < end ? to : end) - (from > begin ? from : begin);
}

static void add_stretches(const struct report_service *service, struct diary *diary)
{
    for (size_t i = 0; i < service->stretch_count; i++) {
        const struct report_stretch *one = &service->stretches[i];
        int64_t from = one->from > service->from ? one->from : service->from,
                to = one->to < service->to ? one->to : service->to;
        if (one->state == OUTCOME_UNKNOWN || from >= to)
            continue;
        for (size_t day = day_at(diary, from); day < diary->count && diary->days[day].from < to;
             day++)
            diary->days[day].measured_s += overlap(diary, day, from, to);
    }
}

static void add_outages(const struct report_service *service, struct diary *diary)
{
    const struct hoster *hoster = service->service->hoster;
    for (size_t i = 0; i < service->outage_count; i++) {
        const struct report_outage *one = &service->outages[i];
        int64_t from = one->from > service->from ? one->from : service->from;
        for (size_t day = day_at(diary, from);
             day < diary->count && diary->days[day].from < one->to; day++) {
            diary->days[day].hosters_hit += diary->hit[day] != hoster;
            diary->hit[day] = hoster;
        }
    }
}

static void add_service(const struct report_service *service, struct diary *diary)
{
    for (size_t day = day_at(diary, service->from); day < diary->count; day++)
        diary->days[day].total_s += overlap(diary, day, service->from, service->to);
    add_stretches(service, diary);
    add_outages(service, diary);
}

static void add_day(const struct report_day *day, struct report_day_month months[REPORT_MONTHS])
{
    int month = calendar_at(day->from).month;
    struct report_day_month *to = &months[month - 1];
    to->month = month;
    to->days++;
    to->hit += day->hosters_hit > 0;
    to->unmeasured += !report_day_measured(day);
    if (day->hosters_hit > to->most_hosters)
        to->most_hosters = day->hosters_hit;
}

size_t report_sum_days(const struct report_set *set, const struct report_day **ret,
                       struct report_day_month ret_months[REPORT_MONTHS])
{
    struct diary diary = diary_of(set);
    for (size_t i = 0; i < set->count; i++)
        add_service(set->services[i], &diary);
    memset(ret_months, 0, REPORT_MONTHS * sizeof *ret_months);
    for (size_t i = 0; i < diary.count; i++)
        add_day(&diary.days[i], ret_months);
    *ret = diary.days;
    return diary.count;
}
