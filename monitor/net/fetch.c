#include "fetch.h"

#include "buffer.h"
#include "cause.h"
#include "clock.h"
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

enum { IDLE_MAX = 64, HOST_SIZE = 256, FETCHER_HANDLES = 3 };

struct fetcher {
    CURLM *multi;
    CURLU *parser;
    struct trust *trust;
    const struct address_policy *policy;
    struct poller poller;
    uv_timer_t timer; /* libcurl's */
    uv_timer_t soon;  /* ends what is in `ended` from the loop */
    struct fetch *ended;
    CURL *idle[IDLE_MAX];
    size_t idle_count, under_way;
    int handles; /* to be closed still */
};

struct fetch {
    struct fetcher *fetcher;
    struct fetch_request request;
    struct fetch *next_ended;
    CURL *easy; /* NULL between two hops and after the last */
    struct curl_slist *connect_to, *header;
    struct sockaddr_storage address;
    char *url, *next_url;
    char host[HOST_SIZE]; /* of `url` */
    uint16_t port;
    bool first_host; /* still on the host that the request named */
    bool plain_get;  /* a redirect turned the method into GET */
    bool ended;
    struct mono started;
    struct buffer head, body;
    size_t head_bytes, body_bytes; /* of this hop */
    int open_error;
    bool refused;                  /* by policy */
    struct mono opened, connected; /* of this hop's socket; 0 = not yet known */
    struct fetch_answer answer;
    char error[CURL_ERROR_SIZE];
};

/* ---- a fetch's callbacks, called by libcurl ---- */

static curl_socket_t on_open(void *owner, curlsocktype purpose, struct curl_sockaddr *address)
{
    struct fetch *fetch = owner;
    (void)purpose;
    if (!address_allowed(fetch->fetcher->policy, &address->addr)) {
        fetch->refused = true;
        return CURL_SOCKET_BAD;
    }
    fetch->opened = clock_mono();
    int fd = socket(address->family, address->socktype | SOCK_CLOEXEC | SOCK_NONBLOCK,
                    address->protocol);
    if (fd >= 0)
        return fd;
    fetch->open_error = errno;
    return CURL_SOCKET_BAD;
}

static bool is_bad(const struct trust_answer *answer)
{
    return reason_outcome(answer->reason) == OUTCOME_DOWN;
}

/* In the middle of the handshake; 0 ends it. */
static int on_certificate(X509_STORE_CTX *context, void *owner)
{
    struct fetch *fetch = owner;
    struct trust_answer answer;
    trust_judge_handshake(fetch->fetcher->trust, context, fetch->host, clock_wall(), &answer);
    if (is_bad(&answer) || !fetch->answer.tls.certificate.sha256[0])
        fetch->answer.tls = answer;
    return !is_bad(&answer);
}

/* Called as soon as the connection stands, which libcurl itself tells only when TLS stands on it too. */
static CURLcode on_context(CURL *easy, void *context, void *owner)
{
    struct fetch *fetch = owner;
    (void)easy;
    fetch->connected = clock_mono();
    trust_prepare(context);
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, NULL);
    SSL_CTX_set_cert_verify_callback(context, on_certificate, owner);
    return CURLE_OK;
}

static bool is_status_line(const char *line, size_t length)
{
    return length > 5 && memcmp(line, "HTTP/", 5) == 0;
}

/* The maximum counts what interim answers (100, 103) sent too; only the last answer's lines are kept. */
static size_t on_header(char *line, size_t one, size_t length, void *owner)
{
    struct fetch *fetch = owner;
    (void)one;
    if (is_status_line(line, length))
        buffer_clear(&fetch->head);
    fetch->head_bytes += length;
    if (fetch->head_bytes > FETCH_HEAD_MAX)
        return 0;
    buffer_add(&fetch->head, line, length);
    return length;
}

static size_t on_body(char *bytes, size_t one, size_t length, void *owner)
{
    struct fetch *fetch = owner;
    (void)one;
    fetch->body_bytes += length;
    if (fetch->body_bytes > fetch->request.body_max)
        return 0;
    if (fetch->request.keep_body)
        buffer_add(&fetch->body, bytes, length);
    return length;
}

/* ---- what became of a hop ---- */

__attribute__((format(printf, 3, 4))) static void conclude(struct fetch *fetch, enum reason reason,
                                                           const char *format, ...)
{
    char text[2 * RESULT_DETAIL_SIZE];
    va_list list;
    va_start(list, format);
    vsnprintf(text, sizeof text, format, list);
    va_end(list);
    fetch->answer.reason = reason;
    text_clean(fetch->answer.detail, sizeof fetch->answer.detail, text, strlen(text));
}

static curl_off_t info_us(const struct fetch *fetch, CURLINFO info)
{
    curl_off_t us = 0;
    curl_easy_getinfo(fetch->easy, info, &us);
    return us;
}

static bool is_connected(const struct fetch *fetch)
{
    return fetch->connected.ns || info_us(fetch, CURLINFO_CONNECT_TIME_T) > 0;
}

static void conclude_timeout(struct fetch *fetch)
{
    bool tls = text_starts(fetch->url, "https:");
    if (!is_connected(fetch))
        conclude(fetch, REASON_connect_timeout, "no connection in %lld ms",
                 (long long)fetch->request.timeout_ms);
    else if (tls && info_us(fetch, CURLINFO_APPCONNECT_TIME_T) == 0)
        conclude(fetch, REASON_timeout, "connected, but no TLS in %lld ms",
                 (long long)fetch->request.timeout_ms);
    else if (fetch->head_bytes == 0)
        conclude(fetch, REASON_timeout, "connected, but no answer in %lld ms",
                 (long long)fetch->request.timeout_ms);
    else
        conclude(fetch, REASON_timeout,
                 "answer not complete in %lld ms, %zu bytes of its body came",
                 (long long)fetch->request.timeout_ms, fetch->body_bytes);
}

static int os_error(const struct fetch *fetch)
{
    long error = 0;
    curl_easy_getinfo(fetch->easy, CURLINFO_OS_ERRNO, &error);
    return (int)error;
}

static void conclude_connect(struct fetch *fetch)
{
    int error = fetch->open_error ? fetch->open_error : os_error(fetch);
    enum reason reason = fetch->open_error ? REASON_self : cause_of_connect(error);
    conclude(fetch, reason, "cannot connect: %s", error ? strerror(error) : fetch->error);
}

/* libcurl puts what happened to a socket under TLS into words only. */
static bool says(const struct fetch *fetch, const char *words)
{
    return strstr(fetch->error, words) != NULL;
}

static void conclude_tls(struct fetch *fetch)
{
    const char *colon = strrchr(fetch->error, ':');
    const char *words = colon && says(fetch, "::") ? colon + 1 : fetch->error;
    if (says(fetch, strerror(ECONNRESET)))
        conclude(fetch, REASON_connect_reset, "cut the connection during the TLS handshake");
    else if (says(fetch, "unexpected eof") || says(fetch, "SSL_ERROR_SYSCALL"))
        conclude(fetch, REASON_closed_early, "closed the connection during the TLS handshake");
    else if (says(fetch, "unsupported protocol") || says(fetch, "alert protocol version"))
        conclude(fetch, REASON_tls_old_protocol, "TLS handshake: %s", words);
    else
        conclude(fetch, REASON_tls_handshake, "TLS handshake: %s", words);
}

static void conclude_receive(struct fetch *fetch)
{
    int error = os_error(fetch);
    if (says(fetch, "chunked-encoding") || says(fetch, "header"))
        conclude(fetch, REASON_protocol_error, "%s", fetch->error);
    else if (error == ECONNRESET || says(fetch, strerror(ECONNRESET)))
        conclude(fetch, REASON_connect_reset, "cut the connection after %zu bytes of its answer",
                 fetch->head_bytes + fetch->body_bytes);
    else if (error)
        conclude(fetch, cause_of_transfer(error), "cannot read the answer: %s", strerror(error));
    else
        conclude(fetch, REASON_protocol_error, "%s", fetch->error);
}

static void conclude_write(struct fetch *fetch)
{
    if (fetch->head_bytes > FETCH_HEAD_MAX)
        conclude(fetch, REASON_protocol_error, "header of more than %d bytes", FETCH_HEAD_MAX);
    else if (fetch->body_bytes > fetch->request.body_max)
        conclude(fetch, REASON_body_too_large, "body of more than %zu bytes",
                 fetch->request.body_max);
    else
        conclude(fetch, REASON_protocol_error, "%s", fetch->error);
}

static void conclude_failure(struct fetch *fetch, CURLcode code)
{
    switch (code) {
    case CURLE_COULDNT_CONNECT:
        conclude_connect(fetch);
        break;
    case CURLE_OPERATION_TIMEDOUT:
        conclude_timeout(fetch);
        break;
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CIPHER:
        conclude_tls(fetch);
        break;
    case CURLE_GOT_NOTHING:
        conclude(fetch, REASON_closed_early, "closed the connection without an answer");
        break;
    case CURLE_PARTIAL_FILE:
        conclude(fetch, REASON_closed_early, "closed the connection after %zu bytes of the body",
                 fetch->body_bytes);
        break;
    case CURLE_SEND_ERROR:
        conclude(fetch, REASON_connect_reset, "cut the connection while we asked");
        break;
    case CURLE_RECV_ERROR:
        conclude_receive(fetch);
        break;
    case CURLE_WRITE_ERROR:
        conclude_write(fetch);
        break;
    default:
        conclude(fetch, is_connected(fetch) ? REASON_protocol_error : REASON_self, "%s",
                 fetch->error[0] ? fetch->error : curl_easy_strerror(code));
        break;
    }
}

/* What the callbacks saw goes before what libcurl made of it. */
static void conclude_hop(struct fetch *fetch, CURLcode code)
{
    char text[ADDRESS_TEXT_SIZE];
    if (code == CURLE_OK)
        conclude(fetch, REASON_ok, "%s", "");
    else if (fetch->refused)
        conclude(fetch, REASON_refused_by_policy, "our rules forbid %s",
                 address_text((const struct sockaddr *)&fetch->address, text));
    else if (is_bad(&fetch->answer.tls))
        conclude(fetch, fetch->answer.tls.reason, "%s", fetch->answer.tls.detail);
    else
        conclude_failure(fetch, code);
}

static void add_phase(struct fetch *fetch, enum phase phase, curl_off_t us)
{
    double *ms = &fetch->answer.phases.ms[phase];
    *ms = (isnan(*ms) ? 0 : *ms) + (double)us / 1000;
}

static void add_phases(struct fetch *fetch)
{
    curl_off_t connected = info_us(fetch, CURLINFO_CONNECT_TIME_T);
    curl_off_t secured = info_us(fetch, CURLINFO_APPCONNECT_TIME_T);
    curl_off_t asked = info_us(fetch, CURLINFO_PRETRANSFER_TIME_T);
    if (fetch->connected.ns)
        add_phase(fetch, PHASE_CONNECT, (fetch->connected.ns - fetch->opened.ns) / 1000);
    else if (connected)
        add_phase(fetch, PHASE_CONNECT, connected - info_us(fetch, CURLINFO_NAMELOOKUP_TIME_T));
    if (secured)
        add_phase(fetch, PHASE_TLS, secured - connected);
    if (fetch->head_bytes)
        add_phase(fetch, PHASE_FIRST_BYTE, info_us(fetch, CURLINFO_STARTTRANSFER_TIME_T) - asked);
}

/* ---- hops ---- */

static void end(struct fetch *fetch);
static void end_later(struct fetch *fetch);

static CURL *take_easy(struct fetcher *fetcher)
{
    if (fetcher->idle_count)
        return fetcher->idle[--fetcher->idle_count];
    return curl_easy_init();
}

static void give_easy(struct fetcher *fetcher, CURL *easy)
{
    if (fetcher->idle_count == IDLE_MAX) {
        curl_easy_cleanup(easy);
        return;
    }
    curl_easy_reset(easy);
    fetcher->idle[fetcher->idle_count++] = easy;
}

static void drop_hop(struct fetch *fetch)
{
    if (!fetch->easy)
        return;
    curl_multi_remove_handle(fetch->fetcher->multi, fetch->easy);
    give_easy(fetch->fetcher, fetch->easy);
    fetch->easy = NULL;
    curl_slist_free_all(fetch->connect_to);
    curl_slist_free_all(fetch->header);
    fetch->connect_to = fetch->header = NULL;
}

/* The same for every fetch. */
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

static void set_callbacks(CURL *easy, struct fetch *fetch)
{
    curl_easy_setopt(easy, CURLOPT_PRIVATE, fetch);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, fetch->error);
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, on_open);
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, fetch);
    curl_easy_setopt(easy, CURLOPT_SSL_CTX_FUNCTION, on_context);
    curl_easy_setopt(easy, CURLOPT_SSL_CTX_DATA, fetch);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, fetch);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, fetch);
}

static void set_request(CURL *easy, struct fetch *fetch)
{
    const struct fetch_request *request = &fetch->request;
    const char *method = fetch->plain_get || !request->method ? "GET" : request->method;
    curl_easy_setopt(easy, CURLOPT_URL, fetch->url);
    curl_easy_setopt(easy, CURLOPT_USERAGENT, request->user_agent);
    if (request->compressed)
        curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "gzip, br");
    if (request->body && !fetch->plain_get) {
        curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE, (long)strlen(request->body));
        curl_easy_setopt(easy, CURLOPT_POSTFIELDS, request->body);
    }
    if (strcmp(method, "HEAD") == 0)
        curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
    else if (strcmp(method, "GET") != 0 || request->body)
        curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, method);
    if (request->header && fetch->first_host) {
        fetch->header = curl_slist_append(NULL, request->header);
        curl_easy_setopt(easy, CURLOPT_HTTPHEADER, fetch->header);
    }
}

/* CONNECT_TO belongs to this handle alone, where RESOLVE would write into a cache that all share. */
static void set_target(CURL *easy, struct fetch *fetch)
{
    char text[ADDRESS_TEXT_SIZE], target[ADDRESS_TEXT_SIZE + 16];
    const struct sockaddr *address = (const struct sockaddr *)&fetch->address;
    address_text(address, text);
    bool wide = address->sa_family == AF_INET6;
    text_format(target, sizeof target, "::%s%s%s:%u", wide ? "[" : "", text, wide ? "]" : "",
                address_port(address));
    fetch->connect_to = curl_slist_append(NULL, target);
    curl_easy_setopt(easy, CURLOPT_CONNECT_TO, fetch->connect_to);
}

static int64_t elapsed_ms(const struct fetch *fetch)
{
    return mono_ms_between(fetch->started, clock_mono());
}

static void reset_hop(struct fetch *fetch)
{
    buffer_clear(&fetch->head);
    buffer_clear(&fetch->body);
    fetch->head_bytes = fetch->body_bytes = 0;
    fetch->opened = fetch->connected = (struct mono){0};
    fetch->error[0] = '\0';
}

/* Needs url, host, address. */
static void begin_hop(struct fetch *fetch)
{
    int64_t left_ms = fetch->request.timeout_ms - elapsed_ms(fetch);
    reset_hop(fetch);
    fetch->easy = take_easy(fetch->fetcher);
    if (!fetch->easy) {
        conclude(fetch, REASON_self, "libcurl gives no handle");
        end_later(fetch);
        return;
    }
    set_rules(fetch->easy);
    set_callbacks(fetch->easy, fetch);
    set_request(fetch->easy, fetch);
    set_target(fetch->easy, fetch);
    curl_easy_setopt(fetch->easy, CURLOPT_TIMEOUT_MS, (long)(left_ms > 1 ? left_ms : 1));
    curl_multi_add_handle(fetch->fetcher->multi, fetch->easy);
}

/* ---- redirects ---- */

struct place {
    char host[HOST_SIZE];
    uint16_t port;
};

/* By libcurl's own reading, so that what we check is what it connects to ("http://2130706433/" is 127.0.0.1). */
static bool find_place(struct fetcher *fetcher, const char *url, struct place *ret)
{
    char *host = NULL, *port = NULL;
    bool good =
        curl_url_set(fetcher->parser, CURLUPART_URL, url, 0) == CURLUE_OK &&
        curl_url_get(fetcher->parser, CURLUPART_HOST, &host, 0) == CURLUE_OK &&
        curl_url_get(fetcher->parser, CURLUPART_PORT, &port, CURLU_DEFAULT_PORT) == CURLUE_OK;
    size_t length = good ? strlen(host) : 0;
    bool bracketed = length > 2 && host[0] == '[';
    if (good)
        good = text_format(ret->host, sizeof ret->host, "%.*s",
                           (int)(bracketed ? length - 2 : length), host + bracketed);
    if (good)
        ret->port = (uint16_t)strtoul(port, NULL, 10);
    curl_free(host);
    curl_free(port);
    return good;
}

static bool is_redirect(int status)
{
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

static const char *redirect_target(const struct fetch *fetch)
{
    char *url = NULL;
    if (fetch->answer.reason == REASON_ok && is_redirect(fetch->answer.status))
        curl_easy_getinfo(fetch->easy, CURLINFO_REDIRECT_URL, &url);
    return url;
}

static bool is_http(const char *url)
{
    return strncasecmp(url, "http://", 7) == 0 || strncasecmp(url, "https://", 8) == 0;
}

static void enter_url(struct fetch *fetch, char *url, const struct place *place)
{
    free(fetch->url);
    fetch->url = url;
    text_copy(fetch->host, sizeof fetch->host, place->host);
    fetch->port = place->port;
}

static void move_to(struct fetch *fetch, const struct sockaddr *address)
{
    memcpy(&fetch->address, address, address_size(address));
    begin_hop(fetch);
}

static void follow_on_host(struct fetch *fetch)
{
    struct sockaddr_storage address = fetch->address;
    if (address.ss_family == AF_INET6)
        ((struct sockaddr_in6 *)&address)->sin6_port = htons(fetch->port);
    else
        ((struct sockaddr_in *)&address)->sin_port = htons(fetch->port);
    move_to(fetch, (const struct sockaddr *)&address);
}

static void follow_elsewhere(struct fetch *fetch)
{
    struct sockaddr_storage address;
    fetch->first_host = false;
    if (address_parse(fetch->host, fetch->port, &address) == 0) {
        move_to(fetch, (const struct sockaddr *)&address);
    } else if (fetch->request.resolve) {
        fetch->request.resolve(fetch->request.owner, fetch, fetch->host, fetch->port);
    } else {
        conclude(fetch, REASON_refused_by_policy, "redirects to another host, %s", fetch->host);
        end_later(fetch);
    }
}

/* RFC 9110 section 15.4: what browsers turn into GET, 307 and 308 do not. */
static void choose_method(struct fetch *fetch)
{
    const char *method = fetch->request.method;
    bool is_post = method && strcmp(method, "POST") == 0;
    bool is_head = method && strcmp(method, "HEAD") == 0;
    int status = fetch->answer.status;
    if ((status == 303 && !is_head) || (status < 303 && is_post))
        fetch->plain_get = true;
}

static void follow(struct fetch *fetch, const char *target)
{
    struct place place;
    if (!is_http(target) || !find_place(fetch->fetcher, target, &place)) {
        conclude(fetch, REASON_protocol_error, "redirects to %.100s", target);
        end(fetch);
        return;
    }
    if (fetch->answer.redirects == fetch->request.redirects) {
        conclude(fetch, REASON_http_redirect_loop, "more than %d redirects, the last to %.100s",
                 fetch->request.redirects, target);
        end(fetch);
        return;
    }
    fetch->answer.redirects++;
    choose_method(fetch);
    bool same = strcasecmp(place.host, fetch->host) == 0;
    char *url = mem_text(target); /* before the handle that it belongs to goes */
    drop_hop(fetch);
    enter_url(fetch, url, &place);
    if (same)
        follow_on_host(fetch);
    else
        follow_elsewhere(fetch);
}

void fetch_go_on(struct fetch *fetch, const struct sockaddr *address, enum reason reason,
                 const char *detail)
{
    assert(!fetch->easy && !fetch->ended);
    if (address) {
        move_to(fetch, address);
        return;
    }
    conclude(fetch, reason, "redirects to %.80s: %s", fetch->host, detail);
    end_later(fetch);
}

/* ---- beginning and end ---- */

struct fetch *fetch_start(struct fetcher *fetcher, const struct fetch_request *request)
{
    struct fetch *fetch = mem_zalloc(sizeof *fetch);
    struct place place;
    fetch->fetcher = fetcher;
    fetch->request = *request;
    fetch->first_host = true;
    fetch->started = clock_mono();
    buffer_init(&fetch->head, FETCH_HEAD_MAX);
    buffer_init(&fetch->body, request->body_max);
    for (int i = 0; i < PHASE_COUNT; i++)
        fetch->answer.phases.ms[i] = NAN;
    fetcher->under_way++;
    fetch->url = mem_text(request->url);
    if (!is_http(request->url) || !find_place(fetcher, request->url, &place)) {
        conclude(fetch, REASON_self, "%.100s is no address that we can fetch", request->url);
        end_later(fetch);
        return fetch;
    }
    enter_url(fetch, mem_text(request->url), &place);
    move_to(fetch, request->address);
    return fetch;
}

/* Gives the answer and frees the fetch. */
static void end(struct fetch *fetch)
{
    struct fetch_answer *answer = &fetch->answer;
    drop_hop(fetch);
    answer->phases.ms[PHASE_TOTAL] = (double)(clock_mono().ns - fetch->started.ns) / 1e6;
    answer->url = fetch->url;
    answer->head = buffer_text(&fetch->head);
    answer->head_length = fetch->head.length;
    answer->body = buffer_text(&fetch->body);
    answer->body_length = fetch->body.length;
    fetch->fetcher->under_way--;
    fetch->request.done(fetch->request.owner, answer);
    buffer_fini(&fetch->head);
    buffer_fini(&fetch->body);
    free(fetch->url);
    free(fetch);
}

static void on_soon(uv_timer_t *timer)
{
    struct fetcher *fetcher = timer->data;
    struct fetch *list = fetcher->ended;
    fetcher->ended = NULL;
    while (list) {
        struct fetch *fetch = list;
        list = fetch->next_ended;
        end(fetch);
    }
}

static void end_later(struct fetch *fetch)
{
    drop_hop(fetch);
    fetch->ended = true;
    fetch->next_ended = fetch->fetcher->ended;
    fetch->fetcher->ended = fetch;
    uv_timer_start(&fetch->fetcher->soon, on_soon, 0, 0);
}

void fetch_cancel(struct fetch *fetch)
{
    if (fetch->ended)
        return;
    bool over = elapsed_ms(fetch) >= fetch->request.timeout_ms;
    if (over && fetch->easy)
        conclude_timeout(fetch);
    else if (over)
        conclude(fetch, REASON_timeout, "no address of %s in time", fetch->host);
    else
        conclude(fetch, REASON_self, "given up by us");
    end_later(fetch);
}

static void on_hop_end(struct fetch *fetch, CURLcode code)
{
    long status = 0;
    curl_easy_getinfo(fetch->easy, CURLINFO_RESPONSE_CODE, &status);
    fetch->answer.status = (int)status;
    add_phases(fetch);
    conclude_hop(fetch, code);
    const char *target = fetch->request.redirects ? redirect_target(fetch) : NULL;
    if (target)
        follow(fetch, target);
    else
        end(fetch);
}

/* ---- libcurl on the loop ---- */

static void drain(struct fetcher *fetcher)
{
    CURLMsg *message;
    int left;
    while ((message = curl_multi_info_read(fetcher->multi, &left))) {
        struct fetch *fetch = NULL;
        CURLcode code = message->data.result;
        curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &fetch);
        on_hop_end(fetch, code);
    }
}

static void act(struct fetcher *fetcher, curl_socket_t fd, int events)
{
    int running;
    curl_multi_socket_action(fetcher->multi, fd, events, &running);
    drain(fetcher);
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

static int on_socket(CURL *easy, curl_socket_t fd, int what, void *owner, void *unused)
{
    struct fetcher *fetcher = owner;
    (void)easy;
    (void)unused;
    if (what == CURL_POLL_REMOVE) {
        poller_forget(&fetcher->poller, fd);
        return 0;
    }
    uint32_t events = (what & CURL_POLL_IN ? EPOLLIN : 0u) | (what & CURL_POLL_OUT ? EPOLLOUT : 0u);
    return poller_watch(&fetcher->poller, fd, events) < 0 ? -1 : 0;
}

static void on_timer(uv_timer_t *timer)
{
    act(timer->data, CURL_SOCKET_TIMEOUT, 0);
}

/* The loop's cached time may be old after heavy work, and a timer set by it would ring early. */
static int on_timeout_wish(CURLM *multi, long timeout_ms, void *owner)
{
    struct fetcher *fetcher = owner;
    (void)multi;
    if (timeout_ms < 0)
        return uv_timer_stop(&fetcher->timer);
    uv_update_time(fetcher->timer.loop);
    return uv_timer_start(&fetcher->timer, on_timer, (uint64_t)timeout_ms, 0);
}

static void free_now(struct fetcher *fetcher)
{
    while (fetcher->idle_count)
        curl_easy_cleanup(fetcher->idle[--fetcher->idle_count]);
    curl_multi_cleanup(fetcher->multi);
    curl_url_cleanup(fetcher->parser);
    free(fetcher);
    curl_global_cleanup();
}

static int open_curl(struct fetcher *fetcher, struct fault *fault)
{
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        return fault_set(fault, "libcurl does not start");
    fetcher->multi = curl_multi_init();
    fetcher->parser = curl_url();
    if (!fetcher->multi || !fetcher->parser)
        return fault_set(fault, "libcurl gives no handle");
    curl_multi_setopt(fetcher->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
    curl_multi_setopt(fetcher->multi, CURLMOPT_SOCKETDATA, fetcher);
    curl_multi_setopt(fetcher->multi, CURLMOPT_TIMERFUNCTION, on_timeout_wish);
    curl_multi_setopt(fetcher->multi, CURLMOPT_TIMERDATA, fetcher);
    return 0;
}

struct fetcher *fetcher_new(struct uv_loop_s *loop, struct trust *trust,
                            const struct address_policy *policy, struct fault *fault)
{
    struct fetcher *fetcher = mem_zalloc(sizeof *fetcher);
    fetcher->trust = trust;
    fetcher->policy = policy;
    int rc = open_curl(fetcher, fault);
    if (rc == 0 && (rc = poller_open(&fetcher->poller, loop, on_ready, fetcher)) < 0)
        fault_set(fault, "cannot watch sockets: %s", uv_strerror(rc));
    if (rc < 0) {
        free_now(fetcher);
        return NULL;
    }
    uv_timer_init(loop, &fetcher->timer);
    uv_timer_init(loop, &fetcher->soon);
    fetcher->timer.data = fetcher->soon.data = fetcher;
    fetcher->handles = FETCHER_HANDLES;
    return fetcher;
}

static void drop(void *owner)
{
    struct fetcher *fetcher = owner;
    if (--fetcher->handles == 0)
        free_now(fetcher);
}

static void on_timer_closed(uv_handle_t *handle)
{
    drop(handle->data);
}

void fetcher_free(struct fetcher *fetcher)
{
    if (!fetcher)
        return;
    assert(fetcher->under_way == 0);
    uv_close((uv_handle_t *)&fetcher->timer, on_timer_closed);
    uv_close((uv_handle_t *)&fetcher->soon, on_timer_closed);
    poller_close(&fetcher->poller, drop);
}
