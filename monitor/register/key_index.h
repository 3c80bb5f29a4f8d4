/* Where each of many keys stands, by the hashes of the keys: a table of which at least half is free. Pure. */
#ifndef VIBRISSE_KEY_INDEX_H
#define VIBRISSE_KEY_INDEX_H

#include "arena.h"

#include <stddef.h>
#include <stdint.h>

#define KEY_INDEX_NONE SIZE_MAX

struct key_index {
    struct key_index_slot {
        const char *key; /* NULL = free */
        uint64_t hash;
        size_t place;
    } * slots;
    size_t mask;
};

/* For that many keys at most; it and the keys live in the arena. */
void key_index_init(struct key_index *index, struct arena *arena, size_t most);
/* `hash` is hash_text(key). The place that the key had before, or KEY_INDEX_NONE; it has the new one now. */
size_t key_index_put(struct key_index *index, const char *key, uint64_t hash, size_t place);
size_t key_index_find(const struct key_index *index, const char *key, uint64_t hash);

#endif
