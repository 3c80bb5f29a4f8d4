#include "output.h"

#include "agenda.h"
#include "badge.h"
#include "feed.h"
#include "infos.h"
#include "macros.h"
#include "open_data.h"
#include "open_package.h"
#include "open_usage.h"
#include "own_api.h"
#include "status_api.h"
#include "text.h"
#include "words.h"

#include <string.h>

static const struct output rows[] = {
    {OUTPUT_COLLECTIVE, "incidents.atom", feed_write, OUTPUT_FEEDS,
     N_("Atom feed of the interruptions of all hosters"), false},
    {OUTPUT_COLLECTIVE, AGENDA_NAME, agenda_write, OUTPUT_FEEDS,
     N_("calendar (iCalendar) of announced maintenance"), false},
    {OUTPUT_HOSTER, "h/{key}/incidents.atom", feed_write, OUTPUT_FEEDS,
     N_("Atom feed of one hoster"), false},
    {OUTPUT_SERVICE, "h/{key}/incidents.atom", feed_write, OUTPUT_FEEDS,
     N_("Atom feed of one service"), false},
    {OUTPUT_HOSTER, "badge/{key}.{language}.svg", badge_state, OUTPUT_BADGES,
     N_("state of a hoster, as a picture"), false},
    {OUTPUT_HOSTER, "badge/{key}-90d.{language}.svg", badge_days, OUTPUT_BADGES,
     N_("ninety days of a hoster, as a picture"), false},
    {OUTPUT_HOSTER, "badge/{key}.{language}.json", badge_shields, OUTPUT_BADGES,
     N_("state of a hoster, for shields.io"), false},
    {OUTPUT_HOSTER, "badge/{key}.json", badge_shields, OUTPUT_BADGES,
     N_("the same in the first language of the site"), false},
    {OUTPUT_SERVICE, "badge/{key}.{language}.svg", badge_state, OUTPUT_BADGES,
     N_("state of a service, as a picture"), false},
    {OUTPUT_SERVICE, "badge/{key}-90d.{language}.svg", badge_days, OUTPUT_BADGES,
     N_("ninety days of a service, as a picture"), false},
    {OUTPUT_SERVICE, "badge/{key}.{language}.json", badge_shields, OUTPUT_BADGES,
     N_("state of a service, for shields.io"), false},
    {OUTPUT_SERVICE, "badge/{key}.json", badge_shields, OUTPUT_BADGES,
     N_("the same in the first language of the site"), false},
    {OUTPUT_COLLECTIVE, "api/v1/collective.json", own_api_collective, OUTPUT_OWN_API,
     N_("all hosters and their services, with states"), false},
    {OUTPUT_HOSTER, "api/v1/hosters/{key}.json", own_api_hoster, OUTPUT_OWN_API,
     N_("one hoster and its services, with the figures of ninety days"), false},
    {OUTPUT_SERVICE, OWN_API_SERVICES "{key}.json", own_api_service, OUTPUT_OWN_API,
     N_("one service, with the figures and interruptions of ninety days"), false},
    {OUTPUT_COLLECTIVE, "api/v2/summary.json", status_api_summary, OUTPUT_STATUS_API,
     N_("everything in one file"), false},
    {OUTPUT_COLLECTIVE, "api/v2/status.json", status_api_status, OUTPUT_STATUS_API,
     N_("the state in a word"), false},
    {OUTPUT_COLLECTIVE, "api/v2/components.json", status_api_components, OUTPUT_STATUS_API,
     N_("the services, grouped by hoster"), false},
    {OUTPUT_COLLECTIVE, "api/v2/incidents.json", status_api_incidents, OUTPUT_STATUS_API,
     N_("the interruptions of the last ninety days"), false},
    {OUTPUT_HOSTER, "h/{key}/api/v2/summary.json", status_api_summary, OUTPUT_STATUS_API,
     N_("everything about one hoster"), false},
    {OUTPUT_HOSTER, "h/{key}/api/v2/status.json", status_api_status, OUTPUT_STATUS_API,
     N_("its state in a word"), false},
    {OUTPUT_HOSTER, "h/{key}/api/v2/components.json", status_api_components, OUTPUT_STATUS_API,
     N_("its services"), false},
    {OUTPUT_HOSTER, "h/{key}/api/v2/incidents.json", status_api_incidents, OUTPUT_STATUS_API,
     N_("its interruptions of the last ninety days"), false},
    {OUTPUT_HOSTER, "data/{key}.csv", open_data_daily, OUTPUT_TABLES,
     N_("one row for each service and day, for a year"), true},
    {OUTPUT_HOSTER, "data/monthly/{key}.csv", open_data_monthly, OUTPUT_TABLES,
     N_("one row for each service and month, since its record began"), true},
    {OUTPUT_HOSTER, "data/yearly/{key}.csv", open_data_yearly, OUTPUT_TABLES,
     N_("one row for each service and year, since its record began"), true},
    {OUTPUT_HOSTER, OPEN_USAGE_TABLE, open_usage_table, OUTPUT_TABLES,
     N_("one row for each service and month: how much it was used, as its software says"), false},
    {OUTPUT_COLLECTIVE, "data/datapackage.json", open_package_write, OUTPUT_TABLES,
     N_("data package: all tables, with licence and source"), false},
    {OUTPUT_COLLECTIVE, "data/schema.json", open_package_daily, OUTPUT_TABLES,
     N_("what the columns of the daily tables are"), false},
    {OUTPUT_COLLECTIVE, "data/monthly/schema.json", open_package_monthly, OUTPUT_TABLES,
     N_("what the columns of the monthly tables are"), false},
    {OUTPUT_COLLECTIVE, "data/yearly/schema.json", open_package_yearly, OUTPUT_TABLES,
     N_("what the columns of the yearly tables are"), false},
    {OUTPUT_COLLECTIVE, OPEN_USAGE_SCHEMA, open_usage_schema, OUTPUT_TABLES,
     N_("what the columns of the tables of use are"), false},
    {OUTPUT_COLLECTIVE, INFOS_FEDERATION, infos_federation, OUTPUT_INFOS,
     N_("a federation of all hosters, for StatoolInfos to crawl"), false},
    {OUTPUT_HOSTER, INFOS_HOSTER, infos_hoster, OUTPUT_INFOS,
     N_("one hoster, with its services and its metrics"), false},
    {OUTPUT_HOSTER, INFOS_HOSTER_METRICS, infos_metrics, OUTPUT_INFOS,
     N_("metrics of one hoster: availability and response time by month, week and day"), true},
    {OUTPUT_SERVICE, INFOS_SERVICE, infos_service, OUTPUT_INFOS,
     N_("one service, with its metrics"), false},
    {OUTPUT_SERVICE, INFOS_SERVICE_METRICS, infos_metrics, OUTPUT_INFOS,
     N_("metrics of one service; its hoster may list this file in its own: subs.vibrisse = this "
        "address"),
     true},
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
