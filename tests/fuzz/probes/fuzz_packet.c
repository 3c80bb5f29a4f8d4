/* Any bytes as the answer to any packet protocol. First the scheme and a line end, then the answer; an 'O' before them has
 * the probe expect something, a 'T' has it come over TCP. The nonce is all zero. */
#include "packet.h"

#include "address.h"
#include "collective.h"
#include "macros.h"
#include "registry.h"
#include "text.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static const struct probe_option strict[] = {{"expect", "org"}};

static const void *options_of(const struct probe_type *type, bool wish, struct arena *arena)
{
    const void *options = NULL;
    struct fault fault;
    size_t count = wish && schema_find(&type->options, "expect") ? ARRAY_LEN(strict) : 0;
    int rc = registry_read_options(type, strict, count, arena, &options, &fault);
    assert(rc == 0);
    return options;
}

static void judge(const struct packet_protocol *protocol, const struct packet_question *question,
                  const uint8_t *bytes, size_t length)
{
    struct packet_answer answer = {.reason = REASON_ok};
    uint8_t *copy = malloc(length ? length : 1);
    assert(copy);
    memcpy(copy, bytes, length);
    if (protocol->judge(question, copy, length, &answer) == PACKET_ANSWER) {
        assert(answer.reason < REASON_COUNT);
        assert((answer.reason == REASON_ok) == (answer.detail[0] == '\0'));
        assert(text_is_utf8(answer.detail, strlen(answer.detail)));
    }
    free(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    char scheme[16] = "";
    const uint8_t *feed = memchr(bytes, '\n', length < sizeof scheme ? length : sizeof scheme);
    if (!feed || feed == bytes)
        return 0;
    bool wish = bytes[0] == 'O', stream = bytes[0] == 'T';
    size_t skip = wish || stream, size = (size_t)(feed - bytes) - skip;
    memcpy(scheme, bytes + skip, size);
    const struct probe_type *type = registry_find(scheme);
    if (!type || type->start != packet_start)
        return 0;
    struct arena arena = {0};
    const struct packet_question question = {.url = "dns://a/example.org?type=MX",
                                             .host = "watched.test",
                                             .user_agent = "vibrisse",
                                             .options = options_of(type, wish, &arena),
                                             .stream = stream};
    judge(type->protocol, &question, feed + 1, length - (size_t)(feed + 1 - bytes));
    arena_free(&arena);
    return 0;
}
