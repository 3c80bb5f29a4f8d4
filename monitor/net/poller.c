#include "poller.h"

#include "macros.h"

#include <errno.h>
#include <sys/epoll.h>
#include <unistd.h>

enum { BATCH = 64 };

/* What does not fit into one batch makes the outer epoll report again. */
static void on_ready(uv_poll_t *watch, int status, int events)
{
    struct poller *poller = watch->data;
    struct epoll_event batch[BATCH];
    (void)status;
    (void)events;
    int count = epoll_wait(poller->epoll, batch, BATCH, 0);
    for (int i = 0; i < count; i++)
        poller->ready(poller->owner, batch[i].data.fd, batch[i].events);
}

int poller_open(struct poller *poller, uv_loop_t *loop,
                void (*ready)(void *owner, int fd, uint32_t events), void *owner)
{
    *poller = (struct poller){.ready = ready, .owner = owner, .watch.data = poller};
    poller->epoll = epoll_create1(EPOLL_CLOEXEC);
    if (poller->epoll < 0)
        return -errno;
    int rc = uv_poll_init(loop, &poller->watch, poller->epoll);
    if (rc < 0) {
        close(poller->epoll);
        return rc;
    }
    uv_poll_start(&poller->watch, UV_READABLE, on_ready);
    return 0;
}

static void on_closed(uv_handle_t *handle)
{
    struct poller *poller = handle->data;
    poller->closed(poller->owner);
}

void poller_close(struct poller *poller, void (*closed)(void *owner))
{
    poller->closed = closed;
    uv_poll_stop(&poller->watch);
    close(poller->epoll);
    uv_close((uv_handle_t *)&poller->watch, on_closed);
}

int poller_watch(struct poller *poller, int fd, uint32_t events)
{
    struct epoll_event event = {.events = events, .data.fd = fd};
    if (epoll_ctl(poller->epoll, EPOLL_CTL_ADD, fd, &event) == 0)
        return 0;
    if (errno == EEXIST && epoll_ctl(poller->epoll, EPOLL_CTL_MOD, fd, &event) == 0)
        return 0;
    return -errno;
}

void poller_forget(struct poller *poller, int fd)
{
    struct epoll_event unused = {0};
    epoll_ctl(poller->epoll, EPOLL_CTL_DEL, fd, &unused);
}
