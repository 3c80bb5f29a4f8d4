/* One request to a form after the other, from its headers to the page. Nobody is at the monitor's socket, but where it says so. */
#include "reception.h"

#include "macros.h"
#include "site_body.h"
#include "test_folder.h"
#include "text.h"

#include "testing.h"

#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { PATIENCE_MS = 100000 };

struct scene {
    struct test_folder folder;
    char socket[96];
    struct site *site;
    struct site_now now;
    struct reception *reception;
    struct mono at;
    struct answer answer;
    int replied[2]; /* a pipe: a byte when the clerk has told */
};

static int set_up(void **state)
{
    static struct scene scene;
    struct fault fault;
    scene = (struct scene){.now = {{1000000000}, wall_from_seconds(1700000000)}};
    scene.at = mono_plus_ms(scene.at, 1000000);
    test_folder_make(&scene.folder);
    test_folder_write(&scene.folder, "fr/check/index.html",
                      "<main>" INQUIRY_BEGIN "none" INQUIRY_END "</main>");
    text_format(scene.socket, sizeof scene.socket, "%s/forms", scene.folder.path);
    assert_int_equal(site_open(scene.folder.path, 1024 * 1024, scene.now, &scene.site, &fault), 0);
    assert_int_equal(reception_open(scene.socket, &scene.reception, &fault), 0);
    assert_int_equal(pipe(scene.replied), 0);
    *state = &scene;
    return 0;
}

static int tear_down(void **state)
{
    struct scene *scene = *state;
    reception_dismiss(scene->reception);
    reception_close(scene->reception);
    site_close(scene->site);
    close(scene->replied[0]);
    close(scene->replied[1]);
    test_folder_remove(&scene->folder);
    return 0;
}

static void on_replied(void *owner)
{
    const struct scene *scene = owner;
    ssize_t written = write(scene->replied[1], "", 1);
    (void)written;
}

/* A POST whose body is there. */
static struct reception_call *begin(struct scene *scene, const char *body)
{
    struct reception_call *call = reception_welcome("/fr/check/");
    assert_non_null(call);
    call->is_post = body != NULL;
    call->replied = on_replied;
    call->owner = scene;
    if (body)
        assert_true(reception_hear(call, body, strlen(body)));
    return call;
}

/* The page to `call`, which ends; kept until the next. */
static const char *page_of(struct scene *scene, struct reception_call *call)
{
    static char page[8192];
    const struct answer_request request = {.path = "/fr/check/", .now = scene->now};
    reception_answer(scene->site, &request, call, &scene->answer);
    size_t length = scene->answer.body ? scene->answer.body->length : 0;
    assert_true(length < sizeof page);
    if (length)
        memcpy(page, scene->answer.body->bytes, length);
    page[length] = '\0';
    site_body_release(scene->answer.body);
    reception_leave(call);
    return page;
}

static const char *retry_of(const struct scene *scene)
{
    for (size_t i = 0; i < scene->answer.header_count; i++)
        if (strcmp(scene->answer.headers[i].name, "Retry-After") == 0)
            return scene->answer.headers[i].value;
    return "";
}

static const char *ask(struct scene *scene, const char *query, const char *body, uint64_t origin)
{
    struct reception_call *call = begin(scene, body);
    assert_false(reception_ask(scene->reception, call, query, origin, scene->at));
    return page_of(scene, call);
}

/* ---- the tests ---- */

static void test_forms(void **state)
{
    static const char *const none[] = {"/fr/",    "/fr/check", "/xx/check/",
                                       "/check/", "",          "/fr/check/x"};
    static const char *const forms[] = {"/fr/check/", "/en/check/", "/fr/alerts/", "/en/alerts/"};
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(none); i++)
        assert_row(i, !reception_welcome(none[i]));
    for (size_t i = 0; i < ARRAY_LEN(forms); i++) {
        struct reception_call *call = reception_welcome(forms[i]);
        assert_row(i, call);
        reception_leave(call);
    }
    reception_leave(NULL);
    reception_close(NULL);
}

static void test_headers(void **state)
{
    static const char form[] = "application/x-www-form-urlencoded";
    static const struct {
        struct reception_headers headers;
        unsigned status;
    } rows[] = {
        {{form, "0"}, 0},
        {{form, "4096"}, 0},
        {{"Application/X-WWW-Form-Urlencoded; charset=utf-8", "9"}, 0},
        {{form, "4097"}, 413},
        {{form, "99999999999999999999999"}, 413},
        {{form, "-1"}, 413},
        {{form, "9x"}, 413},
        {{form, NULL}, 411},
        {{NULL, "9"}, 415},
        {{"multipart/form-data; boundary=x", "9"}, 415},
        {{"application/x-www-form-urlencodedx", "9"}, 415},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        assert_row(i, reception_refusal(&rows[i].headers) == rows[i].status);
}

static void test_more_than_announced(void **state)
{
    static const char bytes[INQUIRY_BODY_MAX];
    struct reception_call *call = reception_welcome("/fr/check/");
    (void)state;
    assert_true(reception_hear(call, bytes, sizeof bytes - 1));
    assert_false(reception_hear(call, bytes, 2));
    assert_true(reception_hear(call, bytes, 1));
    assert_false(reception_hear(call, bytes, 1));
    reception_leave(call);
}

static void test_nothing_to_ask(void **state)
{
    struct scene *scene = *state;
    const char *page = ask(scene, "url=https%3A%2F%2Fa.example%2F", NULL, 7);
    assert_int_equal(scene->answer.status, 200);
    assert_non_null(strstr(page, "value=\"https://a.example/\""));
    assert_true(text_starts(page, "<main>") && text_ends(page, "</main>"));
    page = ask(scene, "", "url=ftp://a.example/", 7);
    assert_int_equal(scene->answer.status, 400);
    assert_non_null(strstr(page, "aria-invalid"));
}

/* Six at once, then they are told to wait; others are not. What is no question does not count. */
static void test_limit(void **state)
{
    static const char body[] = "url=https://a.example/";
    struct scene *scene = *state;
    for (int i = 0; i < 6; i++) {
        ask(scene, "", "url=x", 7);
        ask(scene, "", body, 7);
        assert_int_equal(scene->answer.status, 503);
        assert_string_equal(retry_of(scene), "60");
    }
    ask(scene, "", body, 7);
    assert_int_equal(scene->answer.status, 429);
    assert_string_equal(retry_of(scene), "20");
    ask(scene, "", body, 8);
    assert_int_equal(scene->answer.status, 503);
    scene->at = mono_plus_ms(scene->at, 20000);
    ask(scene, "", body, 7);
    assert_int_equal(scene->answer.status, 503);
}

static int listen_at(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    text_copy(address.sun_path, sizeof address.sun_path, path);
    int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(listener, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(listener, 4), 0);
    return listener;
}

static void wait_for(int fd)
{
    struct pollfd wanted = {fd, POLLIN, 0};
    assert_int_equal(poll(&wanted, 1, PATIENCE_MS), 1);
}

/* What the monitor says, and what becomes of it. */
static const char *answered(struct scene *scene, const char *reply)
{
    static const char question[] =
        "{\"form\":\"register\",\"url\":\"https://a.example/\",\"language\":\"fr\"}\n";
    char line[sizeof question], byte;
    struct reception_call *call = begin(scene, "url=https%3A%2F%2Fa.example%2F");
    int listener = listen_at(scene->socket);
    assert_true(reception_ask(scene->reception, call, "", 0, scene->at));
    wait_for(listener);
    int caller = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
    assert_int_equal(recv(caller, line, sizeof line - 1, MSG_WAITALL), sizeof line - 1);
    line[sizeof line - 1] = '\0';
    assert_string_equal(line, question);
    assert_int_equal(send(caller, reply, strlen(reply), MSG_NOSIGNAL), strlen(reply));
    close(caller);
    wait_for(scene->replied[0]);
    assert_int_equal(read(scene->replied[0], &byte, 1), 1);
    close(listener);
    unlink(scene->socket);
    return page_of(scene, call);
}

static void test_answers(void **state)
{
    struct scene *scene = *state;
    const char *page =
        answered(scene, "{\"outcome\":\"read\",\"report\":[{\"class\":\"<i>\",\"findings\":"
                        "[{\"severity\":\"error\",\"line\":3,\"message\":\"<b>&\"}]}]}");
    assert_int_equal(scene->answer.status, 200);
    assert_non_null(strstr(page, "&lt;b&gt;&amp;"));
    assert_non_null(strstr(page, "<code>&lt;i&gt;</code>"));
    assert_null(strstr(page, "none"));
    answered(scene, "{\"outcome\":\"busy\"}");
    assert_int_equal(scene->answer.status, 503);
    assert_string_equal(retry_of(scene), "30");
    static const char *const useless[] = {"", "[]", "nonsense", "{\"outcome\":\"read\"}",
                                          "{\"outcome\":\"read\",\"report\":[1]}"};
    for (size_t i = 0; i < ARRAY_LEN(useless); i++) {
        answered(scene, useless[i]);
        assert_row(i, scene->answer.status == 503);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_forms),
        cmocka_unit_test(test_headers),
        cmocka_unit_test(test_more_than_announced),
        cmocka_unit_test_setup_teardown(test_nothing_to_ask, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_limit, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_answers, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
