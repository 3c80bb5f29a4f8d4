/* The yearly reports that are kept in DATA/reports, see yearbook.h, and shown on the site: each year in its newest edition, or
 * as a draft. One that is not whole, since it is being written or a file is not what its package says, is not laid out; what
 * was there before stays. The recorder's thread. */
#ifndef VIBRISSE_SHELF_H
#define VIBRISSE_SHELF_H

#include "page.h"

#include <sys/stat.h>

enum { SHELF_REPORTS_MOST = 100 };

struct shelf_place {
    int year;
    struct stat from; /* the package that it was laid out from */
    int64_t tried_ms; /* monotonic; and could not be; 0 = it was */
    bool shown;       /* the site has it, or the one before */
    struct page_yearbook report;
};

struct shelf { /* zeroed = nothing was looked at yet */
    struct shelf_place places[SHELF_REPORTS_MOST];
    size_t place_count;
    struct page_yearbook reports[SHELF_REPORTS_MOST]; /* that the site has; the newest first */
    size_t count;
};

/* Lays what is new over the site, the open folder `site`. `now_ms` is monotonic and more than 0. Whether anything is another
 * now. */
bool shelf_look(struct shelf *shelf, const char *data, int site, int64_t now_ms);

#endif
