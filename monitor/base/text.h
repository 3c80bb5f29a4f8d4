/* Bounded text. Everything from strangers passes text_clean() once where it enters. Pure. */
#ifndef VIBRISSE_TEXT_H
#define VIBRISSE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Copies as much as fits, never cutting a UTF-8 character, always ending in NUL; false when it was cut. */
bool text_copy(char *to, size_t size, const char *from);
__attribute__((format(printf, 3, 4))) bool text_format(char *to, size_t size, const char *format,
                                                       ...);

/* Makes strangers' bytes fit to be shown: invalid UTF-8 becomes U+FFFD; control characters, bidi controls,
 * zero-width characters and what is no character (U+FFFE) are dropped (tab and line ends become a space); cut to `size` at a character. */
void text_clean(char *to, size_t size, const char *from, size_t length);

/* Next code point of valid or invalid UTF-8; advances *cursor by at least one byte; U+FFFD for what is invalid. */
uint32_t text_next_char(const char **cursor, const char *end);
bool text_is_utf8(const char *bytes, size_t length);

bool text_starts(const char *text, const char *prefix);
bool text_ends(const char *text, const char *suffix);

enum { TEXT_ID_MAX = 64 };

/* An id of ours: [a-z0-9-]{1,64}. It may become part of a path, so nothing else passes. */
bool text_is_id(const char *text);
/* Two ids with a slash between them: the key of a service. */
bool text_is_id_pair(const char *text);

/* The word of `count` candidates that was probably meant by `text`, or NULL when none is near. */
const char *text_nearest(const char *text, const char *const *candidates, size_t count);

#endif
