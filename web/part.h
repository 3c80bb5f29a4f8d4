/* A part of a page that is mostly text: its heading, its paragraphs, its facts. */
#ifndef VIBRISSE_PART_H
#define VIBRISSE_PART_H

#include "sheet.h"

/* A section with a heading that has the id; `title` is a message. */
void part_open(struct sheet *sheet, const char *id, const char *title);
void part_close(struct sheet *sheet);

/* A message as a paragraph; `values` may be NULL. */
void part_say(struct sheet *sheet, const char *message, const struct word_value *values);
/* A line of a definition list, whose label is a message. */
void part_fact(struct sheet *sheet, const char *label, const char *text);

#endif
