/* Addresses and the like out of pieces that are texts already: printf() would cost several times as much as the rest of
 * writing a link. */
#ifndef VIBRISSE_JOIN_H
#define VIBRISSE_JOIN_H

#include "arena.h"

/* The pieces one after the other, in the arena; the list ends with NULL. */
const char *join_texts(struct arena *arena, const char *const *pieces);

/* The same of the pieces of one call: JOIN(arena, "h/", key, "/"). */
#define JOIN(arena, ...) join_texts((arena), (const char *const[]){__VA_ARGS__, NULL})

#endif
