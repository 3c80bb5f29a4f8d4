/* A page that is mostly text, and its parts: headings, paragraphs, facts. */
#ifndef VIBRISSE_PART_H
#define VIBRISSE_PART_H

#include "frame.h"
#include "sheet.h"

/* A page in a folder of its own below its language's first page: the sheet, the frame, and the section of the heading, which
 * is the frame's title. Title and description of `frame` are messages. */
void part_open_page(struct sheet *sheet, const struct page *page, const struct frame *frame,
                    struct buffer *out);
/* The paragraph below the heading; `values` may be NULL. */
void part_lead(struct sheet *sheet, const char *message, const struct word_value *values);

/* A section with a heading that has the id; `title` is a message. */
void part_open(struct sheet *sheet, const char *id, const char *title);
void part_close(struct sheet *sheet);

/* A message as a paragraph; `values` may be NULL. */
void part_say(struct sheet *sheet, const char *message, const struct word_value *values);
/* A line of a definition list, whose label is a message. */
void part_fact(struct sheet *sheet, const char *label, const char *text);

#endif
