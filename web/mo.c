#include "mo.h"

#include <assert.h>
#include <string.h>

static const uint32_t magic = 0x950412de;

enum { HEADER = 20, ENTRY = 8 };

static uint32_t word_at(const unsigned char *bytes, size_t offset)
{
    const unsigned char *at = bytes + offset;
    return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

struct slice {
    const char *text; /* followed by NUL */
    size_t length;
};

/* Entry `i` of a table; only after check_table(). */
static struct slice entry(const struct mo *mo, uint32_t table, uint32_t i)
{
    size_t at = table + (size_t)i * ENTRY;
    return (struct slice){(const char *)mo->bytes + word_at(mo->bytes, at + 4),
                          word_at(mo->bytes, at)};
}

static bool check_table(const struct mo *mo, uint32_t table)
{
    if (table > mo->length || mo->length - table < (size_t)mo->count * ENTRY)
        return false;
    for (uint32_t i = 0; i < mo->count; i++) {
        uint32_t length = word_at(mo->bytes, table + (size_t)i * ENTRY);
        uint32_t offset = word_at(mo->bytes, table + (size_t)i * ENTRY + 4);
        if (offset >= mo->length || mo->length - offset <= length || mo->bytes[offset + length])
            return false;
    }
    return true;
}

static bool check_order(const struct mo *mo)
{
    for (uint32_t i = 1; i < mo->count; i++)
        if (strcmp(entry(mo, mo->keys, i - 1).text, entry(mo, mo->keys, i).text) >= 0)
            return false;
    return true;
}

struct mo mo_of(const void *bytes, size_t length)
{
    return (struct mo){.bytes = bytes,
                       .length = length,
                       .count = word_at(bytes, 8),
                       .keys = word_at(bytes, 12),
                       .texts = word_at(bytes, 16)};
}

bool mo_open(struct mo *ret, const void *bytes, size_t length)
{
    if (length < HEADER || word_at(bytes, 0) != magic || word_at(bytes, 4) != 0)
        return false;
    struct mo mo = mo_of(bytes, length);
    if (mo.count > MO_MAX_COUNT || !check_table(&mo, mo.keys) || !check_table(&mo, mo.texts) ||
        !check_order(&mo))
        return false;
    *ret = mo;
    return true;
}

static const char *form_of(struct slice texts, size_t form)
{
    const char *end = texts.text + texts.length;
    const char *text = texts.text;
    for (; form > 0; form--) {
        text += strlen(text) + 1;
        if (text > end)
            return NULL;
    }
    return text;
}

/* Begin, end and length tell nearly all messages apart, however long they are. */
static uint32_t slot_of(const char *key, size_t length)
{
    uint64_t first = 0, last = 0;
    memcpy(&first, key, length < sizeof first ? length : sizeof first);
    if (length > sizeof last)
        memcpy(&last, key + length - sizeof last, sizeof last);
    return (uint32_t)((first * 0x9E3779B97F4A7C15 + last * 0xC2B2AE3D27D4EB4F + length) *
                          0xD6E8FEB86659FD93 >>
                      (64 - MO_SLOT_BITS));
}

void mo_index_make(struct mo_index *index, const struct mo *mo)
{
    assert(mo->count <= MO_MAX_COUNT);
    *index = (struct mo_index){.mo = *mo};
    for (uint32_t i = 0; i < mo->count; i++) {
        const char *key = entry(mo, mo->keys, i).text;
        uint32_t slot = slot_of(key, strlen(key));
        while (index->slots[slot])
            slot = (slot + 1) % MO_SLOTS;
        index->slots[slot] = (uint16_t)(i + 1);
    }
}

const char *mo_find(const struct mo_index *index, const char *key, size_t form)
{
    const struct mo *mo = &index->mo;
    size_t length = strlen(key);
    for (uint32_t slot = slot_of(key, length); index->slots[slot]; slot = (slot + 1) % MO_SLOTS) {
        uint32_t i = index->slots[slot] - 1U;
        struct slice found = entry(mo, mo->keys, i);
        if (found.length >= length && memcmp(found.text, key, length + 1) == 0)
            return form_of(entry(mo, mo->texts, i), form);
    }
    return NULL;
}
