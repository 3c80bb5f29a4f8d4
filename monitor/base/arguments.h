/* A command line as one text, and its words. No shell has a part in it: blanks separate words, and what stands between two
 * ' or two " is taken as it is, blanks too. Nothing else has a meaning. Pure. */
#ifndef VIBRISSE_ARGUMENTS_H
#define VIBRISSE_ARGUMENTS_H

#include "arena.h"
#include "buffer.h"
#include "fault.h"

enum { ARGUMENTS_MAX = 64 };

/* The words, ended by NULL, all in the arena; NULL and a sentence when a quote has no end or there are too many. */
char **arguments_split(const char *text, struct arena *arena, struct fault *fault);

/* Adds a word, quoted where it needs to be, and a blank before it if there is one already. */
void arguments_add(struct buffer *line, const char *word);

#endif
