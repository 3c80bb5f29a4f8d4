#include "site_plan.h"

#include "folder.h"
#include "mem.h"
#include "outlet.h"
#include "text.h"

#include <stdlib.h>

/* Pages that are about nobody in particular: one in each language, but for those at the root. */
static const struct {
    const char *file; /* below the language's folder, or the site's */
    void (*write)(const struct page *page, struct buffer *out);
} plain_pages[] = {
    [SLOT_COLLECTIVE] = {"index.html", page_collective},
    [SLOT_KINDS] = {KIND_ROOT "index.html", page_kinds},
    [SLOT_METHOD] = {"method/index.html", page_method},
    [SLOT_DATA] = {"data/index.html", page_data},
    [SLOT_ABOUT] = {"about/index.html", page_about},
    [SLOT_CHECK] = {"check/index.html", page_check},
    [SLOT_ALERTS] = {"alerts/index.html", page_alerts},
    [SLOT_ENTRANCE] = {"index.html", page_entrance},
    [SLOT_MISSING] = {"404.html", page_missing},
    [SLOT_REGISTER] = {"register/index.html", NULL}, /* it is told more than others */
};

static void add_slot(struct site_plan *plan, enum slot_kind kind, const char *language,
                     size_t index)
{
    void *slots = plan->slots;
    mem_grow(&slots, &plan->slot_capacity, plan->slot_count + 1, sizeof *plan->slots);
    plan->slots = slots;
    plan->slots[plan->slot_count++] =
        (struct slot){.kind = kind, .language = language, .index = index};
}

static void add_outputs(struct site_plan *plan, enum output_scope scope, const char *language,
                        size_t index)
{
    add_slot(plan, SLOT_OUTPUTS, language, index);
    plan->slots[plan->slot_count - 1].scope = scope;
}

/* All about one hoster comes together, since it is made from the same record. */
static void lay_out_hoster(struct site_plan *plan, size_t index, const char *const *languages)
{
    const struct collective *collective = &plan->config->collective;
    const struct hoster *hoster = &collective->hosters[index];
    size_t first = plan->slot_count;
    for (size_t l = 0; languages[l]; l++)
        add_slot(plan, SLOT_HOSTER, languages[l], index);
    add_outputs(plan, OUTPUT_HOSTER, languages[0], index);
    for (size_t i = 0; i < hoster->service_count; i++) {
        size_t service = (size_t)collective_index(collective, hoster->services[i].key);
        for (size_t l = 0; languages[l]; l++)
            add_slot(plan, SLOT_SERVICE, languages[l], service);
        add_outputs(plan, OUTPUT_SERVICE, languages[0], service);
    }
    for (size_t i = first; i < plan->slot_count; i++)
        plan->slots[i].hoster = hoster;
}

static void lay_out_collective(struct site_plan *plan, const char *const *languages)
{
    for (size_t l = 0; languages[l]; l++) {
        for (enum slot_kind plain = 0; plain < SLOT_ENTRANCE; plain++)
            add_slot(plan, plain, languages[l], 0);
        if (plan->config->register_count)
            add_slot(plan, SLOT_REGISTER, languages[l], 0);
        for (size_t i = 0; i < plan->kind_count; i++)
            add_slot(plan, SLOT_KIND, languages[l], i);
    }
    add_slot(plan, SLOT_ENTRANCE, languages[0], 0);
    add_slot(plan, SLOT_MISSING, languages[0], 0);
    add_outputs(plan, OUTPUT_COLLECTIVE, languages[0], 0);
}

void site_plan_lay_out(struct site_plan *plan, const struct config *config)
{
    const char *const *languages = outlet_languages(&config->collective);
    plan->config = config;
    plan->slot_count = 0;
    arena_free(&plan->arena);
    plan->kind_count = kinds_of(&config->collective, &plan->arena, &plan->kinds);
    lay_out_collective(plan, languages);
    for (size_t i = 0; i < config->collective.hoster_count; i++)
        lay_out_hoster(plan, i, languages);
}

void site_plan_fini(struct site_plan *plan)
{
    arena_free(&plan->arena);
    free(plan->slots);
}

void site_plan_path(const struct site_plan *plan, const struct slot *slot,
                    char path[SITE_PLAN_PATH_SIZE])
{
    const struct collective *all = &plan->config->collective;
    const size_t size = SITE_PLAN_PATH_SIZE;
    bool at_root = slot->kind == SLOT_ENTRANCE || slot->kind == SLOT_MISSING;
    const char *language = at_root ? "" : slot->language;
    size_t i = slot->index;
    switch (slot->kind) {
    case SLOT_KIND:
        text_format(path, size, "%s/" KIND_ROOT "%s/index.html", language, plan->kinds[i].slug);
        break;
    case SLOT_HOSTER:
        text_format(path, size, "%s/h/%s/index.html", language, all->hosters[i].id);
        break;
    case SLOT_SERVICE:
        text_format(path, size, "%s/h/%s/index.html", language, all->services[i]->key);
        break;
    case SLOT_OUTPUTS:
        *path = '\0'; /* they have many */
        break;
    default:
        text_format(path, size, "%s%s%s", language, *language ? "/" : "",
                    plain_pages[slot->kind].file);
        break;
    }
}

void site_plan_page(const struct site_plan *plan, const struct slot *slot, const struct page *page,
                    const struct register_log *log, struct buffer *out)
{
    const struct collective *collective = &plan->config->collective;
    switch (slot->kind) {
    case SLOT_KIND:
        page_kind(page, &plan->kinds[slot->index], out);
        break;
    case SLOT_REGISTER:
        page_register(page, log, out);
        break;
    case SLOT_HOSTER:
        page_hoster(page, &collective->hosters[slot->index], out);
        break;
    case SLOT_SERVICE:
        page_service(page, collective->services[slot->index], out);
        break;
    case SLOT_OUTPUTS:
        break;
    default:
        plain_pages[slot->kind].write(page, out);
        break;
    }
}

bool site_plan_shows(const struct site_plan *plan, const struct slot *slot, size_t service)
{
    const struct collective *collective = &plan->config->collective;
    if (slot->kind == SLOT_OUTPUTS) {
        struct outlet outlet = outlet_of(collective, slot->scope, slot->index);
        return outlet_shows(&outlet, collective->services[service]);
    }
    if (slot->kind == SLOT_SERVICE)
        return slot->index == service;
    if (slot->kind == SLOT_HOSTER)
        return &collective->hosters[slot->index] == collective->services[service]->hoster;
    if (slot->kind == SLOT_KIND)
        return kind_has(&plan->kinds[slot->index], collective->services[service]);
    return slot->kind == SLOT_COLLECTIVE;
}

static bool is_gone(const struct site_plan *plan, const struct slot *slot,
                    const struct config *next)
{
    const struct collective *before = &plan->config->collective, *now = &next->collective;
    if (slot->kind == SLOT_ENTRANCE || slot->kind == SLOT_MISSING)
        return false;
    if (!outlet_speaks(now, slot->language))
        return true;
    if (slot->kind == SLOT_REGISTER)
        return !next->register_count;
    if (slot->kind == SLOT_HOSTER)
        return !collective_hoster(now, before->hosters[slot->index].id);
    if (slot->kind == SLOT_KIND)
        return !kind_is(now, plan->kinds[slot->index].slug);
    return slot->kind == SLOT_SERVICE &&
           !collective_service(now, before->services[slot->index]->key);
}

/* Services before their hosters: folders become empty. */
void site_plan_clear(const struct site_plan *plan, int folder, const struct config *next)
{
    const struct collective *before = &plan->config->collective;
    char path[SITE_PLAN_PATH_SIZE];
    for (size_t i = plan->slot_count; i-- > 0;) {
        const struct slot *slot = &plan->slots[i];
        if (slot->kind == SLOT_OUTPUTS) {
            struct outlet outlet = outlet_of(before, slot->scope, slot->index);
            outlet_remove(&outlet, folder, before, next);
        } else if (is_gone(plan, slot, next)) {
            site_plan_path(plan, slot, path);
            folder_remove(folder, path);
        }
    }
}
