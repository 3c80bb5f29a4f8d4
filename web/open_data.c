#include "open_data.h"

#include "block.h"
#include "calendar.h"
#include "jot.h"
#include "macros.h"
#include "past.h"

#include <string.h>

/* Of one service on one day; the rows of `columns` are in the order of the file. */
struct row {
    const struct service *service;
    int64_t day;
    struct tally tally;
    int64_t maintenance_s, outages;
};

/* ---- columns ---- */

static void add_day(const struct row *row, struct buffer *out)
{
    struct calendar_time day = calendar_at(row->day);
    buffer_printf(out, "%04d-%02d-%02d", day.year, day.month, day.day);
}

/* A spreadsheet takes a cell that begins so for a formula, whatever it is quoted with. */
static bool is_formula(const char *text)
{
    return *text && strchr("=+-@\t\r", *text);
}

static void add_cell(const char *text, struct buffer *out)
{
    buffer_byte(out, '"');
    if (is_formula(text))
        buffer_byte(out, '\'');
    for (; *text; text++) {
        if (*text == '"')
            buffer_byte(out, '"');
        buffer_byte(out, *text);
    }
    buffer_byte(out, '"');
}

static void add_hoster(const struct row *row, struct buffer *out)
{
    add_cell(row->service->hoster->id, out);
}

static void add_service(const struct row *row, struct buffer *out)
{
    add_cell(row->service->id, out);
}

static void add_kind(const struct row *row, struct buffer *out)
{
    if (row->service->kind)
        add_cell(row->service->kind, out);
}

static void add_number(int64_t number, struct buffer *out)
{
    buffer_printf(out, "%lld", (long long)number);
}

static void add_up(const struct row *row, struct buffer *out)
{
    add_number(tally_good(&row->tally), out);
}

static void add_degraded(const struct row *row, struct buffer *out)
{
    add_number(row->tally.degraded, out);
}

static void add_down(const struct row *row, struct buffer *out)
{
    add_number(row->tally.down, out);
}

static void add_unknown(const struct row *row, struct buffer *out)
{
    add_number(row->tally.unknown, out);
}

static void add_maintenance(const struct row *row, struct buffer *out)
{
    add_number(row->maintenance_s, out);
}

static void add_outages(const struct row *row, struct buffer *out)
{
    add_number(row->outages, out);
}

static const struct column {
    const char *name, *type, *description;
    void (*add)(const struct row *row, struct buffer *out);
} columns[] = {
    {"day", "date", N_("the civil day, in the collective’s time zone"), add_day},
    {"hoster_id", "string", N_("the hoster, as in the addresses of its pages"), add_hoster},
    {"service_id", "string", N_("the service, as in the address of its page"), add_service},
    {"kind", "string", N_("what kind of service it is"), add_kind},
    {"up_s", "integer", N_("seconds available, disrupted ones included"), add_up},
    {"degraded_s", "integer", N_("seconds disrupted, among those available"), add_degraded},
    {"down_s", "integer", N_("seconds unavailable"), add_down},
    {"unknown_s", "integer", N_("seconds not measured"), add_unknown},
    {"maintenance_s", "integer", N_("seconds of maintenance that was announced and counts"),
     add_maintenance},
    {"outages", "integer", N_("interruptions that began on that day"), add_outages},
};

/* ---- rows ---- */

static int64_t overlap(const struct stretch *stretch, int64_t from, int64_t to)
{
    int64_t first = stretch->from > from ? stretch->from : from;
    int64_t last = stretch->to < to ? stretch->to : to;
    return last > first ? last - first : 0;
}

static void write_row(const struct row *row, struct buffer *out)
{
    for (size_t i = 0; i < ARRAY_LEN(columns); i++) {
        if (i)
            buffer_byte(out, ',');
        columns[i].add(row, out);
    }
    buffer_text_add(out, "\r\n");
}

static int64_t outages_on(const struct past *past, int64_t from, int64_t to)
{
    int64_t count = 0;
    for (size_t i = 0; i < past->outage_count; i++)
        count += past->outages[i].from >= from && past->outages[i].from < to;
    return count;
}

static void write_service(const struct page *page, const struct service *service,
                          struct buffer *out)
{
    const struct history *history = page->history;
    int64_t today = calendar_day(page->now), first = calendar_day_after(today, -OPEN_DATA_DAYS);
    struct arena arena = {0};
    struct past past = past_of(page, service, first, &arena);
    const struct stretch *counted;
    size_t count = history->counted(history->owner, service->key, first, today, &arena, &counted),
           span = 0;
    int64_t day = past.begin > first ? calendar_day(past.begin) : first;
    for (int64_t next; past.begin && day < today; day = next) {
        struct row row = {.service = service, .day = day};
        next = calendar_day_after(day, 1);
        while (span < past.span_count && past.spans[span].to <= day)
            span++;
        row.tally = tally_of(past.spans + span, past.span_count - span, day, next);
        row.outages = outages_on(&past, day, next);
        for (size_t i = 0; i < count; i++)
            row.maintenance_s += overlap(&counted[i], day, next);
        write_row(&row, out);
    }
    arena_free(&arena);
}

void open_data_hoster(const struct page *page, struct output_subject subject, struct buffer *out)
{
    const struct hoster *hoster = subject.hoster;
    for (size_t i = 0; i < ARRAY_LEN(columns); i++)
        buffer_printf(out, "%s%s", i ? "," : "", columns[i].name);
    buffer_text_add(out, "\r\n");
    for (size_t i = 0; i < hoster->service_count; i++)
        write_service(page, &hoster->services[i], out);
}

/* ---- the package ---- */

static void write_resource(const struct hoster *hoster, struct buffer *out)
{
    struct arena arena = {0};
    jot_open(out, NULL, '{');
    jot_text(out, "$schema", "https://datapackage.org/profiles/2.0/dataresource.json");
    jot_text(out, "name", hoster->id);
    jot_text(out, "type", "table");
    jot_text(out, "path", arena_printf(&arena, "%s.csv", hoster->id));
    jot_text(out, "format", "csv");
    jot_text(out, "mediatype", "text/csv");
    jot_text(out, "encoding", "utf-8");
    jot_text(out, "schema", "schema.json");
    jot_close(out, '}');
    arena_free(&arena);
}

static void write_licence(struct buffer *out)
{
    jot_open(out, "licenses", '[');
    jot_open(out, NULL, '{');
    jot_text(out, "name", "etalab-2.0");
    jot_text(out, "title", "Licence Ouverte 2.0");
    jot_text(out, "path", "https://www.etalab.gouv.fr/licence-ouverte-open-licence/");
    jot_close(out, '}');
    jot_close(out, ']');
}

static void write_publisher(const struct collective *collective, struct buffer *out)
{
    jot_open(out, "contributors", '[');
    jot_open(out, NULL, '{');
    jot_text(out, "title", collective->name);
    jot_open(out, "roles", '[');
    jot_text(out, NULL, "publisher");
    jot_close(out, ']');
    jot_close(out, '}');
    jot_close(out, ']');
}

void open_data_package(const struct page *page, struct output_subject subject, struct buffer *out)
{
    const struct collective *collective = page->collective;
    struct sheet sheet;
    (void)subject;
    sheet_open(&sheet, page, out, "", "");
    jot_open(out, NULL, '{');
    jot_text(out, "$schema", "https://datapackage.org/profiles/2.0/datapackage.json");
    jot_text(out, "name", "availability");
    jot_text(out, "title",
             sheet_text(&sheet, N_("Availability of the services of {name}, day by day"),
                        VALUES(word_plain("name", collective->name))));
    jot_text(out, "description",
             sheet_text(&sheet, N_("Measured from outside. Times are in seconds."), NULL));
    if (collective->website && html_is_web_address(collective->website))
        jot_text(out, "homepage", collective->website);
    write_licence(out);
    write_publisher(collective, out);
    jot_open(out, "resources", '[');
    for (size_t i = 0; i < collective->hoster_count; i++)
        write_resource(&collective->hosters[i], out);
    jot_close(out, ']');
    jot_close(out, '}');
    buffer_byte(out, '\n');
    sheet_close(&sheet);
}

static void write_column(struct sheet *sheet, const struct column *column)
{
    struct buffer *out = sheet->out;
    jot_open(out, NULL, '{');
    jot_text(out, "name", column->name);
    jot_text(out, "type", column->type);
    jot_text(out, "description", sheet_text(sheet, column->description, NULL));
    jot_open(out, "constraints", '{');
    if (strcmp(column->type, "integer") == 0)
        jot_number(out, "minimum", 0);
    if (strcmp(column->name, "kind") != 0)
        jot_bool(out, "required", true);
    jot_close(out, '}');
    jot_close(out, '}');
}

void open_data_schema(const struct page *page, struct output_subject subject, struct buffer *out)
{
    static const char *const keys[] = {"day", "hoster_id", "service_id"};
    struct sheet sheet;
    (void)subject;
    sheet_open(&sheet, page, out, "", "");
    jot_open(out, NULL, '{');
    jot_text(out, "$schema", "https://datapackage.org/profiles/2.0/tableschema.json");
    jot_open(out, "fields", '[');
    for (size_t i = 0; i < ARRAY_LEN(columns); i++)
        write_column(&sheet, &columns[i]);
    jot_close(out, ']');
    jot_open(out, "primaryKey", '[');
    for (size_t i = 0; i < ARRAY_LEN(keys); i++)
        jot_text(out, NULL, keys[i]);
    jot_close(out, ']');
    jot_open(out, "missingValues", '[');
    jot_text(out, NULL, "");
    jot_close(out, ']');
    jot_close(out, '}');
    buffer_byte(out, '\n');
    sheet_close(&sheet);
}
