/* Kinds of services as pages tell of them: always in the order of names, never by state. */
#ifndef VIBRISSE_KIND_VIEW_H
#define VIBRISSE_KIND_VIEW_H

#include "kind.h"
#include "sheet.h"

#include <stddef.h>

/* A service of a kind, and who offers it. */
struct kind_offer {
    const struct service *service;
    const char *hoster, *key; /* key: for sorting, see names.h */
};

/* All of the kind, by hoster; in the arena. */
struct kind_offer *kind_view_offers(struct sheet *sheet, const struct kind *kind);

/* The kinds with a link to the page of each, as a line of the first page: of many, the first. Nothing when no service has
 * a kind. */
void kind_view_nav(struct sheet *sheet);
/* All of them, as a list. */
void kind_view_list(struct sheet *sheet);

#endif
