/* What a crawl found, as the site tells it: a line for each federation and each member with what could be had of it and how
 * many findings there are, one of them as an example. Small, whatever the files hold. */
#ifndef VIBRISSE_CRAWL_JOURNAL_H
#define VIBRISSE_CRAWL_JOURNAL_H

#include "crawl.h"

#include <stdio.h>

/* First {"v": 1, "at": when, "files": n, "left_out": n}, then an object in each line. The members are those of the crawl:
 * their ids. */
void crawl_journal_write(const struct crawl *crawl, FILE *out);

#endif
