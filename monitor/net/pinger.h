/* Echo requests, through one socket a family for the whole process: every raw socket gets a copy of every ICMP packet of
 * the machine, so there must not be one a check. Raw where we may (CAP_NET_RAW; the kernel then keeps from us what has
 * another id), else a ping socket (net.ipv4.ping_group_range). Replies are known by address and a random cookie. Sockets
 * are opened when the first request needs them. All on the loop's thread. */
#ifndef VIBRISSE_PINGER_H
#define VIBRISSE_PINGER_H

#include "echo.h"

#include <sys/socket.h>

struct pinger;
struct uv_loop_s;

struct pinger *pinger_new(struct uv_loop_s *loop);
/* No visit may be open. Memory goes when the loop has closed our handles. NULL is fine. */
void pinger_free(struct pinger *pinger);

/* Requests to one address, embedded in what waits for the replies. */
struct pinger_visit {
    /* Set by the caller: a request of this visit was answered, perhaps once more. May close the visit. */
    void (*answered)(struct pinger_visit *visit, unsigned sequence);
    /* the pinger's own: */
    struct pinger *pinger;
    struct pinger_visit *next;
    struct sockaddr_storage address;
    uint8_t cookie[ECHO_COOKIE_SIZE];
};

/* 0, or the negative errno of the socket; -EPERM or -EACCES = we may open neither kind. Only after 0 it is open. */
int pinger_open(struct pinger *pinger, struct pinger_visit *visit, const struct sockaddr *address);
int pinger_send(struct pinger_visit *visit, uint16_t sequence); /* 0 or a negative errno */
void pinger_close(struct pinger_visit *visit); /* fine when it is not open, if zeroed before */

#endif
