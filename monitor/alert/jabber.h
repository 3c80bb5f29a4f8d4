/* A message handed over by XMPP (RFC 6120, 6121), by libstrophe. Each conversation has a thread of its own, since the
 * library waits for the server in the middle of TLS, and the loop must not; when its time is over the socket is cut
 * from outside. Only encrypted, with a certificate for the domain of our JID. Called on the loop's thread. */
#ifndef VIBRISSE_JABBER_H
#define VIBRISSE_JABBER_H

#include "address.h"
#include "dispatch.h"

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uv.h>

enum { JABBER_WORDS_SIZE = 256, JABBER_MEMORY_MAX = 1024 * 1024 };

/* What came of it: who took it says so, or no. */
enum jabber_end { JABBER_BROKEN, JABBER_ARRIVED, JABBER_REFUSED, JABBER_LATER };

struct jabber_wish { /* borrowed until done() */
    uv_loop_t *loop;
    const struct address_policy *policy;
    const char *ca_file; /* NULL = the system's authorities */
    const struct dispatch *dispatch;
    bool direct;                              /* TLS from the first byte, else STARTTLS */
    const struct sockaddr_storage *addresses; /* tried one after the other until one connects */
    size_t count;
    int64_t limit_ms; /* for everything together */
};

/* Embedded in what waits for it. */
struct jabber {
    void (*done)(struct jabber *jabber); /* from the loop, exactly once; its memory may then go */
    enum jabber_end end;
    bool connected; /* a server let us in: what is broken after that may have arrived */
    char words[JABBER_WORDS_SIZE]; /* why not; cleaned */

    struct jabber_wish wish; /* the rest belongs to jabber.c */
    uv_thread_t thread;
    uv_async_t ended;
    uv_timer_t limit;
    int handles;
    bool started;
    pthread_mutex_t lock; /* of the next two */
    int socket;           /* our own descriptor of it; -1 = none */
    bool cut;
};

void jabber_start(struct jabber *jabber, const struct jabber_wish *wish);

#endif
