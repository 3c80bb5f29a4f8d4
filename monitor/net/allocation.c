#include "allocation.h"

#include "mem.h"

#include <ares.h>
#include <openssl/crypto.h>

#include <assert.h>
#include <stdlib.h>

/* OpenSSL counts on these of malloc() and realloc() with 0 bytes. */
static void *take_for_openssl(size_t size, const char *file, int line)
{
    (void)file, (void)line;
    return size ? mem_alloc(size) : NULL;
}

static void give_for_openssl(void *memory, const char *file, int line)
{
    (void)file, (void)line;
    free(memory);
}

static void *resize_for_openssl(void *memory, size_t size, const char *file, int line)
{
    if (size)
        return mem_resize(memory, size);
    give_for_openssl(memory, file, line);
    return NULL;
}

void allocation_guard(void)
{
    int guarded = CRYPTO_set_mem_functions(take_for_openssl, resize_for_openssl, give_for_openssl);
    int ares = ares_library_init_mem(ARES_LIB_INIT_ALL, mem_alloc, free, mem_resize);
    assert(guarded == 1 && ares == ARES_SUCCESS);
}
