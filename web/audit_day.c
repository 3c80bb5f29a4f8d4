#include "audit_sum.h"

#include "audit_compare.h"
#include "calendar.h"

#include <string.h>

enum { DAYS_MOST = 366 };

struct audit_day {
    int64_t from, to, total, measured;
    size_t hosters;
    bool hit; /* by the hoster that is looked at */
};

static size_t days_of(const struct audit_data *data, struct audit_day days[DAYS_MOST])
{
    size_t count = 0;
    for (int64_t at = data->from; at < data->to && count < DAYS_MOST; count++) {
        int64_t next = calendar_day_after(at, 1);
        days[count] = (struct audit_day){.from = at, .to = next < data->to ? next : data->to};
        at = next;
    }
    return count;
}

static int64_t common(int64_t from, int64_t to, int64_t begin, int64_t end)
{
    int64_t low = from > begin ? from : begin, high = to < end ? to : end;
    return high > low ? high - low : 0;
}

/* Day after day; what ended before a day is never looked at again. */
static void add_service(const struct audit_service *service, struct audit_day *days, size_t count)
{
    size_t first = 0;
    for (size_t i = 0; i < count; i++) {
        int64_t from = days[i].from > service->from ? days[i].from : service->from;
        int64_t to = days[i].to < service->to ? days[i].to : service->to;
        days[i].total += common(from, to, from, to);
        while (first < service->stretch_count && service->stretches[first].to <= from)
            first++;
        for (size_t j = first; j < service->stretch_count && service->stretches[j].from < to; j++)
            if (service->stretches[j].state != '?')
                days[i].measured +=
                    common(service->stretches[j].from, service->stretches[j].to, from, to);
        for (size_t j = 0; j < service->outage_count && !days[i].hit; j++)
            days[i].hit = common(service->outages[j].from, service->outages[j].to, from, to) > 0;
    }
}

static bool is_measured(const struct audit_day *day)
{
    return day->total > 0 && day->measured >= day->total - day->measured;
}

static json_t *day_json(const struct audit_day *day)
{
    return json_pack("{s:o,s:I,s:I,s:I,s:b}", "from", audit_compare_time(day->from), "hosters_hit",
                     (json_int_t)day->hosters, "total_s", (json_int_t)day->total, "measured_s",
                     (json_int_t)day->measured, "measured", is_measured(day));
}

static json_t *month_json(const struct audit_day *days, size_t count, int month)
{
    json_int_t told = 0, hit = 0, unmeasured = 0, most = 0;
    for (size_t i = 0; i < count; i++) {
        if (calendar_at(days[i].from).month != month)
            continue;
        told++;
        hit += days[i].hosters != 0;
        unmeasured += !is_measured(&days[i]);
        most = (json_int_t)days[i].hosters > most ? (json_int_t)days[i].hosters : most;
    }
    return told ? json_pack("{s:i,s:I,s:I,s:I,s:I}", "month", month, "days", told, "hit", hit,
                            "unmeasured", unmeasured, "most_hosters", most)
                : NULL;
}

void audit_sum_days(const struct audit_data *data, const struct audit_set *set, json_t *to)
{
    struct audit_day days[DAYS_MOST];
    json_t *all = json_array(), *months = json_array(), *month;
    size_t count = days_of(data, days);
    for (size_t i = 0; i < set->count; i++) {
        add_service(set->services[i], days, count);
        if (i + 1 < set->count && set->services[i + 1]->hoster_row == set->services[i]->hoster_row)
            continue;
        for (size_t day = 0; day < count; day++) {
            days[day].hosters += days[day].hit;
            days[day].hit = false;
        }
    }
    for (size_t i = 0; i < count; i++)
        json_array_append_new(all, day_json(&days[i]));
    for (int i = 1; i <= 12; i++)
        if ((month = month_json(days, count, i)))
            json_array_append_new(months, month);
    json_object_set_new(to, "days", all);
    json_object_set_new(to, "days_by_month", months);
}
