/* Who asks, as far as it matters for limits: a number for an IPv4 address or an IPv6 network of /64, since whoever has one
 * address of it mostly has them all. Pure. */
#ifndef VIBRISSE_ORIGIN_H
#define VIBRISSE_ORIGIN_H

#include <stdint.h>
#include <sys/socket.h>

enum { ORIGIN_LOCAL = 0 }; /* loopback, and what is no internet address */

uint64_t origin_of(const struct sockaddr *address);

/* Behind a proxy on this machine everybody comes from loopback. What it says of them in X-Forwarded-For is believed of a
 * local connection only, and of the list only its end, which the proxy itself wrote: all before it is the visitor's own
 * word. ORIGIN_LOCAL when there is none: then there are only the limits for all together. */
uint64_t origin_behind(uint64_t connection, const char *forwarded);

#endif
