/* A receiver's answer: the first line is the channel and the status, the second what Retry-After says, the rest the body. */
#include "channel.h"
#include "text.h"

#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static char *cut_line(char **rest)
{
    char *line = *rest;
    size_t length = strcspn(line, "\n");
    *rest = line + length + (line[length] ? 1 : 0);
    line[length] = '\0';
    return line;
}

static void judge(const struct channel *channel, const struct channel_answer *answer)
{
    struct channel_verdict verdict;
    channel->judge(answer, &verdict);
    assert(verdict.end < CHANNEL_END_COUNT);
    assert(verdict.after_s >= 0 && verdict.after_s <= CHANNEL_WAIT_MAX_S);
    assert(text_is_utf8(verdict.detail, strlen(verdict.detail)));
    assert(!strpbrk(verdict.detail, "\r\n\x1b"));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    char *text = malloc(length + 1), *rest = text;
    assert(text);
    memcpy(text, bytes, length);
    text[length] = '\0';
    char *name = cut_line(&rest), *retry_after = cut_line(&rest);
    size_t word = strcspn(name, " ");
    long status = name[word] ? strtol(name + word, NULL, 10) % 1000 : 0;
    name[word] = '\0';
    struct channel_answer answer = {
        .status = (int)(status < 0 ? 0 : status),
        .failure = status ? NULL : "it hung up",
        .retry_after = retry_after,
        .body = rest,
        .length = length - (size_t)(rest - text),
        .now = 1767323100,
    };
    const struct channel *channel = channel_find(name);
    if (channel)
        judge(channel, &answer);
    free(text);
    return 0;
}
