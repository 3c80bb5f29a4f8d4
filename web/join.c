#include "join.h"

#include <string.h>

const char *join_texts(struct arena *arena, const char *const *pieces)
{
    size_t length = 0;
    for (const char *const *piece = pieces; *piece; piece++)
        length += strlen(*piece);
    char *text = arena_alloc(arena, length + 1), *to = text;
    for (; *pieces; pieces++) {
        size_t size = strlen(*pieces);
        memcpy(to, *pieces, size);
        to += size;
    }
    return text;
}
