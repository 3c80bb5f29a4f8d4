/* The words of a dialogue: what it is told to say, what it quotes, and how people are told where it stands. */
#include "dialogue.h"

#include "text.h"

#include <ctype.h>
#include <string.h>

bool dialogue_is_fit(const char *text)
{
    for (const char *at = text; *at; at++)
        if (!isascii(*at) || !(isalnum((unsigned char)*at) || strchr(".-:_[]", *at)))
            return false;
    return *text != '\0';
}

void dialogue_awaited(const struct dialogue *dialogue, char *to, size_t size)
{
    if (dialogue->step >= dialogue->script->count) {
        text_copy(to, size, "end");
        return;
    }
    const struct dialogue_step *step = &dialogue->script->steps[dialogue->step];
    text_format(to, size, "%s%s", step->say ? "answer to " : "", step->name);
}

void dialogue_quote(struct dialogue *dialogue, const char *bytes, size_t length)
{
    while (length && isspace((unsigned char)bytes[length - 1]))
        length--;
    while (length && isspace((unsigned char)*bytes)) {
        bytes++;
        length--;
    }
    const char *end = memchr(bytes, '\n', length);
    text_clean(dialogue->quote, sizeof dialogue->quote, bytes,
               end ? (size_t)(end - bytes) : length);
}
