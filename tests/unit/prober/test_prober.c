#include "prober.h"

#include "fake_probe.h"
#include "heartbeat.h"
#include "macros.h"
#include "result_line.h"
#include "testing.h"
#include "text.h"

#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* A prober in a process of its own, with probes that need no network, and our end of its socket. */
struct bench {
    pid_t pid;
    int fd;
    struct buffer in, out;
};

static const char *const allow[] = {"127.0.0.0/8", NULL};

static void open_bench(struct bench *bench, const char *script)
{
    int ends[2];
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    bench->pid = fork();
    assert_true(bench->pid >= 0);
    if (bench->pid == 0) {
        struct fault fault;
        const struct prober_setup setup = {&fake_catalogue, ends[1], dup(ends[1]), 16 * 1024};
        close(ends[0]);
        fake_probe.script = script;
        signal(SIGPIPE, SIG_IGN);
        exit(prober_run(&setup, &fault) ? 1 : 0);
    }
    close(ends[1]);
    bench->fd = ends[0];
    buffer_init(&bench->in, 64 * 1024 * 1024);
    buffer_init(&bench->out, 16 * 1024 * 1024);
}

/* The end of its input is the end of the prober, clean of leaks and in good time. */
static void close_bench(struct bench *bench)
{
    int status = -1;
    shutdown(bench->fd, SHUT_WR);
    char bytes[4096];
    while (read(bench->fd, bytes, sizeof bytes) > 0)
        continue;
    assert_int_equal(waitpid(bench->pid, &status, 0), bench->pid);
    assert_int_equal(status, 0);
    close(bench->fd);
    buffer_fini(&bench->in);
    buffer_fini(&bench->out);
}

static void send_all(struct bench *bench)
{
    size_t sent = 0;
    while (sent < bench->out.length) {
        ssize_t count = write(bench->fd, bench->out.bytes + sent, bench->out.length - sent);
        assert_true(count > 0);
        sent += (size_t)count;
    }
    buffer_clear(&bench->out);
}

static void add_watch(struct bench *bench, const char *id, const char *url, int64_t interval_ms)
{
    struct watch watch = {"hoster/service",
                          {.id = id, .url = url, .interval_ms = interval_ms, .timeout_ms = 500}};
    order_write_watch(&watch, &bench->out);
}

static void go(struct bench *bench, const char *vantage, bool at_once)
{
    static const int64_t rechecks[] = {50, 100, 150, 0};
    const struct rules rules = {
        .vantage = vantage, .at_once = at_once, .allow = allow, .rechecks_ms = rechecks};
    order_write_go(&rules, &bench->out);
    send_all(bench);
}

/* Waits for more; a generous deadline, since machines are noisy. */
static void receive(struct bench *bench)
{
    char bytes[16384];
    struct pollfd poll_fd = {.fd = bench->fd, .events = POLLIN};
    assert_int_equal(poll(&poll_fd, 1, 30000), 1);
    ssize_t count = read(bench->fd, bytes, sizeof bytes);
    assert_true(count > 0);
    buffer_add(&bench->in, bytes, (size_t)count);
}

static size_t next_line(struct bench *bench)
{
    char *end;
    while (!bench->in.length || !(end = memchr(bench->in.bytes, '\n', bench->in.length)))
        receive(bench);
    return (size_t)(end - bench->in.bytes);
}

/* The next result line; heartbeats on the way are passed over. */
static struct result next_result(struct bench *bench)
{
    struct result result;
    struct heartbeat heartbeat;
    struct fault fault;
    for (;;) {
        size_t length = next_line(bench);
        bool is_heartbeat = heartbeat_read(bench->in.bytes, length, &heartbeat);
        if (!is_heartbeat)
            assert_int_equal(result_line_read(bench->in.bytes, length, &result, &fault), 0);
        buffer_drop(&bench->in, length + 1);
        if (!is_heartbeat)
            return result;
    }
}

static struct heartbeat next_heartbeat(struct bench *bench)
{
    struct heartbeat heartbeat;
    for (;;) {
        size_t length = next_line(bench);
        bool is_heartbeat = heartbeat_read(bench->in.bytes, length, &heartbeat);
        buffer_drop(&bench->in, length + 1);
        if (is_heartbeat)
            return heartbeat;
    }
}

static void test_results_and_heartbeats(void **state)
{
    (void)state;
    struct bench bench;
    open_bench(&bench, "G");
    add_watch(&bench, "a", "prompt://127.0.0.1", 100);
    go(&bench, "here", false);
    struct result result = next_result(&bench);
    assert_string_equal(result.vantage, "here");
    assert_string_equal(result.service, "hoster/service");
    assert_string_equal(result.check, "a");
    assert_int_equal(result.outcome, OUTCOME_UP);
    struct heartbeat first = next_heartbeat(&bench), second = next_heartbeat(&bench);
    assert_int_equal(second.checks, 1);
    assert_true(second.started > first.started);
    assert_true(second.time.ms > first.time.ms);
    close_bench(&bench);
}

/* Two services in a row, then failing ones: three in all, the second and third as rechecks. */
static void test_rechecks(void **state)
{
    (void)state;
    static const struct {
        enum outcome outcome;
        int attempt;
    } expected[] = {{OUTCOME_UP, 1},   {OUTCOME_DOWN, 1}, {OUTCOME_DOWN, 2}, {OUTCOME_DOWN, 3},
                    {OUTCOME_DOWN, 1}, {OUTCOME_UP, 1},   {OUTCOME_UP, 2},   {OUTCOME_UP, 1}};
    struct bench bench;
    open_bench(&bench, "GFFFFGG");
    add_watch(&bench, "a", "script://127.0.0.1", 1000);
    go(&bench, "here", true);
    struct wall last = {0};
    for (size_t i = 0; i < ARRAY_LEN(expected); i++) {
        struct result result = next_result(&bench);
        assert_row(i, result.outcome == expected[i].outcome);
        assert_row(i, result.attempt == expected[i].attempt);
        assert_row(i, result.time.ms > last.ms);
        last = result.time;
    }
    close_bench(&bench);
}

/* Results of `check` until one of `other` comes. */
static void wait_for_check(struct bench *bench, const char *check)
{
    while (strcmp(next_result(bench).check, check) != 0)
        continue;
}

static void test_a_new_set_takes_over(void **state)
{
    (void)state;
    struct bench bench;
    open_bench(&bench, "G");
    add_watch(&bench, "stays", "prompt://127.0.0.1", 200);
    add_watch(&bench, "goes", "hang://127.0.0.2", 100);
    go(&bench, "here", true);
    wait_for_check(&bench, "stays");
    add_watch(&bench, "comes", "prompt://127.0.0.3", 100);
    add_watch(&bench, "stays", "prompt://127.0.0.1", 200);
    go(&bench, "there", true);
    wait_for_check(&bench, "comes");
    for (int i = 0; i < 10; i++) {
        struct result result = next_result(&bench);
        assert_string_not_equal(result.check, "goes");
        assert_string_equal(result.vantage, "there");
    }
    while (next_heartbeat(&bench).checks != 2)
        continue;
    close_bench(&bench);
}

/* The one that stays is down: were its line forgotten, the failing result would be looked into again. */
static void test_what_stays_keeps_its_memory(void **state)
{
    (void)state;
    struct bench bench;
    open_bench(&bench, "F");
    add_watch(&bench, "a", "script://127.0.0.1", 300);
    go(&bench, "here", true);
    for (int attempt = 1; attempt <= 3; attempt++)
        assert_int_equal(next_result(&bench).attempt, attempt);
    add_watch(&bench, "a", "script://127.0.0.1", 300);
    add_watch(&bench, "b", "prompt://127.0.0.2", 300);
    go(&bench, "here", true);
    for (int i = 0; i < 8; i++)
        assert_int_equal(next_result(&bench).attempt, 1);
    /* Changed: it begins anew. */
    add_watch(&bench, "a", "script://127.0.0.1:9", 300);
    go(&bench, "here", true);
    while (next_result(&bench).attempt != 3)
        continue;
    close_bench(&bench);
}

static void test_bad_orders_are_ignored(void **state)
{
    (void)state;
    struct bench bench;
    open_bench(&bench, "G");
    buffer_text_add(&bench.out, "nonsense\n\n{}\n");
    for (int i = 0; i < 3 * ORDER_LINE_MAX; i++)
        buffer_byte(&bench.out, 'x');
    buffer_byte(&bench.out, '\n');
    add_watch(&bench, "unknown", "gopher://127.0.0.1", 100);
    add_watch(&bench, "hostless", "prompt://", 100);
    add_watch(&bench, "a", "prompt://127.0.0.1", 100);
    add_watch(&bench, "a", "prompt://127.0.0.1", 100);
    go(&bench, "here", true);
    assert_string_equal(next_result(&bench).check, "a");
    while (next_heartbeat(&bench).checks != 1)
        continue;
    /* Rules that cannot be met: the old set stays. */
    static const char *const bad[] = {"everything", NULL};
    const struct rules rules = {.vantage = "there", .allow = bad};
    order_write_go(&rules, &bench.out);
    send_all(&bench);
    next_heartbeat(&bench);
    next_heartbeat(&bench);
    assert_string_equal(next_result(&bench).vantage, "here");
    close_bench(&bench);
}

/* The turn before still runs: the next ones are missed, and told in the heartbeat. */
static void test_one_attempt_at_a_time(void **state)
{
    (void)state;
    struct bench bench;
    open_bench(&bench, "G");
    add_watch(&bench, "a", "hang://127.0.0.1", 100);
    go(&bench, "here", true);
    assert_int_equal(next_result(&bench).reason, REASON_timeout);
    struct heartbeat heartbeat;
    while ((heartbeat = next_heartbeat(&bench)).missed < 5)
        assert_true(heartbeat.in_flight <= 1);
    close_bench(&bench);
}

/* A keeper that does not read: the prober begins nothing more, and goes on when it reads again. */
static void test_a_keeper_that_does_not_read(void **state)
{
    (void)state;
    enum { CHECKS = 200 };
    struct bench bench;
    struct heartbeat heartbeat;
    open_bench(&bench, "G");
    for (int i = 0; i < CHECKS; i++) {
        char id[16], url[64];
        text_format(id, sizeof id, "c%d", i);
        text_format(url, sizeof url, "prompt://127.0.2.%d", i);
        add_watch(&bench, id, url, 100);
    }
    go(&bench, "here", false);
    do {
        sleep(1); /* its queue fills, on a slow machine later */
        heartbeat = next_heartbeat(&bench);
    } while (heartbeat.missed < CHECKS);
    for (struct heartbeat later = heartbeat; later.started < heartbeat.started + 2 * CHECKS;)
        later = next_heartbeat(&bench);
    close_bench(&bench);
}

static void test_files_are_no_pipes(void **state)
{
    (void)state;
    struct fault fault;
    int ends[2];
    FILE *file = tmpfile();
    assert_non_null(file);
    assert_int_equal(pipe(ends), 0);
    struct prober_setup setup = {&fake_catalogue, fileno(file), ends[1], 1024};
    assert_int_equal(prober_run(&setup, &fault), -1);
    assert_non_null(strstr(fault.text, "orders"));
    setup.in = ends[0];
    setup.out = fileno(file);
    assert_int_equal(prober_run(&setup, &fault), -1);
    assert_non_null(strstr(fault.text, "results"));
    fclose(file);
    close(ends[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_results_and_heartbeats),
        cmocka_unit_test(test_rechecks),
        cmocka_unit_test(test_a_new_set_takes_over),
        cmocka_unit_test(test_what_stays_keeps_its_memory),
        cmocka_unit_test(test_bad_orders_are_ignored),
        cmocka_unit_test(test_one_attempt_at_a_time),
        cmocka_unit_test(test_a_keeper_that_does_not_read),
        cmocka_unit_test(test_files_are_no_pipes),
    };
    signal(SIGPIPE, SIG_IGN);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
