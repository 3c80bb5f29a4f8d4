#include "mem.h"

#include <stdio.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>

static void *checked(void *pointer)
{
    if (!pointer) {
        fputs("vibrisse: out of memory\n", stderr);
        abort();
    }
    return pointer;
}

void *mem_alloc(size_t size)
{
    return checked(malloc(size ? size : 1));
}

void *mem_resize(void *old, size_t size)
{
    return checked(realloc(old, size ? size : 1));
}

void *mem_zalloc(size_t size)
{
    return checked(calloc(1, size ? size : 1));
}

void *mem_array(size_t count, size_t size)
{
    return checked(calloc(count ? count : 1, size ? size : 1));
}

void mem_grow(void **array, size_t *capacity, size_t count, size_t size)
{
    if (count <= *capacity)
        return;
    /* Of what is large there is often but one. */
    size_t first = size <= 16 ? 8 : size < 256 ? 2 : 1;
    size_t wanted = *capacity ? *capacity : first;
    while (wanted < count)
        wanted *= 2;
    *array = checked(reallocarray(*array, wanted, size));
    *capacity = wanted;
}

char *mem_text(const char *text)
{
    return text ? checked(strdup(text)) : NULL;
}

void mem_share(void)
{
    mallopt(M_ARENA_MAX, 1);
}

void mem_linger(void)
{
    enum { LINGERS = 1024 * 1024, LARGE = 4 * 1024 * 1024 };
    mallopt(M_TRIM_THRESHOLD, LINGERS);
    mallopt(M_MMAP_THRESHOLD, LARGE);
}

void mem_give_back(void)
{
    malloc_trim(0);
}
