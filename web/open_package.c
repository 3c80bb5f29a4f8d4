#include "open_package.h"

#include "block.h"
#include "jot.h"
#include "macros.h"

static const struct place {
    const char *table, *schema; /* below /data/ */
    const char *suffix;         /* of the name of a resource */
} places[] = {
    [OPEN_DAILY] = {"{key}.csv", "schema.json", ""},
    [OPEN_MONTHLY] = {"monthly/{key}.csv", "monthly/schema.json", ".monthly"},
    [OPEN_YEARLY] = {"yearly/{key}.csv", "yearly/schema.json", ".yearly"},
    {"usage/{key}.csv", "usage/schema.json", ".usage"},
};

const char *open_package_table(enum open_grain grain)
{
    return places[grain].table;
}

/* ---- the package ---- */

static void write_resource(const struct hoster *hoster, const struct place *place,
                           struct buffer *out)
{
    struct arena arena = {0};
    jot_open(out, NULL, '{');
    jot_text(out, "$schema", "https://datapackage.org/profiles/2.0/dataresource.json");
    jot_text(out, "name", arena_printf(&arena, "%s%s", hoster->id, place->suffix));
    jot_text(out, "type", "table");
    jot_text(out, "path",
             words_format(&arena, place->table, VALUES(word_plain("key", hoster->id))));
    jot_text(out, "format", "csv");
    jot_text(out, "mediatype", "text/csv");
    jot_text(out, "encoding", "utf-8");
    jot_text(out, "schema", place->schema);
    jot_close(out, '}');
    arena_free(&arena);
}

static void write_licence(struct buffer *out)
{
    jot_open(out, "licenses", '[');
    jot_open(out, NULL, '{');
    jot_text(out, "name", "etalab-2.0");
    jot_text(out, "title", OPEN_PACKAGE_LICENCE_NAME);
    jot_text(out, "path", OPEN_PACKAGE_LICENCE_URL);
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

static void write_source(struct sheet *sheet)
{
    struct buffer *out = sheet->out;
    jot_open(out, "sources", '[');
    jot_open(out, NULL, '{');
    jot_text(out, "title",
             sheet_text(sheet, N_("Measurements by vibrisse from {vantage}"),
                        VALUES(word_plain("vantage", sheet->page->collective->vantage))));
    if (*sheet->root)
        jot_text(out, "path",
                 arena_printf(&sheet->arena, "%s%s/method/", sheet->root, sheet->words.language));
    jot_close(out, '}');
    jot_close(out, ']');
}

void open_package_head(struct sheet *sheet, const char *name, const char *title,
                       const char *description)
{
    struct buffer *out = sheet->out;
    const struct collective *collective = sheet->page->collective;
    jot_text(out, "$schema", "https://datapackage.org/profiles/2.0/datapackage.json");
    jot_text(out, "name", name);
    jot_text(out, "title", title);
    jot_text(out, "description", description);
    if (collective->website && html_is_web_address(collective->website))
        jot_text(out, "homepage", collective->website);
    write_licence(out);
    write_publisher(collective, out);
    write_source(sheet);
}

static void write_resources(const struct collective *collective, struct buffer *out)
{
    jot_open(out, "resources", '[');
    for (size_t i = 0; i < collective->hoster_count; i++)
        for (size_t p = 0; p < ARRAY_LEN(places); p++)
            write_resource(&collective->hosters[i], &places[p], out);
    jot_close(out, ']');
}

void open_package_write(const struct page *page, struct output_subject subject, struct buffer *out)
{
    const struct collective *collective = page->collective;
    struct sheet sheet;
    (void)subject;
    sheet_open(&sheet, page, out, collective->address ? collective->address : "", "");
    jot_open(out, NULL, '{');
    open_package_head(
        &sheet, "availability",
        sheet_text(&sheet, N_("Availability of the services of {name}"),
                   VALUES(word_plain("name", collective->name))),
        sheet_text(&sheet,
                   N_("Measured from outside, by day, month and year. Times are in seconds."),
                   NULL));
    write_resources(collective, out);
    jot_close(out, '}');
    buffer_byte(out, '\n');
    sheet_close(&sheet);
}

/* ---- the schemas ---- */

static const char *type_of(const struct open_column *column, enum open_grain grain)
{
    static const char *const periods[OPEN_GRAINS] = {
        [OPEN_DAILY] = "date", [OPEN_MONTHLY] = "yearmonth", [OPEN_YEARLY] = "year"};
    static const char *const types[] = {[OPEN_TEXT] = "string",
                                        [OPEN_TIME] = "datetime",
                                        [OPEN_NUMBER] = "integer",
                                        [OPEN_SHARE] = "number"};
    return column->type == OPEN_PERIOD ? periods[grain] : types[column->type];
}

void open_package_field(const struct open_field *field, struct buffer *out)
{
    jot_open(out, NULL, '{');
    jot_text(out, "name", field->name);
    jot_text(out, "type", field->type);
    jot_text(out, "description", field->description);
    jot_open(out, "constraints", '{');
    if (field->natural)
        jot_number(out, "minimum", 0);
    if (field->share)
        jot_number(out, "maximum", 1);
    if (!field->optional)
        jot_bool(out, "required", true);
    jot_close(out, '}');
    jot_close(out, '}');
}

void open_package_fields(struct sheet *sheet, enum open_grain grain)
{
    size_t count;
    const struct open_column *columns = open_table_columns(&count);
    for (size_t i = 0; i < count; i++) {
        if (!open_table_has(&columns[i], grain))
            continue;
        struct open_field field = {
            .name = open_table_name(&columns[i], grain),
            .type = type_of(&columns[i], grain),
            .description = sheet_text(sheet, columns[i].description, NULL),
            .natural = columns[i].type == OPEN_NUMBER || columns[i].type == OPEN_SHARE,
            .share = columns[i].type == OPEN_SHARE,
            .optional = columns[i].optional,
        };
        open_package_field(&field, sheet->out);
    }
}

static void write_key(enum open_grain grain, struct buffer *out)
{
    size_t count;
    const struct open_column *columns = open_table_columns(&count);
    jot_open(out, "primaryKey", '[');
    for (size_t i = 0; i < count; i++)
        if (columns[i].type == OPEN_PERIOD ||
            (columns[i].type == OPEN_TEXT && !columns[i].optional))
            jot_text(out, NULL, open_table_name(&columns[i], grain));
}

void open_package_schema_open(struct buffer *out)
{
    jot_open(out, NULL, '{');
    jot_text(out, "$schema", "https://datapackage.org/profiles/2.0/tableschema.json");
    jot_open(out, "fields", '[');
}

void open_package_schema_close(struct buffer *out)
{
    jot_close(out, ']');
    jot_open(out, "missingValues", '[');
    jot_text(out, NULL, "");
    jot_close(out, ']');
    jot_close(out, '}');
    buffer_byte(out, '\n');
}

static void write_schema(const struct page *page, enum open_grain grain, struct buffer *out)
{
    struct sheet sheet;
    sheet_open(&sheet, page, out, "", "");
    open_package_schema_open(out);
    open_package_fields(&sheet, grain);
    jot_close(out, ']');
    write_key(grain, out);
    open_package_schema_close(out);
    sheet_close(&sheet);
}

void open_package_daily(const struct page *page, struct output_subject subject, struct buffer *out)
{
    (void)subject;
    write_schema(page, OPEN_DAILY, out);
}

void open_package_monthly(const struct page *page, struct output_subject subject,
                          struct buffer *out)
{
    (void)subject;
    write_schema(page, OPEN_MONTHLY, out);
}

void open_package_yearly(const struct page *page, struct output_subject subject, struct buffer *out)
{
    (void)subject;
    write_schema(page, OPEN_YEARLY, out);
}
