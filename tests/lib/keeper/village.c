#include "village.h"

#include "mem.h"
#include "text.h"

#include <string.h>

static const char *const languages[] = {"fr", "en", NULL};
static const int64_t rechecks_ms[] = {5000, 10000, 20000, 0};
static const struct check web = {.id = "web",
                                 .url = "https://pad.example/",
                                 .interval_ms = 60000,
                                 .timeout_ms = 10000,
                                 .slow_ms = 5000};

static struct wording wording_of(struct arena *arena, const char *text)
{
    struct wording_text *texts = arena_array(arena, 1, sizeof *texts);
    *texts = (struct wording_text){"fr", text};
    return (struct wording){texts, 1};
}

static size_t hoster_length(const char *key)
{
    return (size_t)(strchr(key, '/') - key);
}

static void add_service(struct config *config, const char *key, struct hoster *hosters,
                        struct service *service)
{
    struct arena *arena = &config->arena;
    struct collective *collective = &config->collective;
    size_t length = hoster_length(key), count = collective->hoster_count;
    if (!count || strlen(hosters[count - 1].id) != length ||
        strncmp(hosters[count - 1].id, key, length) != 0) {
        const char *id = arena_bytes(arena, key, length);
        hosters[count] =
            (struct hoster){.id = id, .name = wording_of(arena, id), .services = service};
        collective->hoster_count = ++count;
    }
    struct hoster *hoster = &hosters[count - 1];
    hoster->service_count++;
    *service = (struct service){.id = arena_text(arena, key + length + 1),
                                .key = arena_text(arena, key),
                                .hoster = hoster,
                                .name = wording_of(arena, key + length + 1),
                                .counted = true,
                                .checks = &web,
                                .check_count = 1};
}

struct config *village_config(const char *const *keys)
{
    struct config *config = mem_zalloc(sizeof *config);
    struct collective *collective = &config->collective;
    size_t count = 0;
    while (keys[count])
        count++;
    struct hoster *hosters = arena_array(&config->arena, count, sizeof *hosters);
    struct service *services = arena_array(&config->arena, count, sizeof *services);
    const struct service **list = arena_array(&config->arena, count, sizeof *list);
    *collective = (struct collective){.name = "Essai",
                                      .languages = languages,
                                      .timezone = "Europe/Paris",
                                      .vantage = "here",
                                      .hosters = hosters,
                                      .services = list,
                                      .service_count = count};
    for (size_t i = 0; i < count; i++) {
        list[i] = &services[i];
        add_service(config, keys[i], hosters, &services[i]);
    }
    config->interval_ms = 60000;
    config->incident_after_ms = 120000;
    config->rechecks_ms = rechecks_ms;
    config->series_profile = SERIES_COMPACT;
    config->series_flush_ms = 3600000;
    return config;
}

struct result village_result(const char *service, int64_t at, enum reason reason)
{
    struct result result;
    result_init(&result);
    result.time = wall_from_seconds(at);
    text_copy(result.vantage, sizeof result.vantage, "here");
    text_copy(result.service, sizeof result.service, service);
    text_copy(result.check, sizeof result.check, "web");
    result_set(&result, reason, "seen at %lld", (long long)at);
    if (outcome_is_good(result.outcome))
        result.phases.ms[PHASE_TOTAL] = 20;
    return result;
}
