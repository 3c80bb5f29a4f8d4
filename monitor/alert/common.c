#include "common.h"

#include "hash.h"
#include "mem.h"
#include "text.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

enum { SLOTS_AT_FIRST = 64 };

static void add_value(struct common *common, const struct common_value *value)
{
    void *values = common->values;
    mem_grow(&values, &common->capacity, common->count + 1, sizeof *common->values);
    common->values = values;
    common->values[common->count++] = *value;
}

void common_init(struct common *common)
{
    *common = (struct common){.slot_count = SLOTS_AT_FIRST};
    common->slots = mem_array(common->slot_count, sizeof *common->slots);
    add_value(common, &(struct common_value){.factor = FACTOR_NONE}); /* so that 0 is none */
}

void common_fini(struct common *common)
{
    free(common->values);
    free(common->slots);
    *common = (struct common){0};
}

static uint32_t *slot_of(struct common *common, enum alert_factor factor, const char *text,
                         uint64_t hash)
{
    size_t i = hash % common->slot_count;
    for (;; i = (i + 1) % common->slot_count) {
        const struct common_value *value = &common->values[common->slots[i]];
        if (!common->slots[i] ||
            (value->hash == hash && value->factor == factor && strcmp(value->text, text) == 0))
            return &common->slots[i];
    }
}

static void grow(struct common *common)
{
    free(common->slots);
    common->slot_count *= 2;
    common->slots = mem_array(common->slot_count, sizeof *common->slots);
    for (size_t i = 1; i < common->count; i++) {
        const struct common_value *value = &common->values[i];
        *slot_of(common, value->factor, value->text, value->hash) = (uint32_t)i;
    }
}

uint32_t common_number(struct common *common, enum alert_factor factor, const char *text)
{
    struct common_value value = {.factor = factor, .hash = hash_text(text) + factor};
    if (!text[0])
        return 0;
    text_copy(value.text, sizeof value.text, text);
    uint32_t *slot = slot_of(common, factor, value.text, value.hash);
    if (!*slot) {
        *slot = (uint32_t)common->count;
        add_value(common, &value);
        if (common->count * 2 > common->slot_count)
            grow(common);
        return (uint32_t)common->count - 1;
    }
    return *slot;
}

void common_move(struct common *common, uint32_t *number, uint32_t to)
{
    if (*number)
        common->values[*number].members--;
    if (to)
        common->values[to].members++;
    *number = to;
}

bool common_explains(const struct common *common, uint32_t number)
{
    const struct common_value *value = &common->values[number];
    return number && value->failing >= COMMON_LEAST &&
           (uint64_t)value->failing * 100 >= (uint64_t)value->members * COMMON_PERCENT;
}

char *common_network(const char *address, char text[COMMON_NETWORK_SIZE])
{
    enum { KEPT_IPV4 = 3, KEPT_IPV6 = 6 }; /* bytes of the prefix */
    unsigned char bytes[16] = {0};
    char first[INET6_ADDRSTRLEN];
    bool is_ipv4 = inet_pton(AF_INET, address, bytes) == 1;
    int family = is_ipv4 ? AF_INET : AF_INET6;
    size_t kept = is_ipv4 ? KEPT_IPV4 : KEPT_IPV6;
    text[0] = '\0';
    if (!is_ipv4 && inet_pton(AF_INET6, address, bytes) != 1)
        return text;
    memset(bytes + kept, 0, sizeof bytes - kept);
    if (inet_ntop(family, bytes, first, sizeof first))
        text_format(text, COMMON_NETWORK_SIZE, "%s/%zu", first, kept * 8);
    return text;
}
