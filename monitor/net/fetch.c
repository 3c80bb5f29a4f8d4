#include "fetch.h"

#include "clock.h"
#include "ending.h"
#include "exchange.h"
#include "macros.h"
#include "mem.h"
#include "text.h"

#include <uv.h>

#include <assert.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static_assert((int)FETCH_HOST_SIZE == (int)EXCHANGE_HOST_SIZE, "one size of a host's name");

struct fetcher {
    struct exchanges *exchanges;
    uv_timer_t soon; /* ends what is in `ended`, from the loop */
    struct fetch *ended;
    size_t under_way;
};

struct fetch {
    struct fetcher *fetcher;
    struct fetch_request request;
    struct fetch *next_ended;
    struct exchange exchange; /* one hop at a time */
    struct sockaddr_storage address;
    char *url;
    char host[EXCHANGE_HOST_SIZE]; /* of `url` */
    uint16_t port;
    bool running;    /* the exchange is; else an address is awaited, or it is over */
    bool first_host; /* still on the host that the request named */
    bool plain_get;  /* a redirect turned the method into GET */
    bool ended;
    struct mono started;
    struct fetch_answer answer;
};

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

/* ---- end ---- */

/* Gives the answer and frees the fetch. */
static void end(struct fetch *fetch)
{
    struct fetch_answer *answer = &fetch->answer;
    struct exchange *exchange = &fetch->exchange;
    exchange_stop(exchange);
    answer->phases.ms[PHASE_TOTAL] = (double)(clock_mono().ns - fetch->started.ns) / 1e6;
    answer->url = fetch->url;
    answer->head = buffer_text(&exchange->head);
    answer->head_length = exchange->head.length;
    answer->body = buffer_text(&exchange->body);
    answer->body_length = exchange->body.length;
    fetch->fetcher->under_way--;
    fetch->request.done(fetch->request.owner, answer);
    exchange_fini(exchange);
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
    exchange_stop(&fetch->exchange);
    fetch->running = false;
    fetch->ended = true;
    fetch->next_ended = fetch->fetcher->ended;
    fetch->fetcher->ended = fetch;
    uv_timer_start(&fetch->fetcher->soon, on_soon, 0, 0);
}

static int64_t elapsed_ms(const struct fetch *fetch)
{
    return mono_ms_between(fetch->started, clock_mono());
}

void fetch_cancel(struct fetch *fetch)
{
    if (fetch->ended)
        return;
    bool over = elapsed_ms(fetch) >= fetch->request.timeout_ms;
    exchange_stop(&fetch->exchange); /* so that it tells how far it got */
    if (over && fetch->running)
        fetch->answer.reason =
            ending_judge(&fetch->exchange, fetch->request.timeout_ms, fetch->answer.detail);
    else if (over)
        conclude(fetch, REASON_timeout, "no address of %.80s in time", fetch->host);
    else
        conclude(fetch, REASON_self, "given up by us");
    end_later(fetch);
}

/* ---- hops ---- */

static void on_exchange(struct exchange *exchange);

static void begin_hop(struct fetch *fetch, const struct sockaddr *address)
{
    const struct fetch_request *request = &fetch->request;
    memcpy(&fetch->address, address, address_size(address));
    struct exchange_wish wish = {
        .url = fetch->url,
        .host = fetch->host,
        .address = (const struct sockaddr *)&fetch->address,
        .method = fetch->plain_get ? NULL : request->method,
        .user_agent = request->user_agent,
        .header = fetch->first_host ? request->header : NULL,
        .body = fetch->plain_get || !fetch->first_host ? NULL : request->body,
        .body_max = request->body_max,
        .keep_body = request->keep_body,
        .keep_max = request->keep_max,
        .compressed = request->compressed,
        .timeout_ms = request->timeout_ms - elapsed_ms(fetch),
    };
    fetch->exchange.done = on_exchange;
    fetch->running = true;
    if (!exchange_start(fetch->fetcher->exchanges, &fetch->exchange, &wish)) {
        conclude(fetch, REASON_self, "libcurl gives no handle");
        end_later(fetch);
    }
}

static void begin_hop_on_host(struct fetch *fetch)
{
    struct sockaddr_storage address = fetch->address;
    address_set_port(&address, fetch->port);
    begin_hop(fetch, (const struct sockaddr *)&address);
}

static void begin_hop_elsewhere(struct fetch *fetch)
{
    struct sockaddr_storage address;
    fetch->first_host = false;
    if (fetch->request.resolve) {
        fetch->request.resolve(fetch->request.owner, fetch, fetch->host, fetch->port);
    } else if (address_parse(fetch->host, fetch->port, &address) == 0) {
        begin_hop(fetch, (const struct sockaddr *)&address);
    } else {
        conclude(fetch, REASON_refused_by_policy, "redirects to another host, %.80s", fetch->host);
        end_later(fetch);
    }
}

void fetch_go_on(struct fetch *fetch, const struct sockaddr *address, enum reason reason,
                 const char *detail)
{
    assert(!fetch->running && !fetch->ended);
    if (address) {
        begin_hop(fetch, address);
        return;
    }
    conclude(fetch, reason, "%s%.80s: %s", fetch->answer.redirects ? "redirects to " : "",
             fetch->host, detail);
    end_later(fetch);
}

static bool is_redirect(int status)
{
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

/* RFC 9110 section 15.4: what browsers turn into GET; 307 and 308 repeat the request. */
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
    char host[EXCHANGE_HOST_SIZE];
    if (!exchange_place(fetch->fetcher->exchanges, target, host, &fetch->port)) {
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
    bool same = strcasecmp(host, fetch->host) == 0;
    char *url = mem_text(target); /* before the exchange that it belongs to goes */
    exchange_stop(&fetch->exchange);
    fetch->running = false;
    free(fetch->url);
    fetch->url = url;
    text_copy(fetch->host, sizeof fetch->host, host);
    if (same)
        begin_hop_on_host(fetch);
    else
        begin_hop_elsewhere(fetch);
}

static void add_phase(double *sum, double ms)
{
    if (!isnan(ms))
        *sum = isnan(*sum) ? ms : *sum + ms;
}

static void take_hop(struct fetch *fetch)
{
    const struct exchange *exchange = &fetch->exchange;
    struct fetch_answer *answer = &fetch->answer;
    if (exchange->status)
        answer->status = exchange->status;
    for (int phase = PHASE_CONNECT; phase < PHASE_TOTAL; phase++)
        add_phase(&answer->phases.ms[phase], exchange->phases.ms[phase]);
    bool bad = reason_outcome(exchange->tls.reason) == OUTCOME_DOWN;
    if (exchange->tls.certificate.sha256[0] && (bad || !answer->tls.certificate.sha256[0]))
        answer->tls = exchange->tls;
    char detail[RESULT_DETAIL_SIZE];
    enum reason reason = ending_judge(exchange, fetch->request.timeout_ms, detail);
    if (reason != REASON_ok && answer->redirects)
        conclude(fetch, reason, "redirected to %.80s: %s", fetch->url, detail);
    else
        conclude(fetch, reason, "%s", detail);
}

static void on_exchange(struct exchange *exchange)
{
    struct fetch *fetch = container_of(exchange, struct fetch, exchange);
    take_hop(fetch);
    if (fetch->answer.reason == REASON_ok && fetch->request.redirects && exchange->target &&
        is_redirect(exchange->status))
        follow(fetch, exchange->target);
    else
        end(fetch);
}

bool fetch_place(struct fetcher *fetcher, const char *url, char host[FETCH_HOST_SIZE],
                 uint16_t *ret_port)
{
    return exchange_place(fetcher->exchanges, url, host, ret_port);
}

struct fetch *fetch_start(struct fetcher *fetcher, const struct fetch_request *request)
{
    struct fetch *fetch = mem_zalloc(sizeof *fetch);
    fetch->fetcher = fetcher;
    fetch->request = *request;
    fetch->first_host = true;
    fetch->started = clock_mono();
    fetch->url = mem_text(request->url);
    for (int phase = 0; phase < PHASE_COUNT; phase++)
        fetch->answer.phases.ms[phase] = NAN;
    fetcher->under_way++;
    if (!exchange_place(fetcher->exchanges, request->url, fetch->host, &fetch->port)) {
        conclude(fetch, REASON_self, "not a URL that we can fetch");
        end_later(fetch);
    } else if (request->address) {
        begin_hop(fetch, request->address);
    } else {
        begin_hop_elsewhere(fetch);
    }
    return fetch;
}

struct fetcher *fetcher_new(struct uv_loop_s *loop, struct trust *trust,
                            const struct address_policy *policy, struct fault *fault)
{
    struct exchanges *exchanges = exchanges_new(loop, trust, policy, fault);
    if (!exchanges)
        return NULL;
    struct fetcher *fetcher = mem_zalloc(sizeof *fetcher);
    fetcher->exchanges = exchanges;
    uv_timer_init(loop, &fetcher->soon);
    fetcher->soon.data = fetcher;
    return fetcher;
}

static void on_soon_closed(uv_handle_t *handle)
{
    free(handle->data);
}

void fetcher_free(struct fetcher *fetcher)
{
    if (!fetcher)
        return;
    assert(fetcher->under_way == 0);
    exchanges_free(fetcher->exchanges);
    uv_close((uv_handle_t *)&fetcher->soon, on_soon_closed);
}
