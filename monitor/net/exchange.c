#include "exchange.h"

#include "macros.h"
#include "mem.h"
#include "poller.h"
#include "text.h"

#include <curl/curl.h>
#include <uv.h>

#include <assert.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>

enum { IDLE_MAX = 64 };

static_assert(EXCHANGE_WORDS_SIZE == CURL_ERROR_SIZE, "libcurl writes its words into ours");

struct exchanges {
    CURLM *multi;
    CURLU *parser;
    struct trust *trust;
    const struct address_policy *policy;
    struct poller poller;
    uv_timer_t timer;
    CURL *idle[IDLE_MAX];
    size_t idle_count;
    struct exchange *blind; /* those whose socket cannot be watched, to be ended */
    int handles;            /* to be closed still */
};

/* ---- an exchange's callbacks ---- */

static curl_socket_t on_open(void *owner, curlsocktype purpose, struct curl_sockaddr *address)
{
    struct exchange *exchange = owner;
    (void)purpose;
    if (!address_allowed(exchange->exchanges->policy, &address->addr)) {
        exchange->refused = true;
        exchange->port_refused = address_port_refused(exchange->exchanges->policy, &address->addr);
        return CURL_SOCKET_BAD;
    }
    exchange->opened = clock_mono();
    int type = address->socktype | SOCK_CLOEXEC | SOCK_NONBLOCK;
    int fd = socket(address->family, type, address->protocol);
    if (fd >= 0)
        return fd;
    exchange->os_error = errno;
    exchange->own_error = true;
    return CURL_SOCKET_BAD;
}

/* In the middle of the handshake; 0 ends it before anything is asked. */
static int on_certificate(X509_STORE_CTX *context, void *owner)
{
    struct exchange *exchange = owner;
    trust_judge_handshake(exchange->exchanges->trust, context, exchange->wish.host, clock_wall(),
                          &exchange->tls);
    return reason_outcome(exchange->tls.reason) != OUTCOME_DOWN;
}

/* Still before anything is asked; 0 ends the handshake. */
static int on_staple(SSL *ssl, void *owner)
{
    struct exchange *exchange = owner;
    return trust_judge_end(exchange->exchanges->trust, ssl, TRUST_AUTHORITIES, &exchange->tls);
}

/* Called as soon as the connection stands, which libcurl itself tells only when TLS stands on it too. */
static CURLcode on_context(CURL *easy, void *context, void *owner)
{
    struct exchange *exchange = owner;
    (void)easy;
    exchange->stood = clock_mono();
    trust_prepare(context);
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, NULL);
    SSL_CTX_set_cert_verify_callback(context, on_certificate, exchange);
    SSL_CTX_set_tlsext_status_cb(context, on_staple);
    SSL_CTX_set_tlsext_status_arg(context, exchange);
    return CURLE_OK;
}

/* The maximum counts what interim answers (100, 103) sent too; only the last answer's lines are kept. */
static size_t on_header(char *line, size_t one, size_t length, void *owner)
{
    struct exchange *exchange = owner;
    (void)one;
    if (length > 5 && memcmp(line, "HTTP/", 5) == 0)
        buffer_clear(&exchange->head);
    exchange->head_bytes += length;
    if (exchange->head_bytes > EXCHANGE_HEAD_MAX)
        return 0;
    buffer_add(&exchange->head, line, length);
    return length;
}

static void keep(struct exchange *exchange, const char *bytes, size_t length)
{
    size_t room =
        exchange->wish.keep_max ? exchange->wish.keep_max - exchange->body.length : length;
    buffer_add(&exchange->body, bytes, length < room ? length : room);
}

static size_t on_body(char *bytes, size_t one, size_t length, void *owner)
{
    struct exchange *exchange = owner;
    (void)one;
    exchange->body_bytes += length;
    if (exchange->body_bytes > exchange->wish.body_max)
        return 0;
    if (exchange->wish.keep_body)
        keep(exchange, bytes, length);
    return length;
}

/* ---- its options ---- */

/* The same for every exchange. */
static void set_rules(CURL *easy)
{
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(easy, CURLOPT_HTTP09_ALLOWED, 0L);
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
    curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L);
    curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, 1L);
    curl_easy_setopt(easy, CURLOPT_DNS_CACHE_TIMEOUT, 0L);
    /* We verify ourselves. A CApath, which Debian compiles in, would be read at every connection. */
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 0L);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 0L);
    curl_easy_setopt(easy, CURLOPT_CAINFO, NULL);
    curl_easy_setopt(easy, CURLOPT_CAPATH, NULL);
    curl_easy_setopt(easy, CURLOPT_SSL_SESSIONID_CACHE, 0L);
}

static void set_callbacks(CURL *easy, struct exchange *exchange)
{
    curl_easy_setopt(easy, CURLOPT_PRIVATE, exchange);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, exchange->words);
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, on_open);
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, exchange);
    curl_easy_setopt(easy, CURLOPT_SSL_CTX_FUNCTION, on_context);
    curl_easy_setopt(easy, CURLOPT_SSL_CTX_DATA, exchange);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, exchange);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, exchange);
}

static void set_method(CURL *easy, const struct exchange_wish *wish)
{
    const char *method = wish->method ? wish->method : "GET";
    if (wish->body) {
        curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE, (long)strlen(wish->body));
        curl_easy_setopt(easy, CURLOPT_POSTFIELDS, wish->body);
    }
    if (strcmp(method, "HEAD") == 0)
        curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
    else if (strcmp(method, "GET") != 0 || wish->body)
        curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, method);
}

static void set_request(CURL *easy, struct exchange *exchange)
{
    const struct exchange_wish *wish = &exchange->wish;
    curl_easy_setopt(easy, CURLOPT_URL, wish->url);
    curl_easy_setopt(easy, CURLOPT_USERAGENT, wish->user_agent);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)(wish->timeout_ms > 1 ? wish->timeout_ms : 1));
    if (wish->compressed)
        curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "gzip, br");
    set_method(easy, wish);
    if (wish->header) {
        exchange->header = curl_slist_append(NULL, wish->header);
        curl_easy_setopt(easy, CURLOPT_HTTPHEADER, exchange->header);
    }
}

/* CONNECT_TO belongs to this handle alone, where RESOLVE would write into a cache that all share. */
static void set_target(CURL *easy, struct exchange *exchange)
{
    char text[ADDRESS_TEXT_SIZE], target[ADDRESS_TEXT_SIZE + 16];
    const struct sockaddr *address = exchange->wish.address;
    bool wide = address->sa_family == AF_INET6;
    address_text(address, text);
    text_format(target, sizeof target, "::%s%s%s:%u", wide ? "[" : "", text, wide ? "]" : "",
                address_port(address));
    exchange->connect_to = curl_slist_append(NULL, target);
    curl_easy_setopt(easy, CURLOPT_CONNECT_TO, exchange->connect_to);
}

/* ---- its beginning and end ---- */

static void reset(struct exchange *exchange)
{
    exchange->end = EXCHANGE_NOT_OVER;
    exchange->os_error = exchange->status = 0;
    exchange->own_error = exchange->connected = exchange->secured = false;
    exchange->refused = exchange->port_refused = false;
    exchange->head_bytes = exchange->body_bytes = 0;
    exchange->words[0] = '\0';
    exchange->opened = exchange->stood = (struct mono){0};
    exchange->watched = -1;
    exchange->tls.reason = REASON_ok;
    exchange->tls.certificate.sha256[0] = '\0';
    buffer_clear(&exchange->head);
    buffer_clear(&exchange->body);
    exchange->head.max = EXCHANGE_HEAD_MAX;
    exchange->body.max = exchange->wish.body_max;
    for (int phase = 0; phase < PHASE_COUNT; phase++)
        exchange->phases.ms[phase] = NAN;
}

bool exchange_start(struct exchanges *exchanges, struct exchange *exchange,
                    const struct exchange_wish *wish)
{
    assert(!exchange->easy);
    CURL *easy =
        exchanges->idle_count ? exchanges->idle[--exchanges->idle_count] : curl_easy_init();
    exchange->wish = *wish;
    reset(exchange);
    if (!easy)
        return false;
    exchange->exchanges = exchanges;
    exchange->easy = easy;
    set_rules(easy);
    set_callbacks(easy, exchange);
    set_request(easy, exchange);
    set_target(easy, exchange);
    return curl_multi_add_handle(exchanges->multi, easy) == CURLM_OK;
}

/* Before libcurl closes the socket: it may tell us only afterwards, when the number is somebody else's. */
static void forget(struct exchange *exchange)
{
    if (exchange->watched >= 0)
        poller_forget(&exchange->exchanges->poller, exchange->watched);
    exchange->watched = -1;
}

static void forget_blind(struct exchange *exchange)
{
    struct exchange **link = &exchange->exchanges->blind;
    while (*link && *link != exchange)
        link = &(*link)->next_blind;
    if (*link)
        *link = exchange->next_blind;
}

static void give_back(struct exchanges *exchanges, CURL *easy)
{
    if (exchanges->idle_count == IDLE_MAX) {
        curl_easy_cleanup(easy);
        return;
    }
    curl_easy_reset(easy);
    exchanges->idle[exchanges->idle_count++] = easy;
}

static double info_ms(const struct exchange *exchange, CURLINFO info)
{
    curl_off_t us = 0;
    curl_easy_getinfo(exchange->easy, info, &us);
    return (double)us / 1000;
}

static void take_times(struct exchange *exchange)
{
    double *ms = exchange->phases.ms;
    double connected = info_ms(exchange, CURLINFO_CONNECT_TIME_T);
    double secured = info_ms(exchange, CURLINFO_APPCONNECT_TIME_T);
    double asked = info_ms(exchange, CURLINFO_PRETRANSFER_TIME_T);
    exchange->connected = exchange->stood.ns || connected > 0;
    exchange->secured = secured > 0;
    if (exchange->stood.ns)
        ms[PHASE_CONNECT] = (double)(exchange->stood.ns - exchange->opened.ns) / 1e6;
    else if (connected > 0)
        ms[PHASE_CONNECT] = connected - info_ms(exchange, CURLINFO_NAMELOOKUP_TIME_T);
    if (secured > 0)
        ms[PHASE_TLS] = secured - connected;
    if (exchange->head_bytes)
        ms[PHASE_FIRST_BYTE] = info_ms(exchange, CURLINFO_STARTTRANSFER_TIME_T) - asked;
}

void exchange_stop(struct exchange *exchange)
{
    if (!exchange->easy)
        return;
    if (exchange->end == EXCHANGE_NOT_OVER)
        take_times(exchange);
    forget(exchange);
    forget_blind(exchange);
    curl_multi_remove_handle(exchange->exchanges->multi, exchange->easy);
    give_back(exchange->exchanges, exchange->easy);
    exchange->easy = NULL;
    exchange->target = NULL;
    curl_slist_free_all(exchange->connect_to);
    curl_slist_free_all(exchange->header);
    exchange->connect_to = exchange->header = NULL;
}

void exchange_fini(struct exchange *exchange)
{
    exchange_stop(exchange);
    buffer_fini(&exchange->head);
    buffer_fini(&exchange->body);
}

/* What is missing here is odd. */
static const struct {
    CURLcode code;
    enum exchange_end end;
} ends[] = {
    {CURLE_OK, EXCHANGE_WHOLE},
    {CURLE_COULDNT_CONNECT, EXCHANGE_NO_CONNECT},
    {CURLE_SSL_CONNECT_ERROR, EXCHANGE_NO_TLS},
    {CURLE_PEER_FAILED_VERIFICATION, EXCHANGE_NO_TLS},
    {CURLE_SSL_CIPHER, EXCHANGE_NO_TLS},
    {CURLE_SEND_ERROR, EXCHANGE_NO_SEND},
    {CURLE_GOT_NOTHING, EXCHANGE_NO_ANSWER},
    {CURLE_RECV_ERROR, EXCHANGE_NO_RECEIVE},
    {CURLE_PARTIAL_FILE, EXCHANGE_PARTIAL},
    {CURLE_WRITE_ERROR, EXCHANGE_CAPPED},
    {CURLE_OPERATION_TIMEDOUT, EXCHANGE_TIMEOUT},
};

static enum exchange_end end_of(CURLcode code)
{
    for (size_t i = 0; i < ARRAY_LEN(ends); i++)
        if (ends[i].code == code)
            return ends[i].end;
    return EXCHANGE_ODD;
}

static void take_end(struct exchange *exchange, CURLcode code)
{
    long status = 0, error = 0;
    char *target = NULL;
    curl_easy_getinfo(exchange->easy, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(exchange->easy, CURLINFO_OS_ERRNO, &error);
    curl_easy_getinfo(exchange->easy, CURLINFO_REDIRECT_URL, &target);
    exchange->status = (int)status;
    exchange->target = target;
    if (!exchange->own_error)
        exchange->os_error = (int)error;
    if (!exchange->words[0])
        text_copy(exchange->words, sizeof exchange->words, curl_easy_strerror(code));
    exchange->end = end_of(code);
    take_times(exchange);
}

bool exchange_place(struct exchanges *exchanges, const char *url, char host[EXCHANGE_HOST_SIZE],
                    uint16_t *ret_port)
{
    CURLU *parser = exchanges->parser;
    char *name = NULL, *port = NULL;
    bool good = (strncasecmp(url, "http://", 7) == 0 || strncasecmp(url, "https://", 8) == 0) &&
                curl_url_set(parser, CURLUPART_URL, url, CURLU_DISALLOW_USER) == CURLUE_OK &&
                curl_url_get(parser, CURLUPART_HOST, &name, 0) == CURLUE_OK &&
                curl_url_get(parser, CURLUPART_PORT, &port, CURLU_DEFAULT_PORT) == CURLUE_OK;
    if (good) {
        size_t length = strlen(name);
        bool bracketed = length > 2 && name[0] == '[';
        good = text_format(host, EXCHANGE_HOST_SIZE, "%.*s", (int)(bracketed ? length - 2 : length),
                           name + bracketed);
        *ret_port = (uint16_t)strtoul(port, NULL, 10);
    }
    curl_free(name);
    curl_free(port);
    return good;
}

/* ---- libcurl on the loop ---- */

static void drain(struct exchanges *exchanges)
{
    CURLMsg *message;
    int left;
    while ((message = curl_multi_info_read(exchanges->multi, &left))) {
        struct exchange *exchange = NULL;
        CURLcode code = message->data.result; /* the message goes with the handle */
        curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &exchange);
        take_end(exchange, code);
        exchange->done(exchange);
    }
}

/* They would wait for what nobody tells them until the time is over. */
static void end_blind(struct exchanges *exchanges)
{
    for (struct exchange *exchange; (exchange = exchanges->blind);) {
        exchanges->blind = exchange->next_blind;
        exchange->own_error = true;
        take_end(exchange, CURLE_COULDNT_CONNECT);
        exchange->done(exchange);
    }
}

static void act(struct exchanges *exchanges, curl_socket_t fd, int events)
{
    int running;
    curl_multi_socket_action(exchanges->multi, fd, events, &running);
    end_blind(exchanges);
    drain(exchanges);
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

static void give_up(struct exchange *exchange, int error)
{
    forget_blind(exchange);
    exchange->os_error = error;
    exchange->next_blind = exchange->exchanges->blind;
    exchange->exchanges->blind = exchange;
}

/* A connection serves one exchange only, so an exchange has at most one socket at a time. To say -1 would end them all. */
static int on_socket(CURL *easy, curl_socket_t fd, int what, void *owner, void *unused)
{
    struct exchanges *exchanges = owner;
    struct exchange *exchange = NULL;
    (void)unused;
    curl_easy_getinfo(easy, CURLINFO_PRIVATE, &exchange);
    if (what == CURL_POLL_REMOVE) {
        if (exchange && exchange->watched == fd)
            forget(exchange);
        return 0;
    }
    uint32_t events = (what & CURL_POLL_IN ? EPOLLIN : 0u) | (what & CURL_POLL_OUT ? EPOLLOUT : 0u);
    if (exchange)
        exchange->watched = fd;
    int rc = poller_watch(&exchanges->poller, fd, events);
    if (rc < 0 && exchange)
        give_up(exchange, -rc);
    return 0;
}

static void on_timer(uv_timer_t *timer)
{
    act(timer->data, CURL_SOCKET_TIMEOUT, 0);
}

/* The loop's cached time may be old after heavy work, and a timer set by it would ring early. */
static int on_timer_wish(CURLM *multi, long timeout_ms, void *owner)
{
    struct exchanges *exchanges = owner;
    (void)multi;
    if (timeout_ms < 0)
        return uv_timer_stop(&exchanges->timer);
    uv_update_time(exchanges->timer.loop);
    return uv_timer_start(&exchanges->timer, on_timer, (uint64_t)timeout_ms, 0);
}

static void free_now(struct exchanges *exchanges)
{
    while (exchanges->idle_count)
        curl_easy_cleanup(exchanges->idle[--exchanges->idle_count]);
    curl_multi_cleanup(exchanges->multi);
    curl_url_cleanup(exchanges->parser);
    free(exchanges);
    curl_global_cleanup();
}

static int open_curl(struct exchanges *exchanges, struct fault *fault)
{
    /* Its memory goes by the rule of allocation.h. */
    if (curl_global_init_mem(CURL_GLOBAL_DEFAULT, mem_alloc, free, mem_resize, mem_text,
                             mem_array) != CURLE_OK)
        return fault_set(fault, "libcurl does not start");
    exchanges->multi = curl_multi_init();
    exchanges->parser = curl_url();
    if (!exchanges->multi || !exchanges->parser)
        return fault_set(fault, "libcurl gives no handle");
    curl_multi_setopt(exchanges->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
    curl_multi_setopt(exchanges->multi, CURLMOPT_SOCKETDATA, exchanges);
    curl_multi_setopt(exchanges->multi, CURLMOPT_TIMERFUNCTION, on_timer_wish);
    curl_multi_setopt(exchanges->multi, CURLMOPT_TIMERDATA, exchanges);
    return 0;
}

struct exchanges *exchanges_new(struct uv_loop_s *loop, struct trust *trust,
                                const struct address_policy *policy, struct fault *fault)
{
    struct exchanges *exchanges = mem_zalloc(sizeof *exchanges);
    exchanges->trust = trust;
    exchanges->policy = policy;
    int rc = open_curl(exchanges, fault);
    if (rc == 0 && (rc = poller_open(&exchanges->poller, loop, on_ready, exchanges)) < 0)
        fault_set(fault, "cannot watch sockets: %s", uv_strerror(rc));
    if (rc < 0) {
        free_now(exchanges);
        return NULL;
    }
    uv_timer_init(loop, &exchanges->timer);
    exchanges->timer.data = exchanges;
    exchanges->handles = 2;
    return exchanges;
}

static void drop(void *owner)
{
    struct exchanges *exchanges = owner;
    if (--exchanges->handles == 0)
        free_now(exchanges);
}

static void on_timer_closed(uv_handle_t *handle)
{
    drop(handle->data);
}

void exchanges_free(struct exchanges *exchanges)
{
    uv_close((uv_handle_t *)&exchanges->timer, on_timer_closed);
    poller_close(&exchanges->poller, drop);
}
