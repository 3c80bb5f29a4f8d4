/* Asks our resolver anew for names that should be there, with nothing kept from earlier answers, for at most
 * CANARY_LIMIT_MS. All on the loop's thread. */
#ifndef VIBRISSE_CANARY_H
#define VIBRISSE_CANARY_H

#include "doubt.h"
#include "resolver.h"

#include <stdbool.h>
#include <stddef.h>
#include <uv.h>

enum { CANARY_LIMIT_MS = 3000 };

struct canary_name {
    const char *host; /* needed until canary_ask() returns */
    enum family family;
    bool proven; /* it had an address of that family: that it has none now is no answer */
    uint64_t hoster, domain; /* as in struct doubt_name */
};

struct canary { /* embedded by the owner, zeroed */
    void (*ended)(struct canary *canary,
                  const struct doubt_names *names); /* set by the owner; never from inside */
    uv_timer_t limit;                               /* opened by canary_open() */
    char **servers;
    struct resolver *resolver; /* NULL = nothing is asked */
    struct canary_query {
        struct canary *canary;
        struct resolver_query query;
        bool proven, awaited;
    } queries[DOUBT_NAMES];
    struct doubt_names names;
};

void canary_open(struct canary *canary, uv_loop_t *loop);
void canary_close(struct canary *canary, uv_close_cb closed); /* handle->data is the canary */
/* Which servers to ask, as resolver_new() takes them; copied. What is under way is over without a word. */
void canary_set(struct canary *canary, const char *const *servers);
/* At most DOUBT_NAMES; none end at once, but from the loop. Fine when some are under way: then nothing happens. */
void canary_ask(struct canary *canary, const struct canary_name *names, size_t count);

#endif
