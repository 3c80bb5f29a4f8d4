/* A CSV table (RFC 4180) read as cells, by the names in its first line. Internal to audit*.c. Pure. */
#ifndef VIBRISSE_AUDIT_TABLE_H
#define VIBRISSE_AUDIT_TABLE_H

#include "arena.h"
#include "fault.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { AUDIT_COLUMNS_MOST = 64 };

struct audit_table {
    const char *name;
    const char *const *
        cells; /* rows after rows, without the names; texts without quotation marks, and without the
                                 apostrophe that neutralises a formula */
    const char *columns[AUDIT_COLUMNS_MOST];
    size_t column_count, row_count;
};

/* -1 and a sentence. All of it lives in the arena. */
int audit_table_read(const char *name, const char *bytes, size_t length, struct arena *arena,
                     struct audit_table *ret, struct fault *fault);

/* The column's number, or -1. */
int audit_table_column(const struct audit_table *table, const char *column);
/* "" where there is no such column. */
const char *audit_table_text(const struct audit_table *table, size_t row, const char *column);
bool audit_table_bool(const struct audit_table *table, size_t row, const char *column);
int64_t audit_table_number(const struct audit_table *table, size_t row,
                           const char *column); /* -1 = empty, or none */
int64_t audit_table_time(const struct audit_table *table, size_t row,
                         const char *column); /* s; 0 = empty, or none */

#endif
