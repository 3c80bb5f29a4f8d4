#include "draft.h"

#include "alerts.h"
#include "checks.h"
#include "hoster.h"
#include "mem.h"
#include "registers.h"

#include <stdlib.h>
#include <string.h>

struct reader draft_reader(const struct draft *draft, const char *file)
{
    return (struct reader){.file = file,
                           .arena = &draft->config->arena,
                           .faults = draft->faults,
                           .notes = &draft->config->notes,
                           .probes = draft->probes,
                           .software = &draft->software,
                           .alerts = &draft->config->alerts};
}

void draft_init(struct draft *draft, const struct config_probes *probes, struct fault_list *faults)
{
    *draft = (struct draft){.config = mem_zalloc(sizeof *draft->config),
                            .probes = probes,
                            .faults = faults,
                            .earlier_faults = faults->count};
    if (probes->software)
        draft_software(draft, "etc/software.yaml (built in)", probes->software,
                       strlen(probes->software));
}

void draft_fini(struct draft *draft)
{
    free(draft->hosters);
    software_fini(&draft->software);
    arena_free(&draft->tree);
    roster_fini(&draft->roster);
    landmarks_fini(&draft->hoster_ids);
    landmarks_fini(&draft->service_keys);
    landmarks_fini(&draft->children);
    config_free(draft->config);
    draft->config = NULL;
}

static const char *const *default_languages(struct arena *arena)
{
    const char **languages = arena_array(arena, 3, sizeof *languages);
    languages[0] = "fr";
    languages[1] = "en";
    return languages;
}

static void check_languages(const struct reader *reader, const struct node *node,
                            const char *const *languages)
{
    if (!languages[0])
        reader_fault(reader, node->place, "languages needs at least one language");
    for (size_t i = 0; languages[i]; i++)
        for (size_t j = 0; j < i; j++)
            if (strcmp(languages[i], languages[j]) == 0)
                reader_fault(reader, node->place, "languages has \"%s\" twice", languages[i]);
}

static bool speaks(const char *const *known, const char *language)
{
    while (known && *known && strcmp(*known, language) != 0)
        known++;
    return !known || *known;
}

static void check_spoken(const struct reader *reader, const struct node *node,
                         const char *const *languages)
{
    for (size_t i = 0; languages[i]; i++)
        if (!speaks(reader->probes->languages, languages[i]))
            reader_fault(reader, node->place, "the pages do not speak \"%s\" yet; give others",
                         languages[i]);
}

static void read_collective(struct draft *draft, const struct reader *reader,
                            const struct node *node)
{
    struct collective *collective = &draft->config->collective;
    const struct node *languages = node_at(node, "languages");
    reader_section(reader, &sections[SECTION_COLLECTIVE], node, collective);
    collective->languages = languages ? reader_list(reader, &items[ITEM_LANGUAGE], languages)
                                      : default_languages(reader->arena);
    if (languages && languages->kind == NODE_LIST)
        check_languages(reader, languages, collective->languages);
    check_spoken(reader, languages ? languages : node, collective->languages);
}

static void read_vantage(struct config *config, const struct reader *reader,
                         const struct node *node)
{
    reader_section(reader, &sections[SECTION_VANTAGE], node, &config->collective);
    config->addresses = reader_list(reader, &items[ITEM_ADDRESS], node_at(node, "addresses"));
}

static void read_defaults(struct draft *draft, const struct reader *reader, const struct node *node)
{
    static const int64_t presets[] = {5000, 10000, 20000, 0};
    const struct node *list = node_at(node, "recheck");
    struct config *config = draft->config;
    reader_section(reader, &sections[SECTION_DEFAULTS], node, &draft->defaults);
    checks_times(reader, node, &draft->defaults.check);
    config->interval_ms = draft->defaults.check.interval_ms;
    config->timeout_ms = draft->defaults.check.timeout_ms;
    config->slow_ms = draft->defaults.check.slow_ms;
    config->incident_after_ms = draft->defaults.incident_after_ms;
    config->rechecks_ms = list ? reader_list(reader, &items[ITEM_RECHECK], list) : presets;
    for (size_t i = 0; config->rechecks_ms[i] && config->rechecks_ms[i + 1]; i++)
        if (config->rechecks_ms[i] >= config->rechecks_ms[i + 1]) {
            reader_fault(reader, list->place,
                         "recheck must rise: each is counted from the same result");
            break;
        }
}

static void read_patterns(const struct reader *reader, const struct node *list,
                          struct include_list *ret)
{
    const struct item *item = &items[ITEM_INCLUDE];
    if (!reader_is(reader, list, NODE_LIST, list ? list->key : NULL, item->row.example))
        return;
    ret->list = arena_array(reader->arena, list->count, sizeof *ret->list);
    for (const struct node *node = list->first; node; node = node->next) {
        struct include *include = &ret->list[ret->count];
        include->place = node->place;
        if (reader_scalar(reader, &item->row, item->rule, node, &include->pattern))
            ret->count++;
    }
}

static void read_own_hosters(struct draft *draft)
{
    struct reader reader = draft_reader(draft, draft->config->file);
    const struct node *list = draft->own_hosters;
    draft->own_hosters = NULL;
    if (list)
        reader.language = draft->config->collective.languages[0];
    if (reader_is(&reader, list, NODE_LIST, "hosters", NULL))
        for (const struct node *node = list->first; node; node = node->next)
            hoster_read(draft, &reader, node);
    arena_free(&draft->tree);
}

static void read_network(struct draft *draft, const struct reader *reader, const struct node *root)
{
    const struct node *node = node_at(root, "network");
    struct config *config = draft->config;
    reader_section(reader, &sections[SECTION_NETWORK], node, config);
    config->allow = reader_list(reader, &items[ITEM_ALLOW], node_at(node, "allow"));
    config->resolvers = reader_list(reader, &items[ITEM_RESOLVER], node_at(node, "resolvers"));
    config->sentinels = reader_list(reader, &items[ITEM_SENTINEL], node_at(root, "sentinels"));
}

/* Who is asked has to get the question, and a link to answer it by. */
static void check_contacts(const struct config *config, const struct reader *reader,
                           const struct node *alerts)
{
    const struct node *node = node_at(alerts, "contacts");
    if (!config->alerts.contacts)
        return;
    if (!config->alerts.mail)
        reader_fault(reader, node->place,
                     "contacts are asked by mail, and it is not said how mail goes: give alerts: "
                     "{mail: {from: vibrisse@exemple.example}}");
    if (!config->collective.address)
        reader_fault(reader, node->place,
                     "contacts answer by a link to the site, and it is not said where visitors "
                     "find it: give collective: {address: \"https://statut.exemple.example/\"}");
}

static void read_main(struct draft *draft, const struct reader *reader, const struct node *root)
{
    struct config *config = draft->config;
    if (!reader_section(reader, &sections[SECTION_MAIN], root, config))
        return;
    read_collective(draft, reader, node_at(root, "collective"));
    read_vantage(config, reader, node_at(root, "vantage"));
    read_defaults(draft, reader, node_at(root, "defaults"));
    read_network(draft, reader, root);
    reader_section(reader, &sections[SECTION_SERIES], node_at(root, "series"), config);
    registers_read(reader, node_at(root, "register"), config);
    alerts_read(reader, node_at(root, "alerts"));
    check_contacts(config, reader, node_at(root, "alerts"));
    read_patterns(reader, node_at(root, "include"), &draft->includes);
    read_patterns(reader, node_at(root, "software"), &draft->software_files);
    draft->own_hosters = node_at(root, "hosters");
}

void draft_main(struct draft *draft, const char *file, const char *bytes, size_t length)
{
    draft->config->file = arena_text(&draft->config->arena, file);
    struct reader reader = draft_reader(draft, draft->config->file);
    const struct node *root = document_read(file, bytes, length, &draft->tree, draft->faults);
    if (root)
        read_main(draft, &reader, root);
}

void draft_software(struct draft *draft, const char *file, const char *bytes, size_t length)
{
    struct arena tree = {0};
    struct reader reader = draft_reader(draft, arena_text(&draft->config->arena, file));
    const struct node *root = document_read(file, bytes, length, &tree, draft->faults);
    if (root)
        software_read(&draft->software, &reader, root);
    arena_free(&tree);
}

void draft_members(struct draft *draft, const char *file, const char *bytes, size_t length)
{
    roster_read(draft, arena_text(&draft->config->arena, file), bytes, length);
}

void draft_hoster(struct draft *draft, const char *file, const char *bytes, size_t length)
{
    read_own_hosters(draft);
    struct arena tree = {0};
    struct reader reader = draft_reader(draft, arena_text(&draft->config->arena, file));
    const char *const *languages = draft->config->collective.languages;
    reader.language = languages ? languages[0] : NULL;
    const struct node *root = document_read(file, bytes, length, &tree, draft->faults);
    if (root)
        hoster_read(draft, &reader, root);
    arena_free(&tree);
}

static int compare_hosters(const void *left, const void *right)
{
    return strcmp((*(struct hoster *const *)left)->id, (*(struct hoster *const *)right)->id);
}

static int compare_services(const void *left, const void *right)
{
    return strcmp((*(const struct service *const *)left)->key,
                  (*(const struct service *const *)right)->key);
}

/* The final copy of a hoster: its services point to it. */
static void settle(struct draft *draft, const struct hoster *from, struct hoster *to,
                   const struct service **index)
{
    struct service *services =
        arena_array(&draft->config->arena, from->service_count, sizeof *services);
    *to = *from;
    to->services = services;
    for (size_t i = 0; i < from->service_count; i++) {
        services[i] = from->services[i];
        services[i].hoster = to;
        index[i] = &services[i];
    }
}

static void assemble(struct draft *draft)
{
    struct collective *collective = &draft->config->collective;
    struct arena *arena = &draft->config->arena;
    struct hoster *hosters = arena_array(arena, draft->hoster_count, sizeof *hosters);
    const struct service **index = arena_array(arena, draft->service_keys.count, sizeof *index);
    if (draft->hoster_count)
        qsort(draft->hosters, draft->hoster_count, sizeof *draft->hosters, compare_hosters);
    for (size_t i = 0; i < draft->hoster_count; i++) {
        settle(draft, draft->hosters[i], &hosters[i], index + collective->service_count);
        collective->service_count += hosters[i].service_count;
    }
    qsort(index, collective->service_count, sizeof *index, compare_services);
    collective->hosters = hosters;
    collective->hoster_count = draft->hoster_count;
    collective->services = index;
}

static const struct service *parent_of(const struct collective *collective,
                                       const struct service *service)
{
    return service->parent ? collective_service(collective, service->parent) : NULL;
}

static bool hangs_on_itself(const struct collective *collective, const struct service *service)
{
    const struct service *parent = service;
    for (size_t i = 0; parent && i <= collective->service_count; i++) {
        parent = parent_of(collective, parent);
        if (parent == service)
            return true;
    }
    return false;
}

static void check_parent(struct draft *draft, const struct landmark *child,
                         const struct service *service)
{
    const struct collective *collective = &draft->config->collective;
    /* What a register does not have today it may have tomorrow. */
    struct fault_list *list = draft->config->register_count ? &draft->config->notes : draft->faults;
    if (!parent_of(collective, service))
        fault_list_add(list, child->file, child->place.line, child->place.column,
                       "parent: there is no service \"%.140s\"", service->parent);
    else if (hangs_on_itself(collective, service))
        fault_list_add(draft->faults, child->file, child->place.line, child->place.column,
                       "parent: %.140s would hang on itself", service->key);
}

/* What hangs on what can only be judged when all services are there. */
static void check_parents(struct draft *draft)
{
    for (size_t i = 0; i < draft->children.count; i++) {
        const struct landmark *child = &draft->children.list[i];
        const struct service *service = collective_service(&draft->config->collective, child->name);
        if (service) /* else its hoster was left out */
            check_parent(draft, child, service);
    }
}

int draft_finish(struct draft *draft, struct config **ret)
{
    read_own_hosters(draft);
    roster_take_rest(draft);
    landmarks_check(&draft->hoster_ids, "hoster", draft->faults);
    landmarks_check(&draft->service_keys, "service", draft->faults);
    if (!draft->hoster_count && !draft->config->register_count &&
        draft->faults->count == draft->earlier_faults)
        fault_list_add(
            draft->faults, draft->config->file, 1, 1,
            "no hoster is given: describe one in a file that include names, or below hosters");
    if (draft->faults->count > draft->earlier_faults)
        return -1;
    assemble(draft);
    check_parents(draft);
    if (draft->faults->count > draft->earlier_faults)
        return -1;
    *ret = draft->config;
    draft->config = NULL;
    return 0;
}
