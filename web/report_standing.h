/* What a yearly report is as a publication: a draft, final, corrected; and what hosters say of it. Internal to the report's
 * pages. */
#ifndef VIBRISSE_REPORT_STANDING_H
#define VIBRISSE_REPORT_STANDING_H

#include "report_view.h"

void report_standing(const struct report_view *view);
/* A section, where the hoster said something. */
void report_standing_comments(const struct report_view *view, const struct hoster *hoster);

#endif
