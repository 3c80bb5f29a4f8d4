#include "expect.h"

#include "macros.h"
#include "mem.h"
#include "testing.h"

#include <stdlib.h>
#include <string.h>

#define HEAD(lines) "HTTP/1.1 200 OK\r\n" lines "\r\n"

struct judgement {
    struct expect_options options;
    int status;
    const char *head, *body;
    enum reason reason;
    const char *detail; /* the whole of it */
};

static void check(const struct judgement *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct fault fault;
        char detail[RESULT_DETAIL_SIZE];
        const char *head = rows[i].head ? rows[i].head : HEAD("");
        const char *body = rows[i].body ? rows[i].body : "";
        struct expect_answer answer = {.status = rows[i].status ? rows[i].status : 200,
                                       .url = "https://a.test/end",
                                       .head = head,
                                       .head_length = strlen(head),
                                       .body = body,
                                       .body_length = strlen(body)};
        if (expect_validate(&rows[i].options, "expect", &fault) < 0)
            fail_msg("row %zu: %s", i, fault.text);
        enum reason reason = expect_judge(&rows[i].options, &answer, detail);
        if (reason != rows[i].reason || strcmp(detail, rows[i].detail ? rows[i].detail : "") != 0)
            fail_msg("row %zu: %s \"%s\"", i, reason_code(reason), detail);
    }
}

static void test_status(void **state)
{
    (void)state;
    static const struct judgement rows[] = {
        {{0}, 500, NULL, NULL, REASON_ok, NULL},
        {{.status = "200-399"}, 200, NULL, NULL, REASON_ok, NULL},
        {{.status = "200-399"}, 399, NULL, NULL, REASON_ok, NULL},
        {{.status = "200-399"}, 400, NULL, NULL, REASON_http_status, "HTTP 400"},
        {{.status = "200-399"}, 502, NULL, NULL, REASON_http_status, "HTTP 502"},
        {{.status = "200, 204,401"}, 401, NULL, NULL, REASON_ok, NULL},
        {{.status = "200, 204,401"}, 201, NULL, NULL, REASON_http_status, "HTTP 201"},
        {{.status = "200-399"},
         429,
         NULL,
         NULL,
         REASON_blocked,
         "HTTP 429: it asks us to come less often"},
        {{.status = "429"}, 429, NULL, NULL, REASON_ok, NULL},
        {{.status = "200"},
         403,
         HEAD("CF-Mitigated: challenge\r\n"),
         NULL,
         REASON_blocked,
         "HTTP 403 from a wall against robots (Cloudflare)"},
        {{.status = "200"},
         403,
         HEAD("cf-mitigated: none\r\n"),
         NULL,
         REASON_http_status,
         "HTTP 403"},
        {{.status = "200"},
         403,
         HEAD("X-DataDome: protected\r\n"),
         NULL,
         REASON_blocked,
         "HTTP 403 from a wall against robots (DataDome)"},
        {{.status = "200", .body_contains = "pad"},
         200,
         HEAD("Set-Cookie: techaro.lol-anubis-cookie-verification=1\r\n"),
         "prove it",
         REASON_blocked,
         "HTTP 200 from a wall against robots (Anubis)"},
        {{.status = "200", .body_contains = "pad"},
         200,
         HEAD("X-DataDome: protected\r\n"),
         "pad",
         REASON_ok,
         NULL},
    };
    check(rows, ARRAY_LEN(rows));
}

static void test_header(void **state)
{
    (void)state;
    static const struct judgement rows[] = {
        {{.header = "Content-Type: html"},
         0,
         HEAD("content-type:  text/html\r\n"),
         NULL,
         REASON_ok,
         NULL},
        {{.header = "X-A: 2"}, 0, HEAD("X-A: 1\r\nX-A: 2\r\n"), NULL, REASON_ok, NULL},
        {{.header = "X-A:"}, 0, HEAD("X-A:\r\n"), NULL, REASON_ok, NULL},
        {{.header = "X-A: 3"},
         0,
         HEAD("X-A: 1\r\nX-A: 2\r\n"),
         NULL,
         REASON_body_mismatch,
         "header X-A is \"2\""},
        {{.header = "X-A: 1"},
         0,
         HEAD("X-AB: 1\r\nX: X-A: 1\r\n"),
         NULL,
         REASON_body_mismatch,
         "header X-A is missing"},
        {{.header = "X-A: 1"}, 0, "X-A", NULL, REASON_body_mismatch, "header X-A is missing"},
        {{.header = "X-A: 7"},
         0,
         HEAD("X-A: \x1b[31m\xff\r\n"),
         NULL,
         REASON_body_mismatch,
         "header X-A is \"[31m\xEF\xBF\xBD\""},
    };
    check(rows, ARRAY_LEN(rows));
}

static void test_body(void **state)
{
    (void)state;
    static const struct judgement rows[] = {
        {{.body_contains = "Etherpad"}, 0, NULL, "<title>Etherpad</title>", REASON_ok, NULL},
        {{.body_contains = "Etherpad"},
         0,
         NULL,
         "etherpad",
         REASON_body_mismatch,
         "body of 8 bytes lacks \"Etherpad\""},
        {{.body_regex = "^version [0-9]+$"}, 0, NULL, "version 12", REASON_ok, NULL},
        {{.body_regex = "^version [0-9]+$"},
         0,
         NULL,
         "version x",
         REASON_body_mismatch,
         "body does not match ^version [0-9]+$"},
        {{.body_regex = "é.n"}, 0, NULL, "\xff\xfe bi\xc3\xa9\xc3\xa8n", REASON_ok, NULL},
        {{.body_regex = "(a+)+$"},
         0,
         NULL,
         "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab",
         REASON_self,
         "our expression (a+)+$ is too costly for this body"},
        {{.final_url = "https://a.test/"}, 0, NULL, NULL, REASON_ok, NULL},
        {{.final_url = "https://b.test/"},
         0,
         NULL,
         NULL,
         REASON_body_mismatch,
         "ends at https://a.test/end"},
    };
    check(rows, ARRAY_LEN(rows));
}

static void test_json(void **state)
{
    (void)state;
    static const char document[] = "{\"status\":\"ok\",\"n\":12,\"r\":1.50,\"yes\":true,\"none\":"
                                   "null,\"version\":\"2.0\",\"list\":[{\"a/b\":1},{\"m~n\":2}],"
                                   "\"\":{\"\":5}, \"text\":\"<\\u001b>\"}";
    static const struct judgement rows[] = {
        {{.json = "/status = ok"}, 0, NULL, document, REASON_ok, NULL},
        {{.json = "/status = \"ok\""}, 0, NULL, document, REASON_ok, NULL},
        {{.json = "/n = 12"}, 0, NULL, document, REASON_ok, NULL},
        {{.json = "/n = 12.0"}, 0, NULL, document, REASON_ok, NULL},
        {{.json = "/r = 1.5"}, 0, NULL, document, REASON_ok, NULL},
        {{.json = "/yes = true"}, 0, NULL, document, REASON_ok, NULL},
        {{.json = "/none = null"}, 0, NULL, document, REASON_ok, NULL},
        {{.json = "/version = 2.0"}, 0, NULL, document, REASON_ok, NULL},
        {{.json = "/list/0/a~1b = 1"}, 0, NULL, document, REASON_ok, NULL},
        {{.json = "/list/1/m~0n = 2"}, 0, NULL, document, REASON_ok, NULL},
        {{.json = "// = 5"}, 0, NULL, document, REASON_ok, NULL},
        {{.json = "/list/0"}, 0, NULL, document, REASON_ok, NULL},
        {{.json = "/none"}, 0, NULL, document, REASON_ok, NULL},
        {{.json = "/other"},
         0,
         NULL,
         document,
         REASON_body_mismatch,
         "/other: there is no such value"},
        {{.json = "/yes = 1"}, 0, NULL, document, REASON_body_mismatch, "/yes = 1: it is true"},
        {{.json = "/status = down"},
         0,
         NULL,
         document,
         REASON_body_mismatch,
         "/status = down: it is \"ok\""},
        {{.json = "/text = x"},
         0,
         NULL,
         document,
         REASON_body_mismatch,
         "/text = x: it is \"<\\u001B>\""},
        {{.json = "/list/01/x = 1"},
         0,
         NULL,
         document,
         REASON_body_mismatch,
         "/list/01/x = 1: there is no such value"},
        {{.json = "/list/2 = 1"},
         0,
         NULL,
         document,
         REASON_body_mismatch,
         "/list/2 = 1: there is no such value"},
        {{.json = "/status/deep = 1"},
         0,
         NULL,
         document,
         REASON_body_mismatch,
         "/status/deep = 1: there is no such value"},
        {{.json = "/n = 1"},
         0,
         NULL,
         "{\"n\":1e400}",
         REASON_body_mismatch,
         "body is not JSON: real number overflow near '1e400'"},
        {{.json = "/n = 1"},
         0,
         NULL,
         "<html>",
         REASON_body_mismatch,
         "body is not JSON: invalid token near '<'"},
    };
    check(rows, ARRAY_LEN(rows));
}

/* Nothing of a stranger's makes us run out of stack or time. */
static void test_deep_json(void **state)
{
    (void)state;
    enum { DEPTH = 1000 * 1000 };
    char *body = mem_zalloc(DEPTH + 1), detail[RESULT_DETAIL_SIZE];
    memset(body, '[', DEPTH);
    struct expect_options options = {.json = "/0/0 = 1"};
    struct expect_answer answer = {
        .status = 200, .url = "", .head = "", .body = body, .body_length = DEPTH};
    assert_int_equal(expect_judge(&options, &answer, detail), REASON_body_mismatch);
    free(body);
}

static void test_bad_options(void **state)
{
    (void)state;
    static const struct {
        struct expect_options options;
        const char *sentence; /* part of it */
    } rows[] = {
        {{.status = "20"}, "expect-status must be like"},
        {{.status = "2000"}, "expect-status must be like"},
        {{.status = "200,"}, "expect-status must be like"},
        {{.status = "300-200"}, "expect-status must be like"},
        {{.status = "200 204"}, "expect-status must be like"},
        {{.status = "2xx"}, "expect-status must be like"},
        {{.status = "099"}, "expect-status must be like"},
        {{.header = "no colon"}, "expect-header must be like"},
        {{.header = ": value"}, "expect-header must be like"},
        {{.header = "A B: value"}, "expect-header must be like"},
        {{.body_regex = "ab(c"}, "expect-body-regex: at character 5: missing closing parenthesis"},
        {{.body_regex = "a\\C"}, "expect-body-regex: at character"},
        {{.json = "/"}, "expect-json must be like"},
        {{.json = "/a=b"}, "expect-json must be like"},
        {{.json = "a = b"}, "expect-json must be like"},
        {{.json = "/a = "}, "expect-json must be like"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct fault fault;
        assert_row(i, expect_validate(&rows[i].options, "expect", &fault) == -1);
        if (!strstr(fault.text, rows[i].sentence))
            fail_msg("row %zu: %s", i, fault.text);
    }
}

/* The names are those of the options, whichever set it is. */
static void test_prefix(void **state)
{
    (void)state;
    struct fault fault;
    assert_int_equal(expect_validate(&(struct expect_options){.json = "x"}, "maintenance", &fault),
                     -1);
    assert_string_equal(fault.text,
                        "maintenance-json must be like /status = ok or /status, not \"x\"");
}

/* Each alone is enough, unlike what is expected. */
static void test_resembles(void **state)
{
    (void)state;
    static const struct {
        struct expect_options looks;
        const char *detail; /* NULL = it is not alike */
    } rows[] = {
        {{0}, NULL},
        {{.status = "503"}, NULL},
        {{.status = "200-299"}, "HTTP 200"},
        {{.status = "503", .body_contains = "closed"}, "HTTP 200 with closed"},
        {{.header = "X-State: closed"}, "HTTP 200 with X-State: closed"},
        {{.header = "X-State: open", .json = "/x = 1", .body_regex = "^open"}, NULL},
        {{.body_regex = "(a+)+$"}, NULL},
    };
    static const char head[] = HEAD("X-State: closed\r\n");
    static const char body[] = "closed aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!";
    const struct expect_answer answer = {.status = 200,
                                         .url = "",
                                         .head = head,
                                         .head_length = strlen(head),
                                         .body = body,
                                         .body_length = strlen(body)};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        char detail[RESULT_DETAIL_SIZE] = "";
        bool is_alike = expect_resembles(&rows[i].looks, &answer, detail);
        assert_row(i, is_alike == !!rows[i].detail);
        assert_string_equal(detail, rows[i].detail ? rows[i].detail : "");
    }
}

static void test_wants_body(void **state)
{
    (void)state;
    assert_false(expect_wants_body(
        &(struct expect_options){.status = "200", .header = "A: b", .final_url = "http://a"}));
    assert_true(expect_wants_body(&(struct expect_options){.body_contains = "a"}));
    assert_true(expect_wants_body(&(struct expect_options){.body_regex = "a"}));
    assert_true(expect_wants_body(&(struct expect_options){.json = "/a = b"}));
    assert_false(expect_wants_more(&(struct expect_options){.status = "200"}));
    assert_true(expect_wants_more(&(struct expect_options){.header = "A: b"}));
    assert_true(expect_wants_more(&(struct expect_options){.final_url = "http://a"}));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_status),     cmocka_unit_test(test_header),
        cmocka_unit_test(test_body),       cmocka_unit_test(test_json),
        cmocka_unit_test(test_deep_json),  cmocka_unit_test(test_bad_options),
        cmocka_unit_test(test_wants_body), cmocka_unit_test(test_prefix),
        cmocka_unit_test(test_resembles),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
