/* The pages of a yearly report, see report.h. They lie below the root of a site, or of a folder that is nothing but reports
 * and works by itself: fr/report/2025/, fr/report/2025/h/, fr/report/2025/h/ID/, with the style sheet at the root and the
 * data in report/2025/. They do not change with the clock. Pure, as page.h. */
#ifndef VIBRISSE_PAGE_REPORT_H
#define VIBRISSE_PAGE_REPORT_H

#include "page.h"
#include "report.h"

#define PAGE_REPORT_DATA "report/" /* below the root; the year follows */

void page_report(const struct page *page, const struct report *report, struct buffer *out);
/* Who is in it. */
void page_report_hosters(const struct page *page, const struct report *report, struct buffer *out);
/* `member`: an index of report->members. */
void page_report_hoster(const struct page *page, const struct report *report, size_t member,
                        struct buffer *out);

/* Their paths below the language, in the arena: "report/2025/", "report/2025/h/", "report/2025/h/ID/" (`hoster` NULL = of
 * all). */
const char *page_report_path(const struct report *report, struct arena *arena);
const char *page_report_hosters_path(const struct report *report, const char *hoster,
                                     struct arena *arena);

#endif
