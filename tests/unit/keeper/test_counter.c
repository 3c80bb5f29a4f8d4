/* What the server may ask at its socket, and what it is answered; the file checker is a script. */
#include "counter.h"

#include "herald.h"
#include "macros.h"
#include "mem.h"
#include "scratch.h"
#include "text.h"
#include "turning.h"

#include "testing.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

/* Fails where the address ends so, waits where it ends so; else tells what it was asked for. */
static const char script[] = "#!/bin/sh\n"
                             "cd \"${0%/*}\" || exit 2\n"
                             "for url; do :; done\n"
                             "case $url in\n"
                             "*/fails) exit 2 ;;\n"
                             "*/waits) while [ ! -e gate ]; do sleep 0.01; done ;;\n"
                             "esac\n"
                             "echo \"[\\\"$6 $url\\\"]\"\n";

enum { AT_MOST = PROOFREADER_AT_ONCE + PROOFREADER_WAITING };

struct scene {
    char folder[SCRATCH_SIZE], program[SCRATCH_SIZE + 16];
    uv_loop_t loop;
    struct counter counter;
    char handed[HERALD_WORD_MAX]; /* to who knows of consent */
};

struct caller {
    int socket;
    bool ended;
    size_t length;
    char answer[4096];
};

static void on_consent(void *owner, struct control_asker *asker, const char *request)
{
    struct scene *scene = owner;
    text_copy(scene->handed, sizeof scene->handed, request);
    control_answer(asker, mem_text("{\"outcome\":\"void\"}\n"), strlen("{\"outcome\":\"void\"}\n"));
}

static int set_up(void **state)
{
    struct scene *scene = mem_zalloc(sizeof *scene);
    struct fault fault;
    scratch_make(scene->folder);
    scratch_write(scene->folder, "program", script, sizeof script - 1);
    text_format(scene->program, sizeof scene->program, "%s/program", scene->folder);
    assert_int_equal(chmod(scene->program, 0700), 0);
    uv_loop_init(&scene->loop);
    scene->counter = (struct counter){.consent = on_consent, .owner = scene};
    assert_int_equal(
        counter_open(&scene->counter, &scene->loop, scene->folder, scene->program, &fault), 0);
    *state = scene;
    return 0;
}

static int tear_down(void **state)
{
    struct scene *scene = *state;
    counter_stop(&scene->counter);
    counter_close(&scene->counter);
    turn_out(&scene->loop);
    counter_fini(&scene->counter);
    scratch_remove(scene->folder);
    free(scene);
    return 0;
}

/* ---- the server ---- */

static void call(const struct scene *scene, const char *request, struct caller *caller)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    *caller = (struct caller){.socket = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0)};
    text_format(address.sun_path, sizeof address.sun_path, "%s/" COUNTER_NAME, scene->folder);
    assert_int_equal(connect(caller->socket, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(send(caller->socket, request, strlen(request), MSG_NOSIGNAL), strlen(request));
}

static bool has_ended(void *owner)
{
    struct caller *caller = owner;
    ssize_t count = 1;
    while (!caller->ended && count > 0) {
        size_t room = sizeof caller->answer - 1 - caller->length;
        count = recv(caller->socket, caller->answer + caller->length, room, 0);
        caller->length += count > 0 ? (size_t)count : 0;
        caller->ended = count == 0 || (count < 0 && errno != EAGAIN);
    }
    return caller->ended;
}

/* Until the next. */
static const char *hear(struct scene *scene, struct caller *caller)
{
    static char answer[sizeof caller->answer];
    turn_until(&scene->loop, has_ended, caller);
    close(caller->socket);
    text_copy(answer, sizeof answer, caller->answer);
    return answer;
}

static const char *ask(struct scene *scene, const char *request)
{
    struct caller caller;
    call(scene, request, &caller);
    return hear(scene, &caller);
}

/* ---- the tests ---- */

static void test_answers(void **state)
{
    static const struct {
        const char *request, *answer;
    } rows[] = {
        {"{\"form\":\"register\",\"url\":\"https://a.example/x?y=%22\",\"language\":\"en\"}\n",
         "{\"outcome\":\"read\",\"report\":[\"en https://a.example/x?y=%22\"]\n}\n"},
        {"{\"form\":\"register\",\"url\":\"http://a.example/fails\",\"language\":\"fr\"}\n",
         "{\"outcome\":\"failed\"}\n"},
        {"{\"form\":\"consent\",\"word\":\"look\",\"token\":\"abc\",\"language\":\"fr\"}\n",
         "{\"outcome\":\"void\"}\n"},
    };
    struct scene *scene = *state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        assert_row(i, strcmp(ask(scene, rows[i].request), rows[i].answer) == 0);
}

/* Nothing else of the monitor can be had here. */
static void test_refused(void **state)
{
    static const char *const rows[] = {
        "\n",
        "status\n",
        "word {}\n",
        "[]\n",
        "{}\n",
        "{\"form\":1}\n",
        "{\"form\":\"status\"}\n",
        "{\"form\":\"register\"}\n",
        "{\"form\":\"register\",\"form\":\"consent\"}\n",
        "{\"form\":\"register\",\"url\":\"https://a.example/\"}\n",
        "{\"form\":\"register\",\"url\":\"https://a.example/\",\"language\":\"xx\"}\n",
        "{\"form\":\"register\",\"url\":\"https://a.example/\",\"language\":\"fr; id\"}\n",
        "{\"form\":\"register\",\"url\":\"file:///etc/passwd\",\"language\":\"fr\"}\n",
        "{\"form\":\"register\",\"url\":\"--help\",\"language\":\"fr\"}\n",
        "{\"form\":\"register\",\"url\":[\"https://a.example/\"],\"language\":\"fr\"}\n",
        "{\"form\":\"register\",\"url\":\"https://a.example/\",\"language\":\"fr\"} x\n",
    };
    struct scene *scene = *state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        assert_row(i, strcmp(ask(scene, rows[i]), "{\"outcome\":\"refused\"}\n") == 0);
    assert_string_equal(scene->handed, "");
}

/* What would not fit is not cut to something else. */
static void test_long_address(void **state)
{
    struct scene *scene = *state;
    char path[COUNTER_URL_MAX + 1], request[COUNTER_REQUEST_MAX];
    for (size_t more = 0; more < 2; more++) {
        size_t length = COUNTER_URL_MAX - 1 - strlen("https://a.example/") + more;
        memset(path, 'x', length);
        path[length] = '\0';
        text_format(
            request, sizeof request,
            "{\"form\":\"register\",\"language\":\"fr\",\"url\":\"https://a.example/%s\"}\n", path);
        const char *answer = ask(scene, request);
        assert_true(
            text_starts(answer, more ? "{\"outcome\":\"refused\"" : "{\"outcome\":\"read\""));
        assert_true(more || strstr(answer, path));
    }
}

/* Of a request only what it may say is handed on, as text. */
static void test_consent(void **state)
{
    struct scene *scene = *state;
    char request[COUNTER_REQUEST_MAX], token[HERALD_WORD_MAX];
    ask(scene, "{\"form\":\"consent\",\"action\":\"ack\",\"address\":\"a@b.example\",\"word\":"
               "\"sto\\\"p\","
               "\"token\":\"a\\\\\\u0001b\",\"language\":7}\n");
    assert_string_equal(scene->handed, "{\"action\":\"consent\",\"word\":\"sto\\\"p\","
                                       "\"token\":\"a\\\\\\u0001b\",\"language\":\"\"}");
    memset(token, 'x', sizeof token);
    token[HERALD_WORD_MAX - 1] = '\0';
    scene->handed[0] = '\0';
    assert_true(
        text_format(request, sizeof request, "{\"form\":\"consent\",\"token\":\"%s\"}\n", token));
    assert_string_equal(ask(scene, request), "{\"outcome\":\"refused\"}\n");
    assert_string_equal(scene->handed, "");
}

static bool has_any_ended(void *owner)
{
    struct caller *callers = owner;
    size_t count = 0;
    for (size_t i = 0; i <= AT_MOST; i++)
        count += has_ended(&callers[i]);
    return count > 0;
}

/* One more than can wait, whoever it is. */
static void test_busy(void **state)
{
    static const char request[] =
        "{\"form\":\"register\",\"url\":\"https://a.example/waits\",\"language\":\"fr\"}\n";
    struct scene *scene = *state;
    struct caller callers[AT_MOST + 1];
    size_t busy = 0, read = 0;
    for (size_t i = 0; i <= AT_MOST; i++)
        call(scene, request, &callers[i]);
    turn_until(&scene->loop, has_any_ended, callers);
    scratch_write(scene->folder, "gate", "", 0);
    for (size_t i = 0; i <= AT_MOST; i++) {
        const char *answer = hear(scene, &callers[i]);
        busy += strcmp(answer, "{\"outcome\":\"busy\"}\n") == 0;
        read += strcmp(answer, "{\"outcome\":\"read\",\"report\":[\"fr "
                               "https://a.example/waits\"]\n}\n") == 0;
    }
    assert_int_equal(busy, 1);
    assert_int_equal(read, AT_MOST);
    assert_true(text_starts(ask(scene, request), "{\"outcome\":\"read\""));
}

/* Nobody is let wait when the monitor ends. */
static void test_stop_while_asked(void **state)
{
    struct scene *scene = *state;
    struct caller caller;
    call(scene, "{\"form\":\"register\",\"url\":\"https://a.example/waits\",\"language\":\"fr\"}\n",
         &caller);
    for (uv_run(&scene->loop, UV_RUN_ONCE); !scene->counter.proofreader.running;)
        uv_run(&scene->loop, UV_RUN_ONCE);
    counter_stop(&scene->counter);
    counter_close(&scene->counter);
    assert_string_equal(hear(scene, &caller), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_answers, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_long_address, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_consent, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_busy, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_stop_while_asked, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
