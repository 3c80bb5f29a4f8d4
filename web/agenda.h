/* Announced maintenance as a calendar (RFC 5545): every occurrence from thirty days ago to half a year ahead, those of
 * several services once. One that was called off stays, marked as cancelled, so that calendars which hold it learn of
 * it. Times are UTC; lines end in CRLF and are folded at 75 bytes, never within a character. */
#ifndef VIBRISSE_AGENDA_H
#define VIBRISSE_AGENDA_H

#include "output.h"

void agenda_write(const struct page *page, struct output_subject subject, struct buffer *out);

#define AGENDA_NAME "maintenance.ics"

/* One content line: `name` is ours, the text is escaped and the line folded. */
void agenda_line(struct buffer *out, const char *name, const char *text);

#endif
