/* Open data: the days of a hoster's services as CSV (RFC 4180, UTF-8, comma, dates of ISO 8601, whole seconds), and the data
 * package that describes the files (Data Package 2.0). Up to a year of whole days; today is not among them. */
#ifndef VIBRISSE_OPEN_DATA_H
#define VIBRISSE_OPEN_DATA_H

#include "output.h"

enum { OPEN_DATA_DAYS = 366 };

void open_data_hoster(const struct page *page, struct output_subject subject, struct buffer *out);
void open_data_package(const struct page *page, struct output_subject subject, struct buffer *out);
/* What the columns are (Table Schema), for all files. */
void open_data_schema(const struct page *page, struct output_subject subject, struct buffer *out);

#endif
