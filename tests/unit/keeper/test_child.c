/* Children that end, hang, do not start, do not obey: real processes, the shell's. */
#include "child.h"

#include "macros.h"
#include "mem.h"
#include "scratch.h"
#include "text.h"
#include "turning.h"

#include "testing.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { STARTS_MAX = 8 };

struct nursery {
    uv_loop_t loop;
    struct child child;
    struct child_rules rules;
    const char *args[4];
    int starts, ends, awaited;
    uint64_t started_ns[STARTS_MAX];
    char how[128], heard[64];
    uv_write_t write;
};

static void on_started(struct child *child)
{
    struct nursery *nursery = container_of(child, struct nursery, child);
    if (nursery->starts < STARTS_MAX)
        nursery->started_ns[nursery->starts] = uv_hrtime();
    nursery->starts++;
}

static void on_ended(struct child *child, const char *how)
{
    struct nursery *nursery = container_of(child, struct nursery, child);
    nursery->ends++;
    text_copy(nursery->how, sizeof nursery->how, how);
}

static int set_up(void **state)
{
    struct nursery *nursery = mem_zalloc(sizeof *nursery);
    uv_loop_init(&nursery->loop);
    nursery->rules = (struct child_rules){.name = "ghost", .args = nursery->args};
    nursery->child.rules = &nursery->rules;
    nursery->child.started = on_started;
    nursery->child.ended = on_ended;
    *state = nursery;
    return 0;
}

static int tear_down(void **state)
{
    struct nursery *nursery = *state;
    child_stop(&nursery->child, SIGKILL);
    turn_out(&nursery->loop);
    free(nursery);
    return 0;
}

static void start(struct nursery *nursery, const char *script)
{
    struct fault fault = {""};
    nursery->args[0] = "/bin/sh";
    nursery->args[1] = "-c";
    nursery->args[2] = script;
    int rc = child_start(&nursery->child, &nursery->loop, &fault);
    assert_string_equal(fault.text, "");
    assert_int_equal(rc, 0);
}

static bool has_started(void *owner)
{
    const struct nursery *nursery = owner;
    return nursery->starts >= nursery->awaited;
}

static bool has_ended(void *owner)
{
    const struct nursery *nursery = owner;
    return nursery->ends >= nursery->awaited;
}

static void await(struct nursery *nursery, bool (*what)(void *), int count)
{
    nursery->awaited = count;
    turn_until(&nursery->loop, what, nursery);
}

/* ---- what it says ---- */

static void on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *buf)
{
    struct nursery *nursery = container_of((struct child *)handle->data, struct nursery, child);
    size_t length = strlen(nursery->heard);
    (void)suggested;
    *buf = uv_buf_init(nursery->heard + length, (unsigned)(sizeof nursery->heard - 1 - length));
}

static void on_read(uv_stream_t *stream, ssize_t count, const uv_buf_t *buf)
{
    (void)buf;
    if (count < 0)
        uv_read_stop(stream);
}

static bool has_spoken(void *owner)
{
    const struct nursery *nursery = owner;
    return strchr(nursery->heard, '\n');
}

static void listen_to(struct nursery *nursery)
{
    uv_read_start((uv_stream_t *)&nursery->child.out, on_alloc, on_read);
    turn_until(&nursery->loop, has_spoken, nursery);
}

/* ---- the tests ---- */

/* Timers never ring early: the waits can be measured from below. */
static void test_waits_grow(void **state)
{
    struct nursery *nursery = *state;
    start(nursery, "exit 3");
    await(nursery, has_started, 3);
    assert_string_equal(nursery->how, "ended with status 3");
    assert_true(nursery->started_ns[1] - nursery->started_ns[0] >= 1000000000);
    assert_true(nursery->started_ns[2] - nursery->started_ns[1] >= 2000000000);
}

static void test_stop_while_waiting(void **state)
{
    struct nursery *nursery = *state;
    start(nursery, "exit 0");
    await(nursery, has_ended, 1);
    child_stop(&nursery->child, SIGTERM);
    child_stop(&nursery->child, SIGTERM);
    uv_run(&nursery->loop, UV_RUN_DEFAULT);
    assert_int_equal(nursery->starts, 1);
}

static void test_stop_while_running(void **state)
{
    struct nursery *nursery = *state;
    nursery->rules.piped = true;
    start(nursery, "exec sleep 1000");
    int pid = nursery->child.process.pid;
    child_stop(&nursery->child, SIGTERM);
    uv_run(&nursery->loop, UV_RUN_DEFAULT);
    assert_int_equal(kill(pid, 0), -1);
    assert_int_equal(nursery->starts, 1);
    assert_int_equal(nursery->ends, 0);
}

/* A child that does not obey must not keep us from ending. */
static void test_stop_the_deaf(void **state)
{
    struct nursery *nursery = *state;
    nursery->rules.piped = true;
    start(nursery, "trap '' TERM; echo ready; exec sleep 1000");
    listen_to(nursery);
    int pid = nursery->child.process.pid;
    child_stop(&nursery->child, SIGTERM);
    turn_out(&nursery->loop);
    assert_int_equal(kill(pid, 0), -1);
    uv_loop_init(&nursery->loop);
}

static void test_kill_the_frozen(void **state)
{
    struct nursery *nursery = *state;
    start(nursery, "exec sleep 1000");
    kill(nursery->child.process.pid, SIGSTOP);
    child_kill(&nursery->child);
    await(nursery, has_started, 2);
    assert_true(text_starts(nursery->how, "ended by signal 9 ("));
}

static void test_no_program(void **state)
{
    struct nursery *nursery = *state;
    struct fault fault = {""};
    nursery->rules.piped = true;
    nursery->args[0] = "/nonexistent/ghost";
    assert_int_equal(child_start(&nursery->child, &nursery->loop, &fault), -1);
    assert_string_equal(fault.text, "cannot start the ghost: no such file or directory");
    child_kill(&nursery->child);
    assert_int_equal(nursery->starts, 0);
}

/* A program that is replaced while it runs is missing for a moment. */
static void test_program_comes_back(void **state)
{
    struct nursery *nursery = *state;
    struct fault fault;
    char folder[SCRATCH_SIZE], program[2 * SCRATCH_SIZE];
    scratch_make(folder);
    text_format(program, sizeof program, "%s/ghost", folder);
    nursery->rules.piped = true;
    nursery->args[0] = program;
    free(scratch_run("printf '#!/bin/sh\\nexec rm %s\\n' > %s && chmod +x %s", program, program,
                     program));
    assert_int_equal(child_start(&nursery->child, &nursery->loop, &fault), 0);
    await(nursery, has_ended, 1);
    uint64_t until = uv_hrtime() + 1500000000; /* the second start fails after a second */
    while (uv_hrtime() < until)
        uv_run(&nursery->loop, UV_RUN_NOWAIT);
    assert_int_equal(nursery->starts, 1);
    free(scratch_run("printf '#!/bin/sh\\nexec sleep 1000\\n' > %s && chmod +x %s", program,
                     program));
    await(nursery, has_started, 2);
    assert_true(nursery->child.running);
    scratch_remove(folder);
}

static void test_pipes(void **state)
{
    struct nursery *nursery = *state;
    nursery->rules.piped = true;
    start(nursery, "exec cat");
    uv_buf_t buf = uv_buf_init((char[]){"hello\n"}, 6);
    assert_int_equal(uv_write(&nursery->write, (uv_stream_t *)&nursery->child.in, &buf, 1, NULL),
                     0);
    listen_to(nursery);
    assert_string_equal(nursery->heard, "hello\n");
}

/* The pipes of each run are new. */
static void test_pipes_of_the_next(void **state)
{
    struct nursery *nursery = *state;
    nursery->rules.piped = true;
    start(nursery, "echo once; exec cat");
    listen_to(nursery);
    child_kill(&nursery->child);
    await(nursery, has_started, 2);
    memset(nursery->heard, 0, sizeof nursery->heard);
    listen_to(nursery);
    assert_string_equal(nursery->heard, "once\n");
}

static void test_never_started(void **state)
{
    struct nursery *nursery = *state;
    child_kill(&nursery->child);
    child_stop(&nursery->child, SIGTERM);
    assert_false(nursery->child.stopping);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_waits_grow),         TEST(test_stop_while_waiting),
        TEST(test_stop_while_running), TEST(test_stop_the_deaf),
        TEST(test_kill_the_frozen),    TEST(test_no_program),
        TEST(test_program_comes_back), TEST(test_pipes),
        TEST(test_pipes_of_the_next),  TEST(test_never_started),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
