/* One question to one address over UDP, asked up to three times until it is answered. Its socket is its own and
 * connected: the kernel passes on only what comes from that very address and port, and tells of refusals (ICMP). Our
 * port is random (RFC 5452). All on the loop's thread. */
#ifndef VIBRISSE_DATAGRAM_H
#define VIBRISSE_DATAGRAM_H

#include "clock.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <uv.h>

enum {
    DATAGRAM_TRIES = 3,
    DATAGRAM_GAP_MS = 2000, /* from one try to the next; less when the time is short */
    DATAGRAM_QUESTION_MAX =
        1232 /* passes everywhere without fragments, https://www.dnsflagday.net/2020/ */
};

struct datagram_request {
    uv_loop_t *loop;
    const struct sockaddr *address; /* with port; copied */
    int64_t timeout_ms; /* answers are listened for until then, long after the last try */
    /* Writes the question, once and from inside datagram_start(); `local` is our own address. Returns its length. */
    size_t (*ask)(void *owner, const struct sockaddr *local, uint8_t *ret, size_t size);
    /* Whether these bytes are the answer. All else is passed over. What is longer than ROOM_SIZE (room.h) is cut. */
    bool (*answer)(void *owner, const uint8_t *bytes, size_t length);
    /* The last word: 0 = answered, -ETIMEDOUT = not in time, -ECANCELED, or another negative errno of the socket. */
    void (*done)(void *owner, int error);
    void *owner;
};

/* Embedded in what waits for it, zeroed; only `tries`, `strays`, `asked` and `ended` are for others to read. */
struct datagram {
    struct datagram_request request;
    uv_udp_t udp;
    uv_timer_t timer;
    struct mono started, asked, ended; /* asked: the last try */
    int64_t gap_ms;
    size_t length;
    int tries, sent, handles, error;
    unsigned strays; /* packets that were no answer */
    bool running;
    uint8_t question[DATAGRAM_QUESTION_MAX];
};

/* How long all tries take together when nothing answers. */
int64_t datagram_patience_ms(int64_t timeout_ms);

/* Leads to exactly one done(), never from inside. */
void datagram_start(struct datagram *datagram, const struct datagram_request *request);
void datagram_cancel(struct datagram *datagram); /* hurries done(); fine when it is over */

#endif
