/* A server on loopback, in a thread of its own, that behaves as badly as it is told: every visitor gets the same act. */
#ifndef VIBRISSE_HOSTILE_H
#define VIBRISSE_HOSTILE_H

#include <openssl/ssl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

enum hostile_parting {
    HOSTILE_CLOSE,
    HOSTILE_RESET, /* RST */
    HOSTILE_HOLD   /* keeps the connection until the visitor goes */
};

struct hostile_act {
    bool hasty;       /* does not wait for the request */
    const char *send; /* then this, then the body, then `again`; each may be NULL */
    const void *body;
    size_t body_length;
    const char *again;
    long times;   /* of `again`; -1 = until the visitor goes */
    int pause_ms; /* before each time */
    enum hostile_parting parting;
};

struct hostile_tls {         /* NULL = plain */
    const char *certificate; /* a path of pki.h, without .pem */
    int newest;              /* TLS1_1_VERSION...; 0 = any */
    bool renounce;           /* refuses every handshake by an alert */
};

struct hostile {
    const struct hostile_act *act;
    int listener, stop[2];
    SSL_CTX *tls;
    char status[300]; /* path of the status that is stapled */
    pthread_t thread;
    atomic_uint visits, asked; /* connections taken; whole requests read */
    uint16_t port;
    struct sockaddr_storage address;
    char last[1024]; /* the last request, readable after hostile_close() */
};

void hostile_open(struct hostile *hostile, const struct hostile_act *act,
                  const struct hostile_tls *tls);
/* One that takes no connection: those that it might are queued until the queue is full, then packets are dropped. */
void hostile_open_deaf(struct hostile *hostile);
void hostile_close(struct hostile *hostile);

#endif
