/* One vocabulary for states: a shape, a word, then a colour. */
#ifndef VIBRISSE_STATE_H
#define VIBRISSE_STATE_H

#include "look.h"
#include "sheet.h"

const char *state_word(struct sheet *sheet, enum look look);   /* «Available» */
const char *state_inline(struct sheet *sheet, enum look look); /* «available», within a line */

/* Beside a text that says the state, too. */
void state_glyph(struct sheet *sheet, enum look look);
/* Where no text does. */
void state_glyph_alone(struct sheet *sheet, enum look look);
/* Glyph and text in the state's colour. */
void state_badge(struct sheet *sheet, enum look look, const char *text);

#endif
