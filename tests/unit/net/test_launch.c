#include "launch.h"

#include "testing.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

struct bench {
    uv_loop_t loop;
    uv_process_t process;
    int ended;
    int64_t status;
};

static void on_exited(uv_process_t *process, int64_t status, int number)
{
    struct bench *bench = process->data;
    assert_int_equal(number, 0);
    bench->ended++;
    bench->status = status;
    uv_close((uv_handle_t *)process, NULL);
}

/* Runs it to its end, and reads what it wrote. */
static int run(struct bench *bench, const char *const *arguments, char *said, size_t room)
{
    int ends[2];
    *bench = (struct bench){.process.data = bench};
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    uv_loop_init(&bench->loop);
    const struct launch wish = {&bench->loop, arguments, "LC_ALL=C", -1, ends[1], -1, on_exited};
    int rc = launch(&wish, &bench->process);
    close(ends[1]);
    if (rc && bench->process.loop)
        uv_close((uv_handle_t *)&bench->process, NULL);
    uv_run(&bench->loop, UV_RUN_DEFAULT);
    ssize_t got = read(ends[0], said, room - 1);
    said[got > 0 ? got : 0] = '\0';
    close(ends[0]);
    assert_int_equal(uv_loop_close(&bench->loop), 0);
    return rc;
}

/* Of ours it has nothing but its streams: not even a file that was left open to children. */
static void test_has_little(void **state)
{
    static const char script[] =
        "test -z \"$SECRET\" && test -n \"$PATH\" && test \"$LC_ALL\" = C && "
        "test \"$(pwd)\" = / && ! test -e /proc/self/fd/77 && "
        "set -- $(cat /proc/$$/stat) && test \"$6\" = $$ && echo so; exit 3";
    static const char *const arguments[] = {"/bin/sh", "-c", script, NULL};
    struct bench bench;
    char said[64];
    (void)state;
    assert_int_equal(setenv("SECRET", "ours", 1), 0);
    int file = open("/dev/null", O_RDONLY);
    assert_int_equal(dup2(file, 77), 77);
    assert_int_equal(run(&bench, arguments, said, sizeof said), 0);
    assert_string_equal(said, "so\n");
    assert_int_equal(bench.ended, 1);
    assert_int_equal(bench.status, 3);
    close(77);
    close(file);
}

static void test_none_of_that_name(void **state)
{
    static const char *const arguments[] = {"/nowhere/at/all", NULL};
    struct bench bench;
    char said[64];
    (void)state;
    assert_int_equal(run(&bench, arguments, said, sizeof said), -ENOENT);
    assert_int_equal(bench.ended, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_has_little),
                                       cmocka_unit_test(test_none_of_that_name)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
