#include "site_cache.h"

#include <assert.h>

static size_t cost(const struct site_body *body)
{
    return sizeof *body + body->length;
}

static void link_newest(struct site_cache *cache, struct site_body *body)
{
    body->newer = NULL;
    body->older = cache->newest;
    if (cache->newest)
        cache->newest->newer = body;
    else
        cache->oldest = body;
    cache->newest = body;
}

static void unlink_body(struct site_cache *cache, struct site_body *body)
{
    *(body->newer ? &body->newer->older : &cache->newest) = body->older;
    *(body->older ? &body->older->newer : &cache->oldest) = body->newer;
}

void site_cache_drop(struct site_cache *cache, struct site_body **place)
{
    struct site_body *body = *place;
    if (!body)
        return;
    assert(body->place == place);
    unlink_body(cache, body);
    cache->used -= cost(body);
    *place = NULL;
    site_body_release(body);
}

void site_cache_put(struct site_cache *cache, struct site_body **place, struct site_body *body)
{
    site_cache_drop(cache, place);
    if (cost(body) > cache->max)
        return;
    *place = site_body_hold(body);
    body->place = place;
    link_newest(cache, body);
    cache->used += cost(body);
    while (cache->used > cache->max)
        site_cache_drop(cache, cache->oldest->place);
}

void site_cache_touch(struct site_cache *cache, struct site_body *body)
{
    if (cache->newest == body)
        return;
    unlink_body(cache, body);
    link_newest(cache, body);
}

void site_cache_move(struct site_body **from, struct site_body **to)
{
    *to = *from;
    *from = NULL;
    if (*to)
        (*to)->place = to;
}

void site_cache_clear(struct site_cache *cache)
{
    while (cache->oldest)
        site_cache_drop(cache, cache->oldest->place);
}
