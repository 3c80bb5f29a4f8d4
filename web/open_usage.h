/* Open data of how much services are used, as their software says of itself: of each hoster one table, with a row for each
 * service and month; where nothing is said there is no row. Pure. */
#ifndef VIBRISSE_OPEN_USAGE_H
#define VIBRISSE_OPEN_USAGE_H

#include "open_package.h"

#define OPEN_USAGE_TABLE  "data/usage/{key}.csv"
#define OPEN_USAGE_SCHEMA "data/usage/schema.json"

const struct open_field *open_usage_fields(size_t *ret_count); /* its columns */

/* For other tables of use: the names of the columns, without the line's end; a row; the columns in a schema's list. */
void open_usage_names(struct buffer *out);
void open_usage_row(const struct service *service, const struct usage *usage, struct buffer *out);
void open_usage_describe(struct sheet *sheet);

void open_usage_table(const struct page *page, struct output_subject subject, struct buffer *out);
void open_usage_schema(const struct page *page, struct output_subject subject, struct buffer *out);

#endif
