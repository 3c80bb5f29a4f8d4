#include "escape.h"
#include "macros.h"
#include "packet.h"

#include <assert.h>
#include <string.h>

enum { TEXT_MAX = 1000 };

struct udp_options {
    const char *send, *expect; /* as escape.h has them; NULL = nothing */
};

#define AT(field) offsetof(struct udp_options, field)

static const struct schema_row rows[] = {
    {.name = "send",
     .type = SCHEMA_TEXT,
     .offset = AT(send),
     .max = TEXT_MAX,
     .doc = "What the packet holds; \\n, \\r, \\t, \\0, \\\\ and \\xHH stand for one byte each. "
            "Without it an empty packet is sent.",
     .example = "'\\xff\\xff\\xff\\xffgetstatus'"},
    {.name = "expect-answer",
     .type = SCHEMA_TEXT,
     .offset = AT(expect),
     .min = 1,
     .max = TEXT_MAX,
     .doc = "What the answer must contain, written as send. Without it silence is good too, and "
            "only a refusal is not: few services answer what they do not know.",
     .example = "statusResponse"},
};

static int check(const void *object, struct fault *fault)
{
    const struct udp_options *options = object;
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
    const struct udp_options *options = question->options;
    assert(size >= TEXT_MAX);
    return bytes_of(options->send, ret);
}

static enum packet_verdict judge(const struct packet_question *question, const uint8_t *bytes,
                                 size_t length, struct packet_answer *ret)
{
    const struct udp_options *options = question->options;
    uint8_t expected[TEXT_MAX];
    size_t size = bytes_of(options->expect, expected);
    if (size && !memmem(bytes, length, expected, size))
        return packet_judged(ret, REASON_body_mismatch, "answer of %zu bytes lacks \"%.100s\"",
                             length, options->expect);
    return packet_judged(ret, REASON_ok, "%s", "");
}

static bool may_be_silent(const void *object)
{
    const struct udp_options *options = object;
    return !options->expect;
}

static const struct packet_protocol protocol = {
    .build = build, .judge = judge, .may_be_silent = may_be_silent};

extern const struct probe_type probe_udp;
const struct probe_type probe_udp = {
    .name = "udp",
    .options = {"udp", rows, ARRAY_LEN(rows)},
    .options_size = sizeof(struct udp_options),
    .check = check,
    .protocol = &protocol,
    .run_size = sizeof(struct packet_run),
    .start = packet_start,
    .cancel = packet_cancel,
};
