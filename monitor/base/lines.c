#include "lines.h"

#include <string.h>

void lines_init(struct lines *lines, size_t max,
                void (*line)(void *owner, const char *line, size_t length),
                void (*too_long)(void *owner), void *owner)
{
    *lines = (struct lines){.line = line, .too_long = too_long, .owner = owner};
    buffer_init(&lines->begun, max);
}

void lines_fini(struct lines *lines)
{
    buffer_fini(&lines->begun);
}

static void finish_line(struct lines *lines)
{
    if (lines->begun.overflow)
        lines->too_long(lines->owner);
    else if (lines->begun.length)
        lines->line(lines->owner, lines->begun.bytes, lines->begun.length);
    buffer_clear(&lines->begun);
}

void lines_feed(struct lines *lines, const char *bytes, size_t length)
{
    for (const char *end; (end = memchr(bytes, '\n', length));) {
        size_t piece = (size_t)(end - bytes);
        buffer_add(&lines->begun, bytes, piece);
        finish_line(lines);
        bytes += piece + 1;
        length -= piece + 1;
    }
    buffer_add(&lines->begun, bytes, length);
}

void lines_reset(struct lines *lines)
{
    buffer_clear(&lines->begun);
}
