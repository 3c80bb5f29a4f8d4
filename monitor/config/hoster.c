#include "hoster.h"

#include "alerts.h"
#include "checks.h"
#include "mem.h"
#include "routes.h"

#include <string.h>

/* Bounds what all files together may ask for; said once, at the first that is too many. */
static bool has_room(struct draft *draft, const struct reader *reader, const struct node *node)
{
    if (draft->service_keys.count < DRAFT_SERVICES && draft->check_count <= DRAFT_CHECKS)
        return true;
    if (!draft->full)
        reader_fault(reader, node->place, "there may not be more than %d services and %d checks",
                     DRAFT_SERVICES, DRAFT_CHECKS);
    draft->full = true;
    return false;
}

bool hoster_tries_service(const struct draft *draft, const struct reader *reader,
                          const struct node *node)
{
    struct service service = {0};
    if (!reader_section(reader, &sections[SECTION_SERVICE], node, &service))
        return false;
    reader_wording(reader, node, "name", service.id);
    checks_read(reader, &draft->defaults.check, node, &service);
    return service.id;
}

static bool is_hidden(const struct reader *reader, const struct node *map)
{
    static const struct schema_row row = {.name = "hide", .type = SCHEMA_BOOL, .example = "yes"};
    const struct node *node = node_at(map, "hide");
    bool hidden = false;
    return node && reader_scalar(reader, &row, NULL, node, &hidden) && hidden;
}

/* A few words on a service that the register does not have, not yet or not any longer. */
static bool is_waiting(const struct draft *draft, const struct reader *reader,
                       const struct node *node)
{
    if (!draft->config->register_count || node->kind != NODE_MAP || node_at(node, "url") ||
        node_at(node, "checks"))
        return false;
    reader_note(reader, node->place, "no register knows this service: it is left out");
    return true;
}

/* «pad» is a service of the same hoster. */
static void read_parent(struct draft *draft, const struct reader *reader,
                        const struct hoster *hoster, const struct node *node,
                        struct service *service)
{
    if (!service->parent)
        return;
    if (!strchr(service->parent, '/'))
        service->parent = arena_printf(reader->arena, "%s/%s", hoster->id, service->parent);
    landmarks_add(&draft->children, service->key, 0, reader->file, node_at(node, "parent")->place);
}

static void read_service(struct draft *draft, const struct reader *reader,
                         const struct hoster *hoster, const struct node *node,
                         struct service *service)
{
    if (!reader_section(reader, &sections[SECTION_SERVICE], node, service))
        return;
    service->name = reader_wording(reader, node, "name", service->id);
    service->kind = reader_wording(reader, node, "kind", NULL);
    checks_read(reader, &draft->defaults.check, node, service);
    draft->check_count += service->check_count;
    routes_read(reader, node_at(node, "alerts"), false, &service->alerts);
    if (!hoster->id || !service->id)
        return;
    service->key = arena_printf(reader->arena, "%s/%s", hoster->id, service->id);
    landmarks_add(&draft->service_keys, service->key, draft->hoster_count, reader->file,
                  node_at(node, "id")->place);
    read_parent(draft, reader, hoster, node, service);
}

static void read_services(struct draft *draft, const struct reader *reader, const struct node *list,
                          struct hoster *hoster)
{
    if (!reader_is(reader, list, NODE_LIST, "services",
                   "[{id: pad, url: \"https://pad.example.org/\"}]"))
        return;
    if (!list->count && !draft->config->register_count)
        reader_fault(reader, list->place, "a hoster needs at least one service");
    struct service *services = arena_array(reader->arena, list->count, sizeof *services);
    for (const struct node *node = list->first; node && has_room(draft, reader, node);
         node = node->next)
        if (!is_hidden(reader, node) && !is_waiting(draft, reader, node))
            read_service(draft, reader, hoster, node, &services[hoster->service_count++]);
    hoster->services = services;
}

static void read_unmeasured(const struct reader *reader, const struct node *list,
                            struct hoster *hoster)
{
    if (!reader_is(reader, list, NODE_LIST, "unmeasured", "[{name: Wiki, fate: over}]"))
        return;
    struct unmeasured_service *services = arena_array(reader->arena, list->count, sizeof *services);
    for (const struct node *node = list->first; node; node = node->next)
        if (reader_section(reader, &sections[SECTION_UNMEASURED], node,
                           &services[hoster->unmeasured_count]))
            hoster->unmeasured_count++;
    hoster->unmeasured = services;
}

static void keep(struct draft *draft, struct hoster *hoster)
{
    void *hosters = draft->hosters;
    mem_grow(&hosters, &draft->hoster_capacity, draft->hoster_count + 1, sizeof *draft->hosters);
    draft->hosters = hosters;
    draft->hosters[draft->hoster_count++] = hoster;
}

/* Without a register there is nowhere else that services could come from. */
static bool has_services(const struct draft *draft, const struct reader *reader,
                         const struct node *node, const struct hoster *hoster)
{
    if (!draft->config->register_count && !node_at(node, "services"))
        reader_fault(reader, node->place, "a hoster needs the key \"services\"");
    if (!draft->config->register_count || hoster->service_count)
        return true;
    reader_note(reader, node->place, "no service of this hoster is known: it is left out");
    return false;
}

void hoster_read(struct draft *draft, const struct reader *reader, const struct node *node)
{
    struct hoster *hoster = arena_alloc(reader->arena, sizeof *hoster);
    node = roster_overlay(draft, node);
    if (!reader_section(reader, &sections[SECTION_HOSTER], node, hoster))
        return;
    hoster->name = reader_wording(reader, node, "name", hoster->id);
    hoster->kind = reader_wording(reader, node, "kind", NULL);
    routes_read(reader, node_at(node, "alerts"), false, &hoster->alerts);
    if (hoster->id)
        landmarks_add(&draft->hoster_ids, hoster->id, 0, reader->file,
                      node_at(node, "hoster")->place);
    if (is_hidden(reader, node))
        return;
    read_services(draft, reader, node_at(node, "services"), hoster);
    read_unmeasured(reader, node_at(node, "unmeasured"), hoster);
    if (!has_services(draft, reader, node, hoster))
        return;
    alerts_contact(reader, node, hoster);
    keep(draft, hoster);
}
