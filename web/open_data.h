/* Open data: how a hoster's services did, day by day, month by month and year by year, see open_table.h for the columns. Of
 * days there are those of a year, of months and years all since the record began. Whole days alone: today is in none of the
 * files, and what was before it changes only where the record was not settled yet. Pure. */
#ifndef VIBRISSE_OPEN_DATA_H
#define VIBRISSE_OPEN_DATA_H

#include "output.h"

enum { OPEN_DATA_DAYS = 366 };

void open_data_daily(const struct page *page, struct output_subject subject, struct buffer *out);
void open_data_monthly(const struct page *page, struct output_subject subject, struct buffer *out);
void open_data_yearly(const struct page *page, struct output_subject subject, struct buffer *out);

#endif
