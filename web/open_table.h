/* A table of open data: one row for each service and period, in CSV (RFC 4180, UTF-8, comma, dates of ISO 8601, whole
 * seconds). What its columns are is one list, for the files and for those who describe them. Pure. */
#ifndef VIBRISSE_OPEN_TABLE_H
#define VIBRISSE_OPEN_TABLE_H

#include "availability.h"
#include "buffer.h"
#include "collective.h"

#include <stdbool.h>
#include <stddef.h>

enum open_grain { OPEN_DAILY, OPEN_MONTHLY, OPEN_YEARLY, OPEN_GRAINS };

struct open_row {
    const struct service *service;
    int64_t label; /* a second of the civil day, month or year */
    struct availability figures;
};

struct open_column {
    const char *name, *description; /* N_() */
    enum open_type {
        OPEN_PERIOD, /* what the row is about: a date, a month, a year */
        OPEN_TEXT,
        OPEN_TIME,   /* RFC 3339, UTC */
        OPEN_NUMBER, /* whole, not negative */
        OPEN_SHARE   /* from 0 to 1, five decimals */
    } type;
    bool optional; /* may be empty */
    bool coarse;   /* not in the daily table, where the day says it */
    const char *(*text)(const struct service *service);
    int64_t (*value)(const struct availability *figures); /* a share in hundred-thousandths; -1 =
                                                             there is none */
};

const struct open_column *open_table_columns(size_t *ret_count);
bool open_table_has(const struct open_column *column, enum open_grain grain);
/* "day", "month", "year" for the first column, else its name. */
const char *open_table_name(const struct open_column *column, enum open_grain grain);

void open_table_head(enum open_grain grain, struct buffer *out);
/* Both without the line's end, for tables that have more columns. */
void open_table_names(enum open_grain grain, struct buffer *out);
void open_table_cells(const struct open_row *row, enum open_grain grain, struct buffer *out);

/* Rows one after the other. In the beginning all but the grain is zero. */
struct open_rows {
    enum open_grain grain;
    struct open_row usual; /* the last one in which no outage ended */
    size_t cells, length;  /* where its cells stand, without the first one */
};

/* Always to the same buffer, which has only grown since the row before. */
void open_rows_add(struct open_rows *rows, const struct open_row *row, struct buffer *out);

#endif
