/* How a dialogue judges answers that are made of lines. Pure. */
#ifndef VIBRISSE_DIALOGUE_LINE_H
#define VIBRISSE_DIALOGUE_LINE_H

#include "dialogue.h"

#include <stdbool.h>
#include <stddef.h>

/* Patterns are explained in dialogue.h; NULL matches nothing. */
bool dialogue_line_matches(const char *pattern, const char *line, size_t length);

/* The next line of the answer to this step, with its end. Notes what it offers and quotes what decides. */
enum dialogue_turn dialogue_line_judge(struct dialogue *dialogue, const struct dialogue_step *step,
                                       const char *line, size_t length);

#endif
