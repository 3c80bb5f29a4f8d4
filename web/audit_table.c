#include "audit_table.h"

#include "mem.h"
#include "stamp.h"

#include <stdlib.h>
#include <string.h>

struct reader {
    const char *at, *end;
    const char **cells;
    size_t count, capacity;
    struct arena *arena;
};

/* What was neutralised for spreadsheets is as it was. */
static const char *without_apostrophe(const char *text)
{
    return text[0] == '\'' && text[1] && strchr("=+-@\t\r", text[1]) ? text + 1 : text;
}

/* From behind the first quotation mark to behind the last one; a doubled one is one of the text. */
static const char *read_quoted(struct reader *reader)
{
    const char *begin = ++reader->at;
    while (reader->at < reader->end &&
           !(*reader->at == '"' && (reader->at + 1 == reader->end || reader->at[1] != '"')))
        reader->at += *reader->at == '"' ? 2 : 1;
    size_t length = (size_t)(reader->at - begin), used = 0;
    char *text = arena_bytes(reader->arena, begin, length);
    for (size_t i = 0; i < length; i++) {
        text[used++] = text[i];
        i += text[i] == '"';
    }
    text[used] = '\0';
    reader->at += reader->at < reader->end;
    return without_apostrophe(text);
}

static const char *read_plain(struct reader *reader)
{
    const char *begin = reader->at;
    while (reader->at < reader->end && !strchr(",\r\n", *reader->at))
        reader->at++;
    return arena_bytes(reader->arena, begin, (size_t)(reader->at - begin));
}

static void add_cell(struct reader *reader)
{
    void *cells = reader->cells;
    mem_grow(&cells, &reader->capacity, reader->count + 1, sizeof *reader->cells);
    reader->cells = cells;
    bool quoted = reader->at < reader->end && *reader->at == '"';
    reader->cells[reader->count++] = quoted ? read_quoted(reader) : read_plain(reader);
}

/* How many cells the line had. */
static size_t read_line(struct reader *reader)
{
    size_t before = reader->count;
    add_cell(reader);
    while (reader->at < reader->end && *reader->at == ',') {
        reader->at++;
        add_cell(reader);
    }
    while (reader->at < reader->end && strchr("\r\n", *reader->at))
        reader->at++;
    return reader->count - before;
}

static int read_rows(struct reader *reader, struct audit_table *ret, struct fault *fault)
{
    ret->column_count = read_line(reader);
    if (ret->column_count > AUDIT_COLUMNS_MOST)
        return fault_set(fault, "the table %s has more than %d columns", ret->name,
                         AUDIT_COLUMNS_MOST);
    for (size_t i = 0; i < ret->column_count; i++)
        ret->columns[i] = reader->cells[i];
    for (; reader->at < reader->end; ret->row_count++)
        if (read_line(reader) != ret->column_count)
            return fault_set(fault,
                             "row %zu of the table %s has another number of cells than its head",
                             ret->row_count + 1, ret->name);
    return 0;
}

int audit_table_read(const char *name, const char *bytes, size_t length, struct arena *arena,
                     struct audit_table *ret, struct fault *fault)
{
    struct reader reader = {.at = bytes, .end = bytes + length, .arena = arena};
    *ret = (struct audit_table){.name = name};
    int rc = read_rows(&reader, ret, fault);
    size_t count = ret->column_count * ret->row_count;
    const char **cells = arena_array(arena, count + 1, sizeof *cells);
    if (rc == 0 && count)
        memcpy(cells, reader.cells + ret->column_count, count * sizeof *cells);
    ret->cells = cells;
    free(reader.cells);
    return rc;
}

int audit_table_column(const struct audit_table *table, const char *column)
{
    for (size_t i = 0; i < table->column_count; i++)
        if (strcmp(table->columns[i], column) == 0)
            return (int)i;
    return -1;
}

const char *audit_table_text(const struct audit_table *table, size_t row, const char *column)
{
    int number = audit_table_column(table, column);
    return number < 0 ? "" : table->cells[row * table->column_count + (size_t)number];
}

bool audit_table_bool(const struct audit_table *table, size_t row, const char *column)
{
    return strcmp(audit_table_text(table, row, column), "true") == 0;
}

int64_t audit_table_number(const struct audit_table *table, size_t row, const char *column)
{
    const char *text = audit_table_text(table, row, column);
    return *text && text[strspn(text, "0123456789")] == '\0' && strlen(text) < 19
               ? strtoll(text, NULL, 10)
               : -1;
}

int64_t audit_table_time(const struct audit_table *table, size_t row, const char *column)
{
    struct wall time;
    const char *text = audit_table_text(table, row, column);
    return *text && stamp_parse(text, &time) ? wall_seconds(time) : 0;
}
