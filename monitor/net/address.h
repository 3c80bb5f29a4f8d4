/* Internet addresses: literals, networks, and which of them we may talk to.
 *
 * The lists we probe come from many hands, so addresses that lead inside somebody's network are refused unless this
 * machine's own configuration makes an exception. The question is asked with the very address that is connected to, at
 * every socket: a name that resolves anew or a redirect changes nothing. Registries: IANA IPv4 and IPv6 Special-Purpose
 * Address Space (RFC 6890). Pure but for the allocation of the exceptions. */
#ifndef VIBRISSE_ADDRESS_H
#define VIBRISSE_ADDRESS_H

#include "family.h"
#include "fault.h"

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

enum { ADDRESS_TEXT_SIZE = 46 }; /* as INET6_ADDRSTRLEN and RESULT_ADDRESS_SIZE */

struct address_net {
    int family;         /* AF_INET or AF_INET6 */
    unsigned bits;      /* of the prefix */
    uint8_t prefix[16]; /* the first 4 for AF_INET; what is beyond the bits is zero */
};

/* All zero: no exceptions. */
struct address_policy {
    struct address_net *allow;
    size_t allow_count;
    bool web_ports; /* but for the exceptions only 80, 443 and those from 1024 on */
};

/* `allow` holds networks such as "10.0.0.0/8", ended by NULL; may be NULL. All ports. -1 and a sentence for the first bad
 * one; the policy is then empty. */
int address_policy_init(struct address_policy *policy, const char *const *allow,
                        struct fault *fault);
void address_policy_fini(struct address_policy *policy);

/* False also for what is no internet address at all. The port matters where `web_ports` says so. */
bool address_allowed(const struct address_policy *policy, const struct sockaddr *address);
/* At another port it would be allowed. */
bool address_port_refused(const struct address_policy *policy, const struct sockaddr *address);

/* An IPv4 or IPv6 literal in its standard text form (no "127.1", no zone, no brackets); `port` in host order. 0, or -1
 * when it is none. */
int address_parse(const char *text, uint16_t port, struct sockaddr_storage *ret);
/* A literal with a port of its own or not: "192.0.2.1", "192.0.2.1:53", "2001:db8::1", "[2001:db8::1]:53". */
int address_parse_endpoint(const char *text, uint16_t default_port, struct sockaddr_storage *ret);
/* A network "192.0.2.0/24", or a single address. -1 and a sentence when it is none. */
int address_parse_net(const char *text, struct address_net *ret, struct fault *fault);

/* The address without its port. Returns `text`; "" for what is no internet address. */
char *address_text(const struct sockaddr *address, char text[ADDRESS_TEXT_SIZE]);

enum family address_family(const struct sockaddr *address);             /* of an internet address */
socklen_t address_size(const struct sockaddr *address);                 /* as connect() wants it */
uint16_t address_port(const struct sockaddr *address);                  /* host order */
void address_set_port(struct sockaddr_storage *address, uint16_t port); /* of an internet address */

/* Order by family, then bytes; ports do not count. Negative, 0, positive. */
int address_compare(const struct sockaddr *left, const struct sockaddr *right);

#endif
