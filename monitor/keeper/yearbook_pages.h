/* The pages of a yearly report, in every language of the collective, with what they need to work by themselves. */
#ifndef VIBRISSE_YEARBOOK_PAGES_H
#define VIBRISSE_YEARBOOK_PAGES_H

#include "fault.h"
#include "page.h"
#include "report.h"

/* -1 and a sentence. */
int yearbook_pages(const struct page *page, const struct report *report, int folder,
                   struct fault *fault);

#endif
