/* What the monitor hands to the server in memory: whole texts only, and none that is old. */
#include "board.h"
#include "testing.h"
#include "text.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

static const struct wall now = {1700000000000};
static struct board board;

static int setup(void **state)
{
    struct fault fault;
    (void)state;
    return board_open(&board, &fault);
}

static int teardown(void **state)
{
    (void)state;
    board_close(&board);
    return 0;
}

static void post(const char *text)
{
    struct fault fault;
    assert_int_equal(board_post(&board, text, strlen(text), now, &fault), 0);
}

static void expect(struct board_seen *seen, const char *text)
{
    struct buffer out;
    buffer_init(&out, BOARD_MAX);
    assert_int_equal(board_read(board.reading, seen, &out), text != NULL);
    assert_string_equal(buffer_text(&out), text ? text : "");
    buffer_fini(&out);
}

static void test_posts(void **state)
{
    struct board_seen seen = {0};
    (void)state;
    expect(&seen, NULL);
    assert_false(board_is_fresh(&seen, now));
    post("a long first text");
    expect(&seen, "a long first text");
    expect(&seen, NULL); /* nothing new */
    post("short");
    expect(&seen, "short");
    post("");
    expect(&seen, "");
}

/* The writer knows as long as the reader lives, whatever else has its number. */
static void test_asked(void **state)
{
    char path[64];
    (void)state;
    text_format(path, sizeof path, "/proc/self/fd/%d", board.reading);
    int first = open(path, O_RDONLY | O_CLOEXEC), second = open(path, O_RDONLY | O_CLOEXEC);
    assert_true(first >= 0 && second >= 0);
    assert_false(board_is_asked(&board));
    board_ask(first, true);
    assert_true(board_is_asked(&board));
    board_ask(second, true);
    board_ask(first, false);
    assert_true(board_is_asked(&board));
    close(second);
    assert_false(board_is_asked(&board));
    board_ask(first, true);
    close(first);
    assert_false(board_is_asked(&board));
}

static void test_age(void **state)
{
    struct board_seen seen = {0};
    (void)state;
    post("x");
    expect(&seen, "x");
    assert_true(board_is_fresh(&seen, now));
    assert_true(board_is_fresh(&seen, (struct wall){now.ms + BOARD_OLD_MS}));
    assert_false(board_is_fresh(&seen, (struct wall){now.ms + BOARD_OLD_MS + 1}));
    assert_false(board_is_fresh(&seen, (struct wall){now.ms - BOARD_OLD_MS - 1}));
}

static void test_reading_end_cannot_write(void **state)
{
    (void)state;
    assert_int_equal(pwrite(board.reading, "x", 1, 0), -1);
    assert_int_equal(errno, EBADF);
    assert_int_equal(ftruncate(board.reading, 0), -1);
}

static void test_broken(void **state)
{
    struct board_seen seen = {0};
    struct fault fault = {""};
    (void)state;
    post("good");
    assert_int_equal(ftruncate(board.writing, 10), 0); /* half a head */
    expect(&seen, NULL);
    post("good");
    assert_int_equal(ftruncate(board.writing, 25), 0); /* half a text */
    expect(&seen, NULL);
    post("good again");
    expect(&seen, "good again");
    assert_int_equal(board_post(&board, "", (size_t)BOARD_MAX + 1, now, &fault), -1);
    assert_non_null(strstr(fault.text, "larger than"));
    close(board.writing);
    board.writing = -1;
    assert_int_equal(board_post(&board, "x", 1, now, &fault), -1);
    assert_non_null(strstr(fault.text, "memory"));
}

/* Texts of one letter each, written as fast as can be: what is read is never of two. */
static atomic_bool done;

static void *write_on(void *owner)
{
    char text[40000];
    struct fault fault;
    (void)owner;
    for (int i = 0; i < 3000; i++) {
        memset(text, 'a' + i % 26, sizeof text);
        board_post(&board, text, (size_t)(100 + i * 13), now, &fault);
    }
    atomic_store(&done, true);
    return NULL;
}

static void test_torn(void **state)
{
    pthread_t thread;
    struct board_seen seen = {0};
    size_t whole = 0;
    (void)state;
    assert_int_equal(pthread_create(&thread, NULL, write_on, NULL), 0);
    for (bool last = false; !last;) {
        struct buffer out;
        last = atomic_load(&done);
        buffer_init(&out, BOARD_MAX);
        if (board_read(board.reading, &seen, &out)) {
            const char first[] = {buffer_text(&out)[0], '\0'};
            assert_int_equal(strspn(buffer_text(&out), first), out.length);
            whole++;
        }
        buffer_fini(&out);
    }
    pthread_join(thread, NULL);
    assert_true(whole > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_posts, setup, teardown),
        cmocka_unit_test_setup_teardown(test_asked, setup, teardown),
        cmocka_unit_test_setup_teardown(test_age, setup, teardown),
        cmocka_unit_test_setup_teardown(test_reading_end_cannot_write, setup, teardown),
        cmocka_unit_test_setup_teardown(test_broken, setup, teardown),
        cmocka_unit_test_setup_teardown(test_torn, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
