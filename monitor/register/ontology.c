#include "ontology.h"

#include "arguments.h"
#include "hash.h"
#include "properties.h"
#include "text.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

const char *const class_words[] = {"unknown", "federation", "organization", "service", "metrics",
                                   "device",  NULL};

static const char *const need_words[] = {"optional", "wished", "mandatory", "required", NULL};
static const char *const form_words[] = {
    "text",   "url",     "link", "email", "date", "datetime", "latitude", "longitude",
    "number", "country", "word", "words", "list", "protocol", "class",    NULL};

enum { TAIL_MIN = 4 }; /* anything is near to shorter ones */

static int index_of(const char *const *words, const char *word)
{
    for (int i = 0; words[i]; i++)
        if (strcasecmp(words[i], word) == 0)
            return i;
    return -1;
}

bool class_parse(const char *text, enum file_class *ret)
{
    int found = index_of(class_words, text);
    *ret = found > 0 ? (enum file_class)found : CLASS_UNKNOWN;
    return found > 0;
}

/* ---- reading ---- */

static const char *lower(struct arena *arena, const char *text)
{
    char *copy = arena_text(arena, text);
    for (char *c = copy; *c; c++)
        if (*c >= 'A' && *c <= 'Z')
            *c = (char)(*c + ('a' - 'A'));
    return copy;
}

static size_t count_of(char *const *list)
{
    size_t count = 0;
    while (list[count])
        count++;
    return count;
}

/* "WORD:MEANING" */
static void read_words(struct arena *arena, char *const *list, struct ontology_row *row)
{
    row->word_count = count_of(list);
    const char **words = arena_array(arena, row->word_count + 1, sizeof *words);
    const char **meanings = arena_array(arena, row->word_count + 1, sizeof *meanings);
    for (size_t i = 0; i < row->word_count; i++) {
        size_t length = strcspn(list[i], ":");
        words[i] = arena_bytes(arena, list[i], length);
        meanings[i] = list[i][length] ? list[i] + length + 1 : lower(arena, words[i]);
    }
    row->words = words;
    row->meanings = meanings;
}

static void read_row(struct ontology *ontology, const char *key, char *const *words)
{
    assert(words[0] && words[1]);
    int need = index_of(need_words, words[0]), form = index_of(form_words, words[1]);
    assert(need >= 0 && form >= 0);
    struct ontology_row *row = &ontology->rows[ontology->row_count++];
    *row = (struct ontology_row){.key = key, .need = (enum need)need, .form = (enum form)form};
    read_words(&ontology->arena, words + 2, row);
}

static void read_pair(struct ontology *ontology, char *const *words)
{
    assert(count_of(words) > 3);
    ontology->pairs[ontology->pair_count++] =
        (struct ontology_pair){words[0], words[1], words[2], (const char *const *)(words + 3)};
}

static const char class_prefix[] = "@class.";

static enum file_class class_of(const char *key)
{
    enum file_class class;
    bool known = class_parse(key + strlen(class_prefix), &class);
    assert(known);
    return class;
}

static void read_entry(struct ontology *ontology, const struct property *property,
                       char *const **ret_any)
{
    struct fault fault;
    const char *key = arena_text(&ontology->arena, property->key);
    char **words = arguments_split(property->value, &ontology->arena, &fault);
    assert(words);
    if (text_starts(key, "@together."))
        read_pair(ontology, words);
    else if (strcmp(key, "@federation") == 0)
        ontology->federation = words[0];
    else if (strcmp(key, "@class.any") == 0)
        *ret_any = words;
    else if (text_starts(key, class_prefix))
        ontology->sections[class_of(key)] = (const char *const *)words;
    else
        read_row(ontology, key, words);
}

/* What stands in any file stands in each. */
static void spread(struct ontology *ontology, char *const *any)
{
    assert(any);
    ontology->sections[CLASS_UNKNOWN] = (const char *const *)any;
    for (int number = CLASS_UNKNOWN + 1; number < CLASS_COUNT; number++) {
        char *const *own = (char *const *)ontology->sections[number];
        assert(own);
        size_t count = count_of(own), more = count_of(any);
        const char **all = arena_array(&ontology->arena, count + more + 1, sizeof *all);
        for (size_t i = 0; i < count + more; i++)
            all[i] = i < count ? own[i] : any[i - count];
        ontology->sections[number] = all;
    }
}

/* What is asked of every key of every file. */
static void learn_row(struct ontology *ontology, size_t place)
{
    struct ontology_row *row = &ontology->rows[place];
    row->star = strchr(row->key, '*');
    row->section = ontology_section_class(ontology, row->key);
    for (int class = CLASS_UNKNOWN; class < CLASS_COUNT; class ++)
        if (ontology_fits(ontology, (enum file_class) class, row->key))
            row->fits |= 1u << class;
    if (row->star)
        ontology->open[ontology->open_count++] = row;
    key_index_put(&ontology->index, row->key, hash_text(row->key), place);
}

static void learn_rows(struct ontology *ontology)
{
    key_index_init(&ontology->index, &ontology->arena, ontology->row_count);
    ontology->open =
        arena_array(&ontology->arena, ontology->row_count, sizeof(struct ontology_row *));
    for (size_t i = 0; i < ontology->row_count; i++)
        learn_row(ontology, i);
}

static int by_key(const void *left, const void *right)
{
    const struct ontology_row *a = left, *b = right;
    return strcmp(a->key, b->key);
}

void ontology_read(struct ontology *ontology, const char *text)
{
    struct properties properties;
    struct remarks remarks = {0};
    char *const *any = NULL;
    *ontology = (struct ontology){0};
    bool good = properties_parse(&properties, text, strlen(text), &remarks);
    assert(good);
    ontology->rows = arena_array(&ontology->arena, properties.count, sizeof *ontology->rows);
    ontology->pairs = arena_array(&ontology->arena, properties.count, sizeof *ontology->pairs);
    for (size_t i = 0; i < properties.count; i++)
        read_entry(ontology, &properties.list[i], &any);
    spread(ontology, any);
    qsort(ontology->rows, ontology->row_count, sizeof *ontology->rows, by_key);
    learn_rows(ontology);
    properties_fini(&properties);
    remarks_fini(&remarks);
}

void ontology_fini(struct ontology *ontology)
{
    arena_free(&ontology->arena);
    *ontology = (struct ontology){0};
}

/* ---- asking ---- */

static const struct ontology_row *find_exactly(const struct ontology *ontology, const char *key,
                                               uint64_t hash)
{
    size_t place = key_index_find(&ontology->index, key, hash);
    return place == KEY_INDEX_NONE ? NULL : &ontology->rows[place];
}

/* Whether the key is that of the row with one element of it, or with all that stands behind, in place of the *. */
static bool is_meant(const struct ontology_row *row, const char *key)
{
    size_t stem = (size_t)(row->star - row->key);
    return strncmp(key, row->key, stem) == 0 &&
           (!row->star[1] || strcmp(key + stem + strcspn(key + stem, "."), row->star + 1) == 0);
}

/* Within the key before behind it; then the least that goes by the name of *, as far as there is a choice. */
static bool is_nearer(const struct ontology_row *row, const struct ontology_row *other)
{
    ptrdiff_t stem = row->star - row->key, other_stem = other->star - other->key;
    if (!row->star[1] != !other->star[1])
        return row->star[1];
    return row->star[1] ? stem < other_stem : stem > other_stem;
}

const struct ontology_row *ontology_find_hashed(const struct ontology *ontology, const char *key,
                                                uint64_t hash)
{
    const struct ontology_row *found = find_exactly(ontology, key, hash);
    if (found)
        return found;
    for (size_t i = 0; i < ontology->open_count; i++)
        if (is_meant(ontology->open[i], key) && (!found || is_nearer(ontology->open[i], found)))
            found = ontology->open[i];
    return found;
}

const struct ontology_row *ontology_find(const struct ontology *ontology, const char *key)
{
    return ontology_find_hashed(ontology, key, hash_text(key));
}

static bool is_open(const struct ontology_row *row)
{
    return text_ends(row->key, ".*");
}

static const char *nearest_name(const struct ontology_row *row, const char *key,
                                struct arena *arena)
{
    size_t stem = strlen(row->key) - 1;
    const char *near = text_nearest(key + stem, row->words, row->word_count);
    return near && strcmp(near, key + stem) != 0
               ? arena_printf(arena, "%.*s%s", (int)stem, row->key, near)
               : NULL;
}

static bool begins_with(const char *key, const char *section)
{
    size_t length = strlen(section);
    return strncmp(key, section, length) == 0 && key[length] == '.';
}

/* The section that was meant by the first element of a key; NULL = none is near. */
static const char *nearest_section(const struct ontology *ontology, const char *key,
                                   struct arena *arena)
{
    const char *first = arena_bytes(arena, key, strcspn(key, "."));
    for (int number = CLASS_UNKNOWN; number < CLASS_COUNT; number++) {
        char *const *words = (char *const *)ontology->sections[number];
        const char *near = text_nearest(first, ontology->sections[number], count_of(words));
        if (near)
            return near;
    }
    return NULL;
}

/* Of the same section, by what stands behind it: whole keys are too long to be compared. */
static const char *nearest_key(const struct ontology *ontology, const char *section,
                               const char *tail, struct arena *arena)
{
    const char **tails = arena_array(arena, ontology->row_count + 1, sizeof *tails);
    size_t count = 0;
    for (size_t i = 0; i < ontology->row_count; i++)
        if (begins_with(ontology->rows[i].key, section) && !is_open(&ontology->rows[i]))
            tails[count++] = ontology->rows[i].key + strlen(section) + 1;
    const char *near = strlen(tail) >= TAIL_MIN ? text_nearest(tail, tails, count) : NULL;
    return near ? arena_printf(arena, "%s.%s", section, near) : NULL;
}

const char *ontology_nearest(const struct ontology *ontology, const char *key, struct arena *arena)
{
    const struct ontology_row *row = ontology_find(ontology, key);
    if (row)
        return is_open(row) && row->word_count && ontology_word(row, key + strlen(row->key) - 1) < 0
                   ? nearest_name(row, key, arena)
                   : NULL;
    const char *tail = strchr(key, '.');
    const char *section = tail ? nearest_section(ontology, key, arena) : NULL;
    return section ? nearest_key(ontology, section, tail + 1, arena) : NULL;
}

int ontology_word(const struct ontology_row *row, const char *word)
{
    return index_of(row->words, word);
}

static bool has_section(const struct ontology *ontology, enum file_class class, const char *key)
{
    for (const char *const *section = ontology->sections[class]; *section; section++)
        if (begins_with(key, *section))
            return true;
    return false;
}

enum file_class ontology_section_class(const struct ontology *ontology, const char *key)
{
    enum file_class found = CLASS_UNKNOWN;
    for (int number = CLASS_UNKNOWN + 1; number < CLASS_COUNT; number++) {
        if (!has_section(ontology, (enum file_class)number, key))
            continue;
        if (found != CLASS_UNKNOWN)
            return CLASS_UNKNOWN; /* of several: it tells nothing */
        found = (enum file_class)number;
    }
    return found;
}

bool ontology_knows_section(const struct ontology *ontology, const char *key)
{
    for (int number = CLASS_UNKNOWN; number < CLASS_COUNT; number++)
        if (has_section(ontology, (enum file_class)number, key))
            return true;
    return false;
}

bool ontology_fits(const struct ontology *ontology, enum file_class class, const char *key)
{
    return has_section(ontology, class, key) || !ontology_knows_section(ontology, key);
}
