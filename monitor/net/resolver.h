/* Names to addresses, on c-ares and the loop: one family at a time, /etc/hosts honoured, no search domains, at most 200
 * questions on the wire at once. Equal questions share one answer; a good answer is kept for its TTL, at most 30 s, which
 * is less than a usual interval, so that every turn of a check asks anew. Failures are never kept: a recheck asks again.
 *
 * What the name servers say is a reason of the service; that our own resolver cannot be reached is REASON_self. All on
 * the loop's thread. */
#ifndef VIBRISSE_RESOLVER_H
#define VIBRISSE_RESOLVER_H

#include "address.h"
#include "clock.h"
#include "fault.h"
#include "reason.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { RESOLVER_ADDRESSES_MAX = 16, RESOLVER_NAME_SIZE = 254, RESOLVER_LIMIT_MS = 6000 };

struct resolver;
struct records_answer;
struct uv_loop_s;

struct resolver_answer {
    enum reason
        reason; /* REASON_ok, or why there is no address: dns_nxdomain, dns_no_address (of this family),
                           dns_servfail, dns_timeout, self */
    const char *detail; /* a literal sentence of ours; "" when ok */
    double
        ms; /* time spent asking: without waiting for our own turn; 0 for literals and kept answers */
    size_t count;
    struct sockaddr_storage
        addresses[RESOLVER_ADDRESSES_MAX]; /* sorted, each once, with the port asked for */
    const struct records_answer *records;  /* to records.c alone; NULL = none came */
};

/* One question, embedded in what waits for it. */
struct resolver_query {
    void (*done)(struct resolver_query *query,
                 const struct resolver_answer *answer); /* set by the caller */
    /* the resolver's own: */
    struct lookup *lookup; /* NULL = not under way */
    struct resolver_query *next;
    struct mono started;
    uint16_t port;
};

/* `servers` as address_parse_endpoint() takes them, ended by NULL; NULL or empty = the system's. NULL and a sentence when
 * one is malformed or the library fails. */
struct resolver *resolver_new(struct uv_loop_s *loop, const char *const *servers,
                              struct fault *fault);
/* Answers that are still awaited never come. Memory goes when the loop has closed our handles. NULL is fine. */
void resolver_free(struct resolver *resolver);

/* Leads to exactly one done(), never from inside, unless cancelled. `name` is copied; a literal of the family is answered
 * without asking, a literal of the other family has no address. */
void resolver_start(struct resolver *resolver, struct resolver_query *query, const char *name,
                    enum family family, uint16_t port);
/* The same for records of another type; call records_start() of records.h instead. */
void resolver_start_records(struct resolver *resolver, struct resolver_query *query,
                            const char *name, uint16_t type);
void resolver_cancel(struct resolver_query *query); /* fine when nothing is under way */

/* Whether any records could be authentic, see records.h. */
bool resolver_is_credible(const struct resolver *resolver);

#endif
