/* What dns and dot expect of an answer: the options of both. */
#ifndef VIBRISSE_DNS_OPTIONS_H
#define VIBRISSE_DNS_OPTIONS_H

#include "dns_message.h"
#include "schema.h"

#include <stdbool.h>
#include <stddef.h>

enum dns_authority { DNS_AUTHORITY_AUTO, DNS_AUTHORITY_YES, DNS_AUTHORITY_NO };
enum dns_dnssec { DNS_DNSSEC_OPTIONAL, DNS_DNSSEC_REQUIRED, DNS_DNSSEC_VALIDATED };
enum dns_transport { DNS_TRANSPORT_UDP, DNS_TRANSPORT_TCP, DNS_TRANSPORT_BOTH };
enum dns_agreement { DNS_SERIALS_ANY, DNS_SERIALS_SAME };

struct dns_options {
    bool recursion;
    int authoritative;      /* enum dns_authority */
    int rcode;              /* that has to come */
    const char *record;     /* a text in one of the records, or NULL */
    const char *exactly;    /* all the records, separated by commas, or NULL */
    int dnssec;             /* enum dns_dnssec */
    int transport, serials; /* enum dns_transport, enum dns_agreement; zero for dot */
};

#define DNS_OPTION(field) offsetof(struct dns_options, field)

extern const char *const dns_options_authority[], *const dns_options_rcodes[],
                                                      *const dns_options_dnssec[];

/* The rows of both; `recursive` is the default of recursion. */
#define DNS_OPTIONS_ROWS(recursive)                                                                \
    {.name = "recursion",                                                                          \
     .type = SCHEMA_BOOL,                                                                          \
     .offset = DNS_OPTION(recursion),                                                              \
     .preset = recursive,                                                                          \
     .doc = "Whether the server is asked to find the answer elsewhere (RD): yes for a resolver, "  \
            "no for a server that has the zone itself.",                                           \
     .example = "yes"},                                                                            \
        {.name = "authoritative",                                                                  \
         .type = SCHEMA_ENUM,                                                                      \
         .offset = DNS_OPTION(authoritative),                                                      \
         .preset = "auto",                                                                         \
         .words = dns_options_authority,                                                           \
         .doc = "Whether the answer must come from a server that has the zone itself (AA); auto "  \
                "means yes unless recursion is asked for.",                                        \
         .example = "no"},                                                                         \
        {.name = "expect-rcode",                                                                   \
         .type = SCHEMA_ENUM,                                                                      \
         .offset = DNS_OPTION(rcode),                                                              \
         .preset = "NOERROR",                                                                      \
         .words = dns_options_rcodes,                                                              \
         .doc = "The answer code that is right: NXDOMAIN for a name that must not exist, "         \
                "SERVFAIL for one whose signatures are broken on purpose, REFUSED for a name "     \
                "that strangers must not get resolved here.",                                      \
         .example = "NXDOMAIN"},                                                                   \
        {.name = "expect-record",                                                                  \
         .type = SCHEMA_TEXT,                                                                      \
         .offset = DNS_OPTION(record),                                                             \
         .min = 1,                                                                                 \
         .max = 500,                                                                               \
         .doc = "A text that one of the records must contain, written as in a zone file.",         \
         .example = "\"10 mx.example.org.\""},                                                     \
        {.name = "expect-exactly",                                                                 \
         .type = SCHEMA_TEXT,                                                                      \
         .offset = DNS_OPTION(exactly),                                                            \
         .min = 1,                                                                                 \
         .max = 2000,                                                                              \
         .doc = "All the records that there must be and no other, in any order, separated by "     \
                "commas or as a list, each written as in a zone file.",                            \
         .example = "\"192.0.2.1, 192.0.2.2\""},                                                   \
    {                                                                                              \
        .name = "dnssec", .type = SCHEMA_ENUM, .offset = DNS_OPTION(dnssec), .preset = "optional", \
        .words = dns_options_dnssec,                                                               \
        .doc = "Whether the answer must be signed (required), or be vouched for by the resolver "  \
               "that gave it (validated). What was found is always reported.",                     \
        .example = "required"                                                                      \
    }

/* Which options do not go together. */
int dns_options_check(const void *options, struct fault *fault);

bool dns_options_wants_authority(const struct dns_options *options);

/* The next of the records in expect-exactly, without the space around it; false = there is none. A comma between
 * quotation marks separates nothing. */
bool dns_options_next(const char **cursor, const char **ret, size_t *ret_length);

#endif
