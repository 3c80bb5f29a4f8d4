/* DNS records in words, as zone files have them (RFC 1035 section 5.1). Pure. */
#ifndef VIBRISSE_DNS_RECORD_H
#define VIBRISSE_DNS_RECORD_H

#include "dns_message.h"

enum { DNS_RECORD_TEXT_SIZE = 4096 };

/* "192.0.2.1", "10 mx.example.org.", cleaned; what is longer is cut. False = the record breaks its format. */
bool dns_record_text(const struct dns_message *message, const struct dns_record *record,
                     char ret[DNS_RECORD_TEXT_SIZE]);

bool dns_type_parse(const char *text, uint16_t *ret); /* "SOA", in any case */
const char *dns_type_text(uint16_t type);             /* "SOA"; "?" for those that we do not know */
const char *dns_type_list(void);                      /* all that we know, for messages */

#endif
