/* Names to records other than addresses, through the same resolver, with its limits: SRV (RFC 2782), MX (RFC 5321 section
 * 5.1), TLSA (RFC 6698), NS, SOA, CAA (RFC 8659), TXT. Equal questions share one answer, which is kept as addresses are.
 *
 * Answers come from strangers: names are in printable ASCII, texts are cleaned. All on the loop's thread. */
#ifndef VIBRISSE_RECORDS_H
#define VIBRISSE_RECORDS_H

#include "dns_message.h"
#include "reason.h"
#include "resolver.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { RECORDS_MAX = 16, RECORDS_TLSA_MAX = 64 }; /* SHA-512 */

struct record {
    uint16_t priority;     /* SRV, MX: lower ones come first */
    uint16_t weight, port; /* SRV */
    union {
        char target
            [RESOLVER_NAME_SIZE]; /* SRV, MX, NS: lower case, without the last dot; "" = the root,
                                            that is, explicitly nothing (RFC 2782, RFC 7505) */
        char text[RESOLVER_NAME_SIZE]; /* SOA, CAA, TXT: as in dns_record.h; cut when longer */
        struct {
            uint8_t usage, selector, matching;
            uint8_t length; /* 0 = longer than RECORDS_TLSA_MAX: of no use to us */
            uint8_t bytes[RECORDS_TLSA_MAX];
        } tlsa;
    };
};

struct records_answer {
    enum reason
        reason; /* ok, perhaps without any record; dns_nxdomain, dns_servfail, dns_timeout, self */
    const char *detail; /* a literal sentence of ours; "" when ok */
    double ms;          /* as in struct resolver_answer */
    /* The resolver has verified them by DNSSEC, and we believe it (the AD bit, RFC 6840 section 5.8): all resolvers are on
     * this machine, or they are the system's and /etc/resolv.conf says `options trust-ad`. On the way from any other, the
     * bit could be forged. That there is no such name or no record may be authentic, too. */
    bool authentic;
    uint32_t ttl; /* the least, in seconds */
    size_t count;
    struct record
        records[RECORDS_MAX]; /* in the order of the answer; what is too much falls off the end */
};

/* One question, embedded in what waits for it. */
struct records_query {
    /* Set by the caller. The answer is gone when it returns. */
    void (*done)(struct records_query *query, const struct records_answer *answer);
    struct resolver_query inner; /* ours */
};

/* Leads to exactly one done(), never from inside, unless cancelled. `name` is copied. */
void records_start(struct resolver *resolver, struct records_query *query, const char *name,
                   enum dns_type type);
void records_cancel(struct records_query *query); /* fine when nothing is under way */

/* What a message says to a question, of which it is known that it fits. False = it breaks its format. Pure; leaves reason,
 * detail, ms and authentic alone. */
bool records_read(const struct dns_question *question, const struct dns_message *message,
                  struct records_answer *ret);

#endif
