/* The data package of a yearly report (Data Package 2.0): licence, sources, and of every file its size, its sum and what is in
 * it. Pages are no data, and lie elsewhere: a member of our own, "pages", has their sums, so that the sum of the package is
 * one of the whole report. Pure. */
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

struct report_files {
    const struct report_file *data; /* beside the package */
    size_t data_count;
    const struct report_file
        *pages; /* below the root of the report's folder, "fr/report/2025/index.html" */
    size_t page_count;
};

void report_package_write(const struct page *page, const struct report *report,
                          const struct report_files *files, struct buffer *out);

#endif
