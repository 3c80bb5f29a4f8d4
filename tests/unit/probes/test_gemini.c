/* Gemini, byte by byte. Over the network, under TLS: tests/system/test_web_probes.py. */
#include "packet.h"

#include "macros.h"
#include "registry.h"
#include "testing.h"

#include <stdlib.h>
#include <string.h>

static const struct packet_protocol *protocol(void)
{
    return registry_find("gemini")->protocol;
}

static void test_questions(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"gemini://a.test", "gemini://a.test/\r\n"},
        {"gemini://a.test/", "gemini://a.test/\r\n"},
        {"gemini://a.test:1965/log/?q", "gemini://a.test/log/?q\r\n"},
        {"gemini://a.test:1966?q", "gemini://a.test:1966/?q\r\n"},
        {"gemini://[2001:db8::1]:1965/x", "gemini://[2001:db8::1]/x\r\n"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        char text[PACKET_STREAM_QUESTION_MAX];
        const struct packet_question question = {.url = rows[i][0]};
        size_t length = protocol()->build(&question, (uint8_t *)text, sizeof text);
        assert_row(i, length == strlen(rows[i][1]) && memcmp(text, rows[i][1], length) == 0);
    }
}

/* The specification's most: 1024 bytes of URL. */
static void test_longest_url(void **state)
{
    (void)state;
    char url[1025] = "gemini://a.test", text[PACKET_STREAM_QUESTION_MAX];
    struct fault fault;
    memset(url + strlen(url), '?', 1023 - strlen(url));
    assert_int_equal(registry_find("gemini")->check_url(url, &fault), 0);
    const struct packet_question question = {.url = url};
    assert_int_equal(protocol()->build(&question, (uint8_t *)text, sizeof text), 1024 + 2);
    url[1023] = '?';
    assert_int_equal(registry_find("gemini")->check_url(url, &fault), -1);
}

#define OTHER REASON_COUNT

static const struct {
    const char *text;
    enum reason reason; /* OTHER = not whole yet */
    const char *detail;
} rows[] = {
    {"20 text/gemini\r\n# Bonjour\n", REASON_ok, ""},
    {"20 \r\n", REASON_ok, ""},
    {"20\r\n", REASON_ok, ""},
    {"10 Your name?\r\n", REASON_ok, "asks for an input: 10 Your name?"},
    {"11 Secret\r\n", REASON_ok, "asks for an input: 11 Secret"},
    {"31 gemini://b.test/\r\n", REASON_ok, "redirects to 31 gemini://b.test/"},
    {"30 \r\n", REASON_protocol_error, "it redirects to nowhere"},
    {"30\r\n", REASON_protocol_error, "it redirects to nowhere"},
    {"40 busy\r\n", REASON_http_status, "40 busy"},
    {"41 upgrading\r\n", REASON_http_status, "41 upgrading"},
    {"44 60\r\n", REASON_blocked, "44: it asks us to come less often"},
    {"51 Not found\r\n", REASON_http_status, "51 Not found"},
    {"51\r\n", REASON_http_status, "51 "},
    {"53 proxy\r\n", REASON_http_status, "53 proxy"},
    {"60 Who are you?\r\n", REASON_ok, "wants a certificate of the visitor: 60 Who are you?"},
    {"51 a\033[31m\tb\xFF\r\n", REASON_http_status, "51 a[31m b\xEF\xBF\xBD"},
    {"20 text/gemini\n\r", OTHER, ""},
    {"20 text/gemini\r", OTHER, ""},
    {"2", OTHER, ""},
    {"", OTHER, ""},
    {"70 x\r\n", REASON_protocol_error, "the answer is none of Gemini's: 70 x"},
    {"HTTP/1.1 400 Bad", REASON_protocol_error, "the answer is none of Gemini's: HTTP/1.1 400 Bad"},
    {"2\r\n", REASON_protocol_error, "the answer is none of Gemini's: 2"},
    {"200 OK\r\n", REASON_protocol_error, "the answer is none of Gemini's: 200 OK"},
};

/* In a block of exactly its size, so that a read beyond it is caught. */
static enum packet_verdict judge(const char *text, size_t length, struct packet_answer *ret)
{
    uint8_t *bytes = test_malloc(length);
    memcpy(bytes, text, length);
    const struct packet_question question = {.url = "gemini://a.test"};
    *ret = (struct packet_answer){.reason = REASON_ok};
    enum packet_verdict verdict = protocol()->judge(&question, bytes, length, ret);
    test_free(bytes);
    return verdict;
}

static void test_answers(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct packet_answer answer;
        enum packet_verdict verdict = judge(rows[i].text, strlen(rows[i].text), &answer);
        assert_row(i, (verdict == PACKET_OTHER) == (rows[i].reason == OTHER));
        if (verdict == PACKET_ANSWER &&
            (answer.reason != rows[i].reason || strcmp(answer.detail, rows[i].detail) != 0))
            fail_msg("row %zu: %s \"%s\"", i, reason_code(answer.reason), answer.detail);
    }
}

static void test_cut_answers(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const char *end = strstr(rows[i].text, "\r\n");
        for (size_t cut = 0;
             end && rows[i].reason == REASON_ok && cut < (size_t)(end - rows[i].text) + 2; cut++) {
            struct packet_answer answer;
            assert_row(i, judge(rows[i].text, cut, &answer) == PACKET_OTHER);
        }
    }
}

static void test_long_header(void **state)
{
    (void)state;
    char text[1100] = "20 ";
    struct packet_answer answer;
    memset(text + 3, 'x', sizeof text - 3);
    assert_int_equal(judge(text, 1028, &answer), PACKET_OTHER);
    assert_int_equal(judge(text, 1029, &answer), PACKET_ANSWER);
    assert_int_equal(answer.reason, REASON_protocol_error);
    memcpy(text + 1027, "\r\n", 2);
    judge(text, 1029, &answer);
    assert_int_equal(answer.reason, REASON_ok);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_questions),   cmocka_unit_test(test_longest_url),
        cmocka_unit_test(test_answers),     cmocka_unit_test(test_cut_answers),
        cmocka_unit_test(test_long_header),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
