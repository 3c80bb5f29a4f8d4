/* The lines between the keeper and its courier, and what a receiver may have put into the latter: whatever comes, a line
 * is read whole or not at all, and what was read is written to the same again. What an errand holds is also composed. */
#include "channel.h"
#include "errand.h"

#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static void compose_ping(const struct ping *ping, struct arena *arena)
{
    struct dispatch dispatch;
    ping_compose(ping, arena, &dispatch);
    assert(strlen(dispatch.url) <= strlen(ping->url) + strlen("/start"));
}

static void compose(const struct errand *errand, struct arena *arena)
{
    const struct channel *channel = channel_find(errand->target.channel);
    struct message *message = arena_alloc(arena, sizeof *message);
    struct dispatch dispatch = {0};
    struct fault fault;
    const void *options;
    if (!channel || channel_read(channel, errand->target.options, errand->target.option_count,
                                 arena, &options, &fault))
        return;
    message_compose(errand->alert, arena, message);
    const struct channel_job job = {errand->alert, message, options, 1767323100, arena};
    channel->compose(&job, &dispatch);
    assert(dispatch.body && strlen(dispatch.body) == dispatch.length);
    for (size_t i = 0; dispatch.headers[i]; i++)
        assert(!strpbrk(dispatch.headers[i], "\r\n"));
}

static void write(const struct errand *errand, struct buffer *out)
{
    if (errand->kind == ERRAND_PING)
        errand_write_ping(&errand->ping, out);
    else
        errand_write_carry(&errand->target, errand->alert, out);
}

static void write_again(const struct errand *errand)
{
    struct buffer once, twice;
    struct arena arena = {0};
    struct errand again;
    struct fault fault;
    buffer_init(&once, 2 * ERRAND_LINE_MAX);
    buffer_init(&twice, 2 * ERRAND_LINE_MAX);
    write(errand, &once);
    if (errand_read(once.bytes, once.length, &arena, &again, &fault) == 0) {
        write(&again, &twice);
        assert(strcmp(buffer_text(&once), buffer_text(&twice)) == 0);
    }
    arena_free(&arena);
    buffer_fini(&once);
    buffer_fini(&twice);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct arena arena = {0};
    struct errand errand;
    struct receipt receipt;
    struct fault fault;
    char *line = malloc(length + 1);
    assert(line);
    memcpy(line, bytes, length);
    line[length] = '\0';
    if (errand_read(line, length, &arena, &errand, &fault) == 0 && errand.kind != ERRAND_RULES) {
        write_again(&errand);
        if (errand.kind == ERRAND_PING)
            compose_ping(&errand.ping, &arena);
        else
            compose(&errand, &arena);
    }
    receipt_read(line, length, &receipt);
    arena_free(&arena);
    free(line);
    return 0;
}
