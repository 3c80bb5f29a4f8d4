/* DNS messages (RFC 1035, RFC 6891): one question, and the answers to it. Messages come from strangers: their names may
 * point at each other as they like, reading them takes bounded time. Pure. */
#ifndef VIBRISSE_DNS_MESSAGE_H
#define VIBRISSE_DNS_MESSAGE_H

#include "fault.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    DNS_NAME_SIZE = 255,       /* of a name on the wire */
    DNS_NAME_TEXT_SIZE = 1024, /* of a name in words: every byte may be escaped */
    DNS_QUESTION_SIZE = 12 + DNS_NAME_SIZE + 4 + 11,
    DNS_ANSWERS_MAX = 64
};

enum dns_type {
    DNS_A = 1,
    DNS_NS = 2,
    DNS_CNAME = 5,
    DNS_SOA = 6,
    DNS_PTR = 12,
    DNS_MX = 15,
    DNS_TXT = 16,
    DNS_AAAA = 28,
    DNS_SRV = 33,
    DNS_OPT = 41,
    DNS_RRSIG = 46,
    DNS_TLSA = 52,
    DNS_CAA = 257
};

enum { DNS_NOERROR = 0, DNS_SERVFAIL = 2, DNS_NXDOMAIN = 3, DNS_REFUSED = 5 }; /* RCODEs */

struct dns_name {
    uint8_t bytes[DNS_NAME_SIZE]; /* labels as on the wire, lower case, the root's included */
    size_t length;
};

struct dns_question {
    struct dns_name name;
    uint16_t type; /* enum dns_type */
    uint16_t id;
    bool recursion; /* to a resolver, not to an authoritative server */
    bool verify;    /* asks it to verify signatures and to say so (AD, RFC 6840 section 5.7) */
    bool dnssec;    /* signatures are asked for (DO, RFC 3225) */
};

struct dns_message {
    const uint8_t *bytes;
    size_t length;
    bool authoritative, truncated;
    bool recursive;     /* offers to find answers elsewhere (RA) */
    bool authenticated; /* a resolver says that it has verified the signatures (AD, RFC 4035) */
    unsigned rcode, answers, authorities; /* the latter two: records in these sections */
    size_t first;                         /* where the answers begin */
};

struct dns_record {
    uint16_t type;
    uint32_t ttl;        /* seconds; 0 for one beyond RFC 2181's limit */
    size_t data, length; /* in the message */
};

/* From "dns://server/example.org?type=SOA" (RFC 4501; type A when none is given). The id is left alone. -1 and a
 * sentence. */
int dns_question_read(const char *url, struct dns_question *ret, struct fault *fault);
/* The same from a name alone. */
int dns_question_make(const char *name, uint16_t type, struct dns_question *ret,
                      struct fault *fault);
/* With EDNS. Returns the length. */
size_t dns_question_write(const struct dns_question *question, uint8_t ret[DNS_QUESTION_SIZE]);

enum dns_fit {
    DNS_FOREIGN, /* has another id, or is too short to have one */
    DNS_GARBAGE, /* breaks the format, or answers something else */
    DNS_FITS
};

/* `why`: a literal sentence about garbage. `bytes` must stay as long as *ret. */
enum dns_fit dns_message_read(const struct dns_question *question, const uint8_t *bytes,
                              size_t length, struct dns_message *ret, const char **why);

/* The records that answer: of the type that was asked for, and of the name or of what it is an alias of within the same
 * message; `aliases` counts the steps to it. Only the first DNS_ANSWERS_MAX. */
struct dns_answers {
    struct dns_record records[DNS_ANSWERS_MAX];
    size_t count, aliases;
    struct dns_name owner; /* whose they are */
};
/* False when the message breaks off or breaks the format. */
bool dns_answers_find(const struct dns_question *question, const struct dns_message *message,
                      struct dns_answers *ret);

/* Whether the answer has a signature (RRSIG, RFC 4034 section 3) over the owner's records of that type; `owner` NULL: the
 * authority section over anything, which is what proves that there is no such record. `ret_until`: seconds of the wall
 * clock modulo 2^32, the latest when there are several. Nothing is verified. */
bool dns_signature_find(const struct dns_message *message, const struct dns_name *owner,
                        uint16_t type, uint32_t *ret_until);

/* The name at `*cursor`, which then stands behind it; false = it breaks the format. */
bool dns_name_read(const struct dns_message *message, size_t *cursor, struct dns_name *ret);
void dns_name_text(const struct dns_name *name, char ret[DNS_NAME_TEXT_SIZE]); /* "example.org." */

#endif
