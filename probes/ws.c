/* WebSocket (RFC 6455): the opening handshake, whose answer nobody can give who has not read our key and knows the protocol;
 * on request a ping, which the program behind a proxy has to answer, too; then the closing frame. What a browser would
 * not take for a WebSocket is none. */
#include "expect.h"
#include "http_head.h"
#include "macros.h"
#include "packet.h"
#include "text.h"
#include "url.h"

#include <openssl/evp.h>

#include <assert.h>
#include <ctype.h>
#include <string.h>

#define ACCEPT_SUFFIX "258EAFA5-E914-47DA-95CA-C5AB0DC85B11" /* RFC 6455 section 1.3 */

enum { HANDSHAKE, PING }; /* stages */
enum { FINAL = 0x80, MASKED = 0x80, CLOSE = 0x8, PING_FRAME = 0x9, PONG_FRAME = 0xA };
enum { NORMAL_CLOSURE = 1000, SERVER_ERROR = 1011, BAD_GATEWAY = 1014, SWITCHING_PROTOCOLS = 101 };
enum {
    MASK_SIZE = 4,
    PING_SIZE = 8,
    KEY_SIZE = 25,
    ACCEPT_SIZE = 29,
    URL_MAX = 1500,
    ORIGIN_MAX = 300
};

struct ws_options {
    const char *subprotocol, *origin;
    bool ping;
};

#define AT(field) offsetof(struct ws_options, field)

static const struct schema_row rows[] = {
    {.name = "subprotocol",
     .type = SCHEMA_TEXT,
     .offset = AT(subprotocol),
     .min = 1,
     .max = 100,
     .doc = "The protocol that is offered over the WebSocket, and that the server must take.",
     .example = "xmpp"},
    {.name = "origin",
     .type = SCHEMA_URL,
     .offset = AT(origin),
     .doc =
         "The page that the request pretends to come from, for servers that take visitors of their "
         "own pages only.",
     .example = "https://chat.example.org"},
    {.name = "ping",
     .type = SCHEMA_BOOL,
     .offset = AT(ping),
     .preset = "no",
     .doc = "Whether a ping must be answered, too: then the program works, not only a proxy that "
            "opens WebSockets by itself.",
     .example = "yes"},
};

static bool is_word(const char *text)
{
    for (; *text; text++)
        if (!isascii((unsigned char)*text) || !isgraph((unsigned char)*text) || *text == ',')
            return false;
    return true;
}

static int check(const void *object, struct fault *fault)
{
    const struct ws_options *options = object;
    if (options->subprotocol && !is_word(options->subprotocol))
        return fault_set(fault, "subprotocol must be one word such as xmpp, not \"%.80s\"",
                         options->subprotocol);
    if (options->origin && (!is_word(options->origin) || strlen(options->origin) > ORIGIN_MAX))
        return fault_set(fault, "origin must be like https://chat.example.org, not \"%.80s\"",
                         options->origin);
    return 0;
}

static int check_url(const char *url, struct fault *fault)
{
    return url_check_tail(url, URL_MAX, fault);
}

/* ---- the opening handshake ---- */

static void write_key(const struct packet_question *question, char ret[KEY_SIZE])
{
    EVP_EncodeBlock((unsigned char *)ret, question->nonce, PACKET_NONCE_SIZE);
}

/* False when OpenSSL gives no hash. */
static bool find_accept(const struct packet_question *question, char ret[ACCEPT_SIZE])
{
    char key[KEY_SIZE], text[KEY_SIZE + sizeof ACCEPT_SUFFIX];
    unsigned char hash[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    write_key(question, key);
    text_format(text, sizeof text, "%s" ACCEPT_SUFFIX, key);
    if (EVP_Digest(text, strlen(text), hash, &size, EVP_sha1(), NULL) != 1)
        return false;
    EVP_EncodeBlock((unsigned char *)ret, hash, (int)size);
    return true;
}

static void add_line(char *text, size_t size, const char *name, const char *value)
{
    size_t used = strlen(text);
    if (value)
        text_format(text + used, size - used, "%s: %s\r\n", name, value);
}

static size_t build_handshake(const struct packet_question *question, char *text, size_t size)
{
    const struct ws_options *options = question->options;
    const char *tail = url_tail(question->url);
    char key[KEY_SIZE], host[URL_HOST_SIZE + 10];
    write_key(question, key);
    url_authority(question->url, question->secured ? 443 : 80, host, sizeof host);
    text_format(text, size, "GET %s%s HTTP/1.1\r\n", *tail == '/' ? "" : "/", tail);
    add_line(text, size, "Host", host);
    add_line(text, size, "Upgrade", "websocket");
    add_line(text, size, "Connection", "Upgrade");
    add_line(text, size, "Sec-WebSocket-Key", key);
    add_line(text, size, "Sec-WebSocket-Version", "13");
    add_line(text, size, "Sec-WebSocket-Protocol", options->subprotocol);
    add_line(text, size, "Origin", options->origin);
    add_line(text, size, "User-Agent", question->user_agent);
    size_t length = strlen(text);
    assert(length + 3 < size); /* all its parts are bounded */
    text_copy(text + length, size - length, "\r\n");
    return length + 2;
}

static enum packet_verdict judge_status(const struct http_head *head, struct packet_answer *ret)
{
    static const struct expect_options wish = {.status = "101"};
    const struct expect_answer answer = {
        .status = head->status, .head = head->bytes, .head_length = head->length};
    char detail[RESULT_DETAIL_SIZE];
    enum reason reason = expect_judge(&wish, &answer, detail);
    return packet_judged(ret, reason, "%s%s", detail,
                         head->status < 400 ? " instead of 101: no WebSocket is here" : "");
}

static bool is_accepted(const struct packet_question *question, const char *value, size_t length)
{
    char accept[ACCEPT_SIZE];
    return value && find_accept(question, accept) && length == strlen(accept) &&
           memcmp(value, accept, length) == 0;
}

static enum packet_verdict judge_protocol(const struct packet_question *question,
                                          const struct http_head *head, struct packet_answer *ret)
{
    const struct ws_options *options = question->options;
    size_t length = 0;
    const char *wish = options->subprotocol;
    const char *value = http_head_value(head, "Sec-WebSocket-Protocol", &length);
    if (wish && !value)
        return packet_judged(ret, REASON_body_mismatch, "it does not take the subprotocol %s",
                             wish);
    if (value && (!wish || length != strlen(wish) || memcmp(value, wish, length) != 0))
        return packet_judged(ret, REASON_protocol_error, "it takes a subprotocol not offered: %.*s",
                             (int)(length < 80 ? length : 80), value);
    return packet_judged(ret, REASON_ok, "%s", "");
}

/* RFC 6455 section 4.1, what a client must refuse. */
static enum packet_verdict judge_switch(const struct packet_question *question,
                                        const struct http_head *head, struct packet_answer *ret)
{
    size_t length = 0;
    if (!http_head_lists(head, "Upgrade", "websocket"))
        return packet_judged(ret, REASON_protocol_error, "101 without Upgrade: websocket");
    if (!http_head_lists(head, "Connection", "upgrade"))
        return packet_judged(ret, REASON_protocol_error, "101 without Connection: Upgrade");
    const char *accept = http_head_value(head, "Sec-WebSocket-Accept", &length);
    if (!accept)
        return packet_judged(ret, REASON_protocol_error, "101 without Sec-WebSocket-Accept");
    if (!is_accepted(question, accept, length))
        return packet_judged(ret, REASON_protocol_error,
                             "Sec-WebSocket-Accept does not answer our key: %.*s",
                             (int)(length < 80 ? length : 80), accept);
    if (http_head_value(head, "Sec-WebSocket-Extensions", &length) && length)
        return packet_judged(ret, REASON_protocol_error, "it takes extensions not offered");
    return judge_protocol(question, head, ret);
}

static enum packet_verdict judge_head(const struct packet_question *question,
                                      const struct http_head *head, struct packet_answer *ret)
{
    const struct ws_options *options = question->options;
    if (head->status != SWITCHING_PROTOCOLS)
        return judge_status(head, ret);
    judge_switch(question, head, ret);
    return ret->reason == REASON_ok && options->ping ? PACKET_NEXT : PACKET_ANSWER;
}

static enum packet_verdict judge_handshake(const struct packet_question *question,
                                           const char *bytes, size_t length,
                                           struct packet_answer *ret)
{
    struct http_head head;
    switch (http_head_read(bytes, length, &head)) {
    case HTTP_HEAD_CUT_OFF:
        return PACKET_OTHER;
    case HTTP_HEAD_TOO_LONG:
        return packet_judged(ret, REASON_body_too_large, "header lines of more than %d bytes",
                             HTTP_HEAD_MAX);
    case HTTP_HEAD_NO_HTTP:
        return packet_judged(ret, REASON_protocol_error, "the answer is no HTTP/1.1: %.*s",
                             packet_quotable((const uint8_t *)bytes, length), bytes);
    case HTTP_HEAD_WHOLE:
        break;
    }
    ret->used = (size_t)(head.bytes - bytes) + head.length;
    return judge_head(question, &head, ret);
}

/* ---- frames ---- */

/* The mask keeps what pages say from being taken for HTTP by proxies (section 10.3). What we say is always the same. */
static size_t write_frame(const struct packet_question *question, unsigned opcode,
                          const uint8_t *payload, size_t length, uint8_t *ret)
{
    const uint8_t *mask = question->nonce;
    *ret++ = (uint8_t)(FINAL | opcode);
    *ret++ = (uint8_t)(MASKED | length);
    memcpy(ret, mask, MASK_SIZE);
    ret += MASK_SIZE;
    for (size_t i = 0; i < length; i++)
        ret[i] = payload[i] ^ mask[i % MASK_SIZE];
    return 2 + MASK_SIZE + length;
}

/* What the pong has to repeat: bytes that went over the line nowhere else. */
static const uint8_t *ping_payload(const struct packet_question *question)
{
    return question->nonce + PACKET_NONCE_SIZE - PING_SIZE;
}

struct frame {
    unsigned opcode;
    const uint8_t *payload;
    size_t length, whole; /* of the payload; of the frame */
};

enum found { FOUND, CUT_OFF, BROKEN };

/* A server's frame: nothing is masked, no extension was agreed on, and control frames are short and whole (section 5). */
static enum found find_frame(const uint8_t *bytes, size_t length, struct frame *ret)
{
    if (length < 2)
        return CUT_OFF;
    size_t size = bytes[1] & 0x7F, begin = 2, more = size == 126 ? 2 : size == 127 ? 8 : 0;
    bool control = bytes[0] & 0x8;
    ret->opcode = bytes[0] & 0xF;
    if (bytes[0] & 0x70 || bytes[1] & MASKED || ret->opcode > PONG_FRAME || (ret->opcode & 7) > 2 ||
        (control && (more || !(bytes[0] & FINAL))))
        return BROKEN;
    if (length < begin + more)
        return CUT_OFF;
    if (more)
        for (size = 0; begin < 2 + more; begin++)
            size = size << 8 | bytes[begin];
    if (length - begin < size)
        return CUT_OFF;
    ret->payload = bytes + begin;
    ret->length = size;
    ret->whole = begin + size;
    return FOUND;
}

/* Section 7.4.1, and RFC 6455's registry: what says that the server is not well. All else, as that we are not logged in, is
 * the word of a program that works. */
static enum packet_verdict judge_close(const struct frame *frame, struct packet_answer *ret)
{
    unsigned code = frame->length >= 2 ? (unsigned)frame->payload[0] << 8 | frame->payload[1] : 0;
    if (code < SERVER_ERROR || code > BAD_GATEWAY)
        return packet_judged(ret, REASON_ok, "%s", "");
    return packet_judged(ret, REASON_banner_refused, "it closes at once: %u %.*s", code,
                         (int)frame->length - 2, (const char *)frame->payload + 2);
}

static enum packet_verdict judge_ping(const struct packet_question *question, const uint8_t *bytes,
                                      size_t length, struct packet_answer *ret)
{
    struct frame frame;
    for (size_t at = 0;; at += frame.whole) {
        enum found found = find_frame(bytes + at, length - at, &frame);
        if (found == CUT_OFF)
            return PACKET_OTHER;
        if (found == BROKEN)
            return packet_judged(ret, REASON_protocol_error, "a frame breaks its format");
        if (frame.opcode == CLOSE)
            return judge_close(&frame, ret);
        if (frame.opcode == PONG_FRAME && frame.length == PING_SIZE &&
            memcmp(frame.payload, ping_payload(question), PING_SIZE) == 0)
            return packet_judged(ret, REASON_ok, "%s", "");
    }
}

/* ---- the two of them ---- */

static size_t build(const struct packet_question *question, uint8_t *ret, size_t size)
{
    assert(size >= 2 + MASK_SIZE + PING_SIZE);
    if (question->stage == HANDSHAKE)
        return build_handshake(question, (char *)ret, size);
    return write_frame(question, PING_FRAME, ping_payload(question), PING_SIZE, ret);
}

static enum packet_verdict judge(const struct packet_question *question, const uint8_t *bytes,
                                 size_t length, struct packet_answer *ret)
{
    return question->stage == HANDSHAKE
               ? judge_handshake(question, (const char *)bytes, length, ret)
               : judge_ping(question, bytes, length, ret);
}

static size_t part(const struct packet_question *question, uint8_t *ret, size_t size)
{
    static const uint8_t code[] = {NORMAL_CLOSURE >> 8, NORMAL_CLOSURE & 0xFF};
    assert(size >= 2 + MASK_SIZE + sizeof code);
    return write_frame(question, CLOSE, code, sizeof code, ret);
}

#define WS_TYPE(symbol, scheme, its_port, its_carrier)                                             \
    static const struct packet_protocol symbol##_protocol = {                                      \
        .carrier = its_carrier, .build = build, .judge = judge, .part = part};                     \
    extern const struct probe_type symbol;                                                         \
    const struct probe_type symbol = {                                                             \
        .name = scheme,                                                                            \
        .port = its_port,                                                                          \
        .options = {scheme, rows, ARRAY_LEN(rows)},                                                \
        .options_size = sizeof(struct ws_options),                                                 \
        .check = check,                                                                            \
        .check_url = check_url,                                                                    \
        .protocol = &symbol##_protocol,                                                            \
        .run_size = sizeof(struct packet_run),                                                     \
        .start = packet_start,                                                                     \
        .cancel = packet_cancel,                                                                   \
    }

WS_TYPE(probe_ws, "ws", 80, PACKET_TCP);
WS_TYPE(probe_wss, "wss", 443, PACKET_TLS);
