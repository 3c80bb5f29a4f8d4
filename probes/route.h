/* Where a service really is: many domains name other machines for it, in records of SRV or MX or in a file. A route is the
 * way from the host of a URL to the targets that clients would go to, and every one of them is probed.
 *
 * It is gone when the URL names no port and the check no address. The runner owns the deadline and the exactly-once rule, as
 * with probes; a route may ask the resolver, fetch, or both, one after the other. All on the loop's thread. */
#ifndef VIBRISSE_ROUTE_H
#define VIBRISSE_ROUTE_H

#include "probe.h"
#include "reason.h"
#include "records.h"
#include "resolver.h"
#include "result.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { ROUTE_TARGETS_MAX = 8, ROUTE_LABEL_SIZE = RESOLVER_NAME_SIZE + 8 };

struct route_target {
    char host[RESOLVER_NAME_SIZE]; /* to resolve: a name or an address literal */
    char name[RESOLVER_NAME_SIZE]; /* run->host of the probe: for SNI, Host and verification */
    uint16_t port;
    char label
        [ROUTE_LABEL_SIZE]; /* for people: the host, with the port when it is not the protocol's own */
};

struct route_run {
    const struct probe_type *type;
    struct probe_world *world;
    const char *host; /* of the URL; never a literal */
    int64_t
        timeout_ms; /* of the check: for what is fetched. The runner cancels what takes far longer */
    void *state;    /* type->route->run_size bytes, given zeroed */

    /* The answer. REASON_self at first; ok = go to the targets, of which there is at least one. */
    enum reason reason;
    char detail[RESULT_DETAIL_SIZE];
    bool
        authentic; /* every step was vouched for, see records.h: what DANE asks of an SRV (RFC 7673 section 3.1) */
    double
        ms; /* spent waiting for others, without our own turns; NaN, as at first: the runner takes its own measure */
    size_t count;
    struct route_target targets[ROUTE_TARGETS_MAX]; /* the preferred one first */

    void (*done)(struct route_run *run); /* the runner's; call route_done() instead */
};

struct route_type {
    /* Of the records of one look-up, for route_lookup_start(). */
    const char *service;   /* "_xmpp-client._tcp"; NULL = MX */
    bool verifies_targets; /* the certificate is for the target's name, not for the domain */

    size_t run_size;                       /* private bytes per run */
    void (*start)(struct route_run *run);  /* leads to one route_done(), never from inside start */
    void (*cancel)(struct route_run *run); /* any time after start; hurries that route_done() */
};

/* Exactly once per started run; it may be gone when it returns. */
void route_done(struct route_run *run);
/* Says why there are no targets. */
__attribute__((format(printf, 3, 4))) void route_fail(struct route_run *run, enum reason reason,
                                                      const char *detail, ...);
/* Adds a target, unless it is there already or there are too many, and sets reason ok. */
void route_add(struct route_run *run, const char *host, const char *name, uint16_t port);

/* The answer from what a look-up of SRV or MX says of `domain`, as RFC 2782 and RFC 5321 section 5.1 order them, but always
 * in the same order among equals. Without records the domain itself is the target, on the protocol's own port; a record
 * whose target is the root says that there is no such service (REASON_not_offered). Domain or target is the name,
 * according to `verifies_targets`. */
void route_follow(struct route_run *run, const struct records_answer *answer, const char *domain);

/* Routes that are one look-up. */
extern const struct route_type route_mx, route_xmpp_client, route_xmpps_client, route_xmpp_server,
    route_mumble, route_sip;

#endif
