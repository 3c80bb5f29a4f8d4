/* The address of a check, made from that of its service. Pure. */
#ifndef VIBRISSE_SOFTWARE_URL_H
#define VIBRISSE_SOFTWARE_URL_H

#include "arena.h"

#include <stdbool.h>

#define SOFTWARE_HOST      "{host}"
#define SOFTWARE_AUTHORITY "{authority}"

bool software_url_is_page(const char *url); /* of http or https */
/* Where a path leads from a page, see software.h. */
const char *software_url_below(struct arena *arena, const char *page, const char *path);
/* The pattern with the host of the url, or the url itself when it has the same scheme. With the authority of the url, port and
 * all, where the pattern asks for it: NULL then for what is not https. */
const char *software_url_beside(struct arena *arena, const char *url, const char *pattern);

#endif
