/* The one place that speaks HTTP: libmicrohttpd (0.9.75), two threads on epoll. Its callbacks turn requests into
 * answer_make() and keep the list of visitors. */
#ifndef VIBRISSE_HTTP_DAEMON_H
#define VIBRISSE_HTTP_DAEMON_H

#include "reception.h"
#include "site.h"
#include "visitor.h"

#include <stdbool.h>

enum { HTTP_DAEMON_CONNECTIONS = 256 }; /* at once; more wait in the backlog */

struct http_daemon;

/* What it serves from; all must outlive it. */
struct http_daemon_parts {
    struct site *site;
    struct visitors *visitors;
    struct reception *reception; /* NULL = there are no forms */
};

/* `socket` listens and stays the caller's. NULL and errno when it cannot start. */
struct http_daemon *http_daemon_start(int socket, bool ipv6, const struct http_daemon_parts *parts);
void http_daemon_quiesce(struct http_daemon *daemon); /* takes no further connection */
/* Closes all connections, of which none may wait at the reception any more. NULL is allowed. */
void http_daemon_stop(struct http_daemon *daemon);

#endif
