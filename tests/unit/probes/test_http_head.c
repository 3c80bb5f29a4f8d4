#include "http_head.h"

#include "macros.h"
#include "testing.h"

#include <stdlib.h>
#include <string.h>

static void test_verdicts(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum http_head_verdict verdict;
        int status;
    } rows[] = {
        {"HTTP/1.1 101 Switching\r\nA: b\r\n\r\n", HTTP_HEAD_WHOLE, 101},
        {"HTTP/1.1 404 \r\n\r\nbody", HTTP_HEAD_WHOLE, 404},
        {"HTTP/1.0 200\r\n\r\n", HTTP_HEAD_WHOLE, 200},
        {"HTTP/1.1 103 Early\r\nLink: x\r\n\r\nHTTP/1.1 101 S\r\n\r\n", HTTP_HEAD_WHOLE, 101},
        {"HTTP/1.1 103 Early\r\nLink: x\r\n\r\nHTTP/1.1 1", HTTP_HEAD_CUT_OFF, 0},
        {"HTTP/1.1 100 Continue\r\n\r\nSSH-2.0", HTTP_HEAD_NO_HTTP, 0},
        {"HTTP/1.0 101 Switching\r\n\r\n", HTTP_HEAD_NO_HTTP, 0},
        {"HTTP/1.1 099 Odd\r\n\r\n", HTTP_HEAD_NO_HTTP, 0},
        {"HTTP/2.0 200 OK\r\n\r\n", HTTP_HEAD_NO_HTTP, 0},
        {"HTTP/1.2 200 OK\r\n\r\n", HTTP_HEAD_NO_HTTP, 0},
        {"HTTP/1.1 2x0 OK\r\n\r\n", HTTP_HEAD_NO_HTTP, 0},
        {"http/1.1 200 OK\r\n\r\n", HTTP_HEAD_NO_HTTP, 0},
        {"HTTP/1.1\r\n\r\n", HTTP_HEAD_NO_HTTP, 0},
        {"<html>", HTTP_HEAD_NO_HTTP, 0},
        {"HTTP/1.1 200 OK\r\nA: b\r\n", HTTP_HEAD_CUT_OFF, 0},
        {"HTTP", HTTP_HEAD_CUT_OFF, 0},
        {"", HTTP_HEAD_CUT_OFF, 0},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct http_head head;
        assert_row(i, http_head_read(rows[i].text, strlen(rows[i].text), &head) == rows[i].verdict);
        assert_row(i, rows[i].verdict != HTTP_HEAD_WHOLE || head.status == rows[i].status);
    }
}

static void test_too_long(void **state)
{
    (void)state;
    static char text[HTTP_HEAD_MAX + 4];
    struct http_head head;
    memset(text, 'x', sizeof text);
    memcpy(text, "HTTP/1.1 200 OK\r\n", 17);
    assert_int_equal(http_head_read(text, HTTP_HEAD_MAX, &head), HTTP_HEAD_CUT_OFF);
    assert_int_equal(http_head_read(text, HTTP_HEAD_MAX + 1, &head), HTTP_HEAD_TOO_LONG);
    memcpy(text + HTTP_HEAD_MAX - 4, "\r\n\r\n", 4);
    assert_int_equal(http_head_read(text, HTTP_HEAD_MAX, &head), HTTP_HEAD_WHOLE);
    memcpy(text + HTTP_HEAD_MAX - 4, "x\r\n\r\n", 5);
    assert_int_equal(http_head_read(text, HTTP_HEAD_MAX + 1, &head), HTTP_HEAD_TOO_LONG);
}

static const char text[] =
    "HTTP/1.1 101 S\r\nUpgrade:WebSocket \r\nconnection: keep-alive ,\tUPGRADE\r\n"
    "Empty:\r\nX: first\r\nX: second, third\r\nUpgrades: no\r\n\r\nX: body";

static void test_values(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"upgrade", "WebSocket"},
        {"Connection", "keep-alive ,\tUPGRADE"},
        {"empty", ""},
        {"x", "first"},
        {"upgrad", NULL},
        {"", NULL},
    };
    struct http_head head;
    assert_int_equal(http_head_read(text, strlen(text), &head), HTTP_HEAD_WHOLE);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        size_t length = 0;
        const char *value = http_head_value(&head, rows[i][0], &length);
        assert_row(i, (value == NULL) == (rows[i][1] == NULL));
        assert_row(i, !value ||
                          (length == strlen(rows[i][1]) && memcmp(value, rows[i][1], length) == 0));
    }
}

static void test_lists(void **state)
{
    (void)state;
    static const struct {
        const char *name, *word;
        bool found;
    } rows[] = {
        {"Upgrade", "websocket", true}, {"Connection", "upgrade", true},
        {"Connection", "keep", false},  {"Connection", "keep-alive", true},
        {"X", "third", true},           {"X", "first", true},
        {"X", "body", false},           {"Empty", "x", false},
        {"Missing", "x", false},
    };
    struct http_head head;
    assert_int_equal(http_head_read(text, strlen(text), &head), HTTP_HEAD_WHOLE);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        assert_row(i, http_head_lists(&head, rows[i].name, rows[i].word) == rows[i].found);
}

/* Every beginning, in a block of exactly its size, so that a read beyond it is caught. */
static void test_cut(void **state)
{
    (void)state;
    size_t whole = (size_t)(strstr(text, "\r\n\r\n") - text) + 4;
    for (size_t length = 0; length < strlen(text); length++) {
        struct http_head head;
        char *bytes = test_malloc(length);
        memcpy(bytes, text, length);
        enum http_head_verdict verdict = http_head_read(bytes, length, &head);
        assert_row(length, verdict == (length < whole ? HTTP_HEAD_CUT_OFF : HTTP_HEAD_WHOLE));
        assert_row(length, verdict != HTTP_HEAD_WHOLE || head.length == whole);
        test_free(bytes);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_verdicts), cmocka_unit_test(test_too_long),
        cmocka_unit_test(test_values),   cmocka_unit_test(test_lists),
        cmocka_unit_test(test_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
