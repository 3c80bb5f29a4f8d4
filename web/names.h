/* Names in the order in which people look for them: without accents, capitals and leading articles (Le, La, Les, L’,
 * The), then by bytes. Enough for the languages of the pages, and the same on every machine. Pure. */
#ifndef VIBRISSE_NAMES_H
#define VIBRISSE_NAMES_H

#include "arena.h"

/* What to compare by strcmp(), in the arena. */
const char *names_key(struct arena *arena, const char *name);
/* 'A'..'Z' of a key, or '#'. */
char names_initial(const char *key);

#endif
