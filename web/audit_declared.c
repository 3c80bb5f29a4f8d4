#include "audit_sum.h"

#include <stdlib.h>
#include <string.h>

static const char *const hostings[] = {"unknown", "home", "bay", "server", "outsourced"};
enum { HOSTINGS = sizeof hostings / sizeof *hostings };

static bool has_word(const struct audit_data *data, const struct audit_service *service,
                     const char *column, const char *word)
{
    return strcmp(audit_table_text(&data->services, service->row, column), word) == 0;
}

json_t *audit_sum_group(const struct audit_data *data, const struct audit_set *set,
                        const char *column, const char *word)
{
    struct audit_service **services = arena_array(data->arena, set->count + 1, sizeof *services);
    struct audit_set part = {services, 0};
    json_int_t hosters = 0;
    int64_t down;
    for (size_t i = 0; i < set->count; i++) {
        if (!has_word(data, set->services[i], column, word))
            continue;
        hosters +=
            !part.count || services[part.count - 1]->hoster_row != set->services[i]->hoster_row;
        services[part.count++] = set->services[i];
    }
    json_t *sum = audit_sum_of(data, &part, data->from, data->to, &down);
    return json_pack("{s:s,s:I,s:b,s:o,s:o}", column, word, "hosters", hosters, "few",
                     hosters < AUDIT_FEW, "down_s",
                     audit_sum_each(data, &part, data->from, data->to), "sum", sum);
}

/* ---- hosting: an empty cell is what nobody declared ---- */

static size_t count_hosted(const struct audit_data *data, const struct audit_set *set, int hosting)
{
    size_t count = 0;
    for (size_t i = 0; i < set->count; i++)
        count += has_word(data, set->services[i], "hosting", hosting ? hostings[hosting] : "");
    return count;
}

json_t *audit_sum_hosting(const struct audit_data *data, const struct audit_set *set)
{
    json_t *all = json_array();
    for (int i = 0; i < HOSTINGS; i++) {
        if (!count_hosted(data, set, i))
            continue;
        json_t *group = audit_sum_group(data, set, "hosting", i ? hostings[i] : "");
        json_object_set_new(group, "hosting", json_string(hostings[i]));
        json_array_append_new(all, group);
    }
    return all;
}

json_t *audit_sum_hosting_words(const struct audit_data *data, const struct audit_set *set)
{
    json_t *all = json_array();
    for (int i = 0; i < HOSTINGS; i++) {
        json_int_t count = (json_int_t)count_hosted(data, set, i);
        if (count)
            json_array_append_new(all, json_pack("{s:s,s:I}", "name", hostings[i], "count", count));
    }
    return all;
}

/* ---- use ---- */

static const char *const told[] = {"users_total", "users_active_month", "users_active_halfyear"};
enum { TOLD = sizeof told / sizeof *told };

struct use {
    json_int_t services, tell[TOLD], sum[TOLD];
};

static void add_row(const struct audit_table *table, size_t row, struct use *use)
{
    use->services++;
    for (int i = 0; i < TOLD; i++) {
        int64_t number = audit_table_number(table, row, told[i]);
        use->tell[i] += number >= 0;
        use->sum[i] += number >= 0 ? number : 0;
    }
}

/* "2025-03" is month 3. */
static int month_of(const struct audit_table *table, size_t row)
{
    const char *text = audit_table_text(table, row, "month");
    return strlen(text) == 7 ? atoi(text + 5) : 0;
}

/* The row of the service with the last of all months; SIZE_MAX = it has none. */
static void find_newest(struct audit_data *data, size_t *newest)
{
    const struct audit_table *table = &data->usage;
    size_t cursor = 0;
    for (size_t i = 0; i < data->service_count; i++)
        newest[i] = SIZE_MAX;
    for (size_t i = 0; i < table->row_count; i++) {
        const struct audit_service *service = audit_data_service(data, table, i, &cursor);
        if (service && (newest[service->row] == SIZE_MAX ||
                        month_of(table, i) > month_of(table, newest[service->row])))
            newest[service->row] = i;
    }
}

static void add_newest(struct audit_data *data, const struct audit_set *set, struct use *use)
{
    size_t *newest = arena_array(data->arena, data->service_count + 1, sizeof *newest);
    find_newest(data, newest);
    for (size_t i = 0; i < set->count; i++)
        if (newest[set->services[i]->row] != SIZE_MAX)
            add_row(&data->usage, newest[set->services[i]->row], use);
}

static void add_month(struct audit_data *data, const struct audit_set *set, int month,
                      struct use *use)
{
    size_t cursor = 0;
    for (size_t i = 0; i < data->usage.row_count; i++) {
        const struct audit_service *service = audit_data_service(data, &data->usage, i, &cursor);
        if (service && month_of(&data->usage, i) == month && audit_set_has(set, service))
            add_row(&data->usage, i, use);
    }
}

json_t *audit_sum_usage(struct audit_data *data, const struct audit_set *set, int month)
{
    struct use use = {0};
    if (month)
        add_month(data, set, month, &use);
    else
        add_newest(data, set, &use);
    if (month && !use.services)
        return NULL;
    json_t *to = json_pack("{s:I,s:b}", "services", use.services, "few", use.services < AUDIT_FEW);
    for (int i = 0; i < TOLD; i++)
        json_object_set_new(to, told[i],
                            json_pack("{s:I,s:o}", "services", use.tell[i], "sum",
                                      use.tell[i] ? json_integer(use.sum[i]) : json_null()));
    return to;
}
