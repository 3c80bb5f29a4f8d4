/* The socket on which commands ask: both sides, and askers that misbehave. */
#include "control.h"

#include "mem.h"
#include "scratch.h"
#include "text.h"
#include "turning.h"

#include "testing.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

struct office {
    char folder[SCRATCH_SIZE], path[2 * SCRATCH_SIZE];
    uv_loop_t loop;
    struct control *control;
    struct control_asker *waiting; /* asked, not yet answered */
    char request[128];
    bool at_once; /* answer from inside the question */
    size_t answer_length;
};

static void answer(struct office *office)
{
    char *text = mem_array(office->answer_length + 1, 1);
    memset(text, 'x', office->answer_length);
    control_answer(office->waiting, text, office->answer_length);
    office->waiting = NULL;
}

static void on_asked(void *owner, struct control_asker *asker, const char *request)
{
    struct office *office = owner;
    office->waiting = asker;
    text_copy(office->request, sizeof office->request, request);
    if (office->at_once)
        answer(office);
}

static void open_office(struct office *office)
{
    struct fault fault = {""};
    int rc = control_open(&office->loop, office->folder, &control_of_commands, on_asked, office,
                          &office->control, &fault);
    assert_string_equal(fault.text, "");
    assert_int_equal(rc, 0);
}

static int set_up(void **state)
{
    struct office *office = mem_zalloc(sizeof *office);
    signal(SIGPIPE, SIG_IGN);
    scratch_make(office->folder);
    text_format(office->path, sizeof office->path, "%s/control", office->folder);
    uv_loop_init(&office->loop);
    office->at_once = true;
    office->answer_length = 6;
    open_office(office);
    *state = office;
    return 0;
}

static int tear_down(void **state)
{
    struct office *office = *state;
    control_close(office->control);
    turn_out(&office->loop);
    scratch_remove(office->folder);
    free(office);
    return 0;
}

/* ---- a client by hand, which never blocks ---- */

static int dial(struct office *office)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    text_copy(address.sun_path, sizeof address.sun_path, office->path);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
    assert_true(fd >= 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof address), 0);
    return fd;
}

static void say(int fd, const char *text)
{
    assert_int_equal(send(fd, text, strlen(text), MSG_NOSIGNAL), strlen(text));
}

static bool is_waiting(void *owner)
{
    const struct office *office = owner;
    return office->waiting;
}

static bool has_hung_up(void *owner)
{
    const int *fd = owner;
    char byte;
    ssize_t count = recv(*fd, &byte, 1, 0);
    return count == 0 || (count < 0 && errno != EAGAIN);
}

static void assert_hangs_up(struct office *office, int fd)
{
    turn_until(&office->loop, has_hung_up, &fd);
    close(fd);
}

/* ---- control_ask() in a thread of its own ---- */

struct call {
    pthread_t thread;
    const char *folder, *request;
    int rc;
    char *text;
    size_t length;
    struct fault fault;
    bool done;
    pthread_mutex_t lock;
};

static void *ask(void *owner)
{
    struct call *call = owner;
    call->rc = control_ask(call->folder, call->request, &call->text, &call->length, &call->fault);
    pthread_mutex_lock(&call->lock);
    call->done = true;
    pthread_mutex_unlock(&call->lock);
    return NULL;
}

static bool is_done(void *owner)
{
    struct call *call = owner;
    pthread_mutex_lock(&call->lock);
    bool done = call->done;
    pthread_mutex_unlock(&call->lock);
    return done;
}

static void begin_call(struct office *office, struct call *call, const char *request)
{
    *call = (struct call){.folder = office->folder, .request = request};
    pthread_mutex_init(&call->lock, NULL);
    assert_int_equal(pthread_create(&call->thread, NULL, ask, call), 0);
}

static void end_call(struct office *office, struct call *call)
{
    turn_until(&office->loop, is_done, call);
    pthread_join(call->thread, NULL);
    pthread_mutex_destroy(&call->lock);
}

/* ---- the tests ---- */

static void test_answer_at_once(void **state)
{
    struct office *office = *state;
    struct call call;
    begin_call(office, &call, "status");
    end_call(office, &call);
    assert_int_equal(call.rc, 0);
    assert_string_equal(call.text, "xxxxxx");
    assert_int_equal(call.length, 6);
    assert_string_equal(office->request, "status");
    free(call.text);
}

/* Larger than any socket's buffer. */
static void test_large_answer_later(void **state)
{
    struct office *office = *state;
    struct call call;
    office->at_once = false;
    office->answer_length = 4000000;
    begin_call(office, &call, "status");
    turn_until(&office->loop, is_waiting, office);
    answer(office);
    end_call(office, &call);
    assert_int_equal(call.rc, 0);
    assert_int_equal(call.length, 4000000);
    assert_int_equal(strspn(call.text, "x"), 4000000);
    free(call.text);
}

static void test_asker_leaves_before_the_answer(void **state)
{
    struct office *office = *state;
    office->at_once = false;
    office->answer_length = 4000000;
    int fd = dial(office);
    say(fd, "status\n");
    turn_until(&office->loop, is_waiting, office);
    close(fd);
    answer(office);
    office->at_once = true;
    office->answer_length = 6;
    test_answer_at_once(state);
}

static void test_asker_leaves_before_the_question(void **state)
{
    struct office *office = *state;
    int fd = dial(office);
    say(fd, "stat");
    shutdown(fd, SHUT_WR);
    assert_hangs_up(office, fd);
    assert_string_equal(office->request, "");
}

static void test_question_in_pieces(void **state)
{
    struct office *office = *state;
    office->at_once = false;
    int fd = dial(office);
    for (const char *rest = "status\n"; *rest; rest++) {
        say(fd, (char[]){*rest, '\0'});
        uv_run(&office->loop, UV_RUN_NOWAIT);
    }
    turn_until(&office->loop, is_waiting, office);
    assert_string_equal(office->request, "status");
    answer(office);
    assert_hangs_up(office, fd);
}

static void test_overlong_question(void **state)
{
    struct office *office = *state;
    char text[CONTROL_REQUEST_MAX + 1] = "";
    memset(text, 'q', CONTROL_REQUEST_MAX);
    int fd = dial(office);
    say(fd, text);
    assert_hangs_up(office, fd);
    assert_string_equal(office->request, "");

    struct call call;
    begin_call(office, &call, text);
    end_call(office, &call);
    assert_int_equal(call.rc, -1);
    assert_string_equal(call.fault.text, "the monitor did not answer: Message too long");
}

static void test_empty_answer(void **state)
{
    struct office *office = *state;
    struct call call;
    office->answer_length = 0;
    begin_call(office, &call, "status");
    end_call(office, &call);
    assert_int_equal(call.rc, -1);
    assert_string_equal(call.fault.text, "the monitor did not answer: it hung up");
}

/* Those who wait for an answer and those who say nothing must not keep the monitor from ending. */
static void test_close_with_askers(void **state)
{
    struct office *office = *state;
    int silent = dial(office), other = dial(office), asking = dial(office);
    office->at_once = false;
    say(asking, "status\n");
    turn_until(&office->loop, is_waiting, office);
    control_close(office->control);
    office->control = NULL;
    send(silent, "status\n", 7, MSG_NOSIGNAL); /* too late: nobody reads it any more */
    office->waiting = NULL;
    assert_hangs_up(office, asking);
    assert_hangs_up(office, silent);
    assert_hangs_up(office, other);
    assert_null(office->waiting);
    assert_false(uv_loop_alive(&office->loop));
}

static void test_mode(void **state)
{
    struct office *office = *state;
    struct stat facts;
    assert_int_equal(stat(office->path, &facts), 0);
    assert_true(S_ISSOCK(facts.st_mode));
    assert_int_equal(facts.st_mode & 0777, 0600);
    control_close(office->control);
    office->control = NULL;
    assert_int_equal(stat(office->path, &facts), -1);
}

/* A monitor that was killed leaves its socket. */
static void test_stale_socket(void **state)
{
    struct office *office = *state;
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    control_close(office->control);
    text_copy(address.sun_path, sizeof address.sun_path, office->path);
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
    close(fd);
    open_office(office);
    test_answer_at_once(state);
}

static void test_cannot_open(void **state)
{
    struct office *office = *state;
    struct control *control = NULL;
    struct fault fault;
    char path[256], sentence[512];
    control_close(office->control);
    office->control = NULL;
    assert_int_equal(mkdir(office->path, 0755), 0);
    text_format(sentence, sizeof sentence, "cannot listen on %s: address already in use",
                office->path);
    assert_int_equal(control_open(&office->loop, office->folder, &control_of_commands, on_asked,
                                  office, &control, &fault),
                     -1);
    assert_string_equal(fault.text, sentence);

    text_format(path, sizeof path, "/tmp/%0200d", 0);
    assert_int_equal(
        control_open(&office->loop, path, &control_of_commands, on_asked, office, &control, &fault),
        -1);
    assert_true(
        text_starts(fault.text, "the path of the data folder is too long for a socket: /tmp/00"));
    assert_null(control);
}

static void test_nobody_there(void **state)
{
    struct office *office = *state;
    struct fault fault;
    char *text = NULL, sentence[512];
    size_t length;
    control_close(office->control);
    office->control = NULL;
    text_format(sentence, sizeof sentence,
                "no monitor answers at %s (No such file or directory); is `vibrisse run` running, "
                "with this data folder?",
                office->path);
    assert_int_equal(control_ask(office->folder, "status", &text, &length, &fault), CONTROL_NOBODY);
    assert_string_equal(fault.text, sentence);
    assert_null(text);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_answer_at_once),
        TEST(test_large_answer_later),
        TEST(test_asker_leaves_before_the_answer),
        TEST(test_asker_leaves_before_the_question),
        TEST(test_question_in_pieces),
        TEST(test_overlong_question),
        TEST(test_empty_answer),
        TEST(test_close_with_askers),
        TEST(test_mode),
        TEST(test_stale_socket),
        TEST(test_cannot_open),
        TEST(test_nobody_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
