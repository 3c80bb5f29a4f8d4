#include "dispatch.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void dispatch_header(struct dispatch *dispatch, struct arena *arena, const char *name,
                     const char *value)
{
    size_t count = 0;
    while (dispatch->headers[count])
        count++;
    assert(count < DISPATCH_HEADERS_MAX && !strpbrk(value, "\r\n"));
    dispatch->headers[count] = arena_printf(arena, "%s: %s", name, value);
}

void dispatch_bearer(struct dispatch *dispatch, struct arena *arena, const char *token)
{
    dispatch_header(dispatch, arena, "Authorization", arena_printf(arena, "Bearer %s", token));
}

void dispatch_json(struct dispatch *dispatch, struct arena *arena, const char *url, json_t *value)
{
    char *text = value ? json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY) : NULL;
    assert(text); /* all texts are UTF-8 */
    dispatch->kind = DISPATCH_HTTP;
    dispatch->method = "POST";
    dispatch->url = url;
    dispatch->body = arena_text(arena, text);
    dispatch->length = strlen(text);
    dispatch_header(dispatch, arena, "Content-Type", "application/json");
    free(text);
    json_decref(value);
}

const char *dispatch_url(struct arena *arena, const char *base, const char *format, ...)
{
    char rest[2048];
    size_t length = strlen(base);
    va_list list;
    va_start(list, format);
    int written = vsnprintf(rest, sizeof rest, format, list);
    va_end(list);
    assert(written >= 0 && (size_t)written < sizeof rest);
    while (length && base[length - 1] == '/')
        length--;
    return arena_printf(arena, "%.*s%s", (int)length, base, rest);
}
