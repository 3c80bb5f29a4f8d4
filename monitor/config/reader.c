#include "reader.h"

#include <stdio.h>
#include <string.h>

void reader_fault(const struct reader *reader, struct place place, const char *format, ...)
{
    struct fault fault;
    va_list list;
    va_start(list, format);
    vsnprintf(fault.text, sizeof fault.text, format, list);
    va_end(list);
    fault_list_add(reader->faults, reader->file, place.line, place.column, "%s", fault.text);
}

void reader_note(const struct reader *reader, struct place place, const char *format, ...)
{
    struct fault fault;
    va_list list;
    va_start(list, format);
    vsnprintf(fault.text, sizeof fault.text, format, list);
    va_end(list);
    fault_list_add(reader->notes, reader->file, place.line, place.column, "%s", fault.text);
}

bool reader_is(const struct reader *reader, const struct node *node, enum node_kind kind,
               const char *name, const char *like)
{
    static const char *const kinds[] = {"one value", "a list", "a map"};
    if (!node || node->kind == kind)
        return node;
    if (node->kind == NODE_SCALAR && node->empty)
        reader_fault(reader, node->place, "%s has no value: give one or remove the key", name);
    else
        reader_fault(reader, node->place, "%s takes %s%s%s, not %s", name, kinds[kind],
                     like ? " such as " : "", like ? like : "", kinds[node->kind]);
    return false;
}

bool reader_scalar(const struct reader *reader, const struct schema_row *row, value_rule *rule,
                   const struct node *node, void *object)
{
    struct fault fault;
    if (!reader_is(reader, node, NODE_SCALAR, row->name, row->example))
        return false;
    if (node->empty) {
        reader_fault(reader, node->place, "%s has no value: give one or remove the key", row->name);
        return false;
    }
    if (schema_read(row, node->text, object, reader->arena, &fault) ||
        (rule && rule(node->text, reader->probes, &fault))) {
        reader_fault(reader, node->place, "%s", fault.text);
        return false;
    }
    return true;
}

static value_rule *rule_of(const struct section *section, const char *name)
{
    for (const struct section_rule *rule = section->rules; rule && rule->name; rule++)
        if (strcmp(rule->name, name) == 0)
            return rule->rule;
    return NULL;
}

bool reader_key(const struct reader *reader, const struct section *section,
                const struct node *child, void *object)
{
    const struct schema_row *row = schema_find(&section->schema, child->key);
    if (row && row->type != SCHEMA_OTHER)
        reader_scalar(reader, row, rule_of(section, row->name), child, object);
    return row;
}

void reader_unknown(const struct reader *reader, const struct node *child, const char *nearest)
{
    reader_fault(reader, child->key_place, "unknown key \"%.80s\"%s%s%s", child->key,
                 nearest ? ", did you mean \"" : "", nearest ? nearest : "", nearest ? "\"?" : "");
}

void reader_required(const struct reader *reader, const struct schema *schema,
                     const struct node *map)
{
    for (size_t i = 0; i < schema->count; i++)
        if (schema->rows[i].required && !node_at(map, schema->rows[i].name))
            reader_fault(reader, map->place, "%s needs the key \"%s\"", schema->name,
                         schema->rows[i].name);
}

bool reader_section(const struct reader *reader, const struct section *section,
                    const struct node *map, void *object)
{
    schema_presets(&section->schema, object, reader->arena);
    if (!reader_is(reader, map, NODE_MAP, section->schema.name, NULL))
        return false;
    for (const struct node *child = map->first; child; child = child->next) {
        if (reader_key(reader, section, child, object))
            continue;
        const struct schema_row *nearest = schema_nearest(&section->schema, child->key);
        reader_unknown(reader, child, nearest ? nearest->name : NULL);
    }
    reader_required(reader, &section->schema, map);
    return true;
}

void reader_absent(const struct reader *reader, const struct node *node, const char *what)
{
    bool asks = node && (node->kind == NODE_SCALAR ? !node->empty : node->count > 0);
    if (asks)
        reader_fault(reader, node->key_place, "%s is not there yet: remove \"%s\"", what,
                     node->key);
}

const void *reader_list(const struct reader *reader, const struct item *item,
                        const struct node *list)
{
    bool good = reader_is(reader, list, NODE_LIST, item->row.name, item->row.example);
    if (good && list->count > item->most) {
        reader_fault(reader, list->place, "%s may not have more than %zu items", item->row.name,
                     item->most);
        good = false;
    }
    char *items = arena_array(reader->arena, good ? list->count + 1 : 1, item->size);
    char *end = items;
    for (const struct node *child = good ? list->first : NULL; child; child = child->next)
        if (reader_scalar(reader, &item->row, item->rule, child, end))
            end += item->size;
    return items;
}

static struct schema_row wording_row(const char *name)
{
    return (struct schema_row){.name = name,
                               .type = SCHEMA_TEXT,
                               .min = 1,
                               .max = 200,
                               .example = "{fr: Carnets, en: Pads}"};
}

static struct wording wording_of(const struct reader *reader, const struct schema_row *row,
                                 const struct node *map)
{
    struct wording wording = {0};
    struct fault fault;
    struct wording_text *texts = arena_array(reader->arena, map->count, sizeof *texts);
    for (const struct node *child = map->first; child; child = child->next) {
        struct wording_text *text = &texts[wording.count];
        if (value_language(child->key, reader->probes, &fault))
            reader_fault(reader, child->key_place, "%s", fault.text);
        else if (reader_scalar(reader, row, NULL, child, &text->text)) {
            text->language = arena_text(reader->arena, child->key);
            wording.count++;
        }
    }
    wording.texts = texts;
    return wording;
}

struct wording reader_wording(const struct reader *reader, const struct node *map, const char *name,
                              const char *fallback)
{
    const struct node *node = node_at(map, name);
    struct schema_row row = wording_row(name);
    if (node && node->kind == NODE_MAP) {
        if (!node->count)
            reader_fault(reader, node->place, "%s has no text: give one or remove the key", name);
        return wording_of(reader, &row, node);
    }
    if (!node && !fallback)
        return (struct wording){0};
    struct wording_text *text = arena_alloc(reader->arena, sizeof *text);
    text->language = reader->language;
    text->text = fallback ? arena_text(reader->arena, fallback) : "";
    if (node)
        reader_scalar(reader, &row, NULL, node, &text->text);
    return (struct wording){text, 1};
}
