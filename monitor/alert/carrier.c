#include "carrier.h"

#include "macros.h"
#include "mem.h"
#include "poller.h"
#include "text.h"

#include <curl/curl.h>
#include <uv.h>

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>

static_assert(CARRIER_WORDS_SIZE == CURL_ERROR_SIZE, "libcurl writes its words into ours");

struct carrier {
    CURLM *multi;
    CURLU *parser;
    struct carrier_rules rules;
    struct poller poller;
    struct carriage *lost; /* to be ended when libcurl has returned */
    uv_timer_t timer;
    int handles; /* to be closed still */
};

/* ---- callbacks of one ---- */

static curl_socket_t on_open(void *owner, curlsocktype purpose, struct curl_sockaddr *address)
{
    struct carriage *carriage = owner;
    (void)purpose;
    if (!address_allowed(carriage->carrier->rules.policy, &address->addr)) {
        carriage->refused = true;
        return CURL_SOCKET_BAD;
    }
    int type = address->socktype | SOCK_CLOEXEC | SOCK_NONBLOCK;
    int fd = socket(address->family, type, address->protocol);
    return fd >= 0 ? fd : CURL_SOCKET_BAD;
}

static void take_retry_after(struct carriage *carriage, const char *line, size_t length)
{
    static const char name[] = "retry-after:";
    size_t skip = sizeof name - 1;
    if (length < skip || strncasecmp(line, name, skip) != 0)
        return;
    while (skip < length && (line[skip] == ' ' || line[skip] == '\t'))
        skip++;
    while (length > skip && strchr(" \t\r\n", line[length - 1]))
        length--;
    text_clean(carriage->retry_after, sizeof carriage->retry_after, line + skip, length - skip);
}

/* Of SMTP these are the replies. */
static size_t on_header(char *line, size_t one, size_t length, void *owner)
{
    struct carriage *carriage = owner;
    (void)one;
    carriage->head_bytes += length;
    if (carriage->head_bytes > CARRIER_HEAD_MAX)
        return 0;
    if (carriage->dispatch->kind == DISPATCH_HTTP) {
        take_retry_after(carriage, line, length);
    } else {
        buffer_clear(&carriage->body);
        buffer_add(&carriage->body, line, length);
    }
    return length;
}

static size_t on_body(char *bytes, size_t one, size_t length, void *owner)
{
    struct carriage *carriage = owner;
    (void)one;
    buffer_add(&carriage->body, bytes, length);
    return carriage->body.overflow ? 0 : length;
}

static size_t on_wish(char *to, size_t one, size_t room, void *owner)
{
    struct carriage *carriage = owner;
    size_t left = carriage->dispatch->length - carriage->sent, size = one * room;
    if (size > left)
        size = left;
    memcpy(to, carriage->dispatch->body + carriage->sent, size);
    carriage->sent += size;
    return size;
}

/* ---- options of one ---- */

static void set_rules(CURL *easy, const struct carrier_rules *rules)
{
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https,smtp,smtps");
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(easy, CURLOPT_HTTP09_ALLOWED, 0L);
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
    curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L);
    curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, 1L);
    curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
    if (rules->ca_file) {
        curl_easy_setopt(easy, CURLOPT_CAINFO, rules->ca_file);
        curl_easy_setopt(easy, CURLOPT_CAPATH, NULL);
    }
}

static void set_callbacks(CURL *easy, struct carriage *carriage)
{
    curl_easy_setopt(easy, CURLOPT_PRIVATE, carriage);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, carriage->words);
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, on_open);
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, carriage);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, carriage);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, carriage);
}

static void set_http(CURL *easy, struct carriage *carriage)
{
    const struct dispatch *dispatch = carriage->dispatch;
    curl_easy_setopt(easy, CURLOPT_USERAGENT, carriage->carrier->rules.user_agent);
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE, (long)dispatch->length);
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, dispatch->body);
    curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, dispatch->method);
    for (size_t i = 0; dispatch->headers[i]; i++)
        carriage->headers = curl_slist_append(carriage->headers, dispatch->headers[i]);
    /* Nobody waits for a server that does not know of it. */
    carriage->headers = curl_slist_append(carriage->headers, "Expect:");
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, carriage->headers);
}

static void set_mail(CURL *easy, struct carriage *carriage)
{
    const struct dispatch *dispatch = carriage->dispatch;
    for (size_t i = 0; dispatch->to[i]; i++)
        carriage->recipients = curl_slist_append(carriage->recipients, dispatch->to[i]);
    curl_easy_setopt(easy, CURLOPT_MAIL_FROM, dispatch->from);
    curl_easy_setopt(easy, CURLOPT_MAIL_RCPT, carriage->recipients);
    /* One address that is no more must not silence the others. */
    curl_easy_setopt(easy, CURLOPT_MAIL_RCPT_ALLLOWFAILS, 1L);
    curl_easy_setopt(easy, CURLOPT_USE_SSL,
                     (long)(dispatch->in_clear ? CURLUSESSL_NONE : CURLUSESSL_ALL));
    curl_easy_setopt(easy, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(easy, CURLOPT_READFUNCTION, on_wish);
    curl_easy_setopt(easy, CURLOPT_READDATA, carriage);
    curl_easy_setopt(easy, CURLOPT_USERNAME, dispatch->username);
    curl_easy_setopt(easy, CURLOPT_PASSWORD, dispatch->password);
}

/* "host:port:address,address". The cache that it is written into belongs to this handle alone. */
static bool set_addresses(CURL *easy, struct carriage *carriage,
                          const struct sockaddr_storage *addresses, size_t count)
{
    char host[CARRIER_HOST_SIZE], text[ADDRESS_TEXT_SIZE];
    uint16_t port;
    struct buffer line;
    if (!carrier_place(carriage->carrier, carriage->dispatch->url, host, &port))
        return false;
    carriage->share = curl_share_init();
    curl_share_setopt(carriage->share, CURLSHOPT_SHARE, CURL_LOCK_DATA_DNS);
    curl_easy_setopt(easy, CURLOPT_SHARE, carriage->share);
    buffer_init(&line, 2048);
    buffer_printf(&line, "%s:%u:", host, port);
    for (size_t i = 0; i < count; i++)
        buffer_printf(&line, "%s%s", i ? "," : "",
                      address_text((const struct sockaddr *)&addresses[i], text));
    carriage->resolve = curl_slist_append(NULL, buffer_text(&line));
    curl_easy_setopt(easy, CURLOPT_RESOLVE, carriage->resolve);
    buffer_fini(&line);
    return true;
}

/* ---- beginning and end of one ---- */

static void reset(struct carriage *carriage)
{
    carriage->status = 0;
    carriage->failure[0] = carriage->retry_after[0] = carriage->words[0] = '\0';
    carriage->sent = carriage->head_bytes = 0;
    carriage->refused = carriage->lost = false;
    carriage->resolve = carriage->headers = carriage->recipients = NULL;
    carriage->share = NULL;
    buffer_init(&carriage->body, CARRIER_BODY_MAX);
}

bool carrier_start(struct carrier *carrier, struct carriage *carriage,
                   const struct dispatch *dispatch, const struct sockaddr_storage *addresses,
                   size_t count, int64_t timeout_ms)
{
    CURL *easy = curl_easy_init();
    assert(!carriage->easy && count && count <= CARRIER_ADDRESSES_MAX);
    reset(carriage);
    carriage->carrier = carrier;
    carriage->dispatch = dispatch;
    carriage->easy = easy;
    if (!easy || !set_addresses(easy, carriage, addresses, count))
        return false;
    set_rules(easy, &carrier->rules);
    set_callbacks(easy, carriage);
    curl_easy_setopt(easy, CURLOPT_URL, dispatch->url);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)(timeout_ms > 1 ? timeout_ms : 1));
    if (dispatch->kind == DISPATCH_HTTP)
        set_http(easy, carriage);
    else
        set_mail(easy, carriage);
    return curl_multi_add_handle(carrier->multi, easy) == CURLM_OK;
}

static void find_again(struct carriage *carriage)
{
    struct carriage **link = &carriage->carrier->lost;
    while (carriage->lost && *link != carriage)
        link = &(*link)->next_lost;
    if (carriage->lost)
        *link = carriage->next_lost;
    carriage->lost = false;
}

void carrier_stop(struct carriage *carriage)
{
    if (carriage->easy) {
        find_again(carriage);
        curl_multi_remove_handle(carriage->carrier->multi, carriage->easy);
        curl_easy_cleanup(carriage->easy);
        curl_share_cleanup(carriage->share);
        curl_slist_free_all(carriage->resolve);
        curl_slist_free_all(carriage->headers);
        curl_slist_free_all(carriage->recipients);
    }
    carriage->easy = NULL;
    buffer_fini(&carriage->body);
}

/* A status has said all, even when what follows it is too long or never ends: to try again would be to tell twice. */
static void take_end(struct carriage *carriage, CURLcode code)
{
    long status = 0;
    const char *words = carriage->words[0] ? carriage->words : curl_easy_strerror(code);
    bool mail = carriage->dispatch->kind == DISPATCH_MAIL;
    curl_easy_getinfo(carriage->easy, CURLINFO_RESPONSE_CODE, &status);
    carriage->status = (int)status;
    if (mail && code == CURLE_OK)
        carriage->status = 250;
    else if (carriage->refused && carriage->status == 0)
        text_copy(carriage->failure, sizeof carriage->failure,
                  "our own rules forbid the address: see \"allow\" of alerts");
    else if (mail || carriage->status < 200)
        text_clean(carriage->failure, sizeof carriage->failure, words, strlen(words));
}

/* Of the schemes that libcurl does not know. */
static uint16_t usual_port(const char *url)
{
    static const struct {
        const char *scheme;
        uint16_t port;
    } usual[] = {{"irc:", 6667}, {"ircs:", 6697}, {"xmpp:", 5222}, {"xmpps:", 5223}};
    for (size_t i = 0; i < ARRAY_LEN(usual); i++)
        if (text_starts(url, usual[i].scheme))
            return usual[i].port;
    return 0;
}

bool carrier_place(struct carrier *carrier, const char *url, char host[CARRIER_HOST_SIZE],
                   uint16_t *ret_port)
{
    CURLU *parser = carrier->parser;
    char *name = NULL, *port = NULL;
    unsigned flags = CURLU_DISALLOW_USER | CURLU_NON_SUPPORT_SCHEME;
    bool good = curl_url_set(parser, CURLUPART_URL, url, flags) == CURLUE_OK &&
                curl_url_get(parser, CURLUPART_HOST, &name, 0) == CURLUE_OK;
    bool given =
        good && curl_url_get(parser, CURLUPART_PORT, &port, CURLU_DEFAULT_PORT) == CURLUE_OK;
    if (good) {
        size_t length = strlen(name);
        bool bracketed = length > 2 && name[0] == '[';
        good = text_format(host, CARRIER_HOST_SIZE, "%.*s", (int)(bracketed ? length - 2 : length),
                           name + bracketed);
        *ret_port = given ? (uint16_t)strtoul(port, NULL, 10) : usual_port(url);
    }
    curl_free(name);
    curl_free(port);
    return good;
}

/* ---- libcurl on the loop ---- */

static void drain(struct carrier *carrier)
{
    CURLMsg *message;
    int left;
    while ((message = curl_multi_info_read(carrier->multi, &left))) {
        struct carriage *carriage = NULL;
        CURLcode code = message->data.result; /* the message goes with the handle */
        curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &carriage);
        take_end(carriage, code);
        carriage->done(carriage);
    }
}

static void end_lost(struct carrier *carrier)
{
    for (struct carriage *carriage; (carriage = carrier->lost);) {
        carrier->lost = carriage->next_lost;
        carriage->lost = false;
        text_copy(carriage->failure, sizeof carriage->failure, "its socket cannot be watched");
        carriage->done(carriage);
    }
}

static void act(struct carrier *carrier, curl_socket_t fd, int events)
{
    int running;
    curl_multi_socket_action(carrier->multi, fd, events, &running);
    drain(carrier);
    end_lost(carrier);
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

static void lose(struct carrier *carrier, struct carriage *carriage)
{
    if (carriage->lost)
        return;
    carriage->lost = true;
    carriage->next_lost = carrier->lost;
    carrier->lost = carriage;
}

/* To say -1 would end them all. */
static int on_socket(CURL *easy, curl_socket_t fd, int what, void *owner, void *unused)
{
    struct carrier *carrier = owner;
    struct carriage *carriage = NULL;
    (void)unused;
    curl_easy_getinfo(easy, CURLINFO_PRIVATE, &carriage);
    uint32_t events = (what & CURL_POLL_IN ? EPOLLIN : 0u) | (what & CURL_POLL_OUT ? EPOLLOUT : 0u);
    if (what == CURL_POLL_REMOVE)
        poller_forget(&carrier->poller, fd);
    else if (poller_watch(&carrier->poller, fd, events) < 0)
        lose(carrier, carriage);
    return 0;
}

static void on_timer(uv_timer_t *timer)
{
    act(timer->data, CURL_SOCKET_TIMEOUT, 0);
}

/* The loop's cached time may be old after heavy work, and a timer set by it would ring early. */
static int on_timer_wish(CURLM *multi, long timeout_ms, void *owner)
{
    struct carrier *carrier = owner;
    (void)multi;
    if (timeout_ms < 0)
        return uv_timer_stop(&carrier->timer);
    uv_update_time(carrier->timer.loop);
    return uv_timer_start(&carrier->timer, on_timer, (uint64_t)timeout_ms, 0);
}

static void free_now(struct carrier *carrier)
{
    curl_multi_cleanup(carrier->multi);
    curl_url_cleanup(carrier->parser);
    free(carrier);
    curl_global_cleanup();
}

static int open_curl(struct carrier *carrier, struct fault *fault)
{
    /* Its memory goes by the rule of mem.h. */
    if (curl_global_init_mem(CURL_GLOBAL_DEFAULT, mem_alloc, free, mem_resize, mem_text,
                             mem_array) != CURLE_OK)
        return fault_set(fault, "libcurl does not start");
    carrier->multi = curl_multi_init();
    carrier->parser = curl_url();
    if (!carrier->multi || !carrier->parser)
        return fault_set(fault, "libcurl gives no handle");
    curl_multi_setopt(carrier->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
    curl_multi_setopt(carrier->multi, CURLMOPT_SOCKETDATA, carrier);
    curl_multi_setopt(carrier->multi, CURLMOPT_TIMERFUNCTION, on_timer_wish);
    curl_multi_setopt(carrier->multi, CURLMOPT_TIMERDATA, carrier);
    return 0;
}

struct carrier *carrier_new(struct uv_loop_s *loop, const struct carrier_rules *rules,
                            struct fault *fault)
{
    struct carrier *carrier = mem_zalloc(sizeof *carrier);
    carrier->rules = *rules;
    int rc = open_curl(carrier, fault);
    if (rc == 0 && (rc = poller_open(&carrier->poller, loop, on_ready, carrier)) < 0)
        fault_set(fault, "cannot watch sockets: %s", uv_strerror(rc));
    if (rc < 0) {
        free_now(carrier);
        return NULL;
    }
    uv_timer_init(loop, &carrier->timer);
    carrier->timer.data = carrier;
    carrier->handles = 2;
    return carrier;
}

static void drop(void *owner)
{
    struct carrier *carrier = owner;
    if (--carrier->handles == 0)
        free_now(carrier);
}

static void on_timer_closed(uv_handle_t *handle)
{
    drop(handle->data);
}

void carrier_free(struct carrier *carrier)
{
    if (!carrier)
        return;
    uv_close((uv_handle_t *)&carrier->timer, on_timer_closed);
    poller_close(&carrier->poller, drop);
}
