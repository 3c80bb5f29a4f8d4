#include "report_package.h"

#include "jot.h"
#include "macros.h"
#include "open_package.h"
#include "open_usage.h"

#include <string.h>

static void write_fields(struct sheet *sheet, const struct report_table *table)
{
    if (table->head == REPORT_HEAD_YEARLY)
        open_package_fields(sheet, OPEN_YEARLY);
    if (table->head == REPORT_HEAD_USAGE)
        open_usage_describe(sheet);
    for (size_t i = 0; i < table->column_count; i++) {
        const struct report_column *column = &table->columns[i];
        struct open_field field = {
            .name = column->name,
            .type = column->type,
            .description = sheet_text(sheet, column->description, NULL),
            .natural = strcmp(column->type, "integer") == 0 || strcmp(column->type, "number") == 0,
            .optional = column->optional,
        };
        open_package_field(&field, sheet->out);
    }
}

static void write_table(struct sheet *sheet, const struct report_table *table)
{
    struct buffer *out = sheet->out;
    jot_text(out, "type", "table");
    jot_text(out, "title", sheet_text(sheet, table->about, NULL));
    jot_text(out, "format", "csv");
    jot_text(out, "mediatype", "text/csv");
    jot_open(out, "schema", '{');
    jot_text(out, "$schema", "https://datapackage.org/profiles/2.0/tableschema.json");
    jot_open(out, "fields", '[');
    write_fields(sheet, table);
    jot_close(out, ']');
    jot_open(out, "missingValues", '[');
    jot_text(out, NULL, "");
    jot_close(out, ']');
    jot_close(out, '}');
}

static void write_sum(struct sheet *sheet, const struct report_file *file)
{
    jot_text(sheet->out, "path", file->path);
    jot_number(sheet->out, "bytes", (int64_t)file->bytes);
    jot_text(sheet->out, "hash", arena_printf(&sheet->arena, "sha256:%s", file->sha256));
}

static void write_resource(struct sheet *sheet, const struct report_file *file)
{
    struct buffer *out = sheet->out;
    jot_open(out, NULL, '{');
    jot_text(out, "$schema", "https://datapackage.org/profiles/2.0/dataresource.json");
    jot_text(out, "name", arena_bytes(&sheet->arena, file->path, strcspn(file->path, ".")));
    write_sum(sheet, file);
    jot_text(out, "encoding", "utf-8");
    if (file->table) {
        write_table(sheet, file->table);
    } else {
        jot_text(out, "title", sheet_text(sheet, N_("every figure of the report"), NULL));
        jot_text(out, "format", "json");
        jot_text(out, "mediatype", "application/json");
    }
    jot_close(out, '}');
}

static void write_files(struct sheet *sheet, const struct report_files *files)
{
    struct buffer *out = sheet->out;
    jot_open(out, "resources", '[');
    for (size_t i = 0; i < files->data_count; i++)
        write_resource(sheet, &files->data[i]);
    jot_close(out, ']');
    jot_open(out, "pages", '[');
    for (size_t i = 0; i < files->page_count; i++) {
        jot_open(out, NULL, '{');
        write_sum(sheet, &files->pages[i]);
        jot_close(out, '}');
    }
    jot_close(out, ']');
}

/* A correction is another version. */
static void write_standing(struct sheet *sheet, const struct report_standing *standing)
{
    if (standing->comments_until)
        jot_time(sheet->out, "comments_until", standing->comments_until);
    if (standing->final)
        jot_text(sheet->out, "version",
                 arena_printf(&sheet->arena, "1.%zu", standing->correction_count));
}

void report_package_write(const struct page *page, const struct report *report,
                          const struct report_files *files, struct buffer *out)
{
    const struct collective *collective = page->collective;
    struct sheet sheet;
    sheet_open(&sheet, page, out, collective->address ? collective->address : "", "");
    struct word_value year = word_plain("year", arena_printf(&sheet.arena, "%d", report->year));
    jot_open(out, NULL, '{');
    open_package_head(
        &sheet, arena_printf(&sheet.arena, "report-%d", report->year),
        sheet_text(&sheet, N_("The services of {name} in {year}"),
                   VALUES(word_plain("name", collective->name), year)),
        sheet_text(
            &sheet,
            N_("Measured from outside. Times are in seconds. Every figure of the report can be "
               "made again from these tables."),
            NULL));
    jot_time(out, "created", report->as_of);
    write_standing(&sheet, &report->standing);
    write_files(&sheet, files);
    jot_close(out, '}');
    buffer_byte(out, '\n');
    sheet_close(&sheet);
}
