#include "json.h"

#include "stamp.h"
#include "text.h"

#include <string.h>

static void add_char(struct buffer *out, uint32_t code, const char *bytes, size_t length)
{
    if (code == '"' || code == '\\') {
        buffer_byte(out, '\\');
        buffer_byte(out, (char)code);
    } else if (code < 0x20 || code == 0x7F) {
        buffer_printf(out, "\\u%04x", code);
    } else if (code == 0xFFFD) {
        buffer_text_add(out, "\\ufffd");
    } else {
        buffer_add(out, bytes, length);
    }
}

/* How much of it stands in JSON as it is. */
static size_t plain_length(const char *text)
{
    const char *at = text;
    while (*at >= ' ' && *at <= '~' && *at != '"' && *at != '\\')
        at++;
    return (size_t)(at - text);
}

void json_add_text(struct buffer *out, const char *text)
{
    const char *end = NULL; /* most texts need not know it */
    buffer_byte(out, '"');
    for (;;) {
        size_t plain = plain_length(text);
        buffer_add(out, text, plain);
        text += plain;
        if (!*text)
            break;
        if (!end)
            end = text + strlen(text);
        const char *start = text;
        uint32_t code = text_next_char(&text, end);
        add_char(out, code, start, (size_t)(text - start));
    }
    buffer_byte(out, '"');
}

bool json_get_text(const json_t *object, const char *key, char *to, size_t size)
{
    const json_t *value = json_object_get(object, key);
    to[0] = '\0';
    if (!value)
        return true;
    if (!json_is_string(value))
        return false;
    text_clean(to, size, json_string_value(value), json_string_length(value));
    return true;
}

bool json_get_time(const json_t *object, const char *key, int64_t *ret_ms)
{
    const char *text = json_string_value(json_object_get(object, key));
    struct wall time;
    if (!text || !stamp_parse(text, &time))
        return false;
    *ret_ms = time.ms;
    return true;
}
