#include "blip_list.h"

#include "mem.h"

#include <stdlib.h>
#include <string.h>

enum { LEAST = 60 }; /* who asks for fewer first must not make others ask again */
static const int64_t least_s = INT64_C(92) * 86400; /* nor who asks for a shorter time */

struct blip_list {
    struct ledger *ledger;
    struct arena arena;
    const char *service; /* NULL = nothing is kept */
    int64_t from, to;
    size_t most;
    struct line_blip *blips; /* without results: it cannot be read */
    size_t count;
};

struct blip_list *blip_list_new(struct ledger *ledger)
{
    struct blip_list *list = mem_zalloc(sizeof *list);
    list->ledger = ledger;
    return list;
}

void blip_list_free(struct blip_list *list)
{
    if (!list)
        return;
    blip_list_forget(list);
    free(list);
}

void blip_list_forget(struct blip_list *list)
{
    list->service = NULL;
    arena_free(&list->arena);
}

/* "hoster/service/check/family/vantage" */
static struct line_blip read_event(const struct event *event, const char *service,
                                   struct arena *arena)
{
    char *rest = arena_text(arena, event->subject + strlen(service) + 1);
    struct line_blip found = {.check = strsep(&rest, "/"), .blip.at = event->at};
    const char *family = strsep(&rest, "/");
    found.vantage = rest;
    if (rest && family_parse(family, &found.family) && event->facts)
        blip_read(event->facts, &found.blip);
    return found;
}

static void keep(struct blip_list *list, const struct event *events, size_t count,
                 const char *service)
{
    list->service = arena_text(&list->arena, service);
    list->blips = arena_array(&list->arena, count, sizeof *list->blips);
    list->count = count;
    for (size_t i = 0; i < count; i++)
        list->blips[i] = read_event(&events[i], service, &list->arena);
}

static int read_newest(struct blip_list *list, const char *service, int64_t from, int64_t to,
                       size_t most, struct fault *fault)
{
    struct arena arena = {0};
    const struct event *events;
    size_t count;
    blip_list_forget(list);
    list->from = from < to - least_s ? from : to - least_s;
    list->to = to;
    list->most = most < LEAST ? LEAST : most;
    int rc = ledger_blips(list->ledger, service, list->from, to, list->most, &arena, &events,
                          &count, fault);
    if (rc == 0)
        keep(list, events, count, service);
    arena_free(&arena);
    return rc;
}

static bool is_kept(const struct blip_list *list, const char *service, int64_t from, int64_t to,
                    size_t most)
{
    return list->service && strcmp(list->service, service) == 0 && from >= list->from &&
           to == list->to && most <= list->most;
}

static size_t count_since(const struct blip_list *list, int64_t from)
{
    size_t count = 0;
    while (count < list->count && list->blips[count].blip.at >= from)
        count++;
    return count;
}

static size_t copy_readable(const struct blip_list *list, size_t count, struct arena *arena,
                            const struct line_blip **ret)
{
    struct line_blip *blips = arena_array(arena, count, sizeof *blips);
    size_t used = 0;
    for (size_t i = 0; i < count; i++) {
        const struct line_blip *blip = &list->blips[i];
        if (!blip->blip.results)
            continue;
        blips[used] = *blip;
        blips[used].check = arena_text(arena, blip->check);
        blips[used++].vantage = arena_text(arena, blip->vantage);
    }
    *ret = blips;
    return used;
}

int blip_list_newest(struct blip_list *list, const char *service, int64_t from, int64_t to,
                     size_t most, struct arena *arena, const struct line_blip **ret,
                     size_t *ret_count, int64_t *ret_all, struct fault *fault)
{
    *ret_count = 0;
    if (!is_kept(list, service, from, to, most) &&
        read_newest(list, service, from, to, most, fault))
        return -1;
    size_t count = count_since(list, from);
    *ret_all = (int64_t)count;
    if (count == list->most && ledger_count_blips(list->ledger, service, from, to, ret_all, fault))
        return -1;
    *ret_count = copy_readable(list, count < most ? count : most, arena, ret);
    return 0;
}
