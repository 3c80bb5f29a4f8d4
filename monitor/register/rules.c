#include "rules.h"

#include "form.h"
#include "macros.h"
#include "stamp.h"
#include "text.h"

#include <string.h>
#include <strings.h>

enum { DAY_S = 86400 };

/* ---- class ---- */

static enum file_class section_of(const struct inspection *inspection, size_t place)
{
    const struct ontology_row *row = inspection->entries[place].row;
    return row ? row->section
               : ontology_section_class(inspection->ontology,
                                        inspection->properties->list[place].key);
}

static enum file_class shown_class(const struct inspection *inspection)
{
    size_t counts[CLASS_COUNT] = {0};
    enum file_class most = CLASS_UNKNOWN;
    for (size_t i = 0; i < inspection->properties->count; i++) {
        enum file_class class = section_of(inspection, i);
        if (class != CLASS_UNKNOWN && ++counts[class] > counts[most])
            most = class;
    }
    return most;
}

static bool is_foreign(const struct inspection *inspection)
{
    for (size_t i = 0; i < inspection->properties->count; i++)
        if (inspection->entries[i].row ||
            ontology_knows_section(inspection->ontology, inspection->properties->list[i].key))
            return false;
    return true;
}

/* The class that was probably meant, or else the one that the keys show. */
static enum file_class mend_class(const char *written, size_t line, enum file_class shown,
                                  struct remarks *remarks)
{
    enum file_class meant = CLASS_UNKNOWN;
    const char *near = text_nearest(written, class_words + 1, CLASS_COUNT - 1);
    if (near && class_parse(near, &meant))
        remarks_add(remarks, REMARK_misspelt_class, line, NULL, written, near);
    else
        remarks_add(remarks, REMARK_unknown_class, line, NULL, written,
                    "federation, organization, service, metrics, device");
    return meant != CLASS_UNKNOWN ? meant : shown;
}

static enum file_class said_class(const struct inspection *inspection, size_t *ret_line,
                                  struct remarks *remarks)
{
    enum file_class class, shown = shown_class(inspection);
    const char *written = inspection_value(inspection, "file.class", ret_line);
    if (written && class_parse(written, &class))
        return class;
    if (written)
        return mend_class(written, *ret_line, shown, remarks);
    remarks_add(remarks, shown != CLASS_UNKNOWN ? REMARK_no_class : REMARK_class_missing, *ret_line,
                NULL, NULL, class_words[shown]);
    return shown;
}

bool rules_belongs(enum file_class class, enum file_class expected)
{
    return expected == CLASS_UNKNOWN || class == expected ||
           (expected == CLASS_SERVICE && class == CLASS_METRICS);
}

enum file_class rules_class(const struct inspection *inspection, enum file_class expected,
                            struct remarks *remarks)
{
    size_t line;
    if (is_foreign(inspection)) {
        remarks_add(remarks, REMARK_foreign, 1, NULL, NULL, NULL);
        return CLASS_UNKNOWN;
    }
    enum file_class class = said_class(inspection, &line, remarks);
    if (class != CLASS_UNKNOWN && !rules_belongs(class, expected))
        remarks_add(remarks, REMARK_wrong_class, line, NULL, class_words[class],
                    class_words[expected]);
    return class;
}

/* ---- what is missing, what is out of place ---- */

static bool fits(const struct inspection *inspection, size_t place, enum file_class class)
{
    const struct ontology_row *row = inspection->entries[place].row;
    return row ? row->fits & 1u << class
               : ontology_fits(inspection->ontology, class,
                               inspection->properties->list[place].key);
}

static void judge_places(const struct inspection *inspection, enum file_class class,
                         struct remarks *remarks)
{
    for (size_t i = 0; i < inspection->properties->count; i++) {
        const struct property *property = &inspection->properties->list[i];
        if (!fits(inspection, i, class))
            remarks_add(remarks, REMARK_section, property->line, property->key, NULL,
                        class_words[class]);
    }
}

/* With what * stands for. */
static void named_key(const struct inspection *inspection, const char *key,
                      char to[PROPERTIES_KEY_MAX])
{
    const char *star = strchr(key, '*');
    if (star)
        text_format(to, PROPERTIES_KEY_MAX, "%.*s%s%s", (int)(star - key), key,
                    inspection->ontology->federation, star + 1);
    else
        text_copy(to, PROPERTIES_KEY_MAX, key);
}

static void judge_missing(const struct inspection *inspection, const struct ontology_row *row,
                          struct remarks *remarks)
{
    static const enum remark_kind kinds[] = {[NEED_WISHED] = REMARK_wished,
                                             [NEED_MANDATORY] = REMARK_mandatory,
                                             [NEED_REQUIRED] = REMARK_required};
    char key[PROPERTIES_KEY_MAX];
    named_key(inspection, row->key, key);
    const struct property *empty = properties_find(inspection->properties, key);
    if (empty && row->need == NEED_WISHED) /* whoever writes it down empty has thought of it */
        return;
    remarks_add(remarks, kinds[row->need], empty ? empty->line : 1, key, NULL, NULL);
}

static void judge_needs(const struct inspection *inspection, enum file_class class,
                        struct remarks *remarks)
{
    const struct ontology *ontology = inspection->ontology;
    for (size_t i = 0; i < ontology->row_count; i++) {
        const struct ontology_row *row = &ontology->rows[i];
        /* What is there and cannot be read was told as such. */
        if (row->need == NEED_OPTIONAL || !(row->fits & 1u << class) || row->form == FORM_CLASS ||
            inspection->rows[i].given)
            continue;
        judge_missing(inspection, row, remarks);
    }
}

/* ---- dates ---- */

/* A stretch of time and the status that goes with it. */
struct stretch {
    enum file_class class;
    const char *start, *end, *status;
    const char *over; /* the meaning of the status after its end */
};

static const struct stretch stretches[] = {
    {CLASS_FEDERATION, "federation.startdate", "federation.enddate", NULL, NULL},
    {CLASS_ORGANIZATION, "organization.startdate", "organization.enddate",
     "organization.status.level", "away"},
    {CLASS_ORGANIZATION, "organization.memberof.*.startdate", "organization.memberof.*.enddate",
     "organization.memberof.*.status.level", "away"},
    {CLASS_SERVICE, "service.startdate", "service.enddate", "service.status.level", "over"},
};

/* The first entry of a key, in which * stands for any name. */
static const struct inspection_entry *entry_of(const struct inspection *inspection, const char *key)
{
    const struct ontology_row *row = key ? ontology_find(inspection->ontology, key) : NULL;
    return row ? inspection_of_row(inspection, row) : NULL;
}

static void find_at(const struct inspection *inspection, const struct inspection_entry *entry,
                    enum remark_kind kind, const char *value, const char *other,
                    struct remarks *remarks)
{
    const struct property *property = inspection_property(inspection, entry);
    remarks_add(remarks, kind, property->line, property->key, value, other);
}

static void judge_end(const struct inspection *inspection, const struct stretch *stretch,
                      int64_t today, struct remarks *remarks)
{
    const struct inspection_entry *end = entry_of(inspection, stretch->end);
    const struct inspection_entry *status = entry_of(inspection, stretch->status);
    if (!status)
        return;
    const char *written = inspection_property(inspection, status)->value;
    bool is_over = strcmp(status->value, stretch->over) == 0;
    if (end && !is_over && form_day(end->value) < today)
        find_at(inspection, end, REMARK_end_active, end->value, written, remarks);
    if (!end && is_over) {
        char key[PROPERTIES_KEY_MAX];
        named_key(inspection, stretch->end, key);
        remarks_add(remarks, REMARK_end_missing, inspection_property(inspection, status)->line, key,
                    written, NULL);
    }
}

static void judge_stretch(const struct inspection *inspection, const struct stretch *stretch,
                          int64_t today, struct remarks *remarks)
{
    const struct inspection_entry *start = entry_of(inspection, stretch->start);
    const struct inspection_entry *end = entry_of(inspection, stretch->end);
    if (start && form_day(start->value) > today)
        find_at(inspection, start, REMARK_future, start->value, NULL, remarks);
    if (start && end && strcmp(end->value, start->value) < 0)
        find_at(inspection, end, REMARK_end_first, end->value, start->value, remarks);
    judge_end(inspection, stretch, today, remarks);
}

/* A day of grace: the time has no zone. */
static void judge_file_time(const struct inspection *inspection, struct wall now,
                            struct remarks *remarks)
{
    char latest[STAMP_SIZE];
    size_t line;
    const char *time = inspection_value(inspection, "file.datetime", &line);
    stamp_seconds(wall_seconds(now) + DAY_S, latest);
    if (time && strncmp(time, latest, FORM_TIME_SIZE - 1) > 0)
        remarks_add(remarks, REMARK_future, line, "file.datetime", time, NULL);
}

/* ---- pairs ---- */

static bool is_among(const char *const *words, const char *meaning)
{
    for (; *words; words++)
        if (strcasecmp(*words, meaning) == 0)
            return true;
    return false;
}

static void judge_pair(const struct inspection *inspection, const struct ontology_pair *pair,
                       struct remarks *remarks)
{
    size_t line;
    const char *first = inspection_value(inspection, pair->first, NULL);
    const char *second = inspection_value(inspection, pair->second, &line);
    if (!first || !second || strcasecmp(first, pair->value) != 0 || is_among(pair->others, second))
        return;
    char with[PROPERTIES_KEY_MAX];
    text_format(with, sizeof with, "%s = %s", pair->first,
                properties_value(inspection->properties, pair->first));
    remarks_add(remarks, REMARK_combination, line, pair->second,
                properties_value(inspection->properties, pair->second), with);
}

void rules_judge(const struct inspection *inspection, enum file_class class, struct wall now,
                 struct remarks *remarks)
{
    int64_t today = wall_seconds(now) / DAY_S;
    judge_places(inspection, class, remarks);
    judge_needs(inspection, class, remarks);
    judge_file_time(inspection, now, remarks);
    for (size_t i = 0; i < ARRAY_LEN(stretches); i++)
        if (stretches[i].class == class)
            judge_stretch(inspection, &stretches[i], today, remarks);
    for (size_t i = 0; i < inspection->ontology->pair_count; i++)
        judge_pair(inspection, &inspection->ontology->pairs[i], remarks);
}
