#include "default_page.h"
#include "fetch.h"
#include "http_options.h"
#include "macros.h"
#include "probe.h"
#include "resolver.h"
#include "text.h"

#include <string.h>
#include <strings.h>

struct http_state {
    struct fetch *fetch; /* NULL when it is over */
    struct resolver_query query;
    struct probe_run *run;
    struct mono started;
    char note[RESULT_DETAIL_SIZE]; /* why the fallback is looked at; "" = it is not */
};

/* ---- judging ---- */

/* Of the page that people open nothing is known but that it is one. */
static const struct expect_options any_page = {.status = "200-399"};

static enum reason judge_page(const struct http_state *state, const struct expect_answer *got,
                              char detail[RESULT_DETAIL_SIZE])
{
    const char *asked = state->run->url;
    const char *stray = default_page_at(got->url, asked);
    if (!stray)
        stray = default_page_name(got->body, got->body_length);
    if (!stray || got->status < 200 || got->status > 299)
        return REASON_ok;
    text_format(detail, RESULT_DETAIL_SIZE, "HTTP %d with %s", got->status, stray);
    return REASON_body_mismatch;
}

static enum reason judge(const struct http_state *state, const struct fetch_answer *answer,
                         char detail[RESULT_DETAIL_SIZE])
{
    const struct http_options *options = state->run->options;
    const struct expect_options *expect = state->note[0] ? &any_page : &options->expect;
    struct expect_answer got = {
        .status = answer->status,
        .url = answer->url,
        .head = answer->head,
        .head_length = answer->head_length,
        .body = answer->body,
        .body_length = answer->body_length,
    };
    if (expect_resembles(&options->maintenance, &got, detail))
        return REASON_in_maintenance;
    enum reason reason = expect_judge(expect, &got, detail);
    bool is_any = reason == REASON_ok && !expect_wants_more(expect);
    return is_any ? judge_page(state, &got, detail) : reason;
}

static void tell(struct probe_run *run, enum reason reason, const struct trust_answer *tls,
                 const char *detail)
{
    const struct http_state *state = run->state;
    if (reason == REASON_ok)
        probe_good(run, tls);
    else
        result_set(&run->result, reason, "%s", detail);
    if (!state->note[0])
        return;
    char found[RESULT_DETAIL_SIZE], *to = run->result.detail;
    text_copy(found, sizeof found, to);
    text_format(to, sizeof run->result.detail, "%s%s%s", state->note, found[0] ? ": " : "", found);
}

/* ---- asking ---- */

static void ask(struct probe_run *run, struct fetch_request *request);

static void set_note(struct probe_run *run, int status)
{
    struct http_state *state = run->state;
    char note[RESULT_DETAIL_SIZE];
    const char *path = strchr(strstr(run->url, "://") + 3, '/');
    text_format(note, sizeof note, "generic check: %.100s answers %d", path ? path : "/", status);
    text_clean(state->note, sizeof state->note, note, strlen(note));
}

static int64_t remaining_ms(const struct probe_run *run)
{
    const struct http_state *state = run->state;
    return run->timeout_ms - mono_ms_between(state->started, clock_mono());
}

/* That a path is not there says little of the service: an older version, another folder, a proxy that hides it. */
static bool may_fall_back(const struct probe_run *run, enum reason reason, int status)
{
    const struct http_options *options = run->options;
    const struct http_state *state = run->state;
    return reason == REASON_http_status && (status == 404 || status == 410) && options->fallback &&
           !state->note[0] && remaining_ms(run) > 0;
}

static void fall_back(struct probe_run *run)
{
    const struct http_options *options = run->options;
    struct sockaddr_storage address = run->address;
    char host[FETCH_HOST_SIZE];
    uint16_t port = 0;
    bool is_same = fetch_place(run->world->fetcher, options->fallback, host, &port) &&
                   strcasecmp(host, run->host) == 0;
    address_set_port(&address, port);
    struct fetch_request request = {
        .url = options->fallback,
        .address = is_same ? (const struct sockaddr *)&address : NULL,
        .redirects = FETCH_REDIRECTS_MAX,
        .timeout_ms = remaining_ms(run),
    };
    ask(run, &request);
}

static void on_answer(void *owner, const struct fetch_answer *answer)
{
    struct probe_run *run = owner;
    struct http_state *state = run->state;
    char detail[RESULT_DETAIL_SIZE] = "";
    state->fetch = NULL;
    for (int phase = PHASE_CONNECT; phase < PHASE_COUNT; phase++)
        run->result.phases.ms[phase] = answer->phases.ms[phase];
    run->result.certificate = answer->tls.certificate;
    enum reason reason =
        answer->reason == REASON_ok ? judge(state, answer, detail) : answer->reason;
    if (may_fall_back(run, reason, answer->status)) {
        set_note(run, answer->status);
        fall_back(run);
        return;
    }
    tell(run, reason, &answer->tls, answer->reason == REASON_ok ? detail : answer->detail);
    probe_done(run);
}

static void on_resolved(struct resolver_query *query, const struct resolver_answer *answer)
{
    struct http_state *state = container_of(query, struct http_state, query);
    const struct sockaddr *address =
        answer->count ? (const struct sockaddr *)&answer->addresses[0] : NULL;
    fetch_go_on(state->fetch, address, answer->reason, answer->detail);
}

static void on_other_host(void *owner, struct fetch *fetch, const char *host, uint16_t port)
{
    struct probe_run *run = owner;
    struct http_state *state = run->state;
    (void)fetch;
    state->query.done = on_resolved;
    resolver_start(run->world->resolver, &state->query, host, run->result.family, port);
}

/* Fills what every request of this check has in common. */
static void ask(struct probe_run *run, struct fetch_request *request)
{
    const struct http_options *options = run->options;
    struct http_state *state = run->state;
    bool wants_all =
        expect_wants_body(&options->expect) || expect_wants_body(&options->maintenance);
    request->user_agent = options->user_agent ? options->user_agent : run->world->user_agent;
    request->body_max = (size_t)options->max_body;
    request->keep_body = true;
    request->keep_max = wants_all ? 0 : DEFAULT_PAGE_BYTES;
    request->compressed = options->compression;
    request->resolve = on_other_host;
    request->done = on_answer;
    request->owner = run;
    state->fetch = fetch_start(run->world->fetcher, request);
}

static void start(struct probe_run *run)
{
    const struct http_options *options = run->options;
    struct http_state *state = run->state;
    struct fetch_request request = {
        .url = run->url,
        .address = (const struct sockaddr *)&run->address,
        .method = http_methods[options->method],
        .header = options->header,
        .body = options->body,
        .redirects = (int)options->redirects,
        .timeout_ms = run->timeout_ms,
    };
    state->run = run;
    state->started = clock_mono();
    ask(run, &request);
}

static void cancel(struct probe_run *run)
{
    struct http_state *state = run->state;
    resolver_cancel(&state->query);
    if (state->fetch)
        fetch_cancel(state->fetch);
}

#define HTTP_TYPE(symbol, scheme, its_port)                                                        \
    extern const struct probe_type symbol;                                                         \
    const struct probe_type symbol = {                                                             \
        .name = scheme,                                                                            \
        .port = its_port,                                                                          \
        .options = {scheme, http_option_rows, HTTP_OPTION_COUNT},                                  \
        .options_size = sizeof(struct http_options),                                               \
        .check = http_options_check,                                                               \
        .run_size = sizeof(struct http_state),                                                     \
        .start = start,                                                                            \
        .cancel = cancel,                                                                          \
    }

HTTP_TYPE(probe_http, "http", 80);
HTTP_TYPE(probe_https, "https", 443);
