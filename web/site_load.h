/* From a file to the body of an answer: read, say how fresh it is (in place of PAGE_STALE_MARK where measuring has stopped;
 * see also stale.h), compress. Thread-safe. */
#ifndef VIBRISSE_SITE_LOAD_H
#define VIBRISSE_SITE_LOAD_H

#include "page.h"
#include "site_body.h"
#include "site_file.h"
#include "site_type.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    /* Larger files are sent as they lie, neither kept nor compressed, so that the server stays small ... */
    SITE_LOAD_MAX = PAGE_MAX,
    /* ... and so are those above this that are sent uncompressed anyway: a slow reader holds no copy of them. */
    SITE_LOAD_PLAIN_MAX = 256 * 1024,
};

struct site_wish {
    const struct site_type *type;
    enum encoding encoding;
    const char *path;     /* as visitors ask for it */
    const char *language; /* of the page, for the notice; of what has none, the site's first */
    bool stale;           /* measurements have stopped */
    int64_t told_s; /* the newest measurement, where the answer is to tell it; 0 = it is not */
};

struct site_load {
    struct site_identity identity;
    uint64_t hash;          /* of the file's content, never 0 */
    bool has_slot;          /* it tells of measurements, where the wish says so */
    struct site_body *body; /* held by the caller */
};

/* 0 or a negative errno. */
int site_load(int folder, const char *file, const struct site_wish *wish, struct site_load *ret);

/* What tells one content from another, compression apart: the ETag is made of it. */
uint64_t site_load_version(uint64_t hash, bool has_slot, const struct site_wish *wish);

#endif
