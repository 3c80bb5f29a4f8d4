/* A port whose protocol we do not know: over UDP, over TCP, or under TLS. That a connection is accepted is little proof:
 * proxies accept for what is dead behind them. */
#include "escape.h"
#include "macros.h"
#include "packet.h"
#include "text.h"

#include <assert.h>
#include <string.h>

enum { TEXT_MAX = 1000 };

struct port_options {
    const char *send, *expect; /* as escape.h has them; NULL = nothing */
    int64_t hold_ms;           /* of tcp alone */
};

#define AT(field) offsetof(struct port_options, field)

#define ROW_SEND(what)                                                                             \
    {                                                                                              \
        .name = "send", .type = SCHEMA_TEXT, .offset = AT(send), .max = TEXT_MAX,                  \
        .doc = what "; \\n, \\r, \\t, \\0, \\\\ and \\xHH stand for one byte each.",               \
        .example = "'PING\\r\\n'"                                                                  \
    }
#define ROW_EXPECT(what)                                                                           \
    {                                                                                              \
        .name = "expect-answer", .type = SCHEMA_TEXT, .offset = AT(expect), .min = 1,              \
        .max = TEXT_MAX, .doc = what, .example = "+PONG"                                           \
    }

static const struct schema_row udp_rows[] = {
    ROW_SEND("What the packet holds, nothing if it is not given"),
    ROW_EXPECT("What the answer must contain, written as send. Without it silence is good too, and "
               "only a refusal is not: few services answer what they do not know."),
};

static const struct schema_row tcp_rows[] = {
    ROW_SEND("What is sent first"),
    ROW_EXPECT("What the answer must begin with, written as send."),
    {.name = "hold",
     .type = SCHEMA_DURATION,
     .offset = AT(hold_ms),
     .min = 0,
     .max = 5000,
     .preset = "300ms",
     .doc = "How long the connection must stand when nothing is expected: what accepts and hangs "
            "up at once has nobody behind it.",
     .example = "1s"},
};

static const struct schema_row tls_rows[] = {
    ROW_SEND("What is sent first"),
    ROW_EXPECT("What the answer must begin with, written as send."),
};

static int check(const void *object, struct fault *fault)
{
    const struct port_options *options = object;
    size_t length;
    if (options->send && escape_read("send", options->send, NULL, &length, fault) < 0)
        return -1;
    return options->expect ? escape_read("expect-answer", options->expect, NULL, &length, fault)
                           : 0;
}

/* check() has passed them. */
static size_t bytes_of(const char *text, uint8_t ret[TEXT_MAX])
{
    struct fault fault;
    size_t length = 0;
    int rc = text ? escape_read("", text, ret, &length, &fault) : 0;
    assert(rc == 0);
    return length;
}

static size_t build(const struct packet_question *question, uint8_t *ret, size_t size)
{
    const struct port_options *options = question->options;
    assert(size >= TEXT_MAX);
    return bytes_of(options->send, ret);
}

static enum packet_verdict judge_packet(const struct packet_question *question,
                                        const uint8_t *bytes, size_t length,
                                        struct packet_answer *ret)
{
    const struct port_options *options = question->options;
    uint8_t expected[TEXT_MAX];
    size_t size = bytes_of(options->expect, expected);
    if (size && !memmem(bytes, length, expected, size))
        return packet_judged(ret, REASON_body_mismatch, "answer of %zu bytes lacks \"%.100s\"",
                             length, options->expect);
    return packet_judged(ret, REASON_ok, "%s", "");
}

static bool may_be_silent(const void *object)
{
    const struct port_options *options = object;
    return !options->expect;
}

/* As soon as it is known: the other side may never fall silent, or never speak on. */
static enum packet_verdict judge_stream(const struct packet_question *question,
                                        const uint8_t *bytes, size_t length,
                                        struct packet_answer *ret)
{
    const struct port_options *options = question->options;
    uint8_t expected[TEXT_MAX];
    char seen[80];
    size_t size = bytes_of(options->expect, expected);
    if (memcmp(bytes, expected, length < size ? length : size) != 0) {
        text_clean(seen, sizeof seen, (const char *)bytes, length);
        return packet_judged(ret, REASON_body_mismatch, "begins with \"%s\", not \"%.80s\"", seen,
                             options->expect);
    }
    return length < size ? PACKET_OTHER : packet_judged(ret, REASON_ok, "%s", "");
}

static int64_t hold_ms(const void *object)
{
    const struct port_options *options = object;
    return options->expect ? -1 : options->hold_ms;
}

static const struct packet_protocol udp = {
    .build = build, .judge = judge_packet, .may_be_silent = may_be_silent};
static const struct packet_protocol tcp = {
    .carrier = PACKET_TCP, .build = build, .judge = judge_stream, .hold_ms = hold_ms};
static const struct packet_protocol tls = {
    .carrier = PACKET_TLS, .build = build, .judge = judge_stream, .hold_ms = hold_ms};

#define PORT_TYPE(scheme)                                                                          \
    extern const struct probe_type probe_##scheme;                                                 \
    const struct probe_type probe_##scheme = {                                                     \
        .name = #scheme,                                                                           \
        .options = {#scheme, scheme##_rows, ARRAY_LEN(scheme##_rows)},                             \
        .options_size = sizeof(struct port_options),                                               \
        .check = check,                                                                            \
        .protocol = &scheme,                                                                       \
        .run_size = sizeof(struct packet_run),                                                     \
        .start = packet_start,                                                                     \
        .cancel = packet_cancel,                                                                   \
    }

PORT_TYPE(udp);
PORT_TYPE(tcp);
PORT_TYPE(tls);
