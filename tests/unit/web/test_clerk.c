/* The clerk with a monitor of the test's own at the other end of the socket: prompt, slow, too talkative, gone. */
#include "clerk.h"

#include "buffer.h"
#include "test_folder.h"
#include "text.h"

#include "testing.h"

#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum { PATIENCE_S = 100, ASKERS = 4, QUESTIONS = 50 };

struct scene {
    struct test_folder folder;
    char path[96];
    int listener;
    struct clerk *clerk;
};

/* One question, waited for. */
struct question {
    pthread_mutex_t lock;
    pthread_cond_t told;
    int answers;
    char *text;
    size_t length;
};

static void on_done(void *owner, char *text, size_t length)
{
    struct question *question = owner;
    pthread_mutex_lock(&question->lock);
    question->answers++;
    question->text = text;
    question->length = length;
    pthread_cond_signal(&question->told);
    pthread_mutex_unlock(&question->lock);
}

static void open_question(struct question *question)
{
    *question = (struct question){0};
    pthread_mutex_init(&question->lock, NULL);
    pthread_cond_init(&question->told, NULL);
}

/* How often it was answered. */
static int wait_for_answer(struct question *question)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += PATIENCE_S;
    pthread_mutex_lock(&question->lock);
    while (!question->answers && !pthread_cond_timedwait(&question->told, &question->lock, &until))
        continue;
    int answers = question->answers;
    pthread_mutex_unlock(&question->lock);
    return answers;
}

static void close_question(struct question *question)
{
    free(question->text);
    pthread_cond_destroy(&question->told);
    pthread_mutex_destroy(&question->lock);
}

/* ---- the monitor ---- */

static void listen_there(struct scene *scene)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    text_copy(address.sun_path, sizeof address.sun_path, scene->path);
    scene->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(scene->listener >= 0);
    assert_int_equal(bind(scene->listener, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(scene->listener, 64), 0);
}

/* -1: nobody came. */
static int take_caller(int listener)
{
    struct pollfd fd = {listener, POLLIN, 0};
    return poll(&fd, 1, PATIENCE_S * 1000) == 1 ? accept4(listener, NULL, NULL, SOCK_CLOEXEC) : -1;
}

static size_t hear(int caller, char *line, size_t size)
{
    size_t length = 0;
    ssize_t count = 1;
    while (length + 1 < size && count > 0 && !(length && line[length - 1] == '\n')) {
        count = read(caller, line + length, size - 1 - length);
        length += count > 0 ? (size_t)count : 0;
    }
    line[length] = '\0';
    return length;
}

static bool say(int caller, const char *bytes, size_t length)
{
    return send(caller, bytes, length, MSG_NOSIGNAL) == (ssize_t)length;
}

static int set_up(void **state)
{
    struct fault fault;
    struct scene *scene = calloc(1, sizeof *scene);
    assert_non_null(scene);
    test_folder_make(&scene->folder);
    text_format(scene->path, sizeof scene->path, "%s/forms", scene->folder.path);
    listen_there(scene);
    assert_int_equal(clerk_start(scene->path, &scene->clerk, &fault), 0);
    *state = scene;
    return 0;
}

static void dismiss(struct scene *scene)
{
    if (scene->clerk) {
        clerk_dismiss(scene->clerk);
        clerk_free(scene->clerk);
    }
    scene->clerk = NULL;
}

static int tear_down(void **state)
{
    struct scene *scene = *state;
    dismiss(scene);
    close(scene->listener);
    test_folder_remove(&scene->folder);
    free(scene);
    return 0;
}

/* ---- the tests ---- */

static void test_answer_in_pieces(void **state)
{
    struct scene *scene = *state;
    struct question question;
    char line[64];
    open_question(&question);
    assert_true(clerk_ask(scene->clerk, "what?\n", on_done, &question));
    int caller = take_caller(scene->listener);
    hear(caller, line, sizeof line);
    assert_string_equal(line, "what?\n");
    assert_true(say(caller, "{\"a\":", 5));
    assert_true(say(caller, "1}\n", 3));
    close(caller);
    assert_int_equal(wait_for_answer(&question), 1);
    assert_string_equal(question.text, "{\"a\":1}\n");
    assert_int_equal(question.length, 8);
    close_question(&question);
}

/* Whole up to the limit, and nothing beyond it. */
static void test_long_answers(void **state)
{
    struct scene *scene = *state;
    char *bytes = malloc(CLERK_ANSWER_MAX + 1);
    assert_non_null(bytes);
    memset(bytes, 'x', CLERK_ANSWER_MAX + 1);
    for (size_t more = 0; more < 2; more++) {
        struct question question;
        char line[64];
        open_question(&question);
        assert_true(clerk_ask(scene->clerk, "what?\n", on_done, &question));
        int caller = take_caller(scene->listener);
        hear(caller, line, sizeof line);
        /* The last byte of what is too long may find that the clerk has gone. */
        assert_true(say(caller, bytes, CLERK_ANSWER_MAX));
        say(caller, bytes, more);
        close(caller);
        assert_int_equal(wait_for_answer(&question), 1);
        if (more) {
            assert_null(question.text);
        } else {
            assert_int_equal(question.length, CLERK_ANSWER_MAX);
            assert_int_equal(strspn(question.text, "x"), CLERK_ANSWER_MAX);
        }
        close_question(&question);
    }
    free(bytes);
}

static void test_hung_up_on(void **state)
{
    struct scene *scene = *state;
    struct question question;
    open_question(&question);
    assert_true(clerk_ask(scene->clerk, "what?\n", on_done, &question));
    close(take_caller(scene->listener));
    assert_int_equal(wait_for_answer(&question), 1);
    assert_null(question.text);
    close_question(&question);
}

static void test_nobody_listens(void **state)
{
    struct scene *scene = *state;
    struct question question;
    open_question(&question);
    assert_int_equal(unlink(scene->path), 0);
    assert_false(clerk_ask(scene->clerk, "what?\n", on_done, &question));
    close(scene->listener);
    listen_there(scene);
    assert_true(clerk_ask(scene->clerk, "what?\n", on_done, &question));
    close(take_caller(scene->listener));
    assert_int_equal(wait_for_answer(&question), 1);
    close_question(&question);
}

/* More than there are places, then one place again; those who wait are told when the clerk goes. */
static void test_places(void **state)
{
    struct scene *scene = *state;
    struct question questions[CLERK_AT_ONCE + 1];
    int callers[CLERK_AT_ONCE];
    for (size_t i = 0; i <= CLERK_AT_ONCE; i++)
        open_question(&questions[i]);
    for (size_t i = 0; i < CLERK_AT_ONCE; i++)
        assert_true(clerk_ask(scene->clerk, "what?\n", on_done, &questions[i]));
    struct question *last = &questions[CLERK_AT_ONCE];
    assert_false(clerk_ask(scene->clerk, "what?\n", on_done, last));
    for (size_t i = 0; i < CLERK_AT_ONCE; i++)
        callers[i] = take_caller(scene->listener);
    close(callers[3]);
    assert_int_equal(wait_for_answer(&questions[3]), 1);
    assert_true(clerk_ask(scene->clerk, "what?\n", on_done, last));
    clerk_dismiss(scene->clerk);
    assert_false(clerk_ask(scene->clerk, "what?\n", on_done, last));
    for (size_t i = 0; i <= CLERK_AT_ONCE; i++) {
        assert_int_equal(questions[i].answers, 1);
        assert_null(questions[i].text);
        close_question(&questions[i]);
        if (i < CLERK_AT_ONCE && i != 3)
            close(callers[i]);
    }
    clerk_free(scene->clerk);
    scene->clerk = NULL;
}

/* ---- many who ask at once ---- */

struct asker {
    pthread_t thread;
    struct clerk *clerk;
    size_t number;
    size_t taken, right;
};

static void *ask_much(void *owner)
{
    struct asker *asker = owner;
    for (size_t i = 0; i < QUESTIONS; i++) {
        struct question question;
        char line[64];
        text_format(line, sizeof line, "%zu %zu\n", asker->number, i);
        open_question(&question);
        if (clerk_ask(asker->clerk, line, on_done, &question)) {
            asker->taken++;
            asker->right += wait_for_answer(&question) == 1 && question.text &&
                            strcmp(question.text, line) == 0;
        }
        close_question(&question);
    }
    return NULL;
}

/* Says again what it hears, until somebody says "end". */
static void *echo(void *owner)
{
    const struct scene *scene = owner;
    char line[64];
    do {
        int caller = take_caller(scene->listener);
        say(caller, line, hear(caller, line, sizeof line));
        close(caller);
    } while (*line && strcmp(line, "end\n") != 0);
    return NULL;
}

static void test_crowd(void **state)
{
    struct scene *scene = *state;
    struct asker askers[ASKERS];
    struct question end;
    pthread_t monitor;
    assert_int_equal(pthread_create(&monitor, NULL, echo, scene), 0);
    for (size_t i = 0; i < ASKERS; i++) {
        askers[i] = (struct asker){.clerk = scene->clerk, .number = i};
        assert_int_equal(pthread_create(&askers[i].thread, NULL, ask_much, &askers[i]), 0);
    }
    for (size_t i = 0; i < ASKERS; i++) {
        pthread_join(askers[i].thread, NULL);
        assert_int_equal(askers[i].taken, QUESTIONS);
        assert_int_equal(askers[i].right, QUESTIONS);
    }
    open_question(&end);
    assert_true(clerk_ask(scene->clerk, "end\n", on_done, &end));
    assert_int_equal(wait_for_answer(&end), 1);
    pthread_join(monitor, NULL);
    close_question(&end);
}

/* ---- a clerk that cannot begin ---- */

static void test_no_descriptor(void **state)
{
    struct scene *scene = *state;
    struct rlimit usual, none;
    struct clerk *clerk;
    struct fault fault = {""};
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &usual), 0);
    none = (struct rlimit){0, usual.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
    int rc = clerk_start(scene->path, &clerk, &fault);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &usual), 0);
    assert_int_equal(rc, -1);
    assert_non_null(strstr(fault.text, "the forms cannot be served: Too many open files"));
}

/* No machine has room for such a stack. */
static void test_no_thread(void **state)
{
    struct scene *scene = *state;
    struct clerk *clerk;
    struct fault fault = {""};
    pthread_attr_t usual, huge;
    assert_int_equal(pthread_getattr_default_np(&usual), 0);
    assert_int_equal(pthread_attr_init(&huge), 0);
    assert_int_equal(pthread_attr_setstacksize(&huge, (size_t)1 << 60), 0);
    assert_int_equal(pthread_setattr_default_np(&huge), 0);
    int before = dup(scene->listener), rc = clerk_start(scene->path, &clerk, &fault);
    assert_int_equal(pthread_setattr_default_np(&usual), 0);
    assert_int_equal(rc, -1);
    assert_non_null(strstr(fault.text, "the forms cannot be served: "));
    /* Nothing is left open. */
    int behind = dup(scene->listener);
    assert_int_equal(behind, before + 1);
    close(before);
    close(behind);
    pthread_attr_destroy(&huge);
    pthread_attr_destroy(&usual);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_answer_in_pieces, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_long_answers, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_hung_up_on, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_nobody_listens, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_places, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_crowd, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_no_descriptor, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_no_thread, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
