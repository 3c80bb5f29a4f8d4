/* libcurl on a loop: the sockets of its handles are watched, its timer rings, and whoever waits for a handle is told of its
 * end. What is asked and how is the owner's: exchange.c for what is fetched, carrier.c for alerts. All on the loop's
 * thread. */
#ifndef VIBRISSE_TRANSFER_H
#define VIBRISSE_TRANSFER_H

#include "fault.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    TRANSFER_HOST_SIZE = 256,
    TRANSFER_WORDS_SIZE = 256, /* as CURL_ERROR_SIZE */
    TRANSFER_SOCKETS_MAX = 4   /* of one handle at a time: it tries two families at once */
};

struct transfers;
struct uv_loop_s;

/* Embedded in what waits for it; all zero before the first start. */
struct transfer {
    /* From the loop, once, unless stopped before; `code` is libcurl's. */
    void (*ended)(struct transfer *transfer, int code);
    void *easy;    /* the owner's, with its options set; NULL = none */
    int unwatched; /* errno with which its socket could not be watched, which ended it; 0 = it could */

    int sockets[TRANSFER_SOCKETS_MAX]; /* the rest belongs to transfer.c */
    size_t socket_count;
    bool lost;
    struct transfer *next_lost;
};

/* NULL and a sentence when libcurl or the loop fails. */
struct transfers *transfers_new(struct uv_loop_s *loop, struct fault *fault);
/* Nothing may be under way. `freed` is called when the loop has closed our handles, before libcurl itself goes. */
void transfers_free(struct transfers *transfers, void (*freed)(void *owner), void *owner);

/* HTTP/1.1 without a proxy, over connections of its own. False: libcurl does not take the handle. Never calls ended() from inside. */
bool transfers_start(struct transfers *transfers, struct transfer *transfer);
/* Takes the handle back, whether it was started or not; it stays the owner's. */
void transfers_stop(struct transfers *transfers, struct transfer *transfer);

/* Where a URL leads, as libcurl reads it, so that what is checked is what is connected to ("http://2130706433/" is
 * 127.0.0.1). Brackets around the host are left out; the port is the scheme's when there is none, 0 for schemes that libcurl
 * does not know. False when it is no URL, or one with credentials. */
bool transfers_place(struct transfers *transfers, const char *url, char host[TRANSFER_HOST_SIZE],
                     uint16_t *ret_port);

#endif
