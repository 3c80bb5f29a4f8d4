/* The bytes of one answer: a file, perhaps with a notice put in, perhaps compressed. Immutable and counted, so that a
 * slow reader keeps them alive after the cache has let go. Any thread may hold and release. */
#ifndef VIBRISSE_SITE_BODY_H
#define VIBRISSE_SITE_BODY_H

#include "negotiate.h"

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

struct site_body {
    atomic_uint holders;
    uint64_t version;       /* of the content, before compression */
    enum encoding encoding; /* that was asked for, and ... */
    enum encoding actual;   /* ... what it became: identity where compression gains nothing */
    size_t length;
    char *bytes;
    struct site_body *newer, *older; /* the cache's own, as is ... */
    struct site_body **place;        /* ... where the cache is asked for it */
};

/* Takes over `bytes`, which came from malloc(); the caller is the first holder. */
struct site_body *site_body_new(char *bytes, size_t length);
struct site_body *site_body_hold(struct site_body *body); /* returns it */
void site_body_release(struct site_body *body);           /* NULL is allowed */

#endif
