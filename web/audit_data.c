#include "audit_data.h"

#include "stamp.h"
#include "text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void audit_data_tell(struct audit_data *data, const char *format, ...)
{
    char sentence[512];
    va_list list;
    va_start(list, format);
    vsnprintf(sentence, sizeof sentence, format, list);
    va_end(list);
    data->tell(data->owner, sentence);
    data->differences++;
}

/* ---- reading ---- */

static int read_table(const struct audit_text *tables, size_t count, const char *name,
                      struct arena *arena, struct audit_table *ret, struct fault *fault)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(tables[i].name, name) == 0)
            return audit_table_read(name, tables[i].bytes, tables[i].length, arena, ret, fault);
    return fault_set(fault, "the table %s is missing", name);
}

static int read_tables(const struct audit_text *tables, size_t count, struct audit_data *ret,
                       struct fault *fault)
{
    struct {
        const char *name;
        struct audit_table *to;
    } const all[] = {
        {"hosters", &ret->hosters},
        {"services", &ret->services},
        {"stretches", &ret->stretches},
        {"outages", &ret->outages},
        {"maintenance", &ret->maintenance},
        {"announced", &ret->announced},
        {"answers", &ret->answers},
        {"certificates", &ret->certificates},
        {"movements", &ret->movements},
        {"sights", &ret->sights},
        {"usage", &ret->usage},
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (read_table(tables, count, all[i].name, ret->arena, all[i].to, fault))
            return -1;
    return 0;
}

static int64_t time_of(const json_t *report, const char *key)
{
    struct wall time;
    const char *text = json_string_value(json_object_get(report, key));
    return text && stamp_parse(text, &time) ? wall_seconds(time) : 0;
}

/* ---- services ---- */

static bool is_about(const struct audit_service *service, const struct audit_table *table,
                     size_t row)
{
    return strcmp(service->id, audit_table_text(table, row, "service_id")) == 0 &&
           strcmp(service->hoster, audit_table_text(table, row, "hoster_id")) == 0;
}

struct audit_service *audit_data_service(struct audit_data *data, const struct audit_table *table,
                                         size_t row, size_t *cursor)
{
    for (size_t i = 0; i < data->service_count; i++) {
        size_t place = (*cursor + i) % data->service_count;
        if (is_about(&data->service[place], table, row)) {
            *cursor = place;
            return &data->service[place];
        }
    }
    audit_data_tell(data, "%s, row %zu: there is no service %s/%s in the table services",
                    table->name, row + 1, audit_table_text(table, row, "hoster_id"),
                    audit_table_text(table, row, "service_id"));
    return NULL;
}

static size_t hoster_row(struct audit_data *data, const char *hoster)
{
    size_t row = 0;
    while (row < data->hosters.row_count &&
           strcmp(audit_table_text(&data->hosters, row, "hoster_id"), hoster) != 0)
        row++;
    if (row == data->hosters.row_count)
        audit_data_tell(data, "services: there is no hoster %s in the table hosters", hoster);
    return row;
}

static void take_services(struct audit_data *data)
{
    const struct audit_table *table = &data->services;
    data->service_count = table->row_count;
    data->service = arena_array(data->arena, table->row_count + 1, sizeof *data->service);
    for (size_t i = 0; i < table->row_count; i++) {
        const char *hoster = audit_table_text(table, i, "hoster_id");
        data->service[i] = (struct audit_service){
            .hoster = hoster,
            .id = audit_table_text(table, i, "service_id"),
            .counted = audit_table_bool(table, i, "counted"),
            .from = audit_table_time(table, i, "from"),
            .to = audit_table_time(table, i, "to"),
            .row = i,
            .hoster_row = hoster_row(data, hoster),
        };
    }
}

/* ---- what belongs to them ---- */

/* Room for what a table tells of each service. */
static void make_room(struct audit_data *data, const struct audit_table *table, bool stretches)
{
    size_t cursor = 0;
    size_t *counts = arena_array(data->arena, data->service_count + 1, sizeof *counts);
    for (size_t i = 0; i < table->row_count; i++) {
        const struct audit_service *service = audit_data_service(data, table, i, &cursor);
        if (service)
            counts[service->row]++;
    }
    for (size_t i = 0; i < data->service_count; i++) {
        struct audit_service *service = &data->service[i];
        if (stretches)
            service->stretches =
                arena_array(data->arena, counts[i] + 1, sizeof *service->stretches);
        else
            service->maintenance =
                arena_array(data->arena, counts[i] + 1, sizeof *service->maintenance);
    }
}

static char state_of(const char *name)
{
    return strcmp(name, "up") == 0         ? 'u'
           : strcmp(name, "degraded") == 0 ? 'd'
           : strcmp(name, "down") == 0     ? 'x'
                                           : '?';
}

static void take_stretches(struct audit_data *data)
{
    const struct audit_table *table = &data->stretches;
    size_t cursor = 0;
    make_room(data, table, true);
    for (size_t i = 0; i < table->row_count; i++) {
        struct audit_service *service = audit_data_service(data, table, i, &cursor);
        if (!service)
            continue;
        struct audit_stretch *to = &service->stretches[service->stretch_count++];
        *to = (struct audit_stretch){
            audit_table_time(table, i, "from"), audit_table_time(table, i, "to"),
            audit_table_time(table, i, "before"), state_of(audit_table_text(table, i, "state"))};
        if (to->from >= to->to || (service->stretch_count > 1 && to->from < to[-1].to))
            audit_data_tell(data, "stretches, row %zu: the stretches of %s/%s are not in order",
                            i + 1, service->hoster, service->id);
    }
}

static void take_maintenance(struct audit_data *data)
{
    const struct audit_table *table = &data->maintenance;
    size_t cursor = 0;
    make_room(data, table, false);
    for (size_t i = 0; i < table->row_count; i++) {
        struct audit_service *service = audit_data_service(data, table, i, &cursor);
        if (service)
            service->maintenance[service->maintenance_count++] = (struct audit_span){
                audit_table_time(table, i, "from"), audit_table_time(table, i, "to")};
    }
}

/* ---- outages ---- */

/* Out of the stretches, never out of the table of outages: that one says only what people said of them. */
static void find_outages(struct audit_data *data, struct audit_service *service)
{
    service->outages =
        arena_array(data->arena, service->stretch_count + 1, sizeof *service->outages);
    for (size_t i = 0; i < service->stretch_count; i++) {
        const struct audit_stretch *stretch = &service->stretches[i];
        if (stretch->state != 'x')
            continue;
        struct audit_outage *last =
            service->outage_count ? &service->outages[service->outage_count - 1] : NULL;
        bool over = i + 1 < service->stretch_count;
        if (last && last->to == stretch->from)
            *last = (struct audit_outage){last->from, stretch->to, over, SIZE_MAX};
        else
            service->outages[service->outage_count++] =
                (struct audit_outage){stretch->from, stretch->to, over, SIZE_MAX};
    }
}

static bool touches(const struct audit_outage *outage, const struct audit_service *service)
{
    return outage->to > service->from && outage->from < service->to;
}

static void match_outage(struct audit_data *data, struct audit_service *service, size_t row)
{
    int64_t from = audit_table_time(&data->outages, row, "from"),
            to = audit_table_time(&data->outages, row, "to");
    for (size_t i = 0; i < service->outage_count; i++) {
        struct audit_outage *outage = &service->outages[i];
        if (outage->from != from || outage->to != to || !touches(outage, service))
            continue;
        if (outage->over != audit_table_bool(&data->outages, row, "over"))
            audit_data_tell(data, "outages, row %zu: `over` is not what the stretches say",
                            row + 1);
        outage->row = row;
        return;
    }
    audit_data_tell(data, "outages, row %zu: the stretches of %s/%s have no such interruption",
                    row + 1, service->hoster, service->id);
}

static void match_outages(struct audit_data *data)
{
    size_t cursor = 0;
    for (size_t i = 0; i < data->outages.row_count; i++) {
        struct audit_service *service = audit_data_service(data, &data->outages, i, &cursor);
        if (service)
            match_outage(data, service, i);
    }
    for (size_t i = 0; i < data->service_count; i++)
        for (size_t j = 0; j < data->service[i].outage_count; j++)
            if (data->service[i].outages[j].row == SIZE_MAX &&
                touches(&data->service[i].outages[j], &data->service[i]))
                audit_data_tell(
                    data, "outages: an interruption of %s/%s that the stretches have is missing",
                    data->service[i].hoster, data->service[i].id);
}

int audit_data_read(const struct audit_text *tables, size_t count, const json_t *report,
                    struct audit_data *ret, struct fault *fault)
{
    if (read_tables(tables, count, ret, fault))
        return -1;
    ret->from = time_of(report, "from");
    ret->to = time_of(report, "to");
    ret->end = time_of(report, "year_ends");
    ret->incident_after_s = json_integer_value(json_object_get(report, "incident_after_s"));
    json_int_t year = json_integer_value(json_object_get(report, "year"));
    if (year < 1971 || year > 9999 || ret->from >= ret->to || ret->to > ret->end)
        return fault_set(fault, "the report tells of no period");
    take_services(ret);
    take_stretches(ret);
    take_maintenance(ret);
    for (size_t i = 0; i < ret->service_count; i++)
        find_outages(ret, &ret->service[i]);
    match_outages(ret);
    return 0;
}
