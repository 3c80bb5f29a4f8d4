#include "hash.h"

#include <string.h>

/* FNV leaves the high bits of short texts alike; this finalizer (from MurmurHash3) spreads them. */
static uint64_t spread(uint64_t hash)
{
    hash = (hash ^ hash >> 33) * 0xff51afd7ed558ccdu;
    hash = (hash ^ hash >> 33) * 0xc4ceb9fe1a85ec53u;
    return hash ^ hash >> 33;
}

uint64_t hash_bytes(const void *bytes, size_t length)
{
    const unsigned char *cursor = bytes;
    uint64_t hash = 0xcbf29ce484222325u;
    for (size_t i = 0; i < length; i++)
        hash = (hash ^ cursor[i]) * 0x100000001b3u;
    return spread(hash);
}

uint64_t hash_text(const char *text)
{
    return hash_bytes(text, strlen(text));
}

uint64_t hash_number(uint64_t hash, uint64_t number)
{
    return spread(hash * 31 + number + 1);
}
