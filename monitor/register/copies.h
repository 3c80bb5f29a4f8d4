/* What a crawl leaves for the next one, as a stream: each file's last good copy with what it takes to ask whether it has
 * changed, the ids that were given, and how many were measured. A line of JSON each, a copy's bytes behind its line; the
 * last line says that all of it was written. Made and read by crawls alone. */
#ifndef VIBRISSE_COPIES_H
#define VIBRISSE_COPIES_H

#include "crawl.h"
#include "fault.h"

#include <stdio.h>

/* What an earlier crawl left; `counts` is what it found. -1 and a sentence when it is damaged: what came before the damage is
 * known all the same, and `counts` is nothing. An empty stream is fine. */
int copies_read(FILE *in, struct crawl *crawl, struct crawl_counts *ret_counts,
                struct fault *fault);
/* Files that nobody lists are remembered for a year, without their copies. */
int copies_write(FILE *out, const struct crawl *crawl, struct crawl_counts counts,
                 struct fault *fault);

#endif
