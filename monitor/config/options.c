#include "options.h"

#include "arguments.h"
#include "buffer.h"
#include "text.h"

#include <string.h>

struct options { /* of one check, while they are read */
    const struct reader *reader;
    const struct schema *own, *probe;
    struct probe_option *list;
    size_t count, bytes;
    void *scratch; /* what the rows fill: here it is only judged, the probe reads it again */
};

static void *scratch_new(const struct reader *reader, const struct schema *schema)
{
    size_t size = 0;
    for (size_t i = 0; i < schema->count; i++)
        if (schema->rows[i].offset > size)
            size = schema->rows[i].offset;
    return arena_alloc(reader->arena, size + sizeof(int64_t));
}

static bool add_item(const struct reader *reader, const struct schema_row *row,
                     const struct node *item, struct buffer *joined)
{
    if (!reader_is(reader, item, NODE_SCALAR, row->name, NULL))
        return false;
    if (row->spaced) {
        arguments_add(joined, item->text);
        return true;
    }
    if (!*item->text || strchr(item->text, ',')) {
        reader_fault(reader, item->place, "an item of %s may not %s", row->name,
                     *item->text ? "hold a comma" : "be empty");
        return false;
    }
    if (joined->length)
        buffer_byte(joined, ',');
    buffer_text_add(joined, item->text);
    return true;
}

const char *options_value(const struct reader *reader, const struct schema_row *row,
                          const struct node *node)
{
    if (node->kind != NODE_LIST)
        return reader_is(reader, node, NODE_SCALAR, row->name, NULL)
                   ? arena_text(reader->arena, node->text)
                   : NULL;
    struct buffer joined;
    bool good = node->count;
    if (!good)
        reader_fault(reader, node->place, "%s needs at least one item", row->name);
    buffer_init(&joined, OPTIONS_BYTES);
    for (const struct node *item = node->first; item; item = item->next)
        good = add_item(reader, row, item, &joined) && good;
    const char *value = good ? arena_text(reader->arena, buffer_text(&joined)) : NULL;
    buffer_fini(&joined);
    return value;
}

/* Within one map a key stands once: only the one below `expect` can come a second time. */
static bool is_good(const struct options *options, const struct schema_row *row, const char *value,
                    const struct node *node)
{
    struct fault fault;
    for (size_t i = 0; i < options->count; i++)
        if (strcmp(options->list[i].name, row->name) == 0) {
            reader_fault(options->reader, node->key_place, "%s is already given outside expect",
                         row->name);
            return false;
        }
    if (schema_read(row, value, options->scratch, options->reader->arena, &fault)) {
        reader_fault(options->reader, node->place, "%s", fault.text);
        return false;
    }
    return true;
}

static void add_option(struct options *options, const struct schema_row *row,
                       const struct node *node)
{
    const struct reader *reader = options->reader;
    if (node->kind == NODE_SCALAR && node->empty) {
        reader_fault(reader, node->place, "%s has no value: give one or remove the key", row->name);
        return;
    }
    const char *value = options_value(reader, row, node);
    if (!value || !is_good(options, row, value, node))
        return;
    options->bytes += strlen(row->name) + strlen(value);
    options->list[options->count++] = (struct probe_option){row->name, value};
}

/* The key that was probably meant, among the check's own and the probe's. */
static const char *nearest_key(const struct options *options, const char *key)
{
    const struct schema_row *own = schema_nearest(options->own, key);
    const struct schema_row *probe = schema_nearest(options->probe, key);
    if (!own || !probe)
        return own ? own->name : probe ? probe->name : NULL;
    const char *both[] = {own->name, probe->name};
    return text_nearest(key, both, 2);
}

static void read_keys(struct options *options, const struct node *map)
{
    for (const struct node *child = map->first; child; child = child->next) {
        const struct schema_row *row = schema_find(options->probe, child->key);
        if (schema_find(options->own, child->key))
            continue;
        if (row)
            add_option(options, row, child);
        else
            reader_unknown(options->reader, child, nearest_key(options, child->key));
    }
}

static void read_expect(struct options *options, const struct node *map)
{
    const size_t prefix = strlen(OPTION_EXPECT);
    if (!reader_is(options->reader, map, NODE_MAP, "expect", "{status: [200]}"))
        return;
    for (const struct node *child = map->first; child; child = child->next) {
        char name[128];
        text_format(name, sizeof name, OPTION_EXPECT "%s", child->key);
        const struct schema_row *row = schema_find(options->probe, name);
        if (row) {
            add_option(options, row, child);
            continue;
        }
        row = schema_nearest(options->probe, name);
        bool is_near = row && text_starts(row->name, OPTION_EXPECT);
        reader_unknown(options->reader, child, is_near ? row->name + prefix : NULL);
    }
}

static bool is_given(const struct node *map, const char *name)
{
    return node_at(map, name) || (text_starts(name, OPTION_EXPECT) &&
                                  node_at(node_at(map, "expect"), name + strlen(OPTION_EXPECT)));
}

static void require(const struct options *options, const struct node *node)
{
    for (size_t i = 0; i < options->probe->count; i++) {
        const struct schema_row *row = &options->probe->rows[i];
        if (row->required && !is_given(node, row->name))
            reader_fault(options->reader, node->place, "this check needs the option \"%s\"",
                         row->name);
    }
}

/* Only of options that are good by themselves: one fault is enough for one slip. */
static void check_together(const struct options *options, const struct node *node, const char *url)
{
    const struct reader *reader = options->reader;
    char scheme[VALUE_SCHEME_SIZE];
    struct fault fault;
    if (reader->probes->check &&
        reader->probes->check(value_scheme(url, scheme), options->list, options->count, &fault))
        reader_fault(reader, node->place, "%s", fault.text);
}

void options_read(const struct reader *reader, const struct schema *own, const struct schema *probe,
                  const struct node *node, struct check *check)
{
    const struct node *expect = node_at(node, "expect");
    struct options options = {.reader = reader, .own = own, .probe = probe};
    bool is_map = node->kind == NODE_MAP;
    size_t faults = reader->faults->count;
    options.list =
        arena_array(reader->arena, is_map ? node->count + (expect ? expect->count : 0) : 0,
                    sizeof *options.list);
    if (is_map) {
        options.scratch = scratch_new(reader, probe);
        read_keys(&options, node);
        read_expect(&options, expect);
    }
    require(&options, node);
    if (options.bytes > OPTIONS_BYTES)
        reader_fault(reader, node->place, "the options of a check may not have more than %d KiB",
                     OPTIONS_BYTES / 1024);
    if (reader->faults->count == faults)
        check_together(&options, node, check->url);
    check->options = options.list;
    check->option_count = options.count;
}
