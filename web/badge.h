/* Badges for other people's pages: the state now, and the last 90 days in words. As SVG drawn here, with a shape beside
 * the word, without style sheet, font or any request; and for shields.io as its endpoint's JSON
 * (https://shields.io/badges/endpoint-badge). What is not measured says so. Never a percentage in a traffic light's
 * colour. Of a hoster or a service. */
#ifndef VIBRISSE_BADGE_H
#define VIBRISSE_BADGE_H

#include "output.h"
#include "sheet.h"

void badge_state(const struct page *page, struct output_subject subject, struct buffer *out);
/* Nothing where another's state badge has the same address: where "pad" has a neighbour called "pad-90d". */
void badge_days(const struct page *page, struct output_subject subject, struct buffer *out);
void badge_shields(const struct page *page, struct output_subject subject, struct buffer *out);

/* What stands for a badge when measurements have stopped: only its label is known then. False without catalogue. */
bool badge_stopped(const char *label, const char *language, struct buffer *out);
bool badge_shields_stopped(const char *label, const char *language, struct buffer *out);

/* What the state badge and the badge of 90 days say, in the sheet's arena. */
const char *badge_state_text(struct sheet *sheet, struct output_subject subject);
const char *badge_days_text(struct sheet *sheet, struct output_subject subject);

/* Width of a text in 11 px Verdana, or DejaVu Sans, which are alike; px, rounded up. */
int badge_text_width(const char *text);

#endif
