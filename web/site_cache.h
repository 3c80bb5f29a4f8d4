/* Bodies that were asked for lately, up to so many bytes; what was asked for longest ago goes first. Each body hangs in a
 * place of its owner's, who thus needs no lookup; the cache empties the place when it drops the body. Not thread-safe. */
#ifndef VIBRISSE_SITE_CACHE_H
#define VIBRISSE_SITE_CACHE_H

#include "site_body.h"

struct site_cache {
    struct site_body *newest, *oldest;
    size_t used, max; /* bytes, with what a body costs beside its bytes */
};

/* Hangs `body` into `*place` in place of what was there; the cache becomes a further holder. */
void site_cache_put(struct site_cache *cache, struct site_body **place, struct site_body *body);
void site_cache_touch(struct site_cache *cache,
                      struct site_body *body); /* it was asked for just now */
void site_cache_drop(struct site_cache *cache, struct site_body **place);
void site_cache_move(struct site_body **from,
                     struct site_body **to); /* the owner itself has moved */
void site_cache_clear(struct site_cache *cache);

#endif
