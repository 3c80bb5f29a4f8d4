#include "comings.h"

#include "result.h"
#include "text.h"

#include <string.h>

static const char joined[] = "joined", left[] = "left";

static void tell_move(const char *before, const char *now, const char *subject, comings_fn *tell,
                      void *owner)
{
    char detail[RESULT_DETAIL_SIZE];
    if (!now || (before && strcmp(before, now) == 0))
        return;
    text_format(detail, sizeof detail, "moved to %s", now);
    tell(owner, subject, detail);
}

/* Both lists are sorted: one step at a time in the one that is behind. */
static void tell_hosters(const struct collective *before, const struct collective *now,
                         comings_fn *tell, void *owner)
{
    size_t i = 0, j = 0;
    while (i < before->hoster_count || j < now->hoster_count) {
        const struct hoster *old = i < before->hoster_count ? &before->hosters[i] : NULL;
        const struct hoster *new = j < now->hoster_count ? &now->hosters[j] : NULL;
        int order = !old ? 1 : !new ? -1 : strcmp(old->id, new->id);
        if (order < 0)
            tell(owner, old->id, left);
        else if (order > 0)
            tell(owner, new->id, joined);
        else if (old->website)
            tell_move(old->website, new->website, new->id, tell, owner);
        i += order <= 0;
        j += order >= 0;
    }
}

static void tell_services(const struct collective *before, const struct collective *now,
                          comings_fn *tell, void *owner)
{
    size_t i = 0, j = 0;
    while (i < before->service_count || j < now->service_count) {
        const struct service *old = i < before->service_count ? before->services[i] : NULL;
        const struct service *new = j < now->service_count ? now->services[j] : NULL;
        int order = !old ? 1 : !new ? -1 : strcmp(old->key, new->key);
        if (order < 0 && collective_hoster(now, old->hoster->id))
            tell(owner, old->key, left);
        else if (order > 0 && collective_hoster(before, new->hoster->id))
            tell(owner, new->key, joined);
        else if (order == 0 && old->url)
            tell_move(old->url, new->url, new->key, tell, owner);
        i += order <= 0;
        j += order >= 0;
    }
}

void comings_tell(const struct collective *before, const struct collective *now, comings_fn *tell,
                  void *owner)
{
    tell_hosters(before, now, tell, owner);
    tell_services(before, now, tell, owner);
}
