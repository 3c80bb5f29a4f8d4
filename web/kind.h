/* Kinds of services, as people look for them. Services are of one kind when they have a word for it in common, in whatever
 * language and however it is accented or capitalised. Pure. */
#ifndef VIBRISSE_KIND_H
#define VIBRISSE_KIND_H

#include "arena.h"
#include "collective.h"

#include <stdbool.h>
#include <stddef.h>

/* Below the language: where the kinds are listed, each with a page of its own. */
#define KIND_ROOT "kind/"

struct kind {
    const char *slug; /* in addresses: a-z, 0-9 and '-', the same in every language */
    const struct service **services; /* in the order of their keys */
    size_t count;
};

/* All of them, in the order in which they are met. Everything is in the arena or borrowed from the collective. */
size_t kinds_of(const struct collective *collective, struct arena *arena, struct kind **ret);
/* Whether any service is of the kind with this slug. */
bool kind_is(const struct collective *collective, const char *slug);
bool kind_has(const struct kind *kind, const struct service *service);
/* How many offer it: fewer than it has services where one offers two. */
size_t kind_hosters(const struct kind *kind);
/* "kind/pads/" */
const char *kind_path(const struct kind *kind, struct arena *arena);
/* How people call it; where nobody said it in that language, in another one. */
const char *kind_name(const struct kind *kind, const char *language);

#endif
