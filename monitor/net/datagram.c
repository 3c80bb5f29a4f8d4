#include "datagram.h"

#include "address.h"
#include "room.h"

#include <errno.h>

static int64_t gap_of(int64_t timeout_ms)
{
    int64_t third = timeout_ms / DATAGRAM_TRIES;
    return third < DATAGRAM_GAP_MS ? third : DATAGRAM_GAP_MS;
}

int64_t datagram_patience_ms(int64_t timeout_ms)
{
    return gap_of(timeout_ms) * DATAGRAM_TRIES;
}

static void on_closed(uv_handle_t *handle)
{
    struct datagram *datagram = handle->data;
    if (--datagram->handles == 0)
        datagram->request.done(datagram->request.owner, datagram->error);
}

static void finish(struct datagram *datagram, int error)
{
    if (!datagram->running)
        return;
    datagram->running = false;
    datagram->error = error;
    datagram->ended = clock_mono();
    uv_close((uv_handle_t *)&datagram->udp, on_closed);
    uv_close((uv_handle_t *)&datagram->timer, on_closed);
}

/* A full buffer of ours is like a lost packet, unless nothing ever gets out. */
static void send_try(struct datagram *datagram)
{
    uv_buf_t buf = uv_buf_init((char *)datagram->question, (unsigned)datagram->length);
    datagram->tries++;
    datagram->asked = clock_mono();
    int rc = uv_udp_try_send(&datagram->udp, &buf, 1, NULL);
    if (rc >= 0)
        datagram->sent++;
    else if (rc == UV_EAGAIN || rc == UV_ENOBUFS)
        datagram->error = rc;
    else
        finish(datagram, rc);
}

static void on_timer(uv_timer_t *timer);

static void arm(struct datagram *datagram, int64_t elapsed_ms)
{
    int64_t due_ms = datagram->tries < DATAGRAM_TRIES ? datagram->tries * datagram->gap_ms
                                                      : datagram->request.timeout_ms;
    int64_t wait_ms = due_ms > elapsed_ms ? due_ms - elapsed_ms : 0;
    uv_timer_start(&datagram->timer, on_timer, (uint64_t)wait_ms + 1, 0);
}

static void on_timer(uv_timer_t *timer)
{
    struct datagram *datagram = timer->data;
    int64_t elapsed_ms = mono_ms_between(datagram->started, clock_mono());
    if (elapsed_ms >= datagram->request.timeout_ms) {
        finish(datagram, datagram->sent ? -ETIMEDOUT : datagram->error);
        return;
    }
    if (datagram->tries < DATAGRAM_TRIES && elapsed_ms >= datagram->tries * datagram->gap_ms)
        send_try(datagram);
    if (datagram->running)
        arm(datagram, elapsed_ms);
}

static void take(struct datagram *datagram, const char *bytes, ssize_t got)
{
    if (got < 0)
        finish(datagram, (int)got);
    else if (datagram->request.answer(datagram->request.owner, (const uint8_t *)bytes, (size_t)got))
        finish(datagram, 0);
    else
        datagram->strays++;
}

static void on_packet(uv_udp_t *udp, ssize_t got, const uv_buf_t *buf, const struct sockaddr *from,
                      unsigned flags)
{
    struct datagram *datagram = udp->data;
    bool nothing = got == 0 && !from; /* to read for now */
    (void)flags;
    if (datagram->running && !nothing)
        take(datagram, buf->base, got);
    room_return(buf);
}

static int open_socket(struct datagram *datagram)
{
    struct sockaddr_storage local = {0};
    int size = sizeof local;
    int rc = uv_udp_connect(&datagram->udp, datagram->request.address);
    if (rc == 0)
        rc = uv_udp_getsockname(&datagram->udp, (struct sockaddr *)&local, &size);
    if (rc == 0)
        rc = uv_udp_recv_start(&datagram->udp, room_lend, on_packet);
    if (rc == 0)
        datagram->length = datagram->request.ask(datagram->request.owner, (struct sockaddr *)&local,
                                                 datagram->question, sizeof datagram->question);
    return rc;
}

void datagram_start(struct datagram *datagram, const struct datagram_request *request)
{
    *datagram = (struct datagram){.request = *request,
                                  .started = clock_mono(),
                                  .gap_ms = gap_of(request->timeout_ms),
                                  .handles = 2,
                                  .running = true};
    uv_udp_init(request->loop, &datagram->udp);
    uv_timer_init(request->loop, &datagram->timer);
    datagram->udp.data = datagram->timer.data = datagram;
    datagram->asked = datagram->started;
    int rc = open_socket(datagram);
    datagram->request.address = NULL;
    if (rc < 0)
        finish(datagram, rc);
    else
        send_try(datagram);
    if (datagram->running)
        arm(datagram, 0);
}

void datagram_cancel(struct datagram *datagram)
{
    finish(datagram, -ECANCELED);
}
