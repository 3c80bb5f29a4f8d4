#include "fetch_bench.h"

#include "mem.h"
#include "pki.h"
#include "testing.h"

#include <stdlib.h>
#include <string.h>

void fetch_bench_open(struct fetch_bench *bench, const struct pki *pki)
{
    static const char *const loopback[] = {"127.0.0.0/8", NULL};
    char path[PKI_PATH_SIZE];
    struct fault fault;
    *bench = (struct fetch_bench){0};
    uv_loop_init(&bench->loop);
    uv_timer_init(&bench->loop, &bench->later);
    bench->later.data = bench;
    bench->trust = trust_new(pki_path(pki, "root", ".pem", path), &fault);
    assert_non_null(bench->trust);
    assert_int_equal(address_policy_init(&bench->policy, loopback, &fault), 0);
    bench->fetcher = fetcher_new(&bench->loop, bench->trust, &bench->policy, &fault);
    assert_non_null(bench->fetcher);
}

void fetch_bench_close(struct fetch_bench *bench)
{
    fetcher_free(bench->fetcher);
    uv_close((uv_handle_t *)&bench->later, NULL);
    uv_run(&bench->loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&bench->loop), 0);
    trust_free(bench->trust);
    address_policy_fini(&bench->policy);
    free(bench->body);
}

static void on_done(void *owner, const struct fetch_answer *answer)
{
    struct fetch_bench *bench = owner;
    assert_false(bench->within);
    bench->told++;
    uv_stop(&bench->loop); /* UV_RUN_ONCE would wait for an event after the timer that led here */
    bench->fetch = NULL;
    bench->answer = *answer;
    free(bench->body);
    bench->body = mem_zalloc(answer->body_length + 1);
    memcpy(bench->body, answer->body, answer->body_length);
}

static void answer_resolve(struct fetch_bench *bench)
{
    if (bench->resolve_none)
        fetch_go_on(bench->fetch, NULL, REASON_dns_nxdomain, "no such name");
    else
        fetch_go_on(bench->fetch, (struct sockaddr *)&bench->elsewhere, REASON_ok, "");
}

static void on_later(uv_timer_t *timer)
{
    answer_resolve(timer->data);
}

void fetch_bench_on_resolve(void *owner, struct fetch *fetch, const char *host, uint16_t port)
{
    struct fetch_bench *bench = owner;
    assert_ptr_equal(fetch, bench->fetch);
    assert_string_equal(host, bench->wanted ? bench->wanted : "elsewhere.test");
    assert_int_equal(port, 80);
    bench->resolved++;
    if (bench->resolve_later)
        uv_timer_start(&bench->later, on_later, 5, 0);
    else
        answer_resolve(bench);
}

void fetch_bench_start(struct fetch_bench *bench, const struct hostile *hostile, const char *url)
{
    snprintf(bench->url, sizeof bench->url, "%s", url);
    struct fetch_request *request = &bench->request;
    request->url = bench->url;
    request->address = (const struct sockaddr *)&hostile->address;
    request->user_agent = "vibrisse-test";
    request->done = on_done;
    request->owner = bench;
    if (!request->body_max)
        request->body_max = FETCH_BENCH_BODY_MAX;
    if (!request->timeout_ms)
        request->timeout_ms = FETCH_BENCH_GENEROUS_MS;
    bench->told = 0;
    bench->within = true;
    bench->fetch = fetch_start(bench->fetcher, request);
    bench->within = false;
}

void fetch_bench_finish(struct fetch_bench *bench)
{
    while (!bench->told)
        uv_run(&bench->loop, UV_RUN_DEFAULT);
    for (int i = 0; i < 3; i++) /* whatever might tell it again */
        uv_run(&bench->loop, UV_RUN_NOWAIT);
    assert_int_equal(bench->told, 1);
}

void fetch_bench_get(struct fetch_bench *bench, const struct hostile *hostile, const char *url)
{
    fetch_bench_start(bench, hostile, url);
    fetch_bench_finish(bench);
}

void fetch_bench_cancel_after(struct fetch_bench *bench, const struct hostile *hostile,
                              const char *url, int turns)
{
    fetch_bench_start(bench, hostile, url);
    for (int i = 0; i < turns && !bench->told; i++)
        uv_run(&bench->loop, UV_RUN_ONCE);
    if (bench->fetch) {
        bench->within = true;
        uv_timer_stop(&bench->later);
        fetch_cancel(bench->fetch);
        fetch_cancel(bench->fetch); /* twice does no harm */
        bench->within = false;
    }
    fetch_bench_finish(bench);
}
