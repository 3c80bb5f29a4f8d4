#include "chatonsinfos.h"

#include "figures.h"
#include "form.h"
#include "inspection.h"
#include "macros.h"
#include "rules.h"
#include "stamp.h"
#include "text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* One file being read. */
struct reading {
    const struct inspection *inspection;
    struct declaration *to;
    struct remarks *remarks;
};

/* ---- single values ---- */

/* Of the section that is named like the class: "federation.name", "service.name". */
static const struct {
    const char *tail;
    size_t offset;
} common[] = {
    {"name", offsetof(struct declaration, name)},
    {"description", offsetof(struct declaration, description)},
    {"website", offsetof(struct declaration, website)},
    {"logo", offsetof(struct declaration, logo)},
    {"contact.url", offsetof(struct declaration, contact_url)},
    {"contact.email", offsetof(struct declaration, contact_email)},
    {"legal.url", offsetof(struct declaration, legal_url)},
    {"guide.user", offsetof(struct declaration, guide_user)},
    {"guide.technical", offsetof(struct declaration, guide_technical)},
    {"startdate", offsetof(struct declaration, start)},
    {"enddate", offsetof(struct declaration, end)},
    {"status.description", offsetof(struct declaration, status_description)},
};

static const struct {
    const char *key;
    size_t offset;
} others[] = {
    {"file.protocol", offsetof(struct declaration, protocol)},
    {"file.generator", offsetof(struct declaration, generator)},
    {"file.datetime", offsetof(struct declaration, datetime)},
    {"organization.type", offsetof(struct declaration, type)},
    {"organization.owner.name", offsetof(struct declaration, owner)},
    {"organization.country.name", offsetof(struct declaration, country)},
    {"organization.country.code", offsetof(struct declaration, country_code)},
    {"organization.memberof.*.startdate", offsetof(struct declaration, member_since)},
    {"organization.memberof.*.enddate", offsetof(struct declaration, member_until)},
    {"service.registration", offsetof(struct declaration, registration)},
    {"service.registration.load", offsetof(struct declaration, registration_load)},
    {"service.install.type", offsetof(struct declaration, install_type)},
    {"software.name", offsetof(struct declaration, software)},
    {"software.website", offsetof(struct declaration, software_website)},
    {"software.version", offsetof(struct declaration, software_version)},
    {"software.license.name", offsetof(struct declaration, software_license)},
    {"host.name", offsetof(struct declaration, host)},
    {"host.server.type", offsetof(struct declaration, host_kind)},
    {"host.server.distribution", offsetof(struct declaration, host_system)},
    {"host.provider.type", offsetof(struct declaration, host_place)},
    {"host.country.code", offsetof(struct declaration, host_country_code)},
};

/* Of a key with *, the first one that says anything. */
static const char *value_of(const struct reading *reading, const char *key)
{
    if (!strchr(key, '*'))
        return inspection_value(reading->inspection, key, NULL);
    const struct ontology_row *row = ontology_find(reading->inspection->ontology, key);
    const struct inspection_entry *entry = row ? inspection_of_row(reading->inspection, row) : NULL;
    return entry ? entry->value : NULL;
}

static void take(const struct reading *reading, const char *key, size_t offset)
{
    const char **field = (const char **)(void *)((char *)reading->to + offset);
    *field = arena_text(&reading->to->arena, value_of(reading, key));
}

static int take_word(const struct reading *reading, const char *key, const char *const *words)
{
    const char *meaning = value_of(reading, key);
    for (int i = 0; meaning && words[i]; i++)
        if (strcmp(words[i], meaning) == 0)
            return i;
    return 0;
}

static double take_degrees(const struct reading *reading, const char *key)
{
    double degrees = NAN;
    const char *text = value_of(reading, key);
    return text && form_number(text, &degrees) ? degrees : NAN;
}

static void take_values(const struct reading *reading)
{
    struct declaration *to = reading->to;
    char id[FORM_ID_SIZE], key[PROPERTIES_KEY_MAX];
    text_format(key, sizeof key, "%s.", class_words[to->class]);
    size_t stem = strlen(key);
    for (size_t i = 0; i < ARRAY_LEN(common); i++) {
        text_copy(key + stem, sizeof key - stem, common[i].tail);
        take(reading, key, common[i].offset);
    }
    for (size_t i = 0; i < ARRAY_LEN(others); i++)
        take(reading, others[i].key, others[i].offset);
    to->status = (enum presence)take_word(reading, "organization.status.level", presence_words);
    to->membership =
        (enum presence)take_word(reading, "organization.memberof.*.status.level", presence_words);
    to->state = (enum declared_state)take_word(reading, "service.status.level", declared_words);
    to->latitude = take_degrees(reading, "organization.geolocation.latitude");
    to->longitude = take_degrees(reading, "organization.geolocation.longitude");
    if (to->name && form_id(to->name, id))
        to->id = arena_text(&to->arena, id);
}

/* ---- lists ---- */

static const char subs_prefix[] = "subs.";

static int by_url(const void *left, const void *right)
{
    const struct declaration_sub *const *a = left, *const *b = right;
    int difference = strcmp((*a)->url, (*b)->url);
    return difference ? difference : ((*a)->line > (*b)->line) - ((*a)->line < (*b)->line);
}

static void tell_doubles(const struct reading *reading)
{
    const struct declaration_sub *sorted[DECLARATION_SUBS_MAX];
    size_t count = reading->to->sub_count;
    for (size_t i = 0; i < count; i++)
        sorted[i] = &reading->to->subs[i];
    qsort(sorted, count, sizeof sorted[0], by_url);
    for (size_t i = 1; i < count; i++)
        if (strcmp(sorted[i]->url, sorted[i - 1]->url) == 0) {
            char key[PROPERTIES_KEY_MAX], before[PROPERTIES_KEY_MAX];
            text_format(key, sizeof key, "subs.%s", sorted[i]->name);
            text_format(before, sizeof before, "subs.%s", sorted[i - 1]->name);
            remarks_add(reading->remarks, REMARK_sub_twice, sorted[i]->line, key, NULL, before);
        }
}

/* The name is what stands before a colon: some keys have an address in them. */
static struct declaration_sub sub_of(const struct reading *reading, size_t index)
{
    const struct property *property = &reading->inspection->properties->list[index];
    const char *name = property->key + strlen(subs_prefix);
    struct arena *arena = &reading->to->arena;
    return (struct declaration_sub){arena_bytes(arena, name, strcspn(name, ":")),
                                    arena_text(arena, reading->inspection->entries[index].value),
                                    property->line};
}

static void take_subs(const struct reading *reading)
{
    const struct properties *properties = reading->inspection->properties;
    struct declaration_sub *subs = NULL;
    size_t count = 0;
    for (size_t i = 0; i < properties->count; i++) {
        if (!text_starts(properties->list[i].key, subs_prefix) ||
            !reading->inspection->entries[i].value)
            continue;
        if (!subs)
            subs = arena_array(&reading->to->arena, DECLARATION_SUBS_MAX, sizeof *subs);
        if (count == DECLARATION_SUBS_MAX) {
            remarks_add(reading->remarks, REMARK_subs_many, properties->list[i].line, NULL, NULL,
                        "200");
            break;
        }
        subs[count++] = sub_of(reading, i);
    }
    reading->to->subs = subs;
    reading->to->sub_count = count;
    tell_doubles(reading);
}

static bool is_figures(const struct property *property)
{
    return text_starts(property->key, "metrics.") && !figures_is_label(property->key);
}

static void take_figures(const struct reading *reading, int year_now)
{
    const struct properties *properties = reading->inspection->properties;
    struct declaration *to = reading->to;
    size_t count = 0;
    for (size_t i = 0; i < properties->count; i++)
        count += is_figures(&properties->list[i]);
    struct declaration_figures *figures = arena_array(&to->arena, count, sizeof *figures);
    for (size_t i = 0; i < properties->count; i++)
        if (is_figures(&properties->list[i]) &&
            figures_read(&properties->list[i], year_now, &to->arena, &figures[to->figures_count],
                         reading->remarks))
            to->figures_count++;
    to->figures = figures;
}

/* A file leads to others, or it leads nowhere. */
static void judge_lists(const struct reading *reading)
{
    const struct declaration *to = reading->to;
    if (to->class == CLASS_FEDERATION && !to->sub_count)
        remarks_add(reading->remarks, REMARK_no_subs, 1, NULL, NULL, NULL);
    if (to->class == CLASS_ORGANIZATION && !to->sub_count)
        remarks_add(reading->remarks, REMARK_no_services, 1, NULL, NULL, NULL);
    if (to->class == CLASS_METRICS && !to->figures_count)
        remarks_add(reading->remarks, REMARK_no_metrics, 1, NULL, NULL, NULL);
}

static int year_of(struct wall now)
{
    char stamp[STAMP_SIZE];
    return (int)strtol(stamp_seconds(wall_seconds(now), stamp), NULL, 10);
}

static void read_file(const struct reading *reading, struct wall now)
{
    struct declaration *to = reading->to;
    rules_judge(reading->inspection, to->class, now, reading->remarks);
    take_values(reading);
    take_subs(reading);
    if (to->class == CLASS_METRICS)
        take_figures(reading, year_of(now));
    if (to->class != CLASS_METRICS && reading->inspection->properties->bytes > PROPERTIES_FILE_MAX)
        remarks_add(reading->remarks, REMARK_too_large, 1, NULL, NULL, "64 KiB");
    judge_lists(reading);
}

void chatonsinfos_read(const struct properties *properties, const struct ontology *ontology,
                       enum file_class expected, struct wall now, struct declaration *ret,
                       struct remarks *remarks)
{
    struct arena arena = {0};
    struct inspection inspection;
    *ret = (struct declaration){.latitude = NAN, .longitude = NAN};
    if (!properties->count)
        return;
    inspection_run(&inspection, properties, ontology, &arena, remarks);
    struct reading reading = {&inspection, ret, remarks};
    ret->class = rules_class(&inspection, expected, remarks);
    if (ret->class != CLASS_UNKNOWN)
        read_file(&reading, now);
    remarks_sort(remarks);
    arena_free(&arena);
}
