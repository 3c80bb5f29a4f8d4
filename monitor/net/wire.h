/* A TCP connection of our own to one address, which may turn to TLS at once or in the middle of a conversation: what probes
 * of line protocols talk over. Everything above bytes is its owner's affair.
 *
 * The address policy is asked at the socket. Peers are judged by trust.h, and one that a visitor's software would refuse
 * ends the wire before a byte is sent under TLS; what its certificate says is in `tls` also then. All on the loop's
 * thread; the struct is embedded by its owner and must not move. */
#ifndef VIBRISSE_WIRE_H
#define VIBRISSE_WIRE_H

#include "address.h"
#include "buffer.h"
#include "chatter.h"
#include "clock.h"
#include "reason.h"
#include "result.h"
#include "trust.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uv.h>

enum {
    WIRE_OUT_MAX = 64 * 1024, /* bytes that wait to be sent; more ends the wire as `self` */
};

struct wire;

/* Called from the loop, never from inside the functions below. Each may call any of them. */
struct wire_owner {
    void (*opened)(struct wire *wire);  /* the connection stands */
    void (*secured)(struct wire *wire); /* TLS stands and its peer is the right one */
    void (*received)(struct wire *wire, const char *bytes, size_t length);
    void (*hung_up)(
        struct wire *wire); /* the other side sends nothing more; may be NULL: the wire is closed */
    void (*overdue)(struct wire *wire); /* the limit is over while the owner waits for bytes */
    /* Exactly once, last, when the loop holds nothing of it any more: the struct may go. */
    void (*gone)(struct wire *wire);
};

struct wire_wish {
    uv_loop_t *loop;
    struct trust *trust;
    const struct address_policy *policy;
    const struct sockaddr *address; /* with port; copied */
    const char *host;     /* for SNI and verification: a name in ASCII or a literal; must stay */
    const char *alpn;     /* one protocol to offer under TLS, or NULL; must stay */
    enum trust_rule rule; /* for its certificate */
    const struct records_answer *dane; /* its TLSA records, or NULL; must stay */
    int64_t limit_ms;                  /* see wire_limit() */
};

struct wire {
    enum reason reason; /* why it broke; ok = it did not */
    char detail[RESULT_DETAIL_SIZE];
    double connect_ms, tls_ms; /* NaN = did not get there */
    struct trust_answer tls;   /* sha256 "" = no certificate seen */

    const struct wire_owner *owner; /* the rest belongs to wire.c */
    struct wire_wish wish;
    uv_tcp_t tcp;
    uv_timer_t timer;
    uv_connect_t connecting;
    uv_write_t writing;
    struct buffer waiting, leaving; /* bytes to send; those that libuv has */
    SSL *ssl;
    BIO *heard, *said; /* ciphertext; belong to ssl */
    struct chatter chatter;
    struct mono since; /* when the phase under way began */
    unsigned pending;  /* handles and requests that libuv holds */
    bool connected, secured, deaf, cut, over;
};

/* Leads to one gone(). */
void wire_open(struct wire *wire, const struct wire_owner *owner, const struct wire_wish *wish);
/* Under TLS once secured(). Not between wire_secure() and secured(). Nothing after the end. */
void wire_send(struct wire *wire, const char *bytes, size_t length);
/* Begins the handshake, once, after opened(). */
void wire_secure(struct wire *wire);
/* From now on the wire may last so long, instead of what was set before. */
void wire_limit(struct wire *wire, int64_t ms);
/* Ends it; any time, any number of times before gone(). Nothing but gone() is called afterwards. */
void wire_close(struct wire *wire);

#endif
