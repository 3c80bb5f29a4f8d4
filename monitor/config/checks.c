#include "checks.h"

#include "options.h"
#include "software.h"
#include "software_url.h"
#include "text.h"
#include "unit.h"

#include <string.h>

static const struct section *const section = &sections[SECTION_CHECK];

void checks_times(const struct reader *reader, const struct node *map, const struct check *check)
{
    char timeout[UNIT_TEXT_SIZE], interval[UNIT_TEXT_SIZE];
    const struct node *culprit = node_at(map, "timeout");
    if (!culprit)
        culprit = node_at(map, "interval");
    if (culprit && check->timeout_ms > check->interval_ms)
        reader_fault(reader, culprit->place, "the timeout %s is longer than the interval %s",
                     unit_duration_text(check->timeout_ms, timeout),
                     unit_duration_text(check->interval_ms, interval));
}

static void check_address(const struct reader *reader, const struct node *node,
                          const struct check *check)
{
    if (!check->address || check->family == WISH_BOTH)
        return;
    bool is_ipv6 = strchr(check->address, ':');
    if (is_ipv6 != (check->family == WISH_IPV6))
        reader_fault(reader, node_at(node, "address")->place,
                     "the address %s is not %s, which family asks for", check->address,
                     family_wish_words[check->family]);
}

static const struct schema *probe_of(const struct reader *reader, const struct check *check)
{
    char scheme[VALUE_SCHEME_SIZE];
    return check->url ? reader->probes->options(value_scheme(check->url, scheme)) : NULL;
}

static void read_map(const struct reader *reader, const struct node *map, struct check *check)
{
    for (const struct node *child = map->first; child; child = child->next)
        reader_key(reader, section, child, check);
    reader_required(reader, &section->schema, map);
    checks_times(reader, map, check);
    check_address(reader, map, check);
}

static void read_check(const struct reader *reader, const struct check *defaults,
                       const struct node *node, struct check *check)
{
    *check = *defaults;
    schema_presets(&section->schema, check, reader->arena);
    if (node->kind == NODE_SCALAR)
        reader_scalar(reader, schema_find(&section->schema, "url"), value_probe_url, node, check);
    else if (reader_is(reader, node, NODE_MAP, "a check", NULL))
        read_map(reader, node, check);
    /* Without a probe no option can be judged, and the URL's fault is said already. */
    const struct schema *probe = probe_of(reader, check);
    if (probe)
        options_read(reader, &section->schema, probe, node, check);
}

static bool is_taken(const struct check *checks, size_t count, const char *id)
{
    for (size_t i = 0; i < count; i++)
        if (checks[i].id && strcmp(checks[i].id, id) == 0)
            return true;
    return false;
}

/* The scheme, then scheme-2, scheme-3: the first that no other check of the service has. */
static const char *free_id(const struct reader *reader, const struct check *checks, size_t count,
                           const char *url)
{
    char scheme[VALUE_SCHEME_SIZE], id[VALUE_SCHEME_SIZE + 8];
    text_copy(id, sizeof id, value_scheme(url ? url : "check", scheme));
    for (size_t number = 2; is_taken(checks, count, id); number++)
        text_format(id, sizeof id, "%s-%zu", scheme, number);
    return arena_text(reader->arena, id);
}

/* After all are read: an id that is given comes before one that is made up. */
static void name_checks(const struct reader *reader, struct check *checks, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!checks[i].id)
            checks[i].id = free_id(reader, checks, count, checks[i].url);
}

static void check_ids(const struct reader *reader, const struct node *list,
                      const struct check *checks)
{
    size_t i = 0;
    for (const struct node *node = list->first; node; node = node->next, i++)
        if (checks[i].id && is_taken(checks, i, checks[i].id))
            reader_fault(reader, node_at(node, "id")->place,
                         "another check of this service has the id \"%s\"", checks[i].id);
}

static void read_list(const struct reader *reader, const struct check *defaults,
                      const struct node *list, struct service *service)
{
    if (!list->count || list->count > CHECKS_PER_SERVICE) {
        reader_fault(reader, list->place,
                     list->count ? "a service may not have more than 64 checks"
                                 : "checks is empty: give one or remove the key");
        return;
    }
    struct check *checks = arena_array(reader->arena, list->count, sizeof *checks);
    size_t count = 0;
    for (const struct node *node = list->first; node; node = node->next)
        read_check(reader, defaults, node, &checks[count++]);
    check_ids(reader, list, checks);
    name_checks(reader, checks, count);
    service->checks = checks;
    service->check_count = count;
}

static void read_url(const struct reader *reader, const struct check *defaults,
                     const struct node *url, struct service *service)
{
    struct check *check = arena_alloc(reader->arena, sizeof *check);
    read_check(reader, defaults, url, check);
    name_checks(reader, check, 1);
    service->checks = check;
    service->check_count = 1;
}

/* Why a service with a software gets no better check than that of its url. */
static void note_page(const struct reader *reader, const struct node *place,
                      const struct service *service, const struct software *software)
{
    const char *nearest = software_nearest(reader->software, service->software);
    if (software)
        reader_note(reader, place->place, "only the url is checked: %s",
                    software->note ? software->note : "the checks of this software are for others");
    else
        reader_note(reader, place->place, "only the url is checked: \"%.80s\" is not known%s%s%s",
                    service->software, nearest ? ", did you mean \"" : "", nearest ? nearest : "",
                    nearest ? "\"?" : "");
}

static void read_software(const struct reader *reader, const struct check *defaults,
                          const struct node *map, struct service *service)
{
    const struct node *url = node_at(map, "url");
    const struct software *software =
        service->software ? software_find(reader->software, service->software) : NULL;
    if (software && software_checks(reader, software, defaults, url, service))
        return;
    if (service->software && software_url_is_page(service->url))
        note_page(reader, node_at(map, "software"), service, software);
    read_url(reader, defaults, url, service);
}

void checks_read(const struct reader *reader, const struct check *defaults, const struct node *map,
                 struct service *service)
{
    const struct node *list = node_at(map, "checks"), *url = node_at(map, "url");
    struct fault known; /* of a url that is no link: said where the url was read */
    if (reader_is(reader, list, NODE_LIST, "checks", "[\"https://example.org/\"]"))
        read_list(reader, defaults, list, service);
    else if (!list && service->url && value_link(service->url, reader->probes, &known) == 0)
        read_software(reader, defaults, map, service);
    else if (!list && !url)
        reader_fault(reader, map->place, "a service needs a url or checks");
}
