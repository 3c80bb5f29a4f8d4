/* A folder that claims to be a published report, in one text: the report's JSON in the first line, then the tables, each
 * behind a line "#NAME". */
#include "audit.h"
#include "audit_table.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

enum { NAME_SIZE = 32 };

struct folder {
    struct audit_text tables[AUDIT_TABLES_MOST];
    char names[AUDIT_TABLES_MOST][NAME_SIZE];
    size_t count;
};

/* Behind the end of the line. */
static const char *line_end(const char *at, const char *end)
{
    const char *found = memchr(at, '\n', (size_t)(end - at));
    return found ? found + 1 : end;
}

static void take_table(struct folder *folder, const char *from, const char *to)
{
    const char *rows = line_end(from, to);
    char *name = folder->names[folder->count];
    size_t length = (size_t)(rows - from);
    if (length > NAME_SIZE - 1)
        length = NAME_SIZE - 1;
    memcpy(name, from, length);
    name[strcspn(name, "\r\n")] = '\0';
    folder->tables[folder->count++] = (struct audit_text){name, rows, (size_t)(to - rows)};
}

static void take_tables(struct folder *folder, const char *at, const char *end)
{
    while (at < end && folder->count < AUDIT_TABLES_MOST) {
        const char *next = at;
        do
            next = line_end(next, end);
        while (next < end && *next != '#');
        take_table(folder, at + (*at == '#'), next);
        at = next;
    }
}

static void read_alone(const struct audit_text *text)
{
    struct arena arena = {0};
    struct audit_table table;
    struct fault fault;
    if (audit_table_read(text->name, text->bytes, text->length, &arena, &table, &fault) == 0) {
        for (size_t i = 0; i < table.row_count * table.column_count; i++)
            assert(strlen(table.cells[i]) <= text->length);
        for (size_t i = 0; i < table.column_count; i++)
            assert(audit_table_column(&table, table.columns[i]) >= 0);
    }
    arena_free(&arena);
}

static void count_sentence(void *owner, const char *sentence)
{
    assert(*sentence);
    ++*(int *)owner;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    const char *at = (const char *)bytes, *end = at + length;
    struct folder folder = {0};
    struct fault fault;
    int told = 0;
    if (!length)
        return 0;
    const char *tables = line_end(at, end);
    json_t *report = json_loadb(at, (size_t)(tables - at), JSON_REJECT_DUPLICATES, NULL);
    take_tables(&folder, tables, end);
    for (size_t i = 0; i < folder.count; i++)
        read_alone(&folder.tables[i]);
    int differences =
        audit_report(folder.tables, folder.count, report, count_sentence, &told, &fault);
    assert(differences == (differences < 0 ? -1 : told));
    json_decref(report);
    return 0;
}
