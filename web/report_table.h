/* The tables that are published with a yearly report, in CSV: the facts as rows, from which alone every figure of the report
 * can be made again. What their columns are is one list each, for the files and for those who describe them. Pure. */
#ifndef VIBRISSE_REPORT_TABLE_H
#define VIBRISSE_REPORT_TABLE_H

#include "buffer.h"
#include "report.h"

#include <stdbool.h>
#include <stddef.h>

struct report_column {
    const char *name;
    const char *type; /* of Table Schema: "string", "integer", "number", "datetime", "boolean" */
    bool optional;    /* may be empty */
    const char *description; /* N_() */
};

enum report_head { /* first columns, which open tables of the site have, too */
                   REPORT_HEAD_NONE,
                   REPORT_HEAD_YEARLY, /* see open_table.h */
                   REPORT_HEAD_USAGE   /* see open_usage.h */
};

struct report_table {
    const char *name;  /* "outages": outages-2025.csv */
    const char *about; /* N_() */
    enum report_head head;
    const struct report_column *columns;
    size_t column_count;
    void (*rows)(const struct report *report, struct buffer *out);
};

const struct report_table *report_tables(size_t *ret_count);
/* The head and all rows. */
void report_table_write(const struct report_table *table, const struct report *report,
                        struct buffer *out);

#endif
