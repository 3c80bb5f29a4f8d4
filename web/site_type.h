/* What a file of a site is to a client, told from its path: a row of one table. Pure. */
#ifndef VIBRISSE_SITE_TYPE_H
#define VIBRISSE_SITE_TYPE_H

#include <stdbool.h>

struct site_type {
    const char *suffix; /* of the path; "" = anything else */
    const char *mime;
    bool compressible;
    bool page; /* HTML: may carry the notice that measuring has stopped */
    bool data; /* made for programs: other sites' pages may read it */
    int brotli_quality;
};

const struct site_type *site_type_of(const char *path); /* never NULL */

/* Whether the name carries a hash of the content ("vibrisse.0a1b2c3d.css"), so that it never changes under this name. */
bool site_type_is_immutable(const char *path);

#endif
