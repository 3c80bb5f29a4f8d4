#include "registry.h"

#include "collective.h"
#include "fetch.h"
#include "macros.h"
#include "resolver.h"
#include "testing.h"

#include <arpa/inet.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

enum { GENEROUS_MS = 30000 };

/* A server in the test's own loop: one answer to every request, the request's path kept. */
struct server {
    uv_tcp_t listener;
    char asked[200];           /* first line of the last request */
    const char *answer, *next; /* next: to all but the first request; NULL = the same */
    uint64_t delay_ms;
    uint16_t port;
    int requests;
};

struct visitor {
    uv_tcp_t tcp;
    uv_write_t write;
    uv_timer_t delay;
    struct server *server;
    char request[2000];
    size_t length;
    int handles;
};

static void on_visitor_closed(uv_handle_t *handle)
{
    struct visitor *visitor = handle->data;
    if (--visitor->handles == 0)
        free(visitor);
}

static void close_visitor(struct visitor *visitor)
{
    if (uv_is_closing((uv_handle_t *)&visitor->tcp))
        return;
    uv_close((uv_handle_t *)&visitor->tcp, on_visitor_closed);
    uv_close((uv_handle_t *)&visitor->delay, on_visitor_closed);
}

static void on_written(uv_write_t *write, int status)
{
    (void)status;
    close_visitor(write->data);
}

static void answer(uv_timer_t *timer)
{
    struct visitor *visitor = timer->data;
    const struct server *server = visitor->server;
    const char *text = server->next && server->requests > 1 ? server->next : server->answer;
    uv_buf_t buf = uv_buf_init((char *)(uintptr_t)text, (unsigned)strlen(text));
    visitor->write.data = visitor;
    uv_write(&visitor->write, (uv_stream_t *)&visitor->tcp, &buf, 1, on_written);
}

static void on_room(uv_handle_t *handle, size_t wish, uv_buf_t *buf)
{
    struct visitor *visitor = handle->data;
    (void)wish;
    *buf = uv_buf_init(visitor->request + visitor->length,
                       (unsigned)(sizeof visitor->request - 1 - visitor->length));
}

static void on_read(uv_stream_t *stream, ssize_t got, const uv_buf_t *buf)
{
    struct visitor *visitor = stream->data;
    (void)buf;
    if (got < 0) {
        close_visitor(visitor);
        return;
    }
    visitor->length += (size_t)got;
    if (strstr(visitor->request, "\r\n\r\n") ||
        visitor->request[0] == 0x16) { /* or a ClientHello */
        visitor->server->requests++;
        snprintf(visitor->server->asked, sizeof visitor->server->asked, "%.*s",
                 (int)strcspn(visitor->request, "\r"), visitor->request);
        uv_timer_start(&visitor->delay, answer, visitor->server->delay_ms, 0);
    }
}

static void on_visitor(uv_stream_t *listener, int status)
{
    assert_int_equal(status, 0);
    struct visitor *visitor = calloc(1, sizeof *visitor);
    visitor->server = listener->data;
    visitor->handles = 2;
    uv_tcp_init(listener->loop, &visitor->tcp);
    uv_timer_init(listener->loop, &visitor->delay);
    visitor->tcp.data = visitor->delay.data = visitor;
    assert_int_equal(uv_accept(listener, (uv_stream_t *)&visitor->tcp), 0);
    uv_read_start((uv_stream_t *)&visitor->tcp, on_room, on_read);
}

static void server_open(struct server *server, uv_loop_t *loop)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int size = sizeof address;
    uv_tcp_init(loop, &server->listener);
    server->listener.data = server;
    assert_int_equal(uv_tcp_bind(&server->listener, (struct sockaddr *)&address, 0), 0);
    assert_int_equal(uv_listen((uv_stream_t *)&server->listener, 16, on_visitor), 0);
    uv_tcp_getsockname(&server->listener, (struct sockaddr *)&address, &size);
    server->port = ntohs(address.sin_port);
}

struct bench {
    uv_loop_t loop;
    struct server server;
    struct address_policy policy;
    struct probe_world world;
    struct arena arena;
    struct probe_run run;
    char url[100], answer[1000], page[100];
    const char *fallback; /* host and path of that option, NULL = none */
    int told;
    bool within;
};

static struct bench *current;

static void on_told(struct probe_run *run)
{
    assert_ptr_equal(run, &current->run);
    assert_false(current->within);
    current->told++;
    uv_stop(&current->loop);
}

static void bench_open(struct bench *bench)
{
    static const char *const loopback[] = {"127.0.0.0/8", NULL};
    struct fault fault;
    *bench = (struct bench){0};
    current = bench;
    uv_loop_init(&bench->loop);
    server_open(&bench->server, &bench->loop);
    assert_int_equal(address_policy_init(&bench->policy, loopback, &fault), 0);
    bench->world.loop = &bench->loop;
    bench->world.policy = &bench->policy;
    bench->world.user_agent = "vibrisse-test";
    assert_non_null(bench->world.trust = trust_new(NULL, &fault));
    assert_non_null(bench->world.resolver = resolver_new(&bench->loop, NULL, &fault));
    bench->world.fetcher = fetcher_new(&bench->loop, bench->world.trust, &bench->policy, &fault);
    assert_non_null(bench->world.fetcher);
}

static void bench_close(struct bench *bench)
{
    fetcher_free(bench->world.fetcher);
    resolver_free(bench->world.resolver);
    uv_close((uv_handle_t *)&bench->server.listener, NULL);
    uv_run(&bench->loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&bench->loop), 0);
    trust_free(bench->world.trust);
    address_policy_fini(&bench->policy);
    arena_free(&bench->arena);
}

/* "%u" in the answer becomes the server's port. */
static void bench_start(struct bench *bench, const char *scheme, const char *text, const char *name,
                        const char *value)
{
    struct fault fault;
    struct probe_run *run = &bench->run;
    struct probe_option options[2] = {{name, value}};
    size_t count = name ? 1 : 0;
    const char *mark = strstr(text, "%u");
    if (mark)
        snprintf(bench->answer, sizeof bench->answer, "%.*s%u%s", (int)(mark - text), text,
                 bench->server.port, mark + 2);
    else
        snprintf(bench->answer, sizeof bench->answer, "%s", text);
    bench->server.answer = bench->answer;
    snprintf(bench->url, sizeof bench->url, "%s://watched.test:%u/", scheme, bench->server.port);
    if (bench->fallback) {
        size_t host = strcspn(bench->fallback, "/");
        snprintf(bench->url, sizeof bench->url, "%s://watched.test:%u/health?full", scheme,
                 bench->server.port);
        snprintf(bench->page, sizeof bench->page, "http://%.*s:%u%s", (int)host, bench->fallback,
                 bench->server.port, bench->fallback + host);
        options[count++] = (struct probe_option){"fallback", bench->page};
    }
    bench->told = 0;
    *run = (struct probe_run){.type = registry_find(scheme),
                              .world = &bench->world,
                              .url = bench->url,
                              .host = "watched.test",
                              .timeout_ms = GENEROUS_MS,
                              .done = on_told};
    result_init(&run->result);
    run->result.phases.ms[PHASE_RESOLVE] = 7;
    address_parse("127.0.0.1", bench->server.port, &run->address);
    if (registry_read_options(run->type, options, count, &bench->arena, &run->options, &fault) < 0)
        fail_msg("%s", fault.text);
    run->state = arena_alloc(&bench->arena, run->type->run_size);
}

static void bench_run(struct bench *bench)
{
    bench->within = true;
    bench->run.type->start(&bench->run);
    bench->within = false;
    while (!bench->told)
        uv_run(&bench->loop, UV_RUN_DEFAULT);
    for (int i = 0; i < 3; i++)
        uv_run(&bench->loop, UV_RUN_NOWAIT);
    assert_int_equal(bench->told, 1);
}

#define ANSWER(status, headers, body)                                                              \
    "HTTP/1.1 " status "\r\n" headers "Connection: close\r\n\r\n" body

#define NGINX "<title>Welcome to nginx!</title>"

static void test_answers(void **state)
{
    (void)state;
    static const struct {
        const char *scheme, *answer, *name, *value;
        enum reason reason;
        const char *detail;
        int requests;
    } rows[] = {
        {"http", ANSWER("200 OK", "", "hello"), NULL, NULL, REASON_ok, "", 1},
        {"http", ANSWER("502 Bad", "", ""), NULL, NULL, REASON_http_status, "HTTP 502", 1},
        {"http", ANSWER("404 Gone", "", ""), "expect-status", "404", REASON_ok, "", 1},
        {"http", ANSWER("429 Slow down", "", ""), NULL, NULL, REASON_blocked,
         "HTTP 429: it asks us to come less often", 1},
        {"http", ANSWER("200 OK", "", "hello"), "expect-body-contains", "hell", REASON_ok, "", 1},
        {"http", ANSWER("200 OK", "", "hello"), "expect-body-contains", "heaven",
         REASON_body_mismatch, "body of 5 bytes lacks \"heaven\"", 1},
        {"http", ANSWER("200 OK", "", "hello"), "max-body", "4B", REASON_body_too_large,
         "body of more than 4 bytes", 1},
        {"http", ANSWER("302 Found", "Location: http://localhost:%u/\r\n", ""), "redirects", "0",
         REASON_ok, "", 1},
        {"http", ANSWER("302 Found", "Location: http://localhost:%u/\r\n", ""), "redirects", "2",
         REASON_http_redirect_loop, NULL, 3},
        {"http", ANSWER("302 Found", "Location: http://name.invalid/\r\n", ""), NULL, NULL,
         REASON_self, NULL, 1},
        {"https", ANSWER("200 OK", "", ""), NULL, NULL, REASON_tls_handshake, NULL, 0},
        {"http", ANSWER("200 OK", "", NGINX), NULL, NULL, REASON_body_mismatch,
         "HTTP 200 with the default page of nginx", 1},
        {"http", ANSWER("404 Not there", "", NGINX), "expect-status", "404", REASON_ok, "", 1},
        {"http", ANSWER("200 OK", "", NGINX), "expect-body-contains", "nginx", REASON_ok, "", 1},
        {"http", ANSWER("200 OK", "", NGINX), "max-body", "20B", REASON_body_too_large, NULL, 1},
        {"http", ANSWER("200 OK", "", ""), "method", "HEAD", REASON_ok, "", 1},
        {"http", ANSWER("503 Busy", "Retry-After: 60\r\n", ""), NULL, NULL, REASON_http_status,
         "HTTP 503", 1},
        {"http", ANSWER("503 Busy", "", ""), "maintenance-status", "503", REASON_in_maintenance,
         "HTTP 503", 1},
        {"http", ANSWER("200 OK", "", "{\"maintenance\": true}"), "maintenance-json",
         "/maintenance = true", REASON_in_maintenance, "HTTP 200 with /maintenance = true", 1},
        {"http", ANSWER("200 OK", "", "{\"maintenance\": false}"), "maintenance-json",
         "/maintenance = true", REASON_ok, "", 1},
        {"http", ANSWER("200 OK", "X-Closed: 1\r\n", ""), "maintenance-header", "X-Closed: 1",
         REASON_in_maintenance, "HTTP 200 with X-Closed: 1", 1},
        {"http", ANSWER("200 OK", "", "back soon"), "maintenance-body-contains", "soon",
         REASON_in_maintenance, "HTTP 200 with soon", 1},
        {"http", ANSWER("200 OK", "", "back soon"), "maintenance-body-regex", "^back",
         REASON_in_maintenance, "HTTP 200 with ^back", 1},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct bench bench;
        bench_open(&bench);
        bench_start(&bench, rows[i].scheme, rows[i].answer, rows[i].name, rows[i].value);
        bench_run(&bench);
        const struct result *result = &bench.run.result;
        bool name_fails =
            strstr(rows[i].answer, "name.invalid"); /* as the machine's resolver likes */
        if (name_fails ? !strstr(result->detail, "redirects to name.invalid: ")
                       : result->reason != rows[i].reason)
            fail_msg("row %zu: %s \"%s\"", i, reason_code(result->reason), result->detail);
        if (rows[i].detail)
            assert_string_equal(result->detail, rows[i].detail);
        assert_row(i,
                   bench.server.requests == rows[i].requests || !strcmp(rows[i].scheme, "https"));
        assert_row(i, result->phases.ms[PHASE_RESOLVE] > 6 && result->phases.ms[PHASE_RESOLVE] < 8);
        assert_row(i, result->phases.ms[PHASE_CONNECT] >= 0 && result->phases.ms[PHASE_TOTAL] > 0);
        bench_close(&bench);
    }
}

#define MISSING ANSWER("404 Not there", "", "no")

/* The path is not there, so the page must do: in the same attempt, with one result. */
static void test_fallback(void **state)
{
    (void)state;
    static const char note[] = "generic check: /health?full answers 404";
    static const struct {
        const char *fallback, *answer, *next, *name, *value;
        enum reason reason;
        const char *detail; /* how it begins */
        int requests;
        const char *asked;
    } rows[] = {
        {"watched.test/pad", MISSING, ANSWER("200 OK", "", "hello"), NULL, NULL, REASON_ok, note, 2,
         "GET /pad HTTP/1.1"},
        {"localhost/pad", MISSING, ANSWER("200 OK", "", "hello"), NULL, NULL, REASON_ok, note, 2,
         "GET /pad HTTP/1.1"},
        {"WATCHED.test/", ANSWER("410 Gone", "", ""), ANSWER("200 OK", "", ""), "expect-json",
         "/status = ok", REASON_ok, "generic check: /health?full answers 410", 2, "GET / HTTP/1.1"},
        {"watched.test/", MISSING, ANSWER("200 OK", "", "x"), "method", "HEAD", REASON_ok, note, 2,
         "GET / HTTP/1.1"},
        {"watched.test/", MISSING, ANSWER("502 Bad", "", ""), NULL, NULL, REASON_http_status,
         "generic check: /health?full answers 404: HTTP 502", 2, NULL},
        {"watched.test/", MISSING, MISSING, NULL, NULL, REASON_http_status,
         "generic check: /health?full answers 404: HTTP 404", 2, NULL},
        {"watched.test/", MISSING, ANSWER("200 OK", "", NGINX), NULL, NULL, REASON_body_mismatch,
         "generic check: /health?full answers 404: HTTP 200 with the default page of nginx", 2,
         NULL},
        {"watched.test/", MISSING, ANSWER("200 OK", "", "back soon"), "maintenance-body-contains",
         "back soon", REASON_in_maintenance, note, 2, NULL},
        {"watched.test/", MISSING, ANSWER("302 Found", "Location: /\r\n", ""), NULL, NULL,
         REASON_http_redirect_loop, note, 7, NULL},
        {"watched.test/", ANSWER("404 Not there", "", "back soon"), ANSWER("200 OK", "", ""),
         "maintenance-body-contains", "back soon", REASON_in_maintenance, "HTTP 404 with", 1, NULL},
        {"watched.test/", MISSING, ANSWER("200 OK", "", ""), "expect-status", "404", REASON_ok, "",
         1, NULL},
        {"watched.test/", ANSWER("403 No", "", ""), ANSWER("200 OK", "", ""), NULL, NULL,
         REASON_http_status, "HTTP 403", 1, NULL},
        {"watched.test/", ANSWER("500 Broken", "", ""), ANSWER("200 OK", "", ""), NULL, NULL,
         REASON_http_status, "HTTP 500", 1, NULL},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct bench bench;
        bench_open(&bench);
        bench.fallback = rows[i].fallback;
        bench.server.next = rows[i].next;
        bench_start(&bench, "http", rows[i].answer, rows[i].name, rows[i].value);
        bench_run(&bench);
        const struct result *result = &bench.run.result;
        if (result->reason != rows[i].reason ||
            strncmp(result->detail, rows[i].detail, strlen(rows[i].detail)) != 0)
            fail_msg("row %zu: %s \"%s\"", i, reason_code(result->reason), result->detail);
        assert_row(i, bench.server.requests == rows[i].requests);
        assert_row(i, !rows[i].asked || strcmp(bench.server.asked, rows[i].asked) == 0);
        bench_close(&bench);
    }
}

/* A page on another host is looked for there, and not where the check is. */
static void test_fallback_elsewhere(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench);
    bench.fallback = "name.invalid/";
    bench.server.next = ANSWER("200 OK", "", "hello");
    bench_start(&bench, "http", MISSING, NULL, NULL);
    bench_run(&bench);
    assert_int_equal(bench.server.requests, 1);
    assert_int_not_equal(bench.run.result.reason, REASON_ok); /* which it is, the resolver says */
    assert_non_null(strstr(bench.run.result.detail, "answers 404: name.invalid: "));
    bench_close(&bench);
}

/* An application that is gone: its host leads to where it is administered. */
static void test_stray_address(void **state)
{
    (void)state;
    static const struct {
        const char *answer;
        enum reason reason;
    } rows[] = {
        {ANSWER("302 Found", "Location: /yunohost/admin/\r\n", ""), REASON_body_mismatch},
        {ANSWER("302 Found", "Location: /yunohost/sso/?r=x\r\n", ""), REASON_ok},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct bench bench;
        bench_open(&bench);
        bench.server.next = ANSWER("200 OK", "", "hello");
        bench_start(&bench, "http", rows[i].answer, NULL, NULL);
        bench_run(&bench);
        assert_row(i, bench.run.result.reason == rows[i].reason);
        bench_close(&bench);
    }
}

/* Both requests share the one deadline. */
static void test_fallback_in_time(void **state)
{
    (void)state;
    struct bench bench;
    int64_t timeout_ms = 2200;
    const double *total_ms = &bench.run.result.phases.ms[PHASE_TOTAL];
    bench_open(&bench);
    bench.fallback = "watched.test/";
    do { /* with so much time that a loop that runs late comes to the second */
        bench.server.requests = 0;
        bench.server.delay_ms = (uint64_t)timeout_ms * 2 / 3;
        bench_start(&bench, "http", MISSING, NULL, NULL);
        bench.run.timeout_ms = timeout_ms;
        bench_run(&bench);
    } while (bench.server.requests < 2 && testing_longer(&timeout_ms));
    assert_int_equal(bench.run.result.reason, REASON_timeout);
    assert_int_equal(bench.server.requests, 2);
    assert_true(*total_ms < (double)timeout_ms * 2 / 3);
    bench_close(&bench);
}

static void test_slow(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench);
    bench.server.delay_ms = 30;
    bench_start(&bench, "http", ANSWER("200 OK", "", "hello"), NULL, NULL);
    bench.run.slow_ms = 10;
    bench_run(&bench);
    assert_int_equal(bench.run.result.reason, REASON_slow);
    assert_non_null(strstr(bench.run.result.detail, "more than 10 ms is slow"));
    bench_close(&bench);
}

static void test_expires_soon(void **state)
{
    (void)state;
    struct probe_run run = {.slow_ms = 1};
    struct trust_answer tls = {.reason = REASON_tls_expires_soon,
                               .detail = "certificate expires in 3 d"};
    result_init(&run.result);
    run.result.phases.ms[PHASE_TOTAL] = 5;
    probe_good(&run, &tls);
    assert_int_equal(run.result.reason, REASON_tls_expires_soon);
    assert_int_equal(run.result.outcome, OUTCOME_DEGRADED);
    assert_string_equal(run.result.detail, tls.detail);
    tls.reason = REASON_ok;
    probe_good(&run, &tls);
    assert_int_equal(run.result.reason, REASON_slow);
    run.slow_ms = 0;
    probe_good(&run, NULL);
    assert_int_equal(run.result.reason, REASON_ok);
}

/* Cancels after so many turns of the loop, or never when it is over before; how it ended. */
static enum reason cancel_after(struct bench *bench, int turns)
{
    bench->within = true;
    bench->run.type->start(&bench->run);
    bench->within = false;
    for (int i = 0; i < turns && !bench->told; i++)
        uv_run(&bench->loop, UV_RUN_ONCE);
    if (!bench->told) {
        bench->within = true;
        bench->run.type->cancel(&bench->run);
        bench->within = false;
    }
    while (!bench->told)
        uv_run(&bench->loop, UV_RUN_DEFAULT);
    assert_int_equal(bench->told, 1);
    return bench->run.result.reason;
}

/* Through the fetch, its redirect and the question for the other host. */
static void test_cancel_at_any_moment(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench);
    int turns = 0;
    enum reason reason;
    do {
        bench_start(&bench, "http", ANSWER("302 Found", "Location: http://localhost:%u/\r\n", ""),
                    NULL, NULL);
        reason = cancel_after(&bench, turns++);
    } while (reason == REASON_self && turns < 200);
    assert_int_equal(reason, REASON_http_redirect_loop);
    assert_in_range(turns, 6, 199);
    bench_close(&bench);
}

/* Through both requests, and the question for the host of the page. */
static void test_cancel_a_fallback(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench);
    bench.fallback = "localhost/";
    bench.server.next = ANSWER("200 OK", "", "hello");
    int turns = 0, missing = 0;
    enum reason reason;
    do {
        bench.server.requests = 0;
        bench_start(&bench, "http", MISSING, NULL, NULL);
        reason = cancel_after(&bench, turns++);
        missing += bench.server.requests == 2;
    } while (reason != REASON_ok && turns < 200);
    assert_int_equal(reason, REASON_ok);
    assert_in_range(turns, 6, 199);
    assert_in_range(missing, 2, turns); /* some were given up within the second request */
    bench_close(&bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_answers),
        cmocka_unit_test(test_slow),
        cmocka_unit_test(test_expires_soon),
        cmocka_unit_test(test_cancel_at_any_moment),
        cmocka_unit_test(test_fallback),
        cmocka_unit_test(test_fallback_in_time),
        cmocka_unit_test(test_fallback_elsewhere),
        cmocka_unit_test(test_stray_address),
        cmocka_unit_test(test_cancel_a_fallback),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
