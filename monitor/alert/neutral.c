#include "neutral.h"

#include "buffer.h"
#include "text.h"

#include <stdbool.h>
#include <string.h>

/* Between @ and a name it ends what servers look for, and nobody sees it. */
#define WORD_JOINER "\u2060"
#define ELLIPSIS    "\u2026"

enum { NEUTRAL_MAX = 1024 * 1024 };

const char *neutral_none(struct arena *arena, const char *text)
{
    (void)arena;
    return text;
}

static const char *keep(struct arena *arena, struct buffer *out)
{
    const char *text = arena_bytes(arena, buffer_text(out), out->length);
    buffer_fini(out);
    return text;
}

static void add_unmentioned(struct buffer *out, char byte)
{
    buffer_byte(out, byte);
    if (byte == '@' || byte == '<')
        buffer_text_add(out, WORD_JOINER);
}

const char *neutral_mentions(struct arena *arena, const char *text)
{
    struct buffer out;
    buffer_init(&out, NEUTRAL_MAX);
    for (; *text; text++)
        add_unmentioned(&out, *text);
    return keep(arena, &out);
}

/* Where a line begins, + and - and 1. would open a list, as would # and > elsewhere: only the latter can do harm. */
const char *neutral_markdown(struct arena *arena, const char *text)
{
    struct buffer out;
    buffer_init(&out, NEUTRAL_MAX);
    for (; *text; text++) {
        if (strchr("\\`*_~[]#>|", *text))
            buffer_byte(&out, '\\');
        add_unmentioned(&out, *text);
    }
    return keep(arena, &out);
}

const char *neutral_slack(struct arena *arena, const char *text)
{
    struct buffer out;
    buffer_init(&out, NEUTRAL_MAX);
    for (; *text; text++) {
        if (*text == '&')
            buffer_text_add(&out, "&amp;");
        else if (*text == '<')
            buffer_text_add(&out, "&lt;");
        else if (*text == '>')
            buffer_text_add(&out, "&gt;");
        else
            add_unmentioned(&out, *text);
    }
    return keep(arena, &out);
}

static bool is_unreserved(char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
           (byte >= '0' && byte <= '9') || (byte && strchr("-._~", byte));
}

const char *neutral_url(struct arena *arena, const char *text)
{
    struct buffer out;
    buffer_init(&out, NEUTRAL_MAX);
    for (; *text; text++) {
        if (is_unreserved(*text))
            buffer_byte(&out, *text);
        else
            buffer_printf(&out, "%%%02X", (unsigned char)*text);
    }
    return keep(arena, &out);
}

size_t neutral_length(const char *text)
{
    size_t count = 0;
    for (const char *end = text + strlen(text); text < end; count++)
        text_next_char(&text, end);
    return count;
}

const char *neutral_cut(struct arena *arena, const char *text, size_t characters)
{
    const char *at = text, *end = text + strlen(text);
    if (neutral_length(text) <= characters)
        return text;
    for (size_t i = 1; i < characters; i++)
        text_next_char(&at, end);
    return arena_printf(arena, "%.*s" ELLIPSIS, (int)(at - text), text);
}
