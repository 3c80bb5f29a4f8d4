#include "buffer.h"

#include "mem.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void buffer_init(struct buffer *buffer, size_t max)
{
    *buffer = (struct buffer){.max = max};
}

void buffer_fini(struct buffer *buffer)
{
    free(buffer->bytes);
    *buffer = (struct buffer){.max = buffer->max};
}

void buffer_clear(struct buffer *buffer)
{
    buffer->length = 0;
    buffer->overflow = false;
    if (buffer->bytes)
        buffer->bytes[0] = '\0';
}

/* What is written to seldom stays shorter. */
enum { FIRST_CAPACITY = 512 };

void buffer_grow(struct buffer *buffer, size_t length)
{
    void *bytes = buffer->bytes;
    size_t wanted = buffer->length + length + 1;
    if (!bytes && wanted < FIRST_CAPACITY && buffer->max >= FIRST_CAPACITY)
        wanted = FIRST_CAPACITY;
    mem_grow(&bytes, &buffer->capacity, wanted, 1);
    buffer->bytes = bytes;
}

/* How many of `length` further bytes there is room for, made ready. */
static size_t make_room(struct buffer *buffer, size_t length)
{
    size_t room = buffer->max - buffer->length;
    if (length > room) {
        buffer->overflow = true;
        length = room;
    }
    buffer_grow(buffer, length);
    return length;
}

void buffer_add_slowly(struct buffer *buffer, const void *bytes, size_t length)
{
    length = make_room(buffer, length);
    if (length)
        memcpy(buffer->bytes + buffer->length, bytes, length);
    buffer->length += length;
    buffer->bytes[buffer->length] = '\0';
}

void buffer_vprintf(struct buffer *buffer, const char *format, va_list list)
{
    va_list again;
    va_copy(again, list);
    char small[256];
    int length = vsnprintf(small, sizeof small, format, list);
    assert(length >= 0);
    if ((size_t)length < sizeof small) {
        buffer_add(buffer, small, (size_t)length);
    } else {
        char *large = mem_zalloc((size_t)length + 1);
        vsnprintf(large, (size_t)length + 1, format, again);
        buffer_add(buffer, large, (size_t)length);
        free(large);
    }
    va_end(again);
}

void buffer_printf(struct buffer *buffer, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    buffer_vprintf(buffer, format, list);
    va_end(list);
}

void buffer_drop(struct buffer *buffer, size_t length)
{
    assert(length <= buffer->length);
    if (!length)
        return;
    buffer->length -= length;
    memmove(buffer->bytes, buffer->bytes + length, buffer->length);
    buffer->bytes[buffer->length] = '\0';
}

const char *buffer_text(const struct buffer *buffer)
{
    return buffer->bytes ? buffer->bytes : "";
}

char *buffer_take(struct buffer *buffer, size_t *ret_length)
{
    buffer_add(buffer, "", 0);
    char *bytes = buffer->bytes;
    if (ret_length)
        *ret_length = buffer->length;
    *buffer = (struct buffer){.max = buffer->max};
    return bytes;
}
