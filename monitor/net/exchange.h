/* One HTTP/1.1 request and its answer over a connection of its own, by libcurl on the loop: what fetch.h is made of.
 * Known to fetch.c and ending.c only. All on the loop's thread. */
#ifndef VIBRISSE_EXCHANGE_H
#define VIBRISSE_EXCHANGE_H

#include "address.h"
#include "buffer.h"
#include "chatter.h"
#include "clock.h"
#include "fault.h"
#include "result.h"
#include "transfer.h"
#include "trust.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    EXCHANGE_HEAD_MAX = 64 * 1024, /* bytes of header lines, interim answers included */
    EXCHANGE_HOST_SIZE = TRANSFER_HOST_SIZE
};

struct exchanges; /* libcurl on one loop, and its idle handles */
struct uv_loop_s;

/* How it ended, in the order of how far it got. */
enum exchange_end {
    EXCHANGE_NOT_OVER,
    EXCHANGE_WHOLE,      /* a complete answer */
    EXCHANGE_NO_CONNECT, /* see os_error */
    EXCHANGE_NO_TLS,     /* see words */
    EXCHANGE_NO_SEND,
    EXCHANGE_NO_ANSWER,  /* closed without a byte of it */
    EXCHANGE_NO_RECEIVE, /* see os_error and words */
    EXCHANGE_PARTIAL,    /* closed within the body */
    EXCHANGE_CAPPED,     /* by us: head or body is too long */
    EXCHANGE_TIMEOUT,
    EXCHANGE_ODD /* see words */
};

/* Texts must stay until the exchange is stopped. */
struct exchange_wish {
    const char *url;
    const char *host; /* in it, for the certificate */
    const struct sockaddr *address;
    const char *method;     /* NULL = GET */
    const char *user_agent; /* may be NULL, as the two below */
    const char *header, *body;
    size_t body_max, keep_max; /* keep_max 0 = all of it */
    bool keep_body, compressed;
    int64_t timeout_ms;
};

/* All zero before the first start. */
struct exchange {
    void (*done)(struct exchange
                     *exchange); /* set by the owner; from the loop, once, unless stopped before */
    struct exchange_wish wish;

    enum exchange_end end;
    int os_error;       /* 0 = none known */
    bool own_error;     /* os_error is that of opening or watching our own socket */
    bool refused;       /* by policy */
    bool port_refused;  /* for its port alone */
    bool connected;     /* the connection stood */
    bool secured;       /* TLS stood on it */
    int status;         /* of the last answer; 0 = none came */
    const char *target; /* of a redirect, absolute; NULL = none; until the stop */
    struct buffer head, body;
    size_t head_bytes, body_bytes; /* that came, kept or not */
    struct phases phases;          /* connect, tls, first byte */
    struct trust_answer tls;       /* sha256 "" = no certificate seen */
    struct chatter chatter;
    char words[TRANSFER_WORDS_SIZE];

    struct exchanges *exchanges; /* the rest belongs to exchange.c */
    struct transfer transfer;
    struct curl_slist *connect_to, *header;
    struct mono opened, stood;
};

struct exchanges *exchanges_new(struct uv_loop_s *loop, struct trust *trust,
                                const struct address_policy *policy, struct fault *fault);
void exchanges_free(
    struct exchanges *exchanges); /* memory goes when the loop has closed our handles */

/* False when libcurl gives no handle: then nothing was started. Never calls done() from inside. */
bool exchange_start(struct exchanges *exchanges, struct exchange *exchange,
                    const struct exchange_wish *wish);
/* Ends it if need be and lets its connection go, as its owner must; what it found stays but for `target`. */
void exchange_stop(struct exchange *exchange);
void exchange_fini(struct exchange *exchange); /* stops and frees */

/* See transfers_place(). False too when it is no http or https URL. */
bool exchange_place(struct exchanges *exchanges, const char *url, char host[EXCHANGE_HOST_SIZE],
                    uint16_t *ret_port);

#endif
