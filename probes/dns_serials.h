/* Whether all name servers of a zone have the same version of it: the server under test is asked which they are (NS), each
 * is looked up in the run's family, one address of each is asked for the SOA record, at the port of the run, and their
 * serials are compared (RFC 1912 section 2.2, RFC 1982). Servers without an address of the family are left out.
 *
 * The list comes from a stranger: at most DNS_SERIALS_SERVERS of it are asked, and only where the address policy allows.
 * All on the loop's thread. */
#ifndef VIBRISSE_DNS_SERIALS_H
#define VIBRISSE_DNS_SERIALS_H

#include "probe.h"

enum { DNS_SERIALS_SERVERS = 13 };

struct dns_serials;

/* Leads to exactly one done(), never from inside; `run` must stay until then, its result is left alone. */
struct dns_serials *dns_serials_start(struct probe_run *run, int64_t timeout_ms,
                                      void (*done)(void *owner), void *owner);
void dns_serials_cancel(struct dns_serials *serials); /* hurries done() */

/* After done(): what came of it. A disagreement becomes the result; that all agree is added to the detail. */
void dns_serials_report(const struct dns_serials *serials, struct result *result);
void dns_serials_free(struct dns_serials *serials); /* after done() */

#endif
