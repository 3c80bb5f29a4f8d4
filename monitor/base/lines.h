/* Cuts a stream of bytes into lines. A line that is longer than the maximum is dropped whole, and told. Pure. */
#ifndef VIBRISSE_LINES_H
#define VIBRISSE_LINES_H

#include "buffer.h"

#include <stddef.h>

struct lines {
    struct buffer begun; /* the line that has no end yet */
    /* Without its '\n', followed by a NUL; valid until it returns. Empty lines are not told. */
    void (*line)(void *owner, const char *line, size_t length);
    void (*too_long)(void *owner); /* at the end of such a line */
    void *owner;
};

void lines_init(struct lines *lines, size_t max,
                void (*line)(void *owner, const char *line, size_t length),
                void (*too_long)(void *owner), void *owner);
void lines_fini(struct lines *lines);
void lines_feed(struct lines *lines, const char *bytes, size_t length);
void lines_reset(struct lines *lines); /* the stream begins anew */

#endif
