#include "transfer.h"

#include "mem.h"
#include "poller.h"
#include "text.h"

#include <curl/curl.h>
#include <uv.h>

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

static_assert(TRANSFER_WORDS_SIZE == CURL_ERROR_SIZE, "libcurl writes its words into ours");

struct transfers {
    CURLM *multi;
    CURLU *parser;
    struct poller poller;
    uv_timer_t timer;
    struct transfer *lost; /* to be ended when libcurl has returned */
    int handles;           /* to be closed still */
    void (*freed)(void *owner);
    void *owner;
};

/* ---- its sockets ---- */

static bool knows(const struct transfer *transfer, int fd)
{
    for (size_t i = 0; i < transfer->socket_count; i++)
        if (transfer->sockets[i] == fd)
            return true;
    return false;
}

static void forget(struct transfers *transfers, struct transfer *transfer, int fd)
{
    for (size_t i = 0; i < transfer->socket_count; i++) {
        if (transfer->sockets[i] != fd)
            continue;
        poller_forget(&transfers->poller, fd);
        transfer->sockets[i] = transfer->sockets[--transfer->socket_count];
        return;
    }
}

static int watch(struct transfers *transfers, struct transfer *transfer, int fd, int what)
{
    uint32_t events = (what & CURL_POLL_IN ? EPOLLIN : 0u) | (what & CURL_POLL_OUT ? EPOLLOUT : 0u);
    bool known = knows(transfer, fd);
    if (!known && transfer->socket_count == TRANSFER_SOCKETS_MAX)
        return -EMFILE;
    if (!known)
        transfer->sockets[transfer->socket_count++] = fd;
    return poller_watch(&transfers->poller, fd, events);
}

static void lose(struct transfers *transfers, struct transfer *transfer, int error)
{
    transfer->unwatched = error;
    if (transfer->lost)
        return;
    transfer->lost = true;
    transfer->next_lost = transfers->lost;
    transfers->lost = transfer;
}

static void find_again(struct transfers *transfers, struct transfer *transfer)
{
    struct transfer **link = &transfers->lost;
    while (transfer->lost && *link != transfer)
        link = &(*link)->next_lost;
    if (transfer->lost)
        *link = transfer->next_lost;
    transfer->lost = false;
}

/* To say -1 would end them all. */
static int on_socket(CURL *easy, curl_socket_t fd, int what, void *owner, void *unused)
{
    struct transfers *transfers = owner;
    struct transfer *transfer = NULL;
    (void)unused;
    curl_easy_getinfo(easy, CURLINFO_PRIVATE, &transfer);
    if (!transfer)
        return 0;
    if (what == CURL_POLL_REMOVE) {
        forget(transfers, transfer, fd);
        return 0;
    }
    int rc = watch(transfers, transfer, fd, what);
    if (rc < 0)
        lose(transfers, transfer, -rc);
    return 0;
}

/* ---- the loop ---- */

static void drain(struct transfers *transfers)
{
    CURLMsg *message;
    int left;
    while ((message = curl_multi_info_read(transfers->multi, &left))) {
        struct transfer *transfer = NULL;
        CURLcode code = message->data.result; /* the message goes with the handle */
        curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &transfer);
        transfer->ended(transfer, (int)code);
    }
}

/* They would wait for what nobody tells them until the time is over. */
static void end_lost(struct transfers *transfers)
{
    for (struct transfer *transfer; (transfer = transfers->lost);) {
        find_again(transfers, transfer);
        transfer->ended(transfer, CURLE_COULDNT_CONNECT);
    }
}

static void act(struct transfers *transfers, curl_socket_t fd, int events)
{
    int running;
    curl_multi_socket_action(transfers->multi, fd, events, &running);
    end_lost(transfers);
    drain(transfers);
}

static void on_ready(void *owner, int fd, uint32_t events)
{
    int what = 0;
    if (events & EPOLLIN)
        what |= CURL_CSELECT_IN;
    if (events & EPOLLOUT)
        what |= CURL_CSELECT_OUT;
    if (events & (EPOLLERR | EPOLLHUP))
        what |= CURL_CSELECT_ERR;
    act(owner, fd, what);
}

static void on_timer(uv_timer_t *timer)
{
    act(timer->data, CURL_SOCKET_TIMEOUT, 0);
}

/* The loop's cached time may be old after heavy work, and a timer set by it would ring early. */
static int on_timer_wish(CURLM *multi, long timeout_ms, void *owner)
{
    struct transfers *transfers = owner;
    (void)multi;
    if (timeout_ms < 0)
        return uv_timer_stop(&transfers->timer);
    uv_update_time(transfers->timer.loop);
    return uv_timer_start(&transfers->timer, on_timer, (uint64_t)timeout_ms, 0);
}

/* ---- one ---- */

/* A connection serves one transfer only, so that its sockets are that one's. */
static void set_rules(CURL *easy)
{
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(easy, CURLOPT_HTTP09_ALLOWED, 0L);
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
    curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L);
    curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, 1L);
}

bool transfers_start(struct transfers *transfers, struct transfer *transfer)
{
    transfer->unwatched = 0;
    transfer->socket_count = 0;
    set_rules(transfer->easy);
    curl_easy_setopt(transfer->easy, CURLOPT_PRIVATE, transfer);
    return curl_multi_add_handle(transfers->multi, transfer->easy) == CURLM_OK;
}

/* Before libcurl closes the sockets: it may tell us only afterwards, when the numbers are somebody else's. */
void transfers_stop(struct transfers *transfers, struct transfer *transfer)
{
    while (transfer->socket_count)
        forget(transfers, transfer, transfer->sockets[0]);
    find_again(transfers, transfer);
    curl_multi_remove_handle(transfers->multi, transfer->easy);
}

bool transfers_place(struct transfers *transfers, const char *url, char host[TRANSFER_HOST_SIZE],
                     uint16_t *ret_port)
{
    CURLU *parser = transfers->parser;
    char *name = NULL, *port = NULL;
    unsigned flags = CURLU_DISALLOW_USER | CURLU_NON_SUPPORT_SCHEME;
    bool good = curl_url_set(parser, CURLUPART_URL, url, flags) == CURLUE_OK &&
                curl_url_get(parser, CURLUPART_HOST, &name, 0) == CURLUE_OK;
    bool known =
        good && curl_url_get(parser, CURLUPART_PORT, &port, CURLU_DEFAULT_PORT) == CURLUE_OK;
    if (good) {
        size_t length = strlen(name);
        bool bracketed = length > 2 && name[0] == '[';
        good = text_format(host, TRANSFER_HOST_SIZE, "%.*s", (int)(bracketed ? length - 2 : length),
                           name + bracketed);
        *ret_port = known ? (uint16_t)strtoul(port, NULL, 10) : 0;
    }
    curl_free(name);
    curl_free(port);
    return good;
}

/* ---- all ---- */

static void free_now(struct transfers *transfers)
{
    if (transfers->freed)
        transfers->freed(transfers->owner);
    curl_multi_cleanup(transfers->multi);
    curl_url_cleanup(transfers->parser);
    free(transfers);
    curl_global_cleanup();
}

static int open_curl(struct transfers *transfers, struct fault *fault)
{
    /* Its memory goes by the rule of allocation.h. */
    if (curl_global_init_mem(CURL_GLOBAL_DEFAULT, mem_alloc, free, mem_resize, mem_text,
                             mem_array) != CURLE_OK)
        return fault_set(fault, "libcurl does not start");
    transfers->multi = curl_multi_init();
    transfers->parser = curl_url();
    if (!transfers->multi || !transfers->parser)
        return fault_set(fault, "libcurl gives no handle");
    curl_multi_setopt(transfers->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
    curl_multi_setopt(transfers->multi, CURLMOPT_SOCKETDATA, transfers);
    curl_multi_setopt(transfers->multi, CURLMOPT_TIMERFUNCTION, on_timer_wish);
    curl_multi_setopt(transfers->multi, CURLMOPT_TIMERDATA, transfers);
    return 0;
}

struct transfers *transfers_new(struct uv_loop_s *loop, struct fault *fault)
{
    struct transfers *transfers = mem_zalloc(sizeof *transfers);
    int rc = open_curl(transfers, fault);
    if (rc == 0 && (rc = poller_open(&transfers->poller, loop, on_ready, transfers)) < 0)
        fault_set(fault, "cannot watch sockets: %s", uv_strerror(rc));
    if (rc < 0) {
        free_now(transfers);
        return NULL;
    }
    uv_timer_init(loop, &transfers->timer);
    transfers->timer.data = transfers;
    transfers->handles = 2;
    return transfers;
}

static void drop(void *owner)
{
    struct transfers *transfers = owner;
    if (--transfers->handles == 0)
        free_now(transfers);
}

static void on_timer_closed(uv_handle_t *handle)
{
    drop(handle->data);
}

void transfers_free(struct transfers *transfers, void (*freed)(void *owner), void *owner)
{
    transfers->freed = freed;
    transfers->owner = owner;
    uv_close((uv_handle_t *)&transfers->timer, on_timer_closed);
    poller_close(&transfers->poller, drop);
}
