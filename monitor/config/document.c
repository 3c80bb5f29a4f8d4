#include "document.h"

#include "text.h"

#include <stdint.h>
#include <string.h>
#include <yaml.h>

struct frame { /* a list or map that has not ended yet */
    struct node *node, *last;
    const char *key; /* of the value that comes next; NULL = a key comes next */
    struct place key_place;
};

struct builder {
    yaml_parser_t parser;
    const char *file, *bytes;
    size_t length;
    struct arena *arena;
    struct fault_list *faults;
    struct frame open[DOCUMENT_DEPTH];
    size_t depth, count;
    struct node *root;
};

static struct place place_of(yaml_mark_t mark)
{
    return (struct place){mark.line + 1, mark.column + 1};
}

static int refuse(const struct builder *builder, struct place place, const char *sentence)
{
    fault_list_add(builder->faults, builder->file, place.line, place.column, "%s", sentence);
    return -1;
}

static struct frame *top(struct builder *builder)
{
    return builder->depth ? &builder->open[builder->depth - 1] : NULL;
}

/* A second value of one key is said and left out: which of the two was meant, only its author knows. */
static bool is_duplicate(const struct builder *builder, const struct frame *frame)
{
    const struct node *other = node_at(frame->node, frame->key);
    if (other)
        fault_list_add(builder->faults, builder->file, frame->key_place.line,
                       frame->key_place.column, "\"%.80s\" is already given in line %zu",
                       frame->key, other->key_place.line);
    return other;
}

static void link_child(struct frame *frame, struct node *node)
{
    if (frame->last)
        frame->last->next = node;
    else
        frame->node->first = node;
    frame->last = node;
    frame->node->count++;
}

static int attach_to_map(struct builder *builder, struct frame *frame, struct node *node)
{
    if (!frame->key)
        return refuse(builder, node->place, "a key must be one word, not a list or map");
    if (frame->node->count == DOCUMENT_KEYS)
        return refuse(builder, frame->key_place, "a map may not have more than 64 keys");
    node->key = frame->key;
    node->key_place = frame->key_place;
    if (!is_duplicate(builder, frame))
        link_child(frame, node);
    frame->key = NULL;
    return 0;
}

static int attach(struct builder *builder, struct node *node)
{
    struct frame *frame = top(builder);
    if (!frame)
        builder->root = node;
    else if (frame->node->kind == NODE_MAP)
        return attach_to_map(builder, frame, node);
    else
        link_child(frame, node);
    return 0;
}

static struct node *node_new(struct builder *builder, enum node_kind kind,
                             const yaml_event_t *event)
{
    struct node *node = arena_alloc(builder->arena, sizeof *node);
    node->kind = kind;
    node->place = place_of(event->start_mark);
    return node;
}

static int refuse_decorated(const struct builder *builder, const yaml_event_t *event,
                            const yaml_char_t *anchor, const yaml_char_t *tag)
{
    if (anchor)
        return refuse(builder, place_of(event->start_mark), "anchors (&name) have no use here");
    if (tag)
        return refuse(builder, place_of(event->start_mark), "tags (!name) have no use here");
    return 0;
}

static int open_node(struct builder *builder, enum node_kind kind, const yaml_event_t *event,
                     const yaml_char_t *anchor, const yaml_char_t *tag)
{
    struct node *node = node_new(builder, kind, event);
    if (builder->depth == DOCUMENT_DEPTH)
        return refuse(builder, node->place, "lists and maps are nested more than 16 deep");
    if (refuse_decorated(builder, event, anchor, tag) || attach(builder, node))
        return -1;
    builder->open[builder->depth++] = (struct frame){.node = node};
    return 0;
}

static bool is_empty(const yaml_event_t *event, const char *text)
{
    return event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE &&
           (!*text || strcmp(text, "~") == 0 || strcmp(text, "null") == 0);
}

static int add_scalar(struct builder *builder, const yaml_event_t *event)
{
    const char *raw = (const char *)event->data.scalar.value;
    size_t length = event->data.scalar.length;
    struct node *node = node_new(builder, NODE_SCALAR, event);
    if (refuse_decorated(builder, event, event->data.scalar.anchor, event->data.scalar.tag))
        return -1;
    char *text = arena_alloc(builder->arena, length + 1);
    text_clean(text, length + 1, raw, length);
    if (strlen(text) != length || memcmp(text, raw, length) != 0)
        return refuse(builder, node->place,
                      "a line end, control or invisible character stands in a value");
    node->text = text;
    node->empty = is_empty(event, text);
    struct frame *frame = top(builder);
    if (frame && frame->node->kind == NODE_MAP && !frame->key) {
        frame->key = text;
        frame->key_place = node->place;
        return 0;
    }
    return attach(builder, node);
}

static int take(struct builder *builder, const yaml_event_t *event)
{
    struct place place = place_of(event->start_mark);
    if (builder->count++ == DOCUMENT_NODES)
        return refuse(builder, place, "the file holds too many values");
    switch (event->type) {
    case YAML_DOCUMENT_START_EVENT:
        return builder->root
                   ? refuse(builder, place,
                            "a second document begins here: put it into a file of its own")
                   : 0;
    case YAML_ALIAS_EVENT:
        return refuse(builder, place, "aliases (*name) have no use here");
    case YAML_SCALAR_EVENT:
        return add_scalar(builder, event);
    case YAML_SEQUENCE_START_EVENT:
        return open_node(builder, NODE_LIST, event, event->data.sequence_start.anchor,
                         event->data.sequence_start.tag);
    case YAML_MAPPING_START_EVENT:
        return open_node(builder, NODE_MAP, event, event->data.mapping_start.anchor,
                         event->data.mapping_start.tag);
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
        builder->depth--;
        return 0;
    default:
        return 0;
    }
}

static struct place place_of_byte(const struct builder *builder, size_t offset)
{
    struct place place = {1, 1};
    for (size_t i = 0; i < offset && i < builder->length; i++) {
        unsigned char byte = (unsigned char)builder->bytes[i];
        if (byte == '\n')
            place = (struct place){place.line + 1, 1};
        else if ((byte & 0xC0) != 0x80)
            place.column++;
    }
    return place;
}

/* libyaml's own sentence for a tab does not name it, and an editor does not show it. */
static bool is_tab(const struct builder *builder, struct place place)
{
    const char *cursor = builder->bytes, *end = cursor + builder->length;
    for (size_t line = 1; line < place.line; line++) {
        const char *next = memchr(cursor, '\n', (size_t)(end - cursor));
        if (!next)
            return false;
        cursor = next + 1;
    }
    for (size_t column = 1; column < place.column && cursor < end; column++)
        text_next_char(&cursor, end);
    return cursor < end && *cursor == '\t';
}

static int syntax_fault(const struct builder *builder)
{
    const yaml_parser_t *parser = &builder->parser;
    const char *problem = parser->problem ? parser->problem : "no memory to read this";
    if (parser->error == YAML_READER_ERROR)
        return refuse(builder, place_of_byte(builder, parser->problem_offset), problem);
    struct place place = place_of(parser->problem_mark);
    if (is_tab(builder, place))
        return refuse(builder, place, "a tab stands where only spaces may indent");
    fault_list_add(builder->faults, builder->file, place.line, place.column, "%s%s%s", problem,
                   parser->context ? " " : "", parser->context ? parser->context : "");
    return -1;
}

static int build(struct builder *builder)
{
    bool ended = false;
    int rc = 0;
    while (!ended && rc == 0) {
        yaml_event_t event;
        if (!yaml_parser_parse(&builder->parser, &event))
            return syntax_fault(builder);
        ended = event.type == YAML_STREAM_END_EVENT;
        rc = take(builder, &event);
        yaml_event_delete(&event);
    }
    return rc;
}

static bool is_utf16(const char *bytes, size_t length)
{
    return length >= 2 && (memcmp(bytes, "\xFF\xFE", 2) == 0 || memcmp(bytes, "\xFE\xFF", 2) == 0);
}

const struct node *document_read(const char *file, const char *bytes, size_t length,
                                 struct arena *arena, struct fault_list *faults)
{
    struct builder builder = {
        .file = file, .bytes = bytes, .length = length, .arena = arena, .faults = faults};
    struct place start = {1, 1};
    if (length > DOCUMENT_BYTES || is_utf16(bytes, length)) {
        refuse(&builder, start,
               length > DOCUMENT_BYTES ? "the file is larger than 1 MiB"
                                       : "the file is UTF-16: save it as UTF-8");
        return NULL;
    }
    if (!yaml_parser_initialize(&builder.parser)) {
        refuse(&builder, start, "no memory to read this");
        return NULL;
    }
    yaml_parser_set_input_string(&builder.parser, (const unsigned char *)bytes, length);
    int rc = build(&builder);
    yaml_parser_delete(&builder.parser);
    if (rc == 0 && !builder.root)
        refuse(&builder, start, "the file is empty");
    return rc == 0 ? builder.root : NULL;
}

const struct node *node_at(const struct node *map, const char *key)
{
    if (map && map->kind == NODE_MAP)
        for (const struct node *child = map->first; child; child = child->next)
            if (strcmp(child->key, key) == 0)
                return child;
    return NULL;
}
