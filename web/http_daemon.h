/* The one place that speaks HTTP: libmicrohttpd (0.9.75), two threads on epoll. Its callbacks turn requests into
 * answer_make() and keep the list of visitors. */
#ifndef VIBRISSE_HTTP_DAEMON_H
#define VIBRISSE_HTTP_DAEMON_H

#include "site.h"
#include "visitor.h"

#include <stdbool.h>

enum { HTTP_DAEMON_CONNECTIONS = 256 }; /* at once; more wait in the backlog */

struct http_daemon;

/* `socket` listens and stays the caller's, as do site and visitors; all must outlive the daemon. NULL and errno when it
 * cannot start. */
struct http_daemon *http_daemon_start(int socket, bool ipv6, struct site *site,
                                      struct visitors *visitors);
void http_daemon_quiesce(struct http_daemon *daemon); /* takes no further connection */
void http_daemon_stop(struct http_daemon *daemon);    /* closes all connections; NULL is allowed */

#endif
