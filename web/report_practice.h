/* How services are kept, as a section of the collective's report: certificates, IPv6, answers, maintenance. Internal to the
 * report's pages. Pure. */
#ifndef VIBRISSE_REPORT_PRACTICE_H
#define VIBRISSE_REPORT_PRACTICE_H

#include "report_view.h"

void report_practice(const struct report_view *view);

#endif
