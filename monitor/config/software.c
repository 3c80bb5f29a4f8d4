#include "software.h"

#include "mem.h"
#include "options.h"
#include "software_name.h"
#include "software_url.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>

#define FALLBACK "fallback" /* the option of a probe that takes the page for what is not there */

static const struct section *const section = &sections[SECTION_SOFTWARE_CHECK];

/* ---- reading ---- */

static void read_check(const struct reader *reader, const struct node *node,
                       struct software_check *check)
{
    char scheme[VALUE_SCHEME_SIZE];
    *check = (struct software_check){0};
    schema_presets(&section->schema, check, reader->arena);
    if (!reader_is(reader, node, NODE_MAP, "a check of software", "{id: page, path: \"\"}"))
        return;
    for (const struct node *child = node->first; child; child = child->next)
        reader_key(reader, section, child, check);
    reader_required(reader, &section->schema, node);
    if (!check->path == !check->check.url)
        reader_fault(reader, node->place, "a check of software needs one of path and url");
    if (check->path)
        check->check.url = "https://" SOFTWARE_HOST "/";
    const char *url = check->check.url;
    const struct schema *probe = url ? reader->probes->options(value_scheme(url, scheme)) : NULL;
    if (probe)
        options_read(reader, &section->schema, probe, node, &check->check);
}

static void check_id(const struct reader *reader, const struct node *node,
                     const struct software_check *checks, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (checks[i].check.id && checks[count].check.id &&
            strcmp(checks[i].check.id, checks[count].check.id) == 0)
            reader_fault(reader, node_at(node, "id")->place,
                         "another check of this software has the id \"%s\"", checks[i].check.id);
}

static void read_checks(const struct reader *reader, const struct node *list,
                        struct software *software)
{
    if (!reader_is(reader, list, NODE_LIST, "checks", "[{id: page, path: \"\"}]"))
        return;
    if (list->count > SOFTWARE_CHECKS) {
        reader_fault(reader, list->place, "a software may not have more than %d checks",
                     SOFTWARE_CHECKS);
        return;
    }
    struct software_check *checks = arena_array(reader->arena, list->count, sizeof *checks);
    size_t count = 0;
    for (const struct node *node = list->first; node; node = node->next) {
        read_check(reader, node, &checks[count]);
        check_id(reader, node, checks, count);
        if (checks[count].check.id && checks[count].check.url)
            count++; /* else its fault is said, and a service may still ask for it */
    }
    software->checks = checks;
    software->check_count = count;
}

/* Of the name, then of the aliases. */
static const char *const *keys_of(const struct reader *reader, const struct software *software)
{
    size_t count = 0;
    char key[SOFTWARE_KEY_SIZE];
    while (software->aliases[count])
        count++;
    const char **keys = arena_array(reader->arena, count + 2, sizeof *keys);
    for (size_t i = 0; i <= count; i++)
        keys[i] = arena_text(reader->arena,
                             software_key(i ? software->aliases[i - 1] : software->name, key));
    return keys;
}

static void add(struct software_list *list, const struct software *software)
{
    void *entries = (void *)list->entries;
    mem_grow(&entries, &list->capacity, list->count + 1, sizeof *list->entries);
    list->entries = entries;
    list->entries[list->count++] = software;
}

static const struct software *find_key(const struct software_list *list, size_t first,
                                       const char *key)
{
    for (size_t i = list->count; i > first; i--)
        for (const char *const *known = list->entries[i - 1]->keys; *known; known++)
            if (strcmp(*known, key) == 0)
                return list->entries[i - 1];
    return NULL;
}

/* Within one file every name stands once; `first` is where the file begins. */
static void check_names(const struct reader *reader, const struct node *node,
                        const struct software_list *list, size_t first,
                        const struct software *software)
{
    for (const char *const *key = software->keys; *key; key++) {
        const struct software *other = find_key(list, first, *key);
        if (!**key)
            reader_fault(reader, node->place, "a name of software needs letters or digits");
        else if (other)
            reader_fault(reader, node->place, "\"%.80s\" is known by the name \"%s\", too",
                         other->name, *key);
    }
}

static void read_entry(struct software_list *list, const struct reader *reader,
                       const struct node *node, size_t first)
{
    struct software *software = arena_alloc(reader->arena, sizeof *software);
    if (!reader_section(reader, &sections[SECTION_SOFTWARE], node, software))
        return;
    software->aliases = reader_list(reader, &items[ITEM_ALIAS], node_at(node, "aliases"));
    read_checks(reader, node_at(node, "checks"), software);
    if (!software->name)
        return;
    if (!software->check_count && !software->note)
        reader_fault(reader, node->place, "a software without checks needs a note that says why");
    software->keys = keys_of(reader, software);
    check_names(reader, node, list, first, software);
    add(list, software);
}

void software_read(struct software_list *list, const struct reader *reader, const struct node *root)
{
    const struct node *entries = node_at(root, "software");
    size_t first = list->count;
    if (!reader_section(reader, &sections[SECTION_CATALOGUE], root, NULL) ||
        !reader_is(reader, entries, NODE_LIST, "software",
                   "[{name: Etherpad, checks: [{id: page, path: \"\"}]}]"))
        return;
    for (const struct node *node = entries->first; node; node = node->next)
        read_entry(list, reader, node, first);
}

void software_fini(struct software_list *list)
{
    free((void *)list->entries);
    *list = (struct software_list){0};
}

/* ---- finding ---- */

const struct software *software_find(const struct software_list *list, const char *name)
{
    char key[SOFTWARE_KEY_SIZE];
    const struct software *found = find_key(list, 0, software_key(name, key));
    return found || !software_name_cut(name, key) ? found : find_key(list, 0, key);
}

const char *software_nearest(const struct software_list *list, const char *name)
{
    char key[SOFTWARE_KEY_SIZE];
    size_t count = 0;
    for (size_t i = 0; i < list->count; i++)
        for (const char *const *known = list->entries[i]->keys; *known; known++)
            count++;
    const char **keys = mem_array(count, sizeof *keys);
    count = 0;
    for (size_t i = 0; i < list->count; i++)
        for (const char *const *known = list->entries[i]->keys; *known; known++)
            keys[count++] = *known;
    const char *nearest = text_nearest(software_key(name, key), keys, count);
    free(keys);
    return nearest ? find_key(list, 0, nearest)->name : NULL;
}

/* ---- filling in ---- */

static bool has_option(const struct check *check, const char *name)
{
    for (size_t i = 0; i < check->option_count; i++)
        if (strcmp(check->options[i].name, name) == 0)
            return true;
    return false;
}

/* A path may not be there: an old version, a proxy that hides it. Then the page must do. */
static void add_fallback(const struct reader *reader, const char *page, struct check *check)
{
    char scheme[VALUE_SCHEME_SIZE];
    const struct schema *probe = reader->probes->options(value_scheme(check->url, scheme));
    if (!probe || !schema_find(probe, FALLBACK) || has_option(check, FALLBACK))
        return;
    struct probe_option *options =
        arena_array(reader->arena, check->option_count + 1, sizeof *options);
    for (size_t i = 0; i < check->option_count; i++)
        options[i] = check->options[i];
    options[check->option_count++] = (struct probe_option){FALLBACK, page};
    check->options = options;
}

/* NULL when the check does not suit the url of the service. */
static const char *url_for(const struct reader *reader, const struct software_check *check,
                           const char *url)
{
    if (software_url_is_page(url))
        return check->path  ? software_url_below(reader->arena, url, check->path)
               : check->web ? software_url_beside(reader->arena, url, check->check.url)
                            : NULL;
    return check->path ? NULL : software_url_beside(reader->arena, url, check->check.url);
}

static void fill(const struct reader *reader, const struct software_check *from,
                 const struct check *defaults, const struct node *url, struct check *to)
{
    *to = *defaults;
    to->id = from->check.id;
    to->role = from->check.role;
    to->options = from->check.options;
    to->option_count = from->check.option_count;
    if (from->check.interval_ms > to->interval_ms)
        to->interval_ms = from->check.interval_ms;
    reader_scalar(reader, schema_find(&sections[SECTION_CHECK].schema, "url"), value_probe_url, url,
                  to);
}

/* Who gives dot:// for a DNS server says nothing of dns://; and what is only looked at besides is nothing by itself. */
static bool suits(const struct software *software, const char *url)
{
    size_t scheme = strcspn(url, ":") + 1;
    for (size_t i = 0; i < software->check_count; i++)
        if (software->checks[i].check.role == ROLE_ESSENTIAL &&
            strncmp(software->checks[i].check.url, url, scheme) == 0)
            return true;
    return software_url_is_page(url);
}

bool software_checks(const struct reader *reader, const struct software *software,
                     const struct check *defaults, const struct node *url, struct service *service)
{
    struct check *checks = arena_array(reader->arena, software->check_count, sizeof *checks);
    size_t count = 0;
    for (size_t i = 0; suits(software, service->url) && i < software->check_count; i++) {
        const struct software_check *from = &software->checks[i];
        struct node made = *url; /* so that a fault of it is told where the url stands */
        made.text = url_for(reader, from, service->url);
        if (!made.text)
            continue;
        fill(reader, from, defaults, &made, &checks[count]);
        if (checks[count].url && from->path && *from->path)
            add_fallback(reader, service->url, &checks[count]);
        count++;
    }
    service->checks = count ? checks : NULL;
    service->check_count = count;
    return count;
}
