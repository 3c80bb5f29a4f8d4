/* The pages of a yearly report, in every language of the collective, with what they need to work by themselves. */
#ifndef VIBRISSE_YEARBOOK_PAGES_H
#define VIBRISSE_YEARBOOK_PAGES_H

#include "fault.h"
#include "page.h"
#include "report.h"

/* Takes a file by its path below the root of the report's folder. -1 and a sentence. */
typedef int yearbook_take_fn(void *owner, const char *path, const struct buffer *bytes,
                             struct fault *fault);

int yearbook_pages(const struct page *page, const struct report *report, yearbook_take_fn *take,
                   void *owner, struct fault *fault);
/* What they need besides, into the folder. */
int yearbook_pages_assets(int folder, struct fault *fault);

#endif
