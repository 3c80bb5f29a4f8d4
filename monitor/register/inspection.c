#include "inspection.h"

#include "form.h"
#include "text.h"
#include "weblink.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { WORDS_MAX = 16 }; /* no format has as many */

/* One entry under inspection. */
struct view {
    const struct property *property;
    const struct ontology_row *row;
    struct arena *arena;
    struct remarks *remarks;
};

static void find(const struct view *view, enum remark_kind kind, const char *value,
                 const char *other)
{
    remarks_add(view->remarks, kind, view->property->line, view->property->key, value, other);
}

/* ---- forms ---- */

static const char *read_text(const struct view *view)
{
    const char *text = form_text(view->property->value, view->arena);
    return *text ? text : NULL;
}

static const char *read_weblink(const struct view *view)
{
    const char *text = view->property->value;
    struct weblink link = view->row->form == FORM_LINK ? weblink_read_any(text, view->arena)
                                                       : weblink_read(text, view->arena);
    for (size_t i = 0; i < link.fault_count; i++)
        find(view, link.faults[i], text, link.url);
    return link.url;
}

static const char *read_email(const struct view *view)
{
    const char *text = view->property->value;
    if (strncasecmp(text, "mailto:", strlen("mailto:")) == 0) {
        find(view, REMARK_mailto, text, NULL);
        text += strlen("mailto:");
    }
    if (form_email(text))
        return text;
    find(view, REMARK_email, text, NULL);
    return NULL;
}

static const char *read_date(const struct view *view)
{
    char date[FORM_DATE_SIZE];
    const char *text = view->property->value;
    if (!form_date(text, date)) {
        find(view, REMARK_date, text, NULL);
        return NULL;
    }
    if (strcmp(date, text) != 0)
        find(view, REMARK_date_form, text, date);
    return arena_text(view->arena, date);
}

static const char *read_datetime(const struct view *view)
{
    char time[FORM_TIME_SIZE];
    const char *text = view->property->value;
    if (!form_datetime(text, time)) {
        find(view, REMARK_datetime, text, NULL);
        return NULL;
    }
    if (!text_starts(text, time) || (text[strlen(time)] && strcmp(text + strlen(time), "Z") != 0))
        find(view, REMARK_datetime_form, text, time);
    return arena_text(view->arena, time);
}

static const char *read_degrees(const struct view *view)
{
    double degrees;
    const char *text = view->property->value;
    double most = view->row->form == FORM_LATITUDE ? 90 : 180;
    if (!form_number(text, &degrees)) {
        find(view, REMARK_decimal, text, NULL);
        return NULL;
    }
    if (degrees > most || degrees < -most) {
        find(view, REMARK_range, text, most > 90 ? "180" : "90");
        return NULL;
    }
    return arena_printf(view->arena, "%.10g", degrees);
}

static const char *read_number(const struct view *view)
{
    double number;
    if (form_number(view->property->value, &number))
        return arena_printf(view->arena, "%.10g", number);
    find(view, REMARK_number, view->property->value, NULL);
    return NULL;
}

static const char *read_country(const struct view *view)
{
    char code[3];
    if (form_country(view->property->value, code))
        return arena_text(view->arena, code);
    find(view, REMARK_country, view->property->value, NULL);
    return NULL;
}

/* The words of a row, to be read. */
static const char *list_words(const struct view *view)
{
    const char *list = view->row->words[0];
    for (size_t i = 1; i < view->row->word_count; i++)
        list = arena_printf(view->arena, "%s, %s", list, view->row->words[i]);
    return list;
}

static char *upper(struct arena *arena, const char *text)
{
    char *copy = arena_text(arena, text);
    for (char *c = copy; *c; c++)
        if (*c >= 'a' && *c <= 'z')
            *c = (char)(*c - ('a' - 'A'));
    return copy;
}

/* -1 and a remark when it is none. Words are compared in capitals, as most are written. */
static int read_one_word(const struct view *view, const char *word)
{
    int index = ontology_word(view->row, word);
    if (index >= 0)
        return index;
    const char **capitals = arena_array(view->arena, view->row->word_count, sizeof *capitals);
    for (size_t i = 0; i < view->row->word_count; i++)
        capitals[i] = upper(view->arena, view->row->words[i]);
    const char *near = strlen(word) > 2
                           ? text_nearest(upper(view->arena, word), capitals, view->row->word_count)
                           : NULL;
    if (near)
        find(view, REMARK_misspelt_word, word, view->row->words[ontology_word(view->row, near)]);
    else
        find(view, REMARK_unknown_word, word, list_words(view));
    return -1;
}

static const char *read_word(const struct view *view)
{
    int index = read_one_word(view, view->property->value);
    return index < 0 ? NULL : view->row->meanings[index];
}

/* The elements that are left, parted by ;: never longer than they were together. */
static const char *join(const struct view *view, const char *const *list, size_t count)
{
    char *joined = arena_alloc(view->arena, strlen(view->property->value) + 1), *to = joined;
    for (size_t i = 0; i < count; i++) {
        size_t length = strlen(list[i]);
        if (!length)
            continue;
        if (to > joined)
            *to++ = ';';
        memcpy(to, list[i], length);
        to += length;
    }
    *to = '\0';
    return to > joined ? joined : NULL;
}

static const char *read_list(const struct view *view)
{
    size_t count;
    const char **list = form_list(view->property->value, view->arena, &count);
    return join(view, list, count);
}

static const char *read_words(const struct view *view)
{
    size_t count;
    const char **list = form_list(view->property->value, view->arena, &count);
    if (count > WORDS_MAX)
        count = WORDS_MAX;
    for (size_t i = 0; i < count; i++) {
        int index = *list[i] ? read_one_word(view, list[i]) : -1;
        list[i] = index >= 0 ? view->row->words[index] : "";
    }
    return join(view, list, count);
}

static const char *read_protocol(const struct view *view)
{
    if (!form_protocol(view->property->value))
        find(view, REMARK_protocol, view->property->value, NULL);
    return view->property->value;
}

/* What is wrong with a class is said of the file as a whole. */
static const char *read_class(const struct view *view)
{
    return view->property->value;
}

static const char *(*const readers[])(const struct view *view) = {
    [FORM_TEXT] = read_text,        [FORM_URL] = read_weblink,
    [FORM_LINK] = read_weblink,     [FORM_EMAIL] = read_email,
    [FORM_DATE] = read_date,        [FORM_DATETIME] = read_datetime,
    [FORM_LATITUDE] = read_degrees, [FORM_LONGITUDE] = read_degrees,
    [FORM_NUMBER] = read_number,    [FORM_COUNTRY] = read_country,
    [FORM_WORD] = read_word,        [FORM_WORDS] = read_words,
    [FORM_LIST] = read_list,        [FORM_PROTOCOL] = read_protocol,
    [FORM_CLASS] = read_class,
};

const char *inspection_read(const struct property *property, const struct ontology_row *row,
                            struct arena *arena, struct remarks *remarks)
{
    struct view view = {property, row, arena, remarks};
    return *property->value ? readers[row->form](&view) : NULL;
}

/* ---- entries ---- */

/* An address in the key: what stands before its colon is meant. */
static const char *meant_key(const struct property *property, struct arena *arena)
{
    const char *colon = strchr(property->key, ':');
    return colon ? arena_bytes(arena, property->key, (size_t)(colon - property->key))
                 : property->key;
}

static void judge_key(const struct view *view, const struct ontology *ontology, const char *key)
{
    bool is_told = view->remarks->count < REMARKS_MAX;
    const char *near = is_told ? ontology_nearest(ontology, key, view->arena) : NULL;
    if (near)
        find(view, REMARK_misspelt_key, NULL, near);
    else if (!view->row)
        find(view, REMARK_unknown_key, NULL, NULL);
}

static void note_row(struct inspection *inspection, const struct inspection_entry *entry,
                     const struct property *property, const char *key)
{
    struct inspection_row *row = &inspection->rows[entry->row - inspection->ontology->rows];
    row->given = row->given || *property->value;
    if (entry->value && !row->first)
        row->first = entry;
    if (key == property->key && !entry->row->star)
        row->itself = entry;
}

static void inspect(struct inspection *inspection, size_t place, struct arena *arena,
                    struct remarks *remarks)
{
    const struct ontology *ontology = inspection->ontology;
    const struct property *property = &inspection->properties->list[place];
    struct inspection_entry *entry = &inspection->entries[place];
    const char *key = meant_key(property, arena);
    entry->row = key == property->key ? ontology_find_hashed(ontology, key, property->hash)
                                      : ontology_find(ontology, key);
    struct view view = {property, entry->row, arena, remarks};
    if (!entry->row || (entry->row->star && entry->row->word_count))
        judge_key(&view, ontology, key);
    if (!entry->row)
        return;
    entry->value = inspection_read(property, entry->row, arena, remarks);
    note_row(inspection, entry, property, key);
}

void inspection_run(struct inspection *inspection, const struct properties *properties,
                    const struct ontology *ontology, struct arena *arena, struct remarks *remarks)
{
    *inspection =
        (struct inspection){properties, ontology,
                            arena_array(arena, properties->count + 1, sizeof *inspection->entries),
                            arena_array(arena, ontology->row_count, sizeof *inspection->rows)};
    for (size_t i = 0; i < properties->count; i++)
        inspect(inspection, i, arena, remarks);
}

/* The entry whose key is just this one. */
static const struct inspection_entry *entry_of(const struct inspection *inspection, const char *key)
{
    const struct ontology_row *row = ontology_find(inspection->ontology, key);
    if (row && !row->star)
        return inspection->rows[row - inspection->ontology->rows].itself;
    const struct property *found = properties_find(inspection->properties, key);
    return found ? &inspection->entries[found - inspection->properties->list] : NULL;
}

const char *inspection_value(const struct inspection *inspection, const char *key, size_t *ret_line)
{
    const struct inspection_entry *entry = entry_of(inspection, key);
    if (ret_line)
        *ret_line = entry ? inspection_property(inspection, entry)->line : 1;
    return entry ? entry->value : NULL;
}

const struct inspection_entry *inspection_of_row(const struct inspection *inspection,
                                                 const struct ontology_row *row)
{
    return inspection->rows[row - inspection->ontology->rows].first;
}

const struct property *inspection_property(const struct inspection *inspection,
                                           const struct inspection_entry *entry)
{
    return &inspection->properties->list[entry - inspection->entries];
}
