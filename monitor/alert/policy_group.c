#include "policy_inside.h"

#include "hash.h"
#include "text.h"

enum { PURPOSE_SHIFT = 56, OF_HOUSE_SHIFT = 40 };

static const uint64_t low_bits = (UINT64_C(1) << OF_HOUSE_SHIFT) - 1;

static uint64_t group_of(enum purpose purpose, uint64_t is_house, uint64_t number)
{
    return (uint64_t)(purpose + 1) << PURPOSE_SHIFT | is_house << OF_HOUSE_SHIFT |
           (number & low_bits);
}

static uint64_t house_number(const struct policy *policy, const struct item *item)
{
    if (!item->matter->house)
        return low_bits; /* the monitor */
    return (uint64_t)(item->matter->house - policy->houses);
}

/* An issuer of certificates explains nothing but what is said of certificates. */
static uint32_t number_at(const struct item *item, size_t place)
{
    const struct finding *finding = item->matter->finding;
    if (place == FACTOR_ISSUER - 1 && !text_starts(reason_code(finding->reason), "tls_"))
        return 0;
    return item->matter->places[place];
}

static void count_failing(struct common *common, const struct item *items, size_t count, bool begin)
{
    for (size_t i = 0; i < count; i++) {
        for (size_t place = 0; place < PLACES; place++) {
            struct common_value *value = &common->values[number_at(&items[i], place)];
            value->failing = begin ? value->failing + 1 : 0;
        }
    }
}

/* What most of a hoster's news have in common, and what explains most of all news; 0 = nothing does. */
static uint32_t explanation(struct common *common, const struct item *items, size_t count)
{
    uint32_t best = 0;
    for (size_t place = 0; place < PLACES; place++) {
        for (size_t i = 0; i < count; i++) {
            uint32_t number = number_at(&items[i], place);
            unsigned here = ++common->values[number].here;
            if ((uint64_t)here * 100 >= (uint64_t)count * COMMON_PERCENT &&
                common_explains(common, number) &&
                (!best || common->values[number].failing > common->values[best].failing))
                best = number;
        }
        for (size_t i = 0; i < count; i++)
            common->values[number_at(&items[i], place)].here = 0;
    }
    return best;
}

static void group_house(struct policy *policy, struct item *items, size_t count)
{
    uint32_t number = items->matter->house ? explanation(&policy->common, items, count) : 0;
    uint64_t group = number ? group_of(PURPOSE_NEWS, 0, number)
                            : group_of(PURPOSE_NEWS, 1, house_number(policy, items));
    for (size_t i = 0; i < count; i++)
        items[i].group = group;
}

/* They stand ordered by service, and so by hoster. */
static void group_news(struct policy *policy, struct item *items, size_t count)
{
    count_failing(&policy->common, items, count, true);
    for (size_t i = 0, length; i < count; i += length) {
        for (length = 1; i + length < count; length++)
            if (items[i + length].matter->house != items[i].matter->house)
                break;
        group_house(policy, items + i, length);
    }
    count_failing(&policy->common, items, count, false);
}

static void group_other(const struct policy *policy, struct item *item)
{
    if (item->purpose == PURPOSE_EASING || item->purpose == PURPOSE_REMINDER)
        item->group = group_of(item->purpose, 0, hash_text(item->told->thread));
    else
        item->group = group_of(item->purpose, 1, house_number(policy, item));
}

static bool goes_into_digest(const struct item *item)
{
    return item->told->overslept && item->ready && !item->joins &&
           item->purpose != PURPOSE_REMINDER;
}

static void group_morning(struct item *items, size_t count)
{
    size_t found = 0;
    for (size_t i = 0; i < count; i++)
        found += goes_into_digest(&items[i]);
    for (size_t i = 0; found > 1 && i < count; i++)
        if (goes_into_digest(&items[i]))
            items[i].group = GROUP_DIGEST;
}

/* What goes now of the same hoster; NULL = nothing does. */
static const struct item *host_of(const struct item *items, size_t count, const struct item *guest)
{
    static const unsigned purposes =
        1U << PURPOSE_NEWS | 1U << PURPOSE_EASING | 1U << PURPOSE_REMINDER;
    for (size_t i = 0; i < count; i++)
        if (items[i].ready && !items[i].told->joined && purposes >> items[i].purpose & 1 &&
            items[i].matter->house == guest->matter->house)
            return &items[i];
    return NULL;
}

/* What finds nothing to go along with is as any other news. */
static void group_joining(struct item *items, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct item *host = items[i].joins ? host_of(items, count, &items[i]) : NULL;
        items[i].joins = host != NULL;
        if (host)
            items[i].group = host->group;
    }
}

void policy_group(struct policy *policy, struct item *items, size_t count)
{
    size_t from = 0, to;
    while (from < count && items[from].purpose < PURPOSE_NEWS)
        group_other(policy, &items[from++]);
    for (to = from; to < count && items[to].purpose == PURPOSE_NEWS;)
        to++;
    if (to > from)
        group_news(policy, items + from, to - from);
    for (; to < count; to++)
        group_other(policy, &items[to]);
    group_morning(items, count);
    group_joining(items, count);
}

uint32_t policy_group_common(const struct item *item)
{
    if (item->group == GROUP_DIGEST || item->purpose != PURPOSE_NEWS ||
        item->group >> OF_HOUSE_SHIFT & 1)
        return 0;
    return (uint32_t)(item->group & low_bits);
}
