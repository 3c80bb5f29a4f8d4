#include "carrier.h"

#include "macros.h"
#include "mem.h"
#include "text.h"

#include <curl/curl.h>

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct carrier {
    struct transfers *transfers;
    struct carrier_rules rules;
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

static CURLcode on_context(CURL *easy, void *context, void *owner)
{
    struct carriage *carriage = owner;
    (void)easy;
    chatter_watch_context(&carriage->chatter, context);
    return CURLE_OK;
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
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https,smtp,smtps");
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
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
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, carriage->words);
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, on_open);
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, carriage);
    curl_easy_setopt(easy, CURLOPT_SSL_CTX_FUNCTION, on_context);
    curl_easy_setopt(easy, CURLOPT_SSL_CTX_DATA, carriage);
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
    carriage->refused = false;
    carriage->chatter = (struct chatter){0};
    carriage->resolve = carriage->headers = carriage->recipients = NULL;
    carriage->share = NULL;
    buffer_init(&carriage->body, CARRIER_BODY_MAX);
}

/* A status has said all, even when what follows it is too long or never ends: to try again would be to tell twice. */
static void take_end(struct carriage *carriage, CURLcode code)
{
    long status = 0;
    const char *words = chatter_is_endless(&carriage->chatter) ? chatter_words()
                        : carriage->words[0]                   ? carriage->words
                                                               : curl_easy_strerror(code);
    bool mail = carriage->dispatch->kind == DISPATCH_MAIL;
    curl_easy_getinfo(carriage->transfer.easy, CURLINFO_RESPONSE_CODE, &status);
    carriage->status = (int)status;
    if (mail && code == CURLE_OK)
        carriage->status = 250;
    else if (carriage->refused && carriage->status == 0)
        text_copy(carriage->failure, sizeof carriage->failure,
                  "our own rules forbid the address: see \"allow\" of alerts");
    else if (mail || carriage->status < 200)
        text_clean(carriage->failure, sizeof carriage->failure, words, strlen(words));
}

static void on_ended(struct transfer *transfer, int code)
{
    struct carriage *carriage = container_of(transfer, struct carriage, transfer);
    if (transfer->unwatched)
        text_copy(carriage->failure, sizeof carriage->failure, "its socket cannot be watched");
    else
        take_end(carriage, (CURLcode)code);
    carriage->done(carriage);
}

bool carrier_start(struct carrier *carrier, struct carriage *carriage,
                   const struct dispatch *dispatch, const struct sockaddr_storage *addresses,
                   size_t count, int64_t timeout_ms)
{
    CURL *easy = curl_easy_init();
    assert(!carriage->transfer.easy && count && count <= CARRIER_ADDRESSES_MAX);
    reset(carriage);
    carriage->carrier = carrier;
    carriage->dispatch = dispatch;
    carriage->transfer.ended = on_ended;
    carriage->transfer.easy = easy;
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
    return transfers_start(carrier->transfers, &carriage->transfer);
}

void carrier_stop(struct carriage *carriage)
{
    if (carriage->transfer.easy) {
        transfers_stop(carriage->carrier->transfers, &carriage->transfer);
        curl_easy_cleanup(carriage->transfer.easy);
        curl_share_cleanup(carriage->share);
        curl_slist_free_all(carriage->resolve);
        curl_slist_free_all(carriage->headers);
        curl_slist_free_all(carriage->recipients);
    }
    carriage->transfer.easy = NULL;
    buffer_fini(&carriage->body);
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
    if (!transfers_place(carrier->transfers, url, host, ret_port))
        return false;
    if (!*ret_port)
        *ret_port = usual_port(url);
    return true;
}

/* ---- all ---- */

struct carrier *carrier_new(struct uv_loop_s *loop, const struct carrier_rules *rules,
                            struct fault *fault)
{
    struct carrier *carrier = mem_zalloc(sizeof *carrier);
    carrier->rules = *rules;
    carrier->transfers = transfers_new(loop, fault);
    if (carrier->transfers)
        return carrier;
    free(carrier);
    return NULL;
}

void carrier_free(struct carrier *carrier)
{
    if (carrier)
        transfers_free(carrier->transfers, free, carrier);
}
