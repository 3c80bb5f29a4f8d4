/* The data package of a yearly report (Data Package 2.0): licence, sources, and of every file its size, its sum and what is in
 * it. Pure. */
#ifndef VIBRISSE_REPORT_PACKAGE_H
#define VIBRISSE_REPORT_PACKAGE_H

#include "page.h"
#include "report_table.h"

enum { REPORT_SUM_SIZE = 65 };

struct report_file {
    const char *path;
    const struct report_table *table; /* NULL = the report itself, as JSON */
    size_t bytes;
    char sha256[REPORT_SUM_SIZE]; /* hex */
};

void report_package_write(const struct page *page, const struct report *report,
                          const struct report_file *files, size_t count, struct buffer *out);

#endif
