/* Which servers a domain names for a service (SRV, RFC 2782): by the usual resolver, then by a second one. Servers that
 * speak TLS from the first byte are named by a service of their own, and both kinds are one list (XEP-0368). All on the
 * loop's thread. */
#ifndef VIBRISSE_REFERRAL_H
#define VIBRISSE_REFERRAL_H

#include "records.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { REFERRAL_SERVERS_MAX = 8, REFERRAL_NAME_SIZE = RESOLVER_NAME_SIZE + 32 };

struct referral_services {
    const char *plain, *direct; /* as in the record, "_xmpp-client._tcp"; direct: TLS at once */
};

/* Embedded in what waits for it. */
struct referral {
    /* Exactly once, never from inside referral_start(), unless cancelled. */
    void (*done)(struct referral *referral);
    struct referral_server {
        char name[RESOLVER_NAME_SIZE];
        uint16_t port;
        uint16_t priority, weight;
        bool direct;
    } servers[REFERRAL_SERVERS_MAX]; /* the preferred first */
    size_t count;                    /* 0 = it names none: the domain itself is the server */
    bool refused;                    /* it says that it has none */

    struct referral_question { /* the rest belongs to referral.c */
        struct records_query query;
        struct referral *referral;
        struct resolver *second;
        char name[REFERRAL_NAME_SIZE];
        bool direct;
    } questions[2];
    int awaited;
};

/* `services` and `domain` are copied. `second` NULL: there is none. */
void referral_start(struct referral *referral, struct resolver *first, struct resolver *second,
                    const struct referral_services *services, const char *domain);
void referral_cancel(struct referral *referral); /* fine when nothing is under way */

#endif
