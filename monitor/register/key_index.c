#include "key_index.h"

#include <string.h>

void key_index_init(struct key_index *index, struct arena *arena, size_t most)
{
    size_t size = 4;
    while (size < 2 * most)
        size *= 2;
    *index = (struct key_index){arena_array(arena, size, sizeof *index->slots), size - 1};
}

static struct key_index_slot *slot_of(const struct key_index *index, const char *key, uint64_t hash)
{
    size_t at = (size_t)hash & index->mask;
    struct key_index_slot *slot = &index->slots[at];
    while (slot->key && (slot->hash != hash || strcmp(slot->key, key) != 0))
        slot = &index->slots[++at & index->mask];
    return slot;
}

size_t key_index_put(struct key_index *index, const char *key, uint64_t hash, size_t place)
{
    struct key_index_slot *slot = slot_of(index, key, hash);
    size_t before = slot->key ? slot->place : KEY_INDEX_NONE;
    *slot = (struct key_index_slot){key, hash, place};
    return before;
}

size_t key_index_find(const struct key_index *index, const char *key, uint64_t hash)
{
    const struct key_index_slot *slot = slot_of(index, key, hash);
    return slot->key ? slot->place : KEY_INDEX_NONE;
}
