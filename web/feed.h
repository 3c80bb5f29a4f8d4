/* Interruptions as an Atom feed (RFC 4287), one entry each, the newest first: all of a service's or a hoster's, those
 * that are incidents in the collective's. An entry has the same tag: address (RFC 4151) in every feed for ever, and is
 * updated when the interruption begins, ends, or somebody says something of it. */
#ifndef VIBRISSE_FEED_H
#define VIBRISSE_FEED_H

#include "output.h"

enum { FEED_ENTRIES_MOST = 50 };

void feed_write(const struct page *page, struct output_subject subject, struct buffer *out);

/* Where the feed of the page at `path` below its language ("", "h/ID/", "h/ID/ID/") lies below the site's root. */
#define FEED_NAME "incidents.atom"

#endif
