#include "arena.h"

#include "mem.h"

#include <assert.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct arena_block {
    struct arena_block *next;
    size_t used, size;
    _Alignas(max_align_t) char bytes[];
};

/* The first block is small, since there are as many arenas as checks; each further one doubles. */
static const size_t first_size = 512, largest_size = 16 * 1024;

static size_t next_size(const struct arena_block *newest)
{
    if (!newest)
        return first_size;
    return newest->size >= largest_size / 2 ? largest_size : newest->size * 2;
}

static struct arena_block *block_with_room(struct arena *arena, size_t size)
{
    struct arena_block *block = arena->blocks;
    if (block && block->size - block->used >= size)
        return block;
    size_t room = next_size(block);
    if (room < size)
        room = size;
    block = mem_alloc(sizeof *block + room);
    block->used = 0;
    block->size = room;
    block->next = arena->blocks;
    arena->blocks = block;
    return block;
}

/* Not zeroed: most of it is text, which is written over at once. */
static void *take(struct arena *arena, size_t size)
{
    assert(size < SIZE_MAX / 2);
    size_t alignment = _Alignof(max_align_t);
    size = (size + alignment - 1) / alignment * alignment;
    struct arena_block *block = block_with_room(arena, size);
    void *pointer = block->bytes + block->used;
    block->used += size;
    return pointer;
}

void *arena_alloc(struct arena *arena, size_t size)
{
    return memset(take(arena, size), 0, size);
}

void *arena_array(struct arena *arena, size_t count, size_t size)
{
    size_t total;
    bool overflow = __builtin_mul_overflow(count, size, &total);
    assert(!overflow);
    return arena_alloc(arena, total);
}

char *arena_bytes(struct arena *arena, const char *bytes, size_t n)
{
    char *copy = take(arena, n + 1);
    if (n)
        memcpy(copy, bytes, n);
    copy[n] = '\0';
    return copy;
}

char *arena_text(struct arena *arena, const char *text)
{
    return text ? arena_bytes(arena, text, strlen(text)) : NULL;
}

char *arena_printf(struct arena *arena, const char *format, ...)
{
    char small[128]; /* most of them are: formatted once, not twice */
    va_list list, again;
    va_start(list, format);
    va_copy(again, list);
    int length = vsnprintf(small, sizeof small, format, list);
    assert(length >= 0);
    char *text = take(arena, (size_t)length + 1);
    if ((size_t)length < sizeof small)
        memcpy(text, small, (size_t)length + 1);
    else
        vsnprintf(text, (size_t)length + 1, format, again);
    va_end(again);
    va_end(list);
    return text;
}

void arena_free(struct arena *arena)
{
    while (arena->blocks) {
        struct arena_block *block = arena->blocks;
        arena->blocks = block->next;
        free(block);
    }
}
