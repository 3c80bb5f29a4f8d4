#include "expect.h"
#include "fetch.h"
#include "macros.h"
#include "probe.h"
#include "resolver.h"

#include <string.h>

enum { GET, HEAD, POST };

static const char *const methods[] = {"GET", "HEAD", "POST", NULL};

struct http_options {
    int method;
    const char *header, *user_agent, *body;
    int64_t redirects, max_body;
    bool compression;
    struct expect_options expect;
};

#define AT(field) offsetof(struct http_options, field)

static const struct schema_row rows[] = {
    {.name = "method",
     .type = SCHEMA_ENUM,
     .offset = AT(method),
     .preset = "GET",
     .words = methods,
     .doc = "What is asked of the server.",
     .example = "HEAD"},
    {.name = "header",
     .type = SCHEMA_TEXT,
     .offset = AT(header),
     .max = 1000,
     .doc = "One further header of the request. It is not sent to other hosts that the answer "
            "redirects to.",
     .example = "\"Accept: application/json\""},
    {.name = "user-agent",
     .type = SCHEMA_TEXT,
     .offset = AT(user_agent),
     .max = 200,
     .doc = "How we present ourselves; the default says who we are and where to complain.",
     .example = "Mozilla/5.0"},
    {.name = "body",
     .type = SCHEMA_TEXT,
     .offset = AT(body),
     .max = 16 * 1024,
     .doc = "What a POST sends.",
     .example = "q=test"},
    {.name = "redirects",
     .type = SCHEMA_INT,
     .offset = AT(redirects),
     .max = FETCH_REDIRECTS_MAX,
     .preset = "5",
     .doc = "How many redirects are followed; more is an error, and with 0 a redirect is an answer "
            "like any other.",
     .example = "0"},
    {.name = "max-body",
     .type = SCHEMA_SIZE,
     .offset = AT(max_body),
     .min = 1,
     .max = 16 * 1024 * 1024,
     .preset = "1MiB",
     .doc = "The longest body that is read, counted after decompression; more is an error.",
     .example = "4MiB"},
    {.name = "compression",
     .type = SCHEMA_BOOL,
     .offset = AT(compression),
     .preset = "no",
     .doc = "Whether we accept a compressed answer (gzip, brotli).",
     .example = "yes"},
    {.name = "expect-status",
     .type = SCHEMA_TEXT,
     .offset = AT(expect.status),
     .min = 3,
     .max = 200,
     .preset = "200-399",
     .doc = "The status codes that are good.",
     .example = "200,204,300-399"},
    {.name = "expect-header",
     .type = SCHEMA_TEXT,
     .offset = AT(expect.header),
     .min = 2,
     .max = 500,
     .doc = "A header that the answer must have, and a text that its value must contain.",
     .example = "\"Content-Type: text/html\""},
    {.name = "expect-body-contains",
     .type = SCHEMA_TEXT,
     .offset = AT(expect.body_contains),
     .min = 1,
     .max = 500,
     .doc = "A text that the body must contain.",
     .example = "Etherpad"},
    {.name = "expect-body-regex",
     .type = SCHEMA_TEXT,
     .offset = AT(expect.body_regex),
     .min = 1,
     .max = 500,
     .doc = "A Perl-compatible regular expression that the body must match.",
     .example = "\"version [0-9]+\""},
    {.name = "expect-json",
     .type = SCHEMA_TEXT,
     .offset = AT(expect.json),
     .min = 5,
     .max = 500,
     .doc = "A value that the body, as JSON, must have at a JSON pointer (RFC 6901).",
     .example = "/status = ok"},
    {.name = "expect-final-url",
     .type = SCHEMA_URL,
     .offset = AT(expect.final_url),
     .doc = "What the address must begin with where the last redirect leads.",
     .example = "https://pad.example.org/"},
};

struct http_state {
    struct fetch *fetch; /* NULL when it is over */
    struct resolver_query query;
    struct probe_run *run;
};

static int check_request_header(const char *header, struct fault *fault)
{
    size_t length = strcspn(header, ": ");
    if (length == 0 || header[length] != ':')
        return fault_set(fault, "header must be like Accept: text/html, not \"%.80s\"", header);
    return 0;
}

static int check(const void *object, struct fault *fault)
{
    const struct http_options *options = object;
    if (options->header && check_request_header(options->header, fault) < 0)
        return -1;
    if (options->body && options->method != POST)
        return fault_set(fault, "body goes with method POST only");
    if (options->method == HEAD && expect_wants_body(&options->expect))
        return fault_set(fault, "an answer to HEAD has no body to expect something of");
    return expect_validate(&options->expect, fault);
}

static void judge(struct probe_run *run, const struct fetch_answer *answer)
{
    const struct http_options *options = run->options;
    char detail[RESULT_DETAIL_SIZE];
    struct expect_answer got = {
        .status = answer->status,
        .url = answer->url,
        .head = answer->head,
        .head_length = answer->head_length,
        .body = answer->body,
        .body_length = answer->body_length,
    };
    enum reason reason = expect_judge(&options->expect, &got, detail);
    if (reason == REASON_ok)
        probe_good(run, &answer->tls);
    else
        result_set(&run->result, reason, "%s", detail);
}

static void on_answer(void *owner, const struct fetch_answer *answer)
{
    struct probe_run *run = owner;
    struct http_state *state = run->state;
    state->fetch = NULL;
    for (int phase = PHASE_CONNECT; phase < PHASE_COUNT; phase++)
        run->result.phases.ms[phase] = answer->phases.ms[phase];
    run->result.certificate = answer->tls.certificate;
    if (answer->reason == REASON_ok)
        judge(run, answer);
    else
        result_set(&run->result, answer->reason, "%s", answer->detail);
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

static void start(struct probe_run *run)
{
    const struct http_options *options = run->options;
    struct http_state *state = run->state;
    struct fetch_request request = {
        .url = run->url,
        .address = (const struct sockaddr *)&run->address,
        .method = methods[options->method],
        .user_agent = options->user_agent ? options->user_agent : run->world->user_agent,
        .header = options->header,
        .body = options->body,
        .body_max = (size_t)options->max_body,
        .keep_body = expect_wants_body(&options->expect),
        .compressed = options->compression,
        .redirects = (int)options->redirects,
        .timeout_ms = run->timeout_ms,
        .resolve = on_other_host,
        .done = on_answer,
        .owner = run,
    };
    state->run = run;
    state->fetch = fetch_start(run->world->fetcher, &request);
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
        .options = {scheme, rows, ARRAY_LEN(rows)},                                                \
        .options_size = sizeof(struct http_options),                                               \
        .check = check,                                                                            \
        .run_size = sizeof(struct http_state),                                                     \
        .start = start,                                                                            \
        .cancel = cancel,                                                                          \
    }

HTTP_TYPE(probe_http, "http", 80);
HTTP_TYPE(probe_https, "https", 443);
