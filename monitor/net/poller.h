/* Many short-lived sockets on a libuv loop: an epoll of our own inside the loop's. One uv_poll_t watches it, so a socket
 * costs two system calls instead of eight, and a closed or failed socket is an event like any other, where uv_poll_t
 * stops with UV_EBADF (libuv pull request 3797). All on the loop's thread. */
#ifndef VIBRISSE_POLLER_H
#define VIBRISSE_POLLER_H

#include <stdint.h>
#include <uv.h>

struct poller {
    int epoll;
    uv_poll_t watch;
    /* `events` as epoll_wait(2) gives them; may be for a socket that has just been replaced under the same number. */
    void (*ready)(void *owner, int fd, uint32_t events);
    void *owner;
    void (*closed)(void *owner);
};

/* 0 or a negative errno; after a failure there is nothing to close. */
int poller_open(struct poller *poller, uv_loop_t *loop,
                void (*ready)(void *owner, int fd, uint32_t events), void *owner);
/* `closed` is called from the loop when the poller's memory may go. */
void poller_close(struct poller *poller, void (*closed)(void *owner));

int poller_watch(struct poller *poller, int fd,
                 uint32_t events);                 /* new or changed; 0 or a negative errno */
void poller_forget(struct poller *poller, int fd); /* a closed socket is forgotten by itself */

#endif
