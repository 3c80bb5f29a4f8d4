#include "output.h"

#include "agenda.h"
#include "badge.h"
#include "feed.h"
#include "macros.h"
#include "open_data.h"
#include "own_api.h"
#include "status_api.h"
#include "text.h"
#include "words.h"

#include <string.h>

static const struct output rows[] = {
    {OUTPUT_COLLECTIVE, "incidents.atom", feed_write},
    {OUTPUT_COLLECTIVE, AGENDA_NAME, agenda_write},
    {OUTPUT_HOSTER, "h/{key}/incidents.atom", feed_write},
    {OUTPUT_SERVICE, "h/{key}/incidents.atom", feed_write},
    {OUTPUT_HOSTER, "badge/{key}.{language}.svg", badge_state},
    {OUTPUT_HOSTER, "badge/{key}-90d.{language}.svg", badge_days},
    {OUTPUT_HOSTER, "badge/{key}.{language}.json", badge_shields},
    {OUTPUT_HOSTER, "badge/{key}.json", badge_shields},
    {OUTPUT_SERVICE, "badge/{key}.{language}.svg", badge_state},
    {OUTPUT_SERVICE, "badge/{key}-90d.{language}.svg", badge_days},
    {OUTPUT_SERVICE, "badge/{key}.{language}.json", badge_shields},
    {OUTPUT_SERVICE, "badge/{key}.json", badge_shields},
    {OUTPUT_COLLECTIVE, "api/v1/collective.json", own_api_collective},
    {OUTPUT_HOSTER, "api/v1/hosters/{key}.json", own_api_hoster},
    {OUTPUT_SERVICE, "api/v1/services/{key}.json", own_api_service},
    {OUTPUT_COLLECTIVE, "api/v2/summary.json", status_api_summary},
    {OUTPUT_COLLECTIVE, "api/v2/status.json", status_api_status},
    {OUTPUT_COLLECTIVE, "api/v2/components.json", status_api_components},
    {OUTPUT_COLLECTIVE, "api/v2/incidents.json", status_api_incidents},
    {OUTPUT_HOSTER, "h/{key}/api/v2/summary.json", status_api_summary},
    {OUTPUT_HOSTER, "h/{key}/api/v2/status.json", status_api_status},
    {OUTPUT_HOSTER, "h/{key}/api/v2/components.json", status_api_components},
    {OUTPUT_HOSTER, "h/{key}/api/v2/incidents.json", status_api_incidents},
    {OUTPUT_COLLECTIVE, "data/datapackage.json", open_data_package},
    {OUTPUT_COLLECTIVE, "data/schema.json", open_data_schema},
    {OUTPUT_HOSTER, "data/{key}.csv", open_data_hoster},
};

const struct output *outputs(size_t *ret_count)
{
    *ret_count = ARRAY_LEN(rows);
    return rows;
}

bool output_is_by_language(const struct output *output)
{
    return strstr(output->path, "{language}");
}

enum output_scope output_scope_of(struct output_subject subject)
{
    return subject.service ? OUTPUT_SERVICE : subject.hoster ? OUTPUT_HOSTER : OUTPUT_COLLECTIVE;
}

const char *output_key(struct output_subject subject)
{
    return subject.service ? subject.service->key : subject.hoster ? subject.hoster->id : "";
}

const char *output_path(const struct output *output, const char *key, const char *language,
                        struct arena *arena)
{
    return words_format(arena, output->path,
                        VALUES(word_plain("key", key), word_plain("language", language)));
}

const char *output_root(const struct page *page, const char *path, struct arena *arena)
{
    const char *address = page->collective->address, *up = "";
    if (address && *address)
        return text_ends(address, "/") ? address : arena_printf(arena, "%s/", address);
    for (; (path = strchr(path, '/')); path++)
        up = arena_printf(arena, "../%s", up);
    return up;
}
