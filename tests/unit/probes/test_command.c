/* Programs that judge, that lie, that hang and that leave others behind: little scripts, made here. */
#include "collective.h"
#include "macros.h"
#include "registry.h"
#include "testing.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <uv.h>

enum { GENEROUS_MS = 30000, SHORT_MS = 200 };

struct bench {
    uv_loop_t loop;
    struct arena arena;
    struct probe_world world;
    struct probe_run run;
    char folder[64], script[100], url[200];
    int told;
    bool within;
};

static void bench_open(struct bench *bench)
{
    *bench = (struct bench){.folder = "/tmp/test-command-XXXXXX"};
    assert_non_null(mkdtemp(bench->folder));
    snprintf(bench->script, sizeof bench->script, "%s/plugin", bench->folder);
    assert_int_equal(uv_loop_init(&bench->loop), 0);
    bench->world = (struct probe_world){.loop = &bench->loop, .user_agent = "vibrisse/test"};
}

/* No child of ours is left, dead or alive. */
static void bench_close(struct bench *bench)
{
    uv_run(&bench->loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&bench->loop), 0);
    assert_true(waitpid(-1, NULL, WNOHANG) == -1 && errno == ECHILD);
    unlink(bench->script);
    assert_int_equal(rmdir(bench->folder), 0);
    arena_free(&bench->arena);
}

static void on_told(struct probe_run *run)
{
    struct bench *bench = container_of(run, struct bench, run);
    assert_false(bench->within);
    bench->told++;
    memset(run->state, 0xA5, run->type->run_size); /* it may be gone from now on */
}

static void write_script(const struct bench *bench, const char *body)
{
    FILE *file = fopen(bench->script, "we");
    assert_non_null(file);
    fprintf(file, "#!/bin/sh\n%s\n", body);
    fclose(file);
    assert_int_equal(chmod(bench->script, 0700), 0);
}

static void prepare(struct bench *bench, const char *path, const char *arguments)
{
    const struct probe_option option = {"arguments", arguments};
    struct probe_run *run = &bench->run;
    struct fault fault;
    snprintf(bench->url, sizeof bench->url, "command://watched.test%s", path);
    bench->told = 0;
    *run = (struct probe_run){.type = registry_find("command"),
                              .world = &bench->world,
                              .url = bench->url,
                              .host = "watched.test",
                              .timeout_ms = GENEROUS_MS,
                              .done = on_told};
    result_init(&run->result);
    address_parse("192.0.2.7", 8443, &run->address);
    if (registry_read_options(run->type, &option, arguments ? 1 : 0, &bench->arena, &run->options,
                              &fault) < 0)
        fail_msg("%s", fault.text);
    run->state = arena_alloc(&bench->arena, run->type->run_size);
}

static void start(struct bench *bench)
{
    bench->within = true;
    bench->run.type->start(&bench->run);
    bench->within = false;
}

static void cancel(struct bench *bench)
{
    bench->within = true;
    bench->run.type->cancel(&bench->run);
    bench->within = false;
}

static const struct result *finish(struct bench *bench)
{
    while (!bench->told)
        uv_run(&bench->loop, UV_RUN_ONCE);
    for (int i = 0; i < 3; i++)
        uv_run(&bench->loop, UV_RUN_NOWAIT);
    assert_int_equal(bench->told, 1);
    return &bench->run.result;
}

/* A script from beginning to end. */
static const struct result *run_script(struct bench *bench, const char *body, const char *arguments)
{
    write_script(bench, body);
    prepare(bench, bench->script, arguments);
    start(bench);
    return finish(bench);
}

static void test_statuses(void **state)
{
    (void)state;
    static const struct {
        const char *body;
        enum reason reason;
        const char *detail;
        double total_ms; /* NaN = how long it ran */
    } rows[] = {
        {"echo 'OK - fine | time=0.5s;1;2'", REASON_ok, "OK - fine", 500},
        {"exit 0", REASON_ok, "", NAN},
        {"echo '  WARNING: near '; echo more; exit 1", REASON_command_warning, "WARNING: near",
         NAN},
        {"printf 'CRITICAL|time=2ms'; exit 2", REASON_command_critical, "CRITICAL", 2},
        {"exit 2", REASON_command_critical, "exit status 2 without a word", NAN},
        {"echo UNKNOWN; exit 3", REASON_command_unknown, "UNKNOWN", NAN},
        {"exit 127", REASON_command_unknown, "exit status 127 without a word", NAN},
        {"exit 255", REASON_command_unknown, "exit status 255 without a word", NAN},
        {"printf 'a\\033[31mb\\377\\n'; exit 2", REASON_command_critical, "a[31mb\xEF\xBF\xBD",
         NAN},
        {"echo said >&2; echo to-dev > /dev/stdout; exit 1", REASON_command_warning, "to-dev", NAN},
        {"kill -SEGV $$", REASON_self, "the program was ended by signal 11 (Segmentation fault)",
         NAN},
        {"echo 'OK | '; echo 'long | time=7s'", REASON_ok, "OK", NAN},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct bench bench;
        bench_open(&bench);
        const struct result *result = run_script(&bench, rows[i].body, NULL);
        if (result->reason != rows[i].reason || strcmp(result->detail, rows[i].detail) != 0)
            fail_msg("row %zu: %s \"%s\"", i, reason_code(result->reason), result->detail);
        double total = result->phases.ms[PHASE_TOTAL];
        assert_row(i, isnan(rows[i].total_ms) ? total > 0 && total < GENEROUS_MS
                                              : fabs(total - rows[i].total_ms) < 1e-6);
        bench_close(&bench);
    }
}

/* What a program finds, it prints; a line holds all of it. */
static void test_surroundings(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench);
    int stray = open("/dev/null", O_RDONLY); /* not close-on-exec: somebody forgot */
    const struct result *result =
        run_script(&bench,
                   "env | grep -v -e ^_= -e ^PWD= -e ^SHLVL= -e ^OLDPWD= | sort | tr '\\n' ' '; "
                   "pwd | tr '\\n' ' '\n"
                   "cat | wc -c | tr '\\n' ' '; ls /proc/self/fd | tr '\\n' ' '",
                   NULL);
    assert_string_equal(result->detail, "LC_ALL=C PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:"
                                        "/usr/bin:/sbin:/bin / 0 0 1 2 3");
    close(stray);
    bench_close(&bench);
}

static void test_arguments(void **state)
{
    (void)state;
    static const struct {
        const char *arguments, *detail;
    } rows[] = {
        {NULL, "0"},
        {"-H {host} -I {address} -{family} -p {port}",
         "7 <-H> <watched.test> <-I> <192.0.2.7> <-4> <-p> <8443>"},
        {"'two words' \"{host}:{port}\" '' {hosts} {",
         "5 <two words> <watched.test:8443> <> <{hosts}> <{>"},
        {"$HOME `id` ; > * \\", "6 <$HOME> <`id`> <;> <>> <*> <\\>"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct bench bench;
        bench_open(&bench);
        const struct result *result = run_script(
            &bench, "printf '%s' $#; for a; do printf ' <%s>' \"$a\"; done", rows[i].arguments);
        if (strcmp(result->detail, rows[i].detail) != 0)
            fail_msg("row %zu: \"%s\"", i, result->detail);
        bench_close(&bench);
    }
}

/* Its words are cut, its status counts all the same. */
static void test_long_output(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench);
    const struct result *result =
        run_script(&bench, "head -c 100000 /dev/zero | tr '\\0' x; exit 1", NULL);
    assert_int_equal(result->reason, REASON_command_warning);
    assert_int_equal(strlen(result->detail), RESULT_DETAIL_SIZE - 1);
    bench_close(&bench);
}

static void test_endless_output(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench);
    const struct result *result = run_script(&bench, "exec yes", NULL);
    assert_int_equal(result->reason, REASON_command_unknown);
    assert_string_equal(result->detail, "more than 1048576 bytes of output");
    bench_close(&bench);
}

static void test_hanging(void **state)
{
    (void)state;
    static const char *const bodies[] = {
        "sleep 1000",
        "exec sleep 1000",
        "trap '' TERM; sleep 1000 & wait; sleep 1000",
        "exec >&-; sleep 1000", /* says that it is done, and is not */
        "trap 'echo OK; exit 0' TERM; sleep 1000 & wait",
    };
    for (size_t i = 0; i < ARRAY_LEN(bodies); i++) {
        struct bench bench;
        bench_open(&bench);
        write_script(&bench, bodies[i]);
        prepare(&bench, bench.script, NULL);
        bench.run.timeout_ms = SHORT_MS;
        start(&bench);
        const struct result *result = finish(&bench);
        assert_row(i, result->reason == REASON_timeout);
        assert_string_equal(result->detail, "the program did not end within 200 ms");
        assert_row(i, result->phases.ms[PHASE_TOTAL] < GENEROUS_MS);
        bench_close(&bench);
    }
}

static bool is_alive(long pid)
{
    char path[40], text[200] = "", name = 'X';
    snprintf(path, sizeof path, "/proc/%ld/stat", pid);
    FILE *file = fopen(path, "re");
    if (!file)
        return false;
    size_t length = fread(text, 1, sizeof text - 1, file);
    fclose(file);
    const char *end = memrchr(text, ')', length);
    name = end ? end[2] : 'X';
    return name != 'Z' && name != 'X';
}

static void expect_death(const char *pid)
{
    for (int i = 0; i < 6000 && is_alive(atol(pid)); i++)
        usleep(10000);
    assert_false(is_alive(atol(pid)));
}

/* Who holds its pipe after it neither delays the result nor lives on. */
static void test_grandchildren(void **state)
{
    (void)state;
    static const char *const bodies[] = {
        "sleep 1000 & echo $!; exit 1",
        "(trap '' TERM HUP; sleep 1000) & echo $!; exit 1",
    };
    for (size_t i = 0; i < ARRAY_LEN(bodies); i++) {
        struct bench bench;
        bench_open(&bench);
        const struct result *result = run_script(&bench, bodies[i], NULL);
        assert_row(i, result->reason == REASON_command_warning);
        assert_row(i, atol(result->detail) > 0);
        expect_death(result->detail);
        bench_close(&bench);
    }
}

/* A child that hides in a session of its own is not waited for either. */
static void test_daemon(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench);
    const struct result *result =
        run_script(&bench,
                   "setsid sh -c 'echo $$; exec sleep 1000' & "
                   "until grep -q sleep /proc/$!/comm; do sleep 0.01; done; exit 1",
                   NULL);
    assert_int_equal(result->reason, REASON_command_warning);
    pid_t hidden = (pid_t)atol(result->detail);
    assert_true(hidden > 1);
    kill(hidden, SIGKILL);
    bench_close(&bench);
}

static void test_not_startable(void **state)
{
    (void)state;
    struct bench bench;
    char words[200];
    bench_open(&bench);
    prepare(&bench, bench.script, NULL);
    start(&bench);
    const struct result *result = finish(&bench);
    snprintf(words, sizeof words, "cannot run %s: no such file or directory", bench.script);
    assert_int_equal(result->reason, REASON_self);
    assert_string_equal(result->detail, words);
    write_script(&bench, "exit 0");
    chmod(bench.script, 0600);
    prepare(&bench, bench.script, NULL);
    start(&bench);
    assert_int_equal(finish(&bench)->reason, REASON_self);
    assert_non_null(strstr(result->detail, "permission denied"));
    bench_close(&bench);
}

static void test_no_descriptor(void **state)
{
    (void)state;
    for (int spare = 0; spare < 4; spare++) {
        struct bench bench;
        struct rlimit limit, few;
        bench_open(&bench);
        write_script(&bench, "exit 0");
        prepare(&bench, bench.script, NULL);
        assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
        int next = dup(0);
        close(next);
        few = limit;
        few.rlim_cur = (rlim_t)(next + spare);
        assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
        start(&bench);
        assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
        assert_int_equal(finish(&bench)->reason, REASON_self);
        assert_non_null(strstr(bench.run.result.detail, "too many open files"));
        bench_close(&bench);
    }
}

/* Ever later, until it is over before; returns how often. */
static int cancel_after_each_turn(struct bench *bench, int64_t lasts_ms)
{
    char body[100];
    int turns = 0;
    snprintf(body, sizeof body, "echo begun; sleep %d.%03d; echo over; exit 1",
             (int)(lasts_ms / 1000), (int)(lasts_ms % 1000));
    write_script(bench, body);
    do {
        prepare(bench, bench->script, NULL);
        start(bench);
        for (int turn = 0; turn < turns && !bench->told; turn++)
            uv_run(&bench->loop, UV_RUN_ONCE);
        if (!bench->told) {
            cancel(bench);
            cancel(bench);
        }
        finish(bench);
        turns++;
    } while (bench->run.result.reason == REASON_self && turns < 100);
    return turns;
}

static void test_cancel_at_any_moment(void **state)
{
    (void)state;
    struct bench bench;
    int64_t lasts_ms = 10; /* a program may be over before we come to cancel it */
    int turns;
    bench_open(&bench);
    do
        turns = cancel_after_each_turn(&bench, lasts_ms);
    while (turns < 2 && testing_longer(&lasts_ms));
    assert_int_equal(bench.run.result.reason, REASON_command_warning);
    assert_in_range(turns, 2, 99);
    bench_close(&bench);
}

static void test_urls(void **state)
{
    (void)state;
    static const struct {
        const char *url;
        bool good;
    } rows[] = {
        {"command://a/bin/true", true},    {"command://a:80/x?y#z", true},
        {"command://[::1]/x", true},       {"command://a", false},
        {"command://a/", false},           {"command://a/bin/", false},
        {"command://a?x/bin/true", false},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct fault fault;
        int rc = registry_find("command")->check_url(rows[i].url, &fault);
        assert_row(i, (rc == 0) == rows[i].good);
        assert_row(i, rc == 0 || strstr(fault.text, "which program?"));
    }
}

static void test_refused_arguments(void **state)
{
    (void)state;
    const struct probe_type *type = registry_find("command");
    const struct probe_option option = {"arguments", "-x 'y"};
    struct arena arena = {0};
    const void *options;
    struct fault fault;
    assert_int_equal(registry_read_options(type, &option, 1, &arena, &options, &fault), -1);
    assert_string_equal(fault.text, "arguments: a quote has no end");
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_statuses),
        cmocka_unit_test(test_surroundings),
        cmocka_unit_test(test_arguments),
        cmocka_unit_test(test_long_output),
        cmocka_unit_test(test_endless_output),
        cmocka_unit_test(test_hanging),
        cmocka_unit_test(test_grandchildren),
        cmocka_unit_test(test_daemon),
        cmocka_unit_test(test_not_startable),
        cmocka_unit_test(test_no_descriptor),
        cmocka_unit_test(test_cancel_at_any_moment),
        cmocka_unit_test(test_urls),
        cmocka_unit_test(test_refused_arguments),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
