#include "exchange.h"

#include "macros.h"
#include "mem.h"
#include "text.h"

#include <curl/curl.h>

#include <assert.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { IDLE_MAX = 64 };

struct exchanges {
    struct transfers *transfers;
    struct trust *trust;
    const struct address_policy *policy;
    CURL *idle[IDLE_MAX];
    size_t idle_count;
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
    chatter_watch_context(&exchange->chatter, context);
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
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
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
    exchange->chatter = (struct chatter){0};
    exchange->tls.reason = REASON_ok;
    exchange->tls.certificate.sha256[0] = '\0';
    buffer_clear(&exchange->head);
    buffer_clear(&exchange->body);
    exchange->head.max = EXCHANGE_HEAD_MAX;
    exchange->body.max = exchange->wish.body_max;
    for (int phase = 0; phase < PHASE_COUNT; phase++)
        exchange->phases.ms[phase] = NAN;
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
    curl_easy_getinfo(exchange->transfer.easy, info, &us);
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
    if (!exchange->transfer.easy)
        return;
    if (exchange->end == EXCHANGE_NOT_OVER)
        take_times(exchange);
    transfers_stop(exchange->exchanges->transfers, &exchange->transfer);
    give_back(exchange->exchanges, exchange->transfer.easy);
    exchange->transfer.easy = NULL;
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
    curl_easy_getinfo(exchange->transfer.easy, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(exchange->transfer.easy, CURLINFO_OS_ERRNO, &error);
    curl_easy_getinfo(exchange->transfer.easy, CURLINFO_REDIRECT_URL, &target);
    exchange->status = (int)status;
    exchange->target = target;
    if (!exchange->own_error)
        exchange->os_error = (int)error;
    if (!exchange->words[0])
        text_copy(exchange->words, sizeof exchange->words, curl_easy_strerror(code));
    exchange->end = end_of(code);
    take_times(exchange);
}

static void on_ended(struct transfer *transfer, int code)
{
    struct exchange *exchange = container_of(transfer, struct exchange, transfer);
    if (transfer->unwatched) {
        exchange->own_error = true;
        exchange->os_error = transfer->unwatched;
    }
    take_end(exchange, (CURLcode)code);
    exchange->done(exchange);
}

bool exchange_start(struct exchanges *exchanges, struct exchange *exchange,
                    const struct exchange_wish *wish)
{
    assert(!exchange->transfer.easy);
    CURL *easy =
        exchanges->idle_count ? exchanges->idle[--exchanges->idle_count] : curl_easy_init();
    exchange->wish = *wish;
    reset(exchange);
    if (!easy)
        return false;
    exchange->exchanges = exchanges;
    exchange->transfer.ended = on_ended;
    exchange->transfer.easy = easy;
    set_rules(easy);
    set_callbacks(easy, exchange);
    set_request(easy, exchange);
    set_target(easy, exchange);
    return transfers_start(exchanges->transfers, &exchange->transfer);
}

/* ---- all ---- */

bool exchange_place(struct exchanges *exchanges, const char *url, char host[EXCHANGE_HOST_SIZE],
                    uint16_t *ret_port)
{
    return (strncasecmp(url, "http://", 7) == 0 || strncasecmp(url, "https://", 8) == 0) &&
           transfers_place(exchanges->transfers, url, host, ret_port);
}

struct exchanges *exchanges_new(struct uv_loop_s *loop, struct trust *trust,
                                const struct address_policy *policy, struct fault *fault)
{
    struct exchanges *exchanges = mem_zalloc(sizeof *exchanges);
    exchanges->trust = trust;
    exchanges->policy = policy;
    exchanges->transfers = transfers_new(loop, fault);
    if (exchanges->transfers)
        return exchanges;
    free(exchanges);
    return NULL;
}

static void on_freed(void *owner)
{
    struct exchanges *exchanges = owner;
    while (exchanges->idle_count)
        curl_easy_cleanup(exchanges->idle[--exchanges->idle_count]);
    free(exchanges);
}

void exchanges_free(struct exchanges *exchanges)
{
    transfers_free(exchanges->transfers, on_freed, exchanges);
}
