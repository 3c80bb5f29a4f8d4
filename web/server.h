/* Gives a rendered site to visitors over HTTP/1.1 (libmicrohttpd, two threads on epoll, one that keeps watch). Answers
 * GET and HEAD from memory, forms by asking the monitor (reception.h); writes nothing, logs no address. Needs SIGPIPE ignored by the process. */
#ifndef VIBRISSE_SERVER_H
#define VIBRISSE_SERVER_H

#include "endpoint.h"
#include "fault.h"

#include <stddef.h>

struct server;

struct server_rules {
    const char *folder;     /* the rendered site */
    struct endpoint listen; /* port 0: the system chooses, see server_endpoint() */
    const char *board;      /* what the monitor says of itself, see board.h; NULL = nothing */
    const char *forms;  /* the socket where the monitor answers for them; NULL = there are none */
    size_t per_address; /* connections at once from one address, loopback excepted; 0 = no limit */
};

/* -1 and a sentence when the folder or the address is not to be had. Its threads inherit the caller's signal mask. */
int server_start(const struct server_rules *rules, struct server **ret, struct fault *fault);

/* Where it really listens. */
struct endpoint server_endpoint(const struct server *server);

/* Takes no further connection, lets answers under way finish for at most a second and a half, then ends. */
void server_stop(struct server *server);

#endif
