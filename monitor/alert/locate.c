#include "locate.h"

#include "macros.h"
#include "text.h"

static void ask(struct locate *locate, struct resolver *resolver);

/* Half of the room for each family, as far as both need it. */
static void gather(struct locate *locate)
{
    for (int family = FAMILY_COUNT - 1; family >= 0; family--) {
        const struct resolver_answer *answer = &locate->families[family].answer;
        size_t most = locate->count + LOCATE_ADDRESSES_MAX / 2;
        for (size_t i = 0; i < answer->count && locate->count < most; i++)
            locate->addresses[locate->count++] = answer->addresses[i];
    }
}

static void fall_back(struct locate *locate)
{
    if (locate->ways.fallback &&
        address_parse(locate->ways.fallback, locate->port, &locate->addresses[0]) == 0)
        locate->count = 1;
}

static void conclude(struct locate *locate)
{
    gather(locate);
    if (!locate->count && !locate->again && locate->ways.second) {
        locate->again = true;
        ask(locate, locate->ways.second);
        return;
    }
    if (!locate->count)
        fall_back(locate);
    locate->detail = locate->families[FAMILY_IPV4].answer.detail;
    locate->done(locate);
}

static void on_answer(struct resolver_query *query, const struct resolver_answer *answer)
{
    struct locate_family *family = container_of(query, struct locate_family, query);
    family->answer = *answer;
    if (--family->owner->awaited == 0)
        conclude(family->owner);
}

static void ask(struct locate *locate, struct resolver *resolver)
{
    locate->awaited = FAMILY_COUNT;
    for (int family = 0; family < FAMILY_COUNT; family++) {
        struct locate_family *own = &locate->families[family];
        own->owner = locate;
        own->query.done = on_answer;
        resolver_start(resolver, &own->query, locate->name, (enum family)family, locate->port);
    }
}

void locate_start(struct locate *locate, const struct locate_ways *ways, const char *name,
                  uint16_t port)
{
    void (*done)(struct locate *) = locate->done;
    *locate = (struct locate){.done = done, .ways = *ways, .port = port};
    text_copy(locate->name, sizeof locate->name, name);
    ask(locate, ways->first);
}

void locate_cancel(struct locate *locate)
{
    for (int family = 0; family < FAMILY_COUNT; family++)
        resolver_cancel(&locate->families[family].query);
    locate->awaited = 0;
}
