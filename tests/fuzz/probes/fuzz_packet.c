/* Any bytes as the answer to any packet protocol. First the scheme and a line end, then the answer; an 'O' before them has
 * the probe expect something or do without TLS, an 'E' has dns and dot expect other things, a 'T' has it come over TCP.
 * The nonce is all zero. */
#include "packet.h"

#include "address.h"
#include "collective.h"
#include "dns_run.h"
#include "macros.h"
#include "registry.h"
#include "text.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static const struct probe_option strict[] = {
    {"expect-answer", "org"}, {"expect-record", "org"}, {"starttls", "never"}, {"ping", "yes"}};
static const struct probe_option stricter[] = {{"expect-exactly", "10 mx.example.org., 20 a"},
                                               {"dnssec", "required"}};

static const void *options_of(const struct probe_type *type, char wish, struct arena *arena)
{
    struct probe_option options[ARRAY_LEN(strict)];
    const struct probe_option *wishes = wish == 'E' ? stricter : strict;
    size_t wish_count = wish == 'E' ? ARRAY_LEN(stricter) : wish == 'O' ? ARRAY_LEN(strict) : 0;
    const void *object = NULL;
    struct fault fault;
    size_t count = 0;
    for (size_t i = 0; i < wish_count; i++)
        if (schema_find(&type->options, wishes[i].name))
            options[count++] = wishes[i];
    int rc = registry_read_options(type, options, count, arena, &object, &fault);
    assert(rc == 0);
    return object;
}

/* True when what is left of the bytes is the next answer; *ret_used is then set. */
static bool judge(const struct packet_protocol *protocol, const struct packet_question *question,
                  const uint8_t *bytes, size_t length, size_t *ret_used)
{
    struct packet_answer answer = {.reason = REASON_ok};
    uint8_t *copy = malloc(length ? length : 1);
    assert(copy);
    memcpy(copy, bytes, length);
    enum packet_verdict verdict = protocol->judge(question, copy, length, &answer);
    if (verdict == PACKET_ANSWER) {
        assert(answer.reason < REASON_COUNT);
        assert(answer.reason == REASON_ok || answer.detail[0] != '\0');
        assert(text_is_utf8(answer.detail, strlen(answer.detail)));
    }
    free(copy);
    assert(answer.used <= length);
    *ret_used = answer.used;
    return verdict == PACKET_NEXT && answer.used > 0 && answer.used < length;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    char scheme[16] = "";
    const uint8_t *feed = memchr(bytes, '\n', length < sizeof scheme ? length : sizeof scheme);
    if (!feed || feed == bytes)
        return 0;
    char wish = (char)bytes[0];
    bool stream = wish == 'T';
    size_t skip = wish == 'O' || wish == 'E' || stream, size = (size_t)(feed - bytes) - skip;
    memcpy(scheme, bytes + skip, size);
    const struct probe_type *type = registry_find(scheme);
    if (!type || (type->start != packet_start && type->start != dns_run_start))
        return 0;
    const struct packet_protocol *protocol = type->protocol;
    if (stream && protocol->besides)
        protocol = protocol->besides;
    size_t rest = length - (size_t)(feed + 1 - bytes);
    if (protocol->carrier != PACKET_UDP && rest == 0) /* nothing is judged before it comes */
        return 0;
    struct arena arena = {0};
    struct packet_question question = {.url = "dns://a/example.org?type=MX",
                                       .host = "watched.test",
                                       .user_agent = "vibrisse",
                                       .options = options_of(type, wish, &arena),
                                       .stream = stream};
    for (size_t used = 0; judge(protocol, &question, feed + 1, rest, &used); question.stage++) {
        feed += used;
        rest -= used;
    }
    arena_free(&arena);
    return 0;
}
