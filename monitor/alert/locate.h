/* Where a receiver is: both families at once, by the usual resolver, then by a second one, then at a fixed address, so
 * that a dead resolver does not silence the news of it. All on the loop's thread. */
#ifndef VIBRISSE_LOCATE_H
#define VIBRISSE_LOCATE_H

#include "resolver.h"

#include <stddef.h>

enum { LOCATE_ADDRESSES_MAX = 8 }; /* as CARRIER_ADDRESSES_MAX */

struct locate_ways {
    struct resolver *first, *second; /* second: NULL = there is none */
    const char *fallback;            /* an address; NULL = none */
};

/* Embedded in what waits for it. */
struct locate {
    /* Exactly once, never from inside locate_start(), unless cancelled. */
    void (*done)(struct locate *locate);
    struct sockaddr_storage addresses[LOCATE_ADDRESSES_MAX]; /* with the port, IPv6 first */
    size_t count;                                            /* 0 = it is nowhere */
    const char *detail;                                      /* why; a literal sentence */

    struct locate_ways ways; /* the rest belongs to locate.c */
    char name[RESOLVER_NAME_SIZE];
    uint16_t port;
    struct locate_family {
        struct resolver_query query;
        struct locate *owner;
        struct resolver_answer answer;
    } families[FAMILY_COUNT];
    int awaited;
    bool again; /* by the second */
};

void locate_start(struct locate *locate, const struct locate_ways *ways, const char *name,
                  uint16_t port);
void locate_cancel(struct locate *locate); /* fine when nothing is under way */

#endif
