/* Bytes of a text file to lines of UTF-8. Pure. */
#ifndef VIBRISSE_ENCODING_H
#define VIBRISSE_ENCODING_H

#include "arena.h"
#include "remark.h"

#include <stdbool.h>
#include <stddef.h>

struct encoding_text {
    char *bytes; /* valid UTF-8 without byte order mark and NUL, ended by NUL; in the arena */
    size_t length;
    char line_end; /* '\n', or '\r' where there is no other */
};

/* False, with a remark, for what is no text: UTF-16, NULs. */
bool encoding_read(const char *bytes, size_t length, struct arena *arena, struct remarks *remarks,
                   struct encoding_text *ret);

#endif
