#include "open_usage.h"

#include "calendar.h"
#include "cell.h"
#include "jot.h"
#include "macros.h"

enum { KEY_COLUMNS = 3 }; /* the first ones */

/* In the order of open_usage_row(). */
static const struct open_field fields[] = {
    {.name = "month",
     .type = "yearmonth",
     .description = N_("the civil month, in the collective’s time zone")},
    {.name = "hoster_id",
     .type = "string",
     .description = N_("the hoster, as in the addresses of its pages")},
    {.name = "service_id",
     .type = "string",
     .description = N_("the service, as in the address of its page")},
    {.name = "source",
     .type = "string",
     .description = N_("where its software says it: “nodeinfo”, its NodeInfo document")},
    {.name = "read",
     .type = "datetime",
     .description = N_("when it was read last in that month: the row is of that reading")},
    {.name = "users_total",
     .type = "integer",
     .description = N_("accounts"),
     .natural = true,
     .optional = true},
    {.name = "users_active_month",
     .type = "integer",
     .description = N_("accounts in use within the last thirty days"),
     .natural = true,
     .optional = true},
    {.name = "users_active_halfyear",
     .type = "integer",
     .description = N_("accounts in use within the last 180 days"),
     .natural = true,
     .optional = true},
    {.name = "local_posts",
     .type = "integer",
     .description = N_("what was published there, since it opened"),
     .natural = true,
     .optional = true},
};

const struct open_field *open_usage_fields(size_t *ret_count)
{
    *ret_count = ARRAY_LEN(fields);
    return fields;
}

/* ---- the table ---- */

static void write_count(struct buffer *out, int64_t count)
{
    if (count == USERS_UNKNOWN)
        cell_empty(out);
    else
        cell_number(out, count);
}

void open_usage_row(const struct service *service, const struct usage *usage, struct buffer *out)
{
    struct calendar_time month = calendar_at(usage->month);
    cell_number(out, month.year);
    buffer_byte(out, '-');
    cell_digits(out, month.month, 2);
    cell_text(out, service->hoster->id);
    cell_text(out, service->id);
    cell_word(out, "nodeinfo");
    cell_time(out, usage->at);
    write_count(out, usage->users.total);
    write_count(out, usage->users.month);
    write_count(out, usage->users.halfyear);
    write_count(out, usage->users.posts);
    cell_end(out);
}

static void write_service(const struct page *page, const struct service *service,
                          struct buffer *out)
{
    const struct history *history = page->history;
    struct arena arena = {0};
    const struct usage *months;
    size_t count =
        history->usage ? history->usage(history->owner, service->key, &arena, &months) : 0;
    for (size_t i = 0; i < count; i++)
        open_usage_row(service, &months[i], out);
    arena_free(&arena);
}

void open_usage_names(struct buffer *out)
{
    for (size_t i = 0; i < ARRAY_LEN(fields); i++)
        cell_word(out, fields[i].name);
}

void open_usage_table(const struct page *page, struct output_subject subject, struct buffer *out)
{
    open_usage_names(out);
    cell_end(out);
    for (size_t i = 0; i < subject.hoster->service_count; i++)
        write_service(page, &subject.hoster->services[i], out);
}

/* ---- the schema ---- */

void open_usage_describe(struct sheet *sheet)
{
    for (size_t i = 0; i < ARRAY_LEN(fields); i++) {
        struct open_field field = fields[i];
        field.description = sheet_text(sheet, field.description, NULL);
        open_package_field(&field, sheet->out);
    }
}

void open_usage_schema(const struct page *page, struct output_subject subject, struct buffer *out)
{
    struct sheet sheet;
    (void)subject;
    sheet_open(&sheet, page, out, "", "");
    open_package_schema_open(out);
    open_usage_describe(&sheet);
    jot_close(out, ']');
    jot_open(out, "primaryKey", '[');
    for (size_t i = 0; i < KEY_COLUMNS; i++)
        jot_text(out, NULL, fields[i].name);
    open_package_schema_close(out);
    sheet_close(&sheet);
}
