#include "hamlet.h"

#include "mem.h"
#include "testing.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>

static const char *const languages[] = {"fr", "en", NULL};

struct hamlet *hamlet_new(void)
{
    struct hamlet *hamlet = mem_zalloc(sizeof *hamlet);
    hamlet->collective.hosters = hamlet->hosters;
    hamlet->collective.services = hamlet->order;
    hamlet->collective.languages = languages;
    return hamlet;
}

void hamlet_free(struct hamlet *hamlet)
{
    arena_free(&hamlet->arena);
    free(hamlet);
}

static struct wording named(struct hamlet *hamlet, const char *text)
{
    struct wording_text *texts = arena_array(&hamlet->arena, 1, sizeof *texts);
    *texts = (struct wording_text){"fr", arena_text(&hamlet->arena, text)};
    return (struct wording){texts, 1};
}

static struct hoster *hoster_of(struct hamlet *hamlet, const char *key)
{
    char id[65];
    text_copy(id, sizeof id, key);
    id[strcspn(id, "/")] = '\0';
    for (size_t i = 0; i < hamlet->collective.hoster_count; i++)
        if (strcmp(hamlet->hosters[i].id, id) == 0)
            return &hamlet->hosters[i];
    assert_true(hamlet->collective.hoster_count < HAMLET_HOSTERS);
    struct hoster *hoster = &hamlet->hosters[hamlet->collective.hoster_count++];
    hoster->id = arena_text(&hamlet->arena, id);
    hoster->name = named(hamlet, id);
    return hoster;
}

struct service *hamlet_service(struct hamlet *hamlet, const char *key, int64_t interval_ms)
{
    assert_true(hamlet->collective.service_count < HAMLET_SERVICES);
    struct service *service = &hamlet->services[hamlet->collective.service_count++];
    struct check *check = arena_array(&hamlet->arena, 1, sizeof *check);
    check->interval_ms = interval_ms;
    service->key = arena_text(&hamlet->arena, key);
    service->id = strchr(service->key, '/') + 1;
    service->hoster = hoster_of(hamlet, key);
    service->name = named(hamlet, service->id);
    service->checks = check;
    service->check_count = 1;
    return service;
}

const struct alert_target *hamlet_target(struct hamlet *hamlet, const char *name)
{
    for (size_t i = 0; i < hamlet->target_count; i++)
        if (strcmp(hamlet->targets[i].name, name) == 0)
            return &hamlet->targets[i];
    assert_true(hamlet->target_count < HAMLET_TARGETS);
    struct alert_target *target = &hamlet->targets[hamlet->target_count++];
    *target = (struct alert_target){.name = arena_text(&hamlet->arena, name)};
    return target;
}

static struct service *service_of(struct hamlet *hamlet, const char *key)
{
    for (size_t i = 0; i < hamlet->collective.service_count; i++)
        if (strcmp(hamlet->services[i].key, key) == 0)
            return &hamlet->services[i];
    fail_msg("no service %s", key);
    return NULL;
}

static struct alert_route *add_route(struct alert_routes *routes, struct alert_route *list)
{
    assert_true(routes->count < HAMLET_ROUTES);
    routes->list = list;
    return &list[routes->count++];
}

static struct alert_route *place_for(struct hamlet *hamlet, const char *subject)
{
    if (strcmp(subject, "everything") == 0) {
        assert_true(hamlet->everywhere_count < HAMLET_ROUTES);
        return &hamlet->everywhere[hamlet->everywhere_count++];
    }
    if (strchr(subject, '/')) {
        struct service *service = service_of(hamlet, subject);
        return add_route(&service->alerts,
                         hamlet->routes[HAMLET_HOSTERS + (service - hamlet->services)]);
    }
    struct hoster *hoster = hoster_of(hamlet, subject);
    return add_route(&hoster->alerts, hamlet->routes[hoster - hamlet->hosters]);
}

struct alert_route *hamlet_route(struct hamlet *hamlet, const char *subject, const char *target)
{
    struct alert_route *route = place_for(hamlet, subject);
    *route = (struct alert_route){.target = hamlet_target(hamlet, target),
                                  .subjects = (1U << ALERTING_COUNT) - 1,
                                  .remind_ms = 3600 * 1000,
                                  .severe = true};
    return route;
}

void hamlet_consent(struct hamlet *hamlet, const char *target, bool wants)
{
    hamlet->reticent[hamlet_target(hamlet, target) - hamlet->targets] = !wants;
}

bool hamlet_wants(const struct hamlet *hamlet, const struct alert_target *target)
{
    return !hamlet->reticent[target - hamlet->targets];
}

/* ---- the world ---- */

static bool consents(void *owner, const struct alert_target *target)
{
    return hamlet_wants(owner, target);
}

static int minute(void *owner, int64_t at)
{
    (void)owner;
    return (int)(at / 60 % (24 * 60));
}

static size_t index_of(const struct hamlet *hamlet, const struct service *service)
{
    return hamlet_index(hamlet, service->key);
}

static bool maintained(void *owner, const struct service *service, int64_t at)
{
    const struct hamlet *hamlet = owner;
    return at < hamlet->maintained_until[index_of(hamlet, service)];
}

static int64_t good_at(void *owner, const struct service *service)
{
    const struct hamlet *hamlet = owner;
    return hamlet->good_at[index_of(hamlet, service)];
}

static void link_to(void *owner, const struct service *service, const char *language,
                    char to[ALERT_LINK_SIZE])
{
    (void)owner;
    text_format(to, ALERT_LINK_SIZE, "https://hamlet.test/%s/%s", language,
                service ? service->key : "");
}

static int by_key(const void *left, const void *right)
{
    const struct service *const *a = left, *const *b = right;
    return strcmp((*a)->key, (*b)->key);
}

void hamlet_world(struct hamlet *hamlet, struct policy_world *ret)
{
    size_t count = hamlet->collective.service_count;
    for (size_t i = 0; i < count; i++)
        hamlet->order[i] = &hamlet->services[i];
    qsort(hamlet->order, count, sizeof hamlet->order[0], by_key);
    *ret = (struct policy_world){.owner = hamlet,
                                 .collective = &hamlet->collective,
                                 .everywhere = {hamlet->everywhere, hamlet->everywhere_count},
                                 .minute = minute,
                                 .maintained = maintained,
                                 .good_at = good_at,
                                 .consents = consents,
                                 .link = link_to};
}

size_t hamlet_index(const struct hamlet *hamlet, const char *key)
{
    const struct service wanted = {.key = key}, *probe = &wanted;
    size_t count = hamlet->collective.service_count;
    if (strcmp(key, "monitor") == 0)
        return count;
    const struct service *const *found =
        bsearch(&probe, hamlet->order, count, sizeof hamlet->order[0], by_key);
    if (!found)
        fail_msg("no service %s", key);
    return (size_t)(found - hamlet->order);
}
