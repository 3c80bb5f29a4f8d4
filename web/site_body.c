#include "site_body.h"

#include "mem.h"

#include <stdlib.h>

struct site_body *site_body_new(char *bytes, size_t length)
{
    struct site_body *body = mem_zalloc(sizeof *body);
    atomic_init(&body->holders, 1);
    body->bytes = bytes;
    body->length = length;
    return body;
}

struct site_body *site_body_hold(struct site_body *body)
{
    atomic_fetch_add_explicit(&body->holders, 1, memory_order_relaxed);
    return body;
}

void site_body_release(struct site_body *body)
{
    /* acq_rel: whoever frees must see all that other holders did before they let go. */
    if (!body || atomic_fetch_sub_explicit(&body->holders, 1, memory_order_acq_rel) != 1)
        return;
    free(body->bytes);
    free(body);
}
