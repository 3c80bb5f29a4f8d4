/* The state of the collective or of one hoster in the shape that clients of Statuspage read (its API version 2), so that
 * their widgets and bots work unchanged. It has no word for what is not measured: such a service is left out of the
 * components. Times are those of changes, never of measurements.
 *
 * Source: https://metastatuspage.com/api */
#ifndef VIBRISSE_STATUS_API_H
#define VIBRISSE_STATUS_API_H

#include "output.h"

enum { STATUS_API_INCIDENTS_MOST = 50, STATUS_API_DAYS = 90 };

void status_api_summary(const struct page *page, struct output_subject subject, struct buffer *out);
void status_api_status(const struct page *page, struct output_subject subject, struct buffer *out);
void status_api_components(const struct page *page, struct output_subject subject,
                           struct buffer *out);
void status_api_incidents(const struct page *page, struct output_subject subject,
                          struct buffer *out);

#endif
