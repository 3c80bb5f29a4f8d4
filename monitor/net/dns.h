/* The resolver's own: questions on the wire, by c-ares, with its sockets on the loop. */
#ifndef VIBRISSE_DNS_H
#define VIBRISSE_DNS_H

#include "address.h"
#include "fault.h"
#include "lookup.h"

#include <stddef.h>
#include <uv.h>

enum { DNS_SERVERS_MAX = 16 };

struct dns;

struct dns_owner {
    /* The lookup's answer is set. May come from inside dns_ask() and dns_tick(). */
    void (*answered)(void *owner, struct lookup *lookup);
    void (*turned)(
        void *owner); /* a socket had something: there may be room for further questions */
    void (*closed)(void *owner); /* the memory of lookups that were asked for may go */
    void *owner;
};

/* At most DNS_SERVERS_MAX servers; none = the system's. NULL and a sentence when the library fails. */
struct dns *dns_new(uv_loop_t *loop, const struct sockaddr_storage *servers, size_t count,
                    const struct dns_owner *owner, struct fault *fault);
/* Nothing is answered any more but closed(), perhaps from inside. NULL is fine. */
void dns_free(struct dns *dns);

void dns_ask(struct dns *dns, struct lookup *lookup);
/* Its time is over: sets the answer, without answered(). */
void dns_give_up(struct dns *dns, struct lookup *lookup);
bool dns_is_credible(const struct dns *dns); /* in what it says of DNSSEC */
/* To be called now and then while something is asked: what got no answer is asked again. */
void dns_tick(struct dns *dns);

#endif
