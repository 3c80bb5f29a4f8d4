/* Where a server listens, as people write it: "127.0.0.1:8080", "[::1]:8080". Numbers only: a name may mean several
 * addresses, and none before the network is up. Pure. */
#ifndef VIBRISSE_ENDPOINT_H
#define VIBRISSE_ENDPOINT_H

#include "fault.h"

#include <stdbool.h>
#include <sys/socket.h>

enum { ENDPOINT_TEXT_SIZE = 64 };

struct endpoint {
    struct sockaddr_storage address; /* AF_INET or AF_INET6 */
    socklen_t length;
};

/* -1 and a sentence when it is no such thing. Port 0 is allowed: the system chooses. */
int endpoint_parse(const char *text, struct endpoint *ret, struct fault *fault);

/* As endpoint_parse() reads it. Returns `text`. */
char *endpoint_text(const struct endpoint *endpoint, char text[ENDPOINT_TEXT_SIZE]);

#endif
