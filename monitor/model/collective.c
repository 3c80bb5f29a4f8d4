#include "collective.h"

#include <stdlib.h>
#include <string.h>

const char *const role_words[] = {"essential", "extra", NULL};
const char *const family_wish_words[] = {"both", "ipv4", "ipv6", NULL};

const char *wording_in(const struct wording *wording, const char *language)
{
    for (size_t i = 0; i < wording->count; i++)
        if (strcmp(wording->texts[i].language, language) == 0)
            return wording->texts[i].text;
    return wording->count ? wording->texts[0].text : "";
}

static int compare_hoster(const void *id, const void *hoster)
{
    return strcmp(id, ((const struct hoster *)hoster)->id);
}

const struct hoster *collective_hoster(const struct collective *collective, const char *id)
{
    return collective->hoster_count ? bsearch(id, collective->hosters, collective->hoster_count,
                                              sizeof *collective->hosters, compare_hoster)
                                    : NULL;
}

static int compare_service(const void *key, const void *entry)
{
    return strcmp(key, (*(const struct service *const *)entry)->key);
}

int64_t collective_index(const struct collective *collective, const char *key)
{
    if (!collective->service_count)
        return -1;
    const struct service *const *found =
        bsearch(key, collective->services, collective->service_count, sizeof *collective->services,
                compare_service);
    return found ? found - collective->services : -1;
}

const struct service *collective_service(const struct collective *collective, const char *key)
{
    int64_t i = collective_index(collective, key);
    return i < 0 ? NULL : collective->services[i];
}

const struct check *service_check(const struct service *service, const char *id)
{
    for (size_t i = 0; i < service->check_count; i++)
        if (strcmp(service->checks[i].id, id) == 0)
            return &service->checks[i];
    return NULL;
}

static bool service_checks_by(const struct service *service, const char *scheme)
{
    size_t length = strlen(scheme);
    for (size_t i = 0; i < service->check_count; i++)
        if (strncmp(service->checks[i].url, scheme, length) == 0 &&
            service->checks[i].url[length] == ':')
            return true;
    return false;
}

bool collective_checks_by(const struct collective *collective, const char *scheme)
{
    for (size_t i = 0; i < collective->service_count; i++)
        if (service_checks_by(collective->services[i], scheme))
            return true;
    return false;
}
