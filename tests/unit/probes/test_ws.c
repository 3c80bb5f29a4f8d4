/* WebSocket: the handshake and the frames byte by byte, and the whole of it over loopback. The nonce of the rows is 0x00
 * 0x01 0x02 ... */
#include "packet.h"

#include "hex.h"
#include "macros.h"
#include "packet_bench.h"
#include "registry.h"
#include "testing.h"

#include <openssl/evp.h>

#include <stdlib.h>
#include <string.h>

#define KEY    "AAECAwQFBgcICQoLDA0ODw=="
#define ACCEPT "Bz3qJYTGdOe8gUSpLosEdiLKDrk="
#define TAKEN  "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
#define GOOD   TAKEN "Sec-WebSocket-Accept: " ACCEPT "\r\n"

static struct arena arena;

static int clean_up(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

static const void *options_of(const char *name, const char *value)
{
    struct probe_option option = {name, value};
    const void *options = NULL;
    struct fault fault = {""};
    int rc =
        registry_read_options(registry_find("ws"), &option, name != NULL, &arena, &options, &fault);
    if (rc < 0)
        fail_msg("%s", fault.text);
    return options;
}

static struct packet_question make_question(const char *url, const char *option, const char *value)
{
    struct packet_question question = {
        .url = url, .user_agent = "vibrisse/test", .options = options_of(option, value)};
    for (size_t i = 0; i < sizeof question.nonce; i++)
        question.nonce[i] = (uint8_t)i;
    return question;
}

static const struct packet_protocol *protocol(void)
{
    return registry_find("ws")->protocol;
}

/* ---- the handshake ---- */

static void test_handshake_asked(void **state)
{
    (void)state;
    char text[PACKET_STREAM_QUESTION_MAX];
    struct packet_question question =
        make_question("ws://chat.test:8080?v=4", "subprotocol", "xmpp");
    size_t length = protocol()->build(&question, (uint8_t *)text, sizeof text - 1);
    text[length] = '\0';
    assert_string_equal(text, "GET /?v=4 HTTP/1.1\r\nHost: chat.test:8080\r\nUpgrade: websocket\r\n"
                              "Connection: Upgrade\r\nSec-WebSocket-Key: " KEY "\r\n"
                              "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: xmpp\r\n"
                              "User-Agent: vibrisse/test\r\n\r\n");
    question = make_question("wss://chat.test:443/a/b", "origin", "https://chat.test");
    question.secured = true;
    length = protocol()->build(&question, (uint8_t *)text, sizeof text - 1);
    text[length] = '\0';
    assert_ptr_equal(strstr(text, "GET /a/b HTTP/1.1\r\nHost: chat.test\r\nUpgrade"), text);
    assert_non_null(strstr(text, "\r\nOrigin: https://chat.test\r\n"));
    assert_null(strstr(text, "Sec-WebSocket-Protocol"));
}

#define OTHER REASON_COUNT

static const struct {
    const char *text, *subprotocol;
    enum reason reason; /* OTHER = not whole yet */
    const char *detail;
} handshakes[] = {
    {GOOD "\r\n", NULL, REASON_ok, ""},
    {GOOD "\r\n\x81\x02hi", NULL, REASON_ok, ""},
    {"HTTP/1.1 101 \r\nCONNECTION: x, upgrade\r\nupgrade: WebSocket\r\nsec-websocket-accept:" ACCEPT
     "  \r\n\r\n",
     NULL, REASON_ok, ""},
    {"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" GOOD "\r\n", NULL, REASON_ok, ""},
    {GOOD "Sec-WebSocket-Protocol: xmpp\r\n\r\n", "xmpp", REASON_ok, ""},
    {GOOD "Sec-WebSocket-Extensions:\r\n\r\n", NULL, REASON_ok, ""},
    {GOOD "\r\n", "xmpp", REASON_body_mismatch, "it does not take the subprotocol xmpp"},
    {GOOD "Sec-WebSocket-Protocol: mqtt\r\n\r\n", "xmpp", REASON_protocol_error,
     "it takes a subprotocol not offered: mqtt"},
    {GOOD "Sec-WebSocket-Protocol: mqtt\r\n\r\n", NULL, REASON_protocol_error,
     "it takes a subprotocol not offered: mqtt"},
    {GOOD "Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n", NULL, REASON_protocol_error,
     "it takes extensions not offered"},
    {TAKEN "\r\n", NULL, REASON_protocol_error, "101 without Sec-WebSocket-Accept"},
    {TAKEN "Sec-WebSocket-Accept: bz3qJYTGdOe8gUSpLosEdiLKDrk=\r\n\r\n", NULL,
     REASON_protocol_error,
     "Sec-WebSocket-Accept does not answer our key: bz3qJYTGdOe8gUSpLosEdiLKDrk="},
    {TAKEN "Sec-WebSocket-Accept: " ACCEPT "x\r\n\r\n", NULL, REASON_protocol_error,
     "Sec-WebSocket-Accept does not answer our key: " ACCEPT "x"},
    {TAKEN "Sec-WebSocket-Accept: " KEY "\r\n\r\n", NULL, REASON_protocol_error,
     "Sec-WebSocket-Accept does not answer our key: " KEY},
    {"HTTP/1.1 101 S\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: " ACCEPT "\r\n\r\n", NULL,
     REASON_protocol_error, "101 without Upgrade: websocket"},
    {"HTTP/1.1 101 S\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: " ACCEPT "\r\n\r\n", NULL,
     REASON_protocol_error, "101 without Connection: Upgrade"},
    {"HTTP/1.1 200 OK\r\n\r\n<html>", NULL, REASON_http_status,
     "HTTP 200 instead of 101: no WebSocket is here"},
    {"HTTP/1.1 301 Moved\r\nLocation: /x\r\n\r\n", NULL, REASON_http_status,
     "HTTP 301 instead of 101: no WebSocket is here"},
    {"HTTP/1.0 502 Bad Gateway\r\n\r\n", NULL, REASON_http_status, "HTTP 502"},
    {"HTTP/1.1 404 Not Found\r\n\r\n", NULL, REASON_http_status, "HTTP 404"},
    {"HTTP/1.1 429 Slow\r\n\r\n", NULL, REASON_blocked, "HTTP 429: it asks us to come less often"},
    {"HTTP/1.1 403 No\r\ncf-mitigated: challenge\r\n\r\n", NULL, REASON_blocked,
     "HTTP 403 from a wall against robots (Cloudflare)"},
    {"SSH-2.0-OpenSSH\r\n", NULL, REASON_protocol_error,
     "the answer is no HTTP/1.1: SSH-2.0-OpenSSH"},
    {"HTTP/1.1 101 S\r\n", NULL, OTHER, ""},
    {"HTTP", NULL, OTHER, ""},
};

/* In a block of exactly its size, so that a read beyond it is caught. */
static enum packet_verdict judge(const struct packet_question *question, const void *text,
                                 size_t length, struct packet_answer *ret)
{
    uint8_t *bytes = test_malloc(length);
    memcpy(bytes, text, length);
    *ret = (struct packet_answer){.reason = REASON_ok};
    enum packet_verdict verdict = protocol()->judge(question, bytes, length, ret);
    test_free(bytes);
    return verdict;
}

static struct packet_question question_of(size_t row)
{
    const char *wish = handshakes[row].subprotocol;
    return make_question("ws://chat.test", wish ? "subprotocol" : NULL, wish);
}

static void test_handshake_answered(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(handshakes); i++) {
        struct packet_answer answer;
        struct packet_question question = question_of(i);
        enum packet_verdict verdict =
            judge(&question, handshakes[i].text, strlen(handshakes[i].text), &answer);
        assert_row(i, (verdict == PACKET_OTHER) == (handshakes[i].reason == OTHER));
        if (verdict == PACKET_ANSWER && (answer.reason != handshakes[i].reason ||
                                         strcmp(answer.detail, handshakes[i].detail) != 0))
            fail_msg("row %zu: %s \"%s\"", i, reason_code(answer.reason), answer.detail);
    }
}

static void test_handshake_cut_off(void **state)
{
    (void)state;
    struct packet_question question = question_of(0);
    struct packet_answer answer;
    for (size_t length = 0; length < strlen(GOOD "\r\n"); length++)
        assert_row(length, judge(&question, GOOD "\r\n", length, &answer) == PACKET_OTHER);
}

static void test_endless_head(void **state)
{
    (void)state;
    static char text[16 * 1024 + 1];
    struct packet_question question = question_of(0);
    struct packet_answer answer;
    memset(text, 'x', sizeof text);
    memcpy(text, TAKEN, strlen(TAKEN));
    assert_int_equal(judge(&question, text, sizeof text - 1, &answer), PACKET_OTHER);
    assert_int_equal(judge(&question, text, sizeof text, &answer), PACKET_ANSWER);
    assert_int_equal(answer.reason, REASON_body_too_large);
}

/* What follows the handshake belongs to the frames. */
static void test_handshake_before_ping(void **state)
{
    (void)state;
    struct packet_question question = make_question("ws://chat.test", "ping", "yes");
    struct packet_answer answer;
    assert_int_equal(judge(&question, GOOD "\r\n\x81", strlen(GOOD) + 3, &answer), PACKET_NEXT);
    assert_int_equal(answer.used, strlen(GOOD) + 2);
    assert_int_equal(judge(&question, TAKEN "\r\n", strlen(TAKEN) + 2, &answer), PACKET_ANSWER);
    assert_int_equal(answer.reason, REASON_protocol_error);
}

/* ---- frames ---- */

static void test_frames_said(void **state)
{
    (void)state;
    uint8_t wanted[64], got[PACKET_STREAM_QUESTION_MAX];
    struct packet_question question = make_question("ws://chat.test", "ping", "yes");
    question.stage = 1;
    size_t length = hex_read("89 88 00 01 02 03 08 08 08 08 0c 0c 0c 0c", wanted, sizeof wanted);
    assert_int_equal(protocol()->build(&question, got, sizeof got), length);
    assert_memory_equal(got, wanted, length);
    length = hex_read("88 82 00 01 02 03 03 e9", wanted, sizeof wanted);
    assert_int_equal(protocol()->part(&question, got, sizeof got), length);
    assert_memory_equal(got, wanted, length);
}

#define PONG "8a 08 08 09 0a 0b 0c 0d 0e 0f"

static const struct {
    const char *hex;
    enum reason reason;
    const char *detail;
} frames[] = {
    {PONG, REASON_ok, ""},
    {"81 02 'hi'" PONG, REASON_ok, ""},
    {"01 02 'hi' 89 00 80 01 '!'" PONG, REASON_ok, ""},
    {"82 7e 00 03 'abc'" PONG, REASON_ok, ""},
    {"82 7f 00 00 00 00 00 00 00 03 'abc'" PONG, REASON_ok, ""},
    {"8a 00 8a 08 00 00 00 00 00 00 00 00" PONG, REASON_ok, ""},
    {"88 00", REASON_ok, ""},
    {"88 02 03 e8", REASON_ok, ""},
    {"88 07 0f a1 'login'", REASON_ok, ""},
    {"88 02 03 f0", REASON_ok, ""},
    {"88 09 03 f3 'trouble'", REASON_banner_refused, "it closes at once: 1011 trouble"},
    {"88 02 03 f4", REASON_banner_refused, "it closes at once: 1012 "},
    {"88 02 03 f5", REASON_banner_refused, "it closes at once: 1013 "},
    {"88 02 03 f6", REASON_banner_refused, "it closes at once: 1014 "},
    {"8a 88 00 00 00 00 08 09 0a 0b 0c 0d 0e 0f", REASON_protocol_error,
     "a frame breaks its format"},
    {"c1 00", REASON_protocol_error, "a frame breaks its format"},
    {"83 00", REASON_protocol_error, "a frame breaks its format"},
    {"8b 00", REASON_protocol_error, "a frame breaks its format"},
    {"0a 00", REASON_protocol_error, "a frame breaks its format"},
    {"8a 7e 00 08", REASON_protocol_error, "a frame breaks its format"},
    {"8a 08 08 09 0a 0b 0c 0d 0e", OTHER, ""},
    {"82 7f ff ff ff ff ff ff ff ff" PONG, OTHER, ""},
    {"82", OTHER, ""},
    {"", OTHER, ""},
};

static void test_frames_heard(void **state)
{
    (void)state;
    struct packet_question question = make_question("ws://chat.test", "ping", "yes");
    question.stage = 1;
    for (size_t i = 0; i < ARRAY_LEN(frames); i++) {
        uint8_t bytes[100];
        struct packet_answer answer;
        size_t length = hex_read(frames[i].hex, bytes, sizeof bytes);
        enum packet_verdict verdict = judge(&question, bytes, length, &answer);
        assert_row(i, (verdict == PACKET_OTHER) == (frames[i].reason == OTHER));
        if (verdict == PACKET_ANSWER &&
            (answer.reason != frames[i].reason || strcmp(answer.detail, frames[i].detail) != 0))
            fail_msg("row %zu: %s \"%s\"", i, reason_code(answer.reason), answer.detail);
    }
}

static void test_frames_cut_off(void **state)
{
    (void)state;
    struct packet_question question = make_question("ws://chat.test", "ping", "yes");
    question.stage = 1;
    for (size_t i = 0; i < ARRAY_LEN(frames); i++) {
        uint8_t bytes[100];
        struct packet_answer answer;
        size_t length = hex_read(frames[i].hex, bytes, sizeof bytes);
        for (size_t cut = 0; frames[i].reason == REASON_ok && cut < length; cut++)
            assert_row(i, judge(&question, bytes, cut, &answer) == PACKET_OTHER);
    }
}

/* ---- over loopback ---- */

static size_t limit;     /* of the bytes that the server sends after the request */
static const char *more; /* frames in hex after the handshake */
static bool answers_ping;
static uint8_t heard[200]; /* the visitor's last frames */
static size_t heard_length;

static size_t write_accept(const uint8_t *question, size_t length, uint8_t *ret)
{
    char text[100];
    unsigned char hash[EVP_MAX_MD_SIZE];
    unsigned size;
    const char *key = memmem(question, length, "Sec-WebSocket-Key: ", 19);
    assert_non_null(key);
    snprintf(text, sizeof text, "%.24s258EAFA5-E914-47DA-95CA-C5AB0DC85B11", key + 19);
    assert_int_equal(EVP_Digest(text, strlen(text), hash, &size, EVP_sha1(), NULL), 1);
    EVP_EncodeBlock((unsigned char *)text, hash, (int)size);
    return (size_t)sprintf((char *)ret, TAKEN "Sec-WebSocket-Accept: %s\r\n\r\n", text);
}

static int serve(const uint8_t *question, size_t length, bool stream, uint8_t *ret)
{
    if (length == 0)
        return 0;
    assert_true(stream);
    if (question[0] != 'G') {
        assert_true(length <= sizeof heard);
        memcpy(heard, question, heard_length = length);
        if (!answers_ping || question[0] != 0x89)
            return 0;
        ret[0] = 0x8A;
        ret[1] = 8;
        for (size_t i = 0; i < 8; i++)
            ret[2 + i] = question[6 + i] ^ question[2 + i % 4];
        return 10;
    }
    size_t size = write_accept(question, length, ret);
    size += hex_read(more ? more : "", ret + size, 100);
    return (int)(size < limit ? size : limit);
}

static void play(struct packet_bench *bench, const char *const *options)
{
    packet_bench_open(bench);
    bench->answer = serve;
    heard_length = 0;
    packet_bench_run(bench, "ws", "/socket", options);
    for (int i = 0; i < 50 && !heard_length; i++)
        uv_run(&bench->loop, UV_RUN_NOWAIT);
}

static const char *const with_ping[] = {"ping", "yes", NULL};

static void test_good(void **state)
{
    (void)state;
    struct packet_bench bench;
    limit = SIZE_MAX;
    more = NULL;
    play(&bench, NULL);
    assert_int_equal(bench.run.result.reason, REASON_ok);
    assert_true(bench.run.result.phases.ms[PHASE_FIRST_BYTE] >= 0);
    assert_int_equal(heard_length, 8);
    assert_int_equal(heard[0], 0x88); /* the closing frame */
    packet_bench_close(&bench);
}

static void test_ping_over_loopback(void **state)
{
    (void)state;
    static const struct {
        const char *more;
        bool pong;
        enum reason reason;
    } rows[] = {
        {NULL, true, REASON_ok},
        {"c1 02", true, REASON_protocol_error},
        {"88 02 03 f3", false, REASON_banner_refused},
        {"88 02 0f a1", false, REASON_ok},
        {"81 05 'hello'", true, REASON_ok},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct packet_bench bench;
        limit = SIZE_MAX;
        more = rows[i].more;
        answers_ping = rows[i].pong;
        play(&bench, with_ping);
        if (bench.run.result.reason != rows[i].reason)
            fail_msg("row %zu: %s %s", i, reason_code(bench.run.result.reason),
                     bench.run.result.detail);
        packet_bench_close(&bench);
    }
}

static void test_blind_proxy(void **state)
{
    (void)state;
    struct packet_bench bench;
    int64_t timeout_ms = 200;
    limit = SIZE_MAX;
    more = NULL;
    answers_ping = false;
    packet_bench_open(&bench);
    bench.answer = serve;
    do {
        packet_bench_prepare(&bench, "ws", "/socket", with_ping);
        bench.run.timeout_ms = timeout_ms;
        packet_bench_start(&bench);
        packet_bench_wait(&bench);
    } while (bench.run.result.reason == REASON_connect_timeout && testing_longer(&timeout_ms));
    assert_int_equal(bench.run.result.reason, REASON_timeout);
    packet_bench_close(&bench);
}

static void test_cut_everywhere(void **state)
{
    (void)state;
    struct packet_bench bench;
    size_t whole = strlen(GOOD "\r\n");
    more = NULL;
    packet_bench_open(&bench);
    bench.answer = serve;
    bench.hang_up = true;
    for (limit = 1; limit < whole; limit++) {
        packet_bench_prepare(&bench, "ws", "/socket", NULL);
        packet_bench_start(&bench);
        packet_bench_wait(&bench);
        assert_row(limit, bench.run.result.reason == REASON_closed_early);
    }
    packet_bench_close(&bench);
}

static void test_cancelled(void **state)
{
    (void)state;
    struct packet_bench bench;
    packet_bench_open(&bench);
    packet_bench_prepare(&bench, "ws", "", NULL);
    packet_bench_start(&bench);
    packet_bench_cancel(&bench);
    packet_bench_wait(&bench);
    assert_int_equal(bench.run.result.reason, REASON_self);
    packet_bench_close(&bench);
}

/* ---- what cannot be asked ---- */

static void test_options(void **state)
{
    (void)state;
    static const struct {
        const char *name, *value, *words;
    } rows[] = {
        {"subprotocol", "a b", "one word"},
        {"subprotocol", "a,b", "one word"},
        {"subprotocol", "\xC3\xA9", "one word"},
        {"origin", "https://a.test/ b", "origin"},
        {"origin", "chat", "origin"},
        {"ping", "perhaps", "ping"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct probe_option option = {rows[i].name, rows[i].value};
        struct fault fault = {""};
        const void *options;
        assert_row(i, registry_read_options(registry_find("wss"), &option, 1, &arena, &options,
                                            &fault) < 0);
        assert_row(i, strstr(fault.text, rows[i].words));
    }
}

/* Every part at its longest. */
static void test_longest_handshake(void **state)
{
    (void)state;
    char url[1501] = "ws://", origin[301] = "https://", agent[256],
         text[PACKET_STREAM_QUESTION_MAX];
    struct fault fault;
    memset(url + 5, 'a', 1495);
    memset(url + 5 + 253, '/', 10);
    memset(origin + 8, 'a', 292);
    memset(agent, 'a', 255);
    agent[255] = '\0';
    assert_int_equal(registry_find("ws")->check_url(url, &fault), 0);
    struct packet_question question = make_question(url, "origin", origin);
    question.user_agent = agent;
    size_t length = protocol()->build(&question, (uint8_t *)text, sizeof text);
    assert_memory_equal(text + length - 4, "\r\n\r\n", 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_handshake_asked),
        cmocka_unit_test(test_handshake_answered),
        cmocka_unit_test(test_handshake_cut_off),
        cmocka_unit_test(test_endless_head),
        cmocka_unit_test(test_handshake_before_ping),
        cmocka_unit_test(test_frames_said),
        cmocka_unit_test(test_frames_heard),
        cmocka_unit_test(test_frames_cut_off),
        cmocka_unit_test(test_good),
        cmocka_unit_test(test_ping_over_loopback),
        cmocka_unit_test(test_blind_proxy),
        cmocka_unit_test(test_cut_everywhere),
        cmocka_unit_test(test_cancelled),
        cmocka_unit_test(test_options),
        cmocka_unit_test(test_longest_handshake),
    };
    return cmocka_run_group_tests(tests, NULL, clean_up);
}
