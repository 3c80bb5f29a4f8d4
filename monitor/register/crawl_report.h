/* What a crawl found, for people and for programs: members with what is measured of them, and of each file how it could be
 * had and what is wrong with it. */
#ifndef VIBRISSE_CRAWL_REPORT_H
#define VIBRISSE_CRAWL_REPORT_H

#include "buffer.h"
#include "crawl.h"

#include <stdio.h>

/* {"members": […], "files": […], "left_out": n} */
void crawl_report_json(const struct crawl *crawl, const struct members *members, FILE *out);

/* A line for each member and service. */
void crawl_report_members(const struct members *members, struct buffer *out);
/* Of each file that could not be had why, then its remarks: nothing for a file without fault. */
void crawl_report_page(const struct crawl_page *page, struct buffer *out);
/* "12 members, 34 services; 50 files: 40 read, 10 unchanged" */
void crawl_report_summary(const struct crawl *crawl, const struct members *members,
                          struct buffer *out);

#endif
