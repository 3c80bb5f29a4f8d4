/* HTTP requests and mail on the loop, by libcurl: one connection each, to the addresses that were found, with a cap on
 * everything a receiver can make long. Redirects are answers like any other, no proxy, no cookies. TLS 1.2 or better and a
 * certificate that the system trusts. Every address passes the policy when its socket is opened. All on the loop's
 * thread. */
#ifndef VIBRISSE_CARRIER_H
#define VIBRISSE_CARRIER_H

#include "address.h"
#include "buffer.h"
#include "chatter.h"
#include "dispatch.h"
#include "fault.h"
#include "transfer.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    CARRIER_BODY_MAX = 64 * 1024, /* of an answer: what follows is not read */
    CARRIER_HEAD_MAX = 64 * 1024,
    CARRIER_HOST_SIZE = TRANSFER_HOST_SIZE,
    CARRIER_ADDRESSES_MAX = 8
};

struct carrier;
struct uv_loop_s;

struct carrier_rules {
    const char *ca_file; /* NULL = the system's authorities */
    const char *user_agent;
    const struct address_policy *policy; /* borrowed, as the texts */
};

/* One on its way, embedded in what waits for it; all zero before the first start. */
struct carriage {
    void (*done)(struct carriage *carriage); /* from the loop, once, unless stopped before */

    int status;                        /* of the answer; 0 = none came */
    char failure[TRANSFER_WORDS_SIZE]; /* why there is no whole answer; "" = there is */
    char retry_after[128];             /* the header's value; "" = none */
    struct buffer body;                /* of HTTP; the last reply of SMTP */

    struct carrier *carrier; /* the rest belongs to carrier.c */
    const struct dispatch *dispatch;
    struct transfer transfer;
    void *share;
    struct curl_slist *resolve, *headers, *recipients;
    size_t sent, head_bytes;
    bool refused;
    struct chatter chatter;
    char words[TRANSFER_WORDS_SIZE];
};

/* NULL and a sentence when libcurl or the loop fails. */
struct carrier *carrier_new(struct uv_loop_s *loop, const struct carrier_rules *rules,
                            struct fault *fault);
/* Nothing may be under way. Memory goes when the loop has closed our handles. NULL is fine. */
void carrier_free(struct carrier *carrier);

/* Where a URL leads, as libcurl reads it. False when it is none. */
bool carrier_place(struct carrier *carrier, const char *url, char host[CARRIER_HOST_SIZE],
                   uint16_t *ret_port);

/* `dispatch` must stay until the end. Never calls done() from inside. False: libcurl gives no handle. */
bool carrier_start(struct carrier *carrier, struct carriage *carriage,
                   const struct dispatch *dispatch, const struct sockaddr_storage *addresses,
                   size_t count, int64_t timeout_ms);
/* Ends it if need be and frees what it holds. */
void carrier_stop(struct carriage *carriage);

#endif
