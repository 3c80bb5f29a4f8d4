/* YAML bytes as a tree of nodes that know where they stand: the one place that knows libyaml. Built from events and not
 * from libyaml's own document, which forgets anchors and is complete before its depth can be bounded. What a
 * configuration has no use for is refused: anchors and aliases, tags, further documents, invisible characters. */
#ifndef VIBRISSE_DOCUMENT_H
#define VIBRISSE_DOCUMENT_H

#include "arena.h"
#include "fault.h"

#include <stdbool.h>
#include <stddef.h>

enum {
    DOCUMENT_BYTES = 1024 * 1024,
    DOCUMENT_DEPTH = 16,
    DOCUMENT_KEYS = 64,
    DOCUMENT_NODES = 250000
};

enum node_kind { NODE_SCALAR, NODE_LIST, NODE_MAP };

struct place {
    size_t line, column; /* both from 1; the column in characters */
};

struct node {
    enum node_kind kind;
    struct place place;
    const char *key; /* in a map, unique there; NULL elsewhere */
    struct place key_place;
    const char *text; /* of a scalar: UTF-8 without control or invisible characters */
    bool empty;       /* a scalar that was left out, or ~ or null: the key stands without a value */
    const struct node *first, *next; /* children of a list or map; the next child of the parent */
    size_t count;                    /* children */
};

/* The root of the only document, living in the arena. NULL and at least one fault when there is none. */
const struct node *document_read(const char *file, const char *bytes, size_t length,
                                 struct arena *arena, struct fault_list *faults);

/* The value at `key`, or NULL when it is not there or `map` is none. */
const struct node *node_at(const struct node *map, const char *key);

#endif
