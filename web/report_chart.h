/* Drawings of a yearly report. Each has a title and a description, and a table beside it says the same. */
#ifndef VIBRISSE_REPORT_CHART_H
#define VIBRISSE_REPORT_CHART_H

#include "report_view.h"

/* A line for each day, higher where more hosters had an outage. */
void report_chart_days(const struct report_view *view);
/* A dot for each hoster that counts, without names, by how long its services were down. */
void report_chart_distribution(const struct report_view *view);
/* Box plots of what each service was down, month by month. */
void report_chart_months(const struct report_view *view);
/* A column for each hour of the day: outages that began in it. */
void report_chart_hours(const struct report_view *view);

#endif
