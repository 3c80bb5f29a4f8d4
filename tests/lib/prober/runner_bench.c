#include "runner_bench.h"

#include "testing.h"

void runner_bench_open(struct bench *bench, size_t in_flight_max, const struct fake_dns_row *rows)
{
    struct fault fault;
    static const char *const allow[] = {"127.0.0.0/8", "::1", NULL};
    fake_probe = (struct fake_probe_record){0};
    *bench = (struct bench){0};
    uv_loop_init(&bench->loop);
    fake_dns_open(&bench->dns, &bench->loop, rows);
    const char *const servers[] = {bench->dns.server, NULL};
    const struct rules rules = {.vantage = "here", .allow = allow, .servers = servers};
    bench->world = world_new(&bench->loop, &rules, &fault);
    assert_non_null(bench->world);
    bench->runner = runner_new(&bench->loop, in_flight_max);
}

void runner_bench_close(struct bench *bench)
{
    assert_int_equal(runner_in_flight(bench->runner), 0);
    runner_free(bench->runner);
    world_release(bench->world);
    fake_dns_close(&bench->dns);
    uv_run(&bench->loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&bench->loop), 0);
    assert_int_equal(fake_probe.started, fake_probe.ended);
    arena_free(&bench->arena);
}

static void on_told(void *owner, const struct result *result, struct mono began)
{
    struct subject *subject = owner;
    assert_false(subject->starting);
    assert_int_equal(subject->ended, 0);
    assert_true(began.ns > 0);
    assert_true(subject->count < TOLD_MAX);
    subject->told[subject->count++] = *result;
    if (subject->cancel_when_told)
        runner_cancel(subject->turn);
}

static void on_ended(void *owner)
{
    struct subject *subject = owner;
    assert_false(subject->starting);
    subject->ended++;
}

void runner_bench_make(struct bench *bench, struct subject *subject, const char *url, int wish)
{
    struct fault fault;
    struct watch watch = {"hoster/service",
                          {.id = "web", .url = url, .timeout_ms = 100, .family = wish}};
    *subject = (struct subject){.bench = bench};
    assert_int_equal(target_read(&watch, &fake_catalogue, &bench->arena, &subject->target, &fault),
                     0);
}

void runner_bench_start(struct subject *subject, unsigned families, int attempt)
{
    const struct runner_job job = {
        .target = &subject->target,
        .memory = &subject->memory,
        .world = subject->bench->world,
        .families = families & subject->target.families,
        .attempt = attempt,
        .told = on_told,
        .ended = on_ended,
        .owner = subject,
    };
    subject->count = subject->ended = 0;
    subject->starting = true;
    subject->turn = runner_start(subject->bench->runner, &job);
    subject->starting = false;
}

void runner_bench_wait(struct subject *subject)
{
    while (!subject->ended)
        assert_true(uv_run(&subject->bench->loop, UV_RUN_ONCE) || subject->ended);
    assert_int_equal(subject->ended, 1);
}

const struct result *runner_bench_told(const struct subject *subject, enum family family)
{
    const struct result *found = NULL;
    for (size_t i = 0; i < subject->count; i++) {
        if (subject->told[i].family == family) {
            assert_null(found);
            found = &subject->told[i];
        }
    }
    return found;
}

void runner_bench_run(struct bench *bench, struct subject *subject, const char *url, int wish)
{
    runner_bench_make(bench, subject, url, wish);
    runner_bench_start(subject, V4 | V6, 1);
    runner_bench_wait(subject);
}
