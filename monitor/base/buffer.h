/* Bytes that grow up to a maximum. Going over it sets `overflow`, drops the excess and is never fatal: with
 * strangers' bytes an overflow is a result, not an error. The content is always followed by a NUL. */
#ifndef VIBRISSE_BUFFER_H
#define VIBRISSE_BUFFER_H

#include "digits.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct buffer {
    char *bytes; /* NULL while empty; use buffer_text() for a string */
    size_t length, capacity, max;
    bool overflow;
};

void buffer_init(struct buffer *buffer, size_t max);
void buffer_fini(struct buffer *buffer);
void buffer_clear(struct buffer *buffer); /* keeps the memory */
void buffer_add_slowly(struct buffer *buffer, const void *bytes, size_t length);
/* Memory for `length` more bytes, so that they need none when they come. */
void buffer_grow(struct buffer *buffer, size_t length);
__attribute__((format(printf, 2, 3))) void buffer_printf(struct buffer *buffer, const char *format,
                                                         ...);
__attribute__((format(printf, 2, 0))) void buffer_vprintf(struct buffer *buffer, const char *format,
                                                          va_list list);
void buffer_drop(struct buffer *buffer, size_t length); /* from the front */
const char *
buffer_text(const struct buffer *buffer); /* "" when empty; valid until the next change */
char *buffer_take(struct buffer *buffer,
                  size_t *ret_length); /* caller frees; buffer is empty afterwards */

/* Pages are made of very many small pieces, most of them of a known length: hence inline. */

static inline bool buffer_has_room(const struct buffer *buffer, size_t length)
{
    return length < buffer->capacity - buffer->length && length <= buffer->max - buffer->length;
}

static inline void buffer_add(struct buffer *buffer, const void *bytes, size_t length)
{
    if (!buffer_has_room(buffer, length)) {
        buffer_add_slowly(buffer, bytes, length);
        return;
    }
    if (length)
        memcpy(buffer->bytes + buffer->length, bytes, length);
    buffer->length += length;
    buffer->bytes[buffer->length] = '\0';
}

static inline void buffer_text_add(struct buffer *buffer, const char *text)
{
    buffer_add(buffer, text, strlen(text));
}

static inline void buffer_byte(struct buffer *buffer, char byte)
{
    buffer_add(buffer, &byte, 1);
}

/* Where at most `length` bytes may be written by hand, whatever the maximum is: buffer_wrote() takes up to there what was
 * written up to `end`. Nothing else is added between the two. */
static inline char *buffer_room(struct buffer *buffer, size_t length)
{
    if (length >= buffer->capacity - buffer->length)
        buffer_grow(buffer, length);
    return buffer->bytes + buffer->length;
}

static inline void buffer_wrote(struct buffer *buffer, const char *end)
{
    buffer->length = (size_t)(end - buffer->bytes);
    if (buffer->length > buffer->max) {
        buffer->overflow = true;
        buffer->length = buffer->max;
    }
    buffer->bytes[buffer->length] = '\0';
}

/* In decimal. */
static inline void buffer_number(struct buffer *buffer, int64_t number)
{
    buffer_wrote(buffer, digits_put(buffer_room(buffer, DIGITS_MAX), number, 0));
}

#endif
