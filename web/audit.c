#include "audit.h"

#include "audit_compare.h"
#include "audit_sum.h"
#include "calendar.h"
#include "names.h"

#include <stdlib.h>
#include <string.h>

/* ---- hosters ---- */

/* What makes a hoster's figures. */
static struct audit_set set_of(const struct audit_data *data, size_t hoster_row)
{
    struct audit_service **services =
        arena_array(data->arena, data->service_count + 1, sizeof *services);
    struct audit_set ret = {services, 0};
    for (size_t i = 0; i < data->service_count; i++)
        if (data->service[i].hoster_row == hoster_row && data->service[i].counted)
            services[ret.count++] = &data->service[i];
    return ret;
}

static json_t *member_json(struct audit_data *data, size_t row, const struct audit_set *set,
                           bool *ret_counted, int64_t *ret_down)
{
    int64_t measured = audit_sum_measured(set);
    json_t *to = json_object();
    *ret_counted = measured * 2 >= data->to - data->from;
    json_object_set_new(to, "hoster",
                        json_string(audit_table_text(&data->hosters, row, "hoster_id")));
    json_object_set_new(to, "measured_s", json_integer(measured));
    json_object_set_new(to, "counted", json_boolean(*ret_counted));
    json_object_set_new(to, "sum", audit_sum_of(data, set, data->from, data->to, ret_down));
    json_object_set_new(to, "durations", audit_sum_durations(data, set));
    json_object_set_new(to, "worst_windows", audit_sum_worst(set));
    json_object_set_new(to, "words", audit_sum_words(data, set));
    json_object_set_new(to, "answers", audit_sum_answers(data, set));
    json_object_set_new(to, "ipv6", audit_sum_ipv6(data, set));
    json_object_set_new(to, "hosting", audit_sum_hosting_words(data, set));
    json_object_set_new(to, "usage", audit_sum_usage(data, set, 0));
    return to;
}

static void check_hoster_row(struct audit_data *data, size_t row, const json_t *member)
{
    json_t *published = json_pack("{s:I,s:b}", "measured_s",
                                  (json_int_t)audit_table_number(&data->hosters, row, "measured_s"),
                                  "counted", audit_table_bool(&data->hosters, row, "counted"));
    json_t *expected = json_pack("{s:O,s:O}", "measured_s", json_object_get(member, "measured_s"),
                                 "counted", json_object_get(member, "counted"));
    audit_compare(data, audit_table_text(&data->hosters, row, "hoster_id"), published, expected);
    json_decref(published);
    json_decref(expected);
}

/* Those that count go into `all`, and their time down into `down`. */
static json_t *members_json(struct audit_data *data, struct audit_service **all,
                            struct audit_set *ret_set, struct audit_numbers *down)
{
    json_t *members = json_array();
    *ret_set = (struct audit_set){all, 0};
    for (size_t i = 0; i < data->hosters.row_count; i++) {
        bool counted;
        int64_t down_each;
        struct audit_set set = set_of(data, i);
        json_t *member = member_json(data, i, &set, &counted, &down_each);
        check_hoster_row(data, i, member);
        json_array_append_new(members, member);
        if (!counted)
            continue;
        audit_numbers_add(down, down_each);
        for (size_t j = 0; j < set.count; j++)
            all[ret_set->count++] = set.services[j];
    }
    return members;
}

/* ---- months and kinds ---- */

static int64_t month_begin(int year, int month)
{
    int64_t begin;
    struct calendar_time clock = {
        .year = month > 12 ? year + 1 : year, .month = month > 12 ? 1 : month, .day = 1};
    calendar_instant(&clock, &begin);
    return begin;
}

static void add_month(const struct audit_data *data, const struct audit_set *set, int year,
                      int month, json_t *to)
{
    int64_t low = month_begin(year, month), high = month_begin(year, month + 1), from = INT64_MAX,
            until = 0, down;
    for (size_t i = 0; i < set->count; i++) {
        int64_t begin = set->services[i]->from > low ? set->services[i]->from : low;
        int64_t end = set->services[i]->to < high ? set->services[i]->to : high;
        if (begin >= end)
            continue;
        from = begin < from ? begin : from;
        until = end;
    }
    if (from >= until)
        return;
    json_t *sum = audit_sum_of(data, set, low, high, &down);
    json_array_append_new(to,
                          json_pack("{s:i,s:o,s:o,s:o,s:o}", "month", month, "from",
                                    audit_compare_time(from), "to", audit_compare_time(until),
                                    "down_s", audit_sum_each(data, set, low, high), "sum", sum));
}

static json_t *months_json(const struct audit_data *data, const struct audit_set *set, int year)
{
    json_t *months = json_array();
    for (int month = 1; month <= 12; month++)
        add_month(data, set, year, month, months);
    return months;
}

struct kind {
    const char *name, *key;
};

static int compare_kinds(const void *left, const void *right)
{
    const struct kind *a = left, *b = right;
    int order = strcmp(a->key, b->key);
    return order ? order : strcmp(a->name, b->name);
}

static json_t *kinds_json(const struct audit_data *data, const struct audit_set *set)
{
    json_t *all = json_array();
    struct kind *kinds = arena_array(data->arena, set->count + 1, sizeof *kinds);
    for (size_t i = 0; i < set->count; i++) {
        const char *kind = audit_table_text(&data->services, set->services[i]->row, "kind");
        kinds[i] = (struct kind){kind, names_key(data->arena, kind)};
    }
    if (set->count)
        qsort(kinds, set->count, sizeof *kinds, compare_kinds);
    for (size_t i = 0; i < set->count; i++)
        if (i == 0 || strcmp(kinds[i].name, kinds[i - 1].name) != 0)
            json_array_append_new(all, audit_sum_group(data, set, "kind", kinds[i].name));
    return all;
}

static json_t *usage_months_json(struct audit_data *data, const struct audit_set *set)
{
    json_t *months = json_array(), *one;
    for (int month = 1; month <= 12; month++) {
        if (!(one = audit_sum_usage(data, set, month)))
            continue;
        json_object_set_new(one, "month", json_integer(month));
        json_array_append_new(months, one);
    }
    return months;
}

/* ---- the whole ---- */

static void set_hosters(json_t *to, const struct audit_data *data, struct audit_numbers *down)
{
    static const int64_t bounds[] = {3600, 7200, 14400, 28800, 57600, 115200, 259200};
    json_object_set_new(to, "hosters", json_integer((json_int_t)data->hosters.row_count));
    json_object_set_new(to, "hosters_counted", json_integer((json_int_t)down->count));
    json_object_set_new(to, "few", json_boolean(down->count < AUDIT_FEW));
    json_object_set_new(to, "hosters_down_s", audit_numbers_spread(down));
    json_object_set_new(to, "hosters_down_classes",
                        audit_sum_classes(bounds, sizeof bounds / sizeof *bounds, down));
}

static void set_figures(json_t *to, struct audit_data *data, const struct audit_set *set, int year)
{
    int64_t down;
    json_object_set_new(to, "partial", json_boolean(data->to < data->end));
    json_object_set_new(to, "services_counted", json_integer((json_int_t)set->count));
    json_object_set_new(to, "sum", audit_sum_of(data, set, data->from, data->to, &down));
    json_object_set_new(to, "services_down_s", audit_sum_each(data, set, data->from, data->to));
    json_object_set_new(to, "months", months_json(data, set, year));
    json_object_set_new(to, "durations", audit_sum_durations(data, set));
    json_object_set_new(to, "worst_windows", audit_sum_worst(set));
    audit_sum_days(data, set, to);
    audit_sum_clocks(set, to);
    json_object_set_new(to, "kinds", kinds_json(data, set));
    json_object_set_new(to, "hosting", audit_sum_hosting(data, set));
    json_object_set_new(to, "usage", audit_sum_usage(data, set, 0));
    json_object_set_new(to, "usage_by_month", usage_months_json(data, set));
    json_object_set_new(to, "ipv6", audit_sum_ipv6(data, set));
    json_object_set_new(to, "certificates", audit_sum_certificates(data, set));
    json_object_set_new(to, "answers", audit_sum_answers(data, set));
    json_object_set_new(to, "maintenance", audit_sum_maintenance(data));
    json_object_set_new(to, "words", audit_sum_words(data, set));
    json_object_set_new(to, "movements", audit_sum_movements(data));
    json_object_set_new(to, "monitor", audit_sum_monitor(data));
}

/* Given, not made: they say what the figures are about. What is told of the year before follows from its own tables. */
static void copy_given(json_t *to, const json_t *report)
{
    static const char *const keys[] = {
        "year",           "from",    "to",           "year_ends",        "as_of",
        "time_zone",      "earlier", "not_measured", "incident_after_s", "draft",
        "comments_until", "final",   "corrections",  "comments"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        json_object_set(to, keys[i], json_object_get(report, keys[i]));
}

static void compare_services(struct audit_data *data)
{
    for (size_t i = 0; i < data->service_count; i++) {
        struct audit_service *service = &data->service[i];
        struct audit_set set = {&service, 1};
        int64_t down;
        json_t *sum = audit_sum_of(data, &set, data->from, data->to, &down);
        audit_compare_row(data, &data->services, i, sum);
        json_decref(sum);
    }
}

static void check_year(struct audit_data *data, int year)
{
    if (data->from != month_begin(year, 1) || data->end != month_begin(year, 13))
        audit_data_tell(data, "the report's period is not the year %d in its time zone", year);
}

static void compare(struct audit_data *data, const json_t *report)
{
    int year = (int)json_integer_value(json_object_get(report, "year"));
    struct audit_service **all = arena_array(data->arena, data->service_count + 1, sizeof *all);
    struct audit_numbers down = {0};
    struct audit_set set;
    json_t *expected = json_object();
    check_year(data, year);
    copy_given(expected, report);
    json_object_set_new(expected, "members", members_json(data, all, &set, &down));
    set_hosters(expected, data, &down);
    set_figures(expected, data, &set, year);
    compare_services(data);
    audit_compare(data, "", report, expected);
    json_decref(expected);
    audit_numbers_free(&down);
}

int audit_report(const struct audit_text *tables, size_t count, const json_t *report,
                 audit_tell_fn *tell, void *owner, struct fault *fault)
{
    struct arena arena = {0};
    struct audit_data data = {.arena = &arena, .tell = tell, .owner = owner};
    int rc = audit_data_read(tables, count, report, &data, fault);
    if (rc == 0) {
        compare(&data, report);
        rc = data.differences;
    }
    arena_free(&arena);
    return rc;
}
