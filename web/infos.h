/* Our figures in the form of ChatonsInfos, for StatoolInfos and whatever else reads it: a federation, below it the hosters, below
 * them their services, and to each hoster and service a file of metrics. They are written where the site's address is known,
 * since they name each other. A hoster may list our file of metrics in its own file instead. Pure. */
#ifndef VIBRISSE_INFOS_H
#define VIBRISSE_INFOS_H

#include "output.h"

#include <stdbool.h>

#define INFOS_FEDERATION      "data/chatonsinfos.properties"
#define INFOS_HOSTER          "data/chatonsinfos/{key}.properties"
#define INFOS_HOSTER_METRICS  "data/chatonsinfos/{key}/metrics.properties"
#define INFOS_SERVICE         "data/chatonsinfos/{key}/service.properties"
#define INFOS_SERVICE_METRICS "data/chatonsinfos/{key}/metrics.properties"

/* Whether there are any of these files. */
bool infos_have_address(const struct page *page);

void infos_federation(const struct page *page, struct output_subject subject, struct buffer *out);
void infos_hoster(const struct page *page, struct output_subject subject, struct buffer *out);
void infos_service(const struct page *page, struct output_subject subject, struct buffer *out);
/* Availability, coverage, interruptions and response time by month, and by week and day of this year and the last. */
void infos_metrics(const struct page *page, struct output_subject subject, struct buffer *out);

/* "key = value" with what readers of the format would take for something else made harmless; nothing for NULL. */
void infos_entry(struct buffer *out, const char *key, const char *value);
/* The section [File] of a file of that class. */
void infos_head(const struct page *page, const char *class, struct buffer *out);

#endif
