#include "message.h"

#include "buffer.h"
#include "macros.h"
#include "message_lines.h"
#include "writer.h"

#include <string.h>

enum { HTML_MAX = 256 * 1024, TEXT_MAX = 256 * 1024 };

static const char *keep(struct arena *arena, struct buffer *out)
{
    const char *text = arena_bytes(arena, buffer_text(out), out->length);
    buffer_fini(out);
    return text;
}

static void add_html_line(struct buffer *out, const struct message_line *line)
{
    if (line->ours && html_is_web_address(line->text)) {
        html_raw(out, "<p><a");
        html_href(out, line->text);
        html_raw(out, ">");
        html_text(out, line->text);
        html_raw(out, "</a></p>\n");
    } else if (line->text[0]) {
        html_raw(out, "<p>");
        html_text(out, line->text);
        html_raw(out, "</p>\n");
    }
}

static const char *html_of(const struct message *message, struct arena *arena)
{
    struct buffer out;
    buffer_init(&out, HTML_MAX);
    html_raw(&out, "<p><strong>");
    html_text(&out, message->title);
    html_raw(&out, "</strong></p>\n");
    for (size_t i = 0; i < message->line_count; i++)
        add_html_line(&out, &message->lines[i]);
    return keep(arena, &out);
}

void message_compose_by(const struct templates *templates, const struct alert *alert,
                        struct arena *arena, struct message *ret)
{
    *ret = (struct message){0};
    message_lines(alert, templates, arena, ret);
    ret->html = html_of(ret, arena);
}

void message_compose(const struct alert *alert, struct arena *arena, struct message *ret)
{
    message_compose_by(NULL, alert, arena, ret);
}

static void add_line(struct buffer *out, const struct message_line *line, neutral_rule *rule,
                     struct arena *arena)
{
    buffer_text_add(out, line->ours ? line->text : rule(arena, line->text));
    buffer_byte(out, '\n');
}

static const char *lines_of(const struct message *message, neutral_rule *rule, bool ours,
                            struct arena *arena)
{
    struct buffer out;
    buffer_init(&out, TEXT_MAX);
    for (size_t i = 0; i < message->line_count; i++)
        if (message->lines[i].ours == ours)
            add_line(&out, &message->lines[i], rule, arena);
    return keep(arena, &out);
}

const char *message_text(const struct message *message, neutral_rule *rule, struct arena *arena)
{
    struct buffer out;
    buffer_init(&out, TEXT_MAX);
    for (size_t i = 0; i < message->line_count; i++)
        add_line(&out, &message->lines[i], rule, arena);
    while (out.length && out.bytes[out.length - 1] == '\n')
        out.bytes[--out.length] = '\0';
    return keep(arena, &out);
}

const char *message_chat(const struct message *message, neutral_rule *rule, size_t characters,
                         struct arena *arena)
{
    const char *title = rule(arena, message->title);
    const char *text = message_text(message, rule, arena);
    const char *whole = text[0] ? arena_printf(arena, "%s\n\n%s", title, text) : title;
    if (neutral_length(whole) <= characters)
        return whole;
    const char *ours = lines_of(message, rule, true, arena);
    const char *others = lines_of(message, rule, false, arena);
    const char *rest = arena_printf(arena, "%s\n\n%s", title, others);
    size_t needed = neutral_length(ours) + 1;
    if (needed + 20 > characters) /* too little room for a sentence beside it */
        return neutral_cut(arena, rest, characters);
    return arena_printf(arena, "%s\n%s", neutral_cut(arena, rest, characters - needed), ours);
}
