/* Reads nodes through schema rows into structs. Every function says what is wrong at the place where it stands and goes
 * on, so that one run shows all faults; the caller looks at the list of faults when it is through. */
#ifndef VIBRISSE_READER_H
#define VIBRISSE_READER_H

#include "collective.h"
#include "document.h"
#include "values.h"

struct config_alerts;
struct software_list;

struct reader {
    const char *file;
    const char *language; /* of a text that names none; NULL = not known yet */
    struct arena *arena;  /* of the configuration: what is read lives here */
    struct fault_list *faults;
    struct fault_list *notes; /* what is no fault, but what people should know */
    const struct config_probes *probes;
    const struct software_list *software; /* what is known of it */
    struct config_alerts *alerts;         /* where lists of alerts find their targets */
};

/* One kind of map: its rows, and the rules that some of its rows have beyond their type. */
struct section {
    const char *title, *doc; /* for the manual */
    struct schema schema;
    const struct section_rule {
        const char *name;
        value_rule *rule;
    } * rules; /* ended by a NULL name; NULL = none */
};

/* One kind of list of scalars. */
struct item {
    struct schema_row row; /* offset 0 */
    value_rule *rule;      /* may be NULL */
    size_t size;           /* of the field that the row fills */
    size_t most;
};

__attribute__((format(printf, 3, 4))) void
reader_fault(const struct reader *reader, struct place place, const char *format, ...);
__attribute__((format(printf, 3, 4))) void reader_note(const struct reader *reader,
                                                       struct place place, const char *format, ...);
/* Whether the node is there and of that kind; says so when it is of another. `like` is an example. */
bool reader_is(const struct reader *reader, const struct node *node, enum node_kind kind,
               const char *name, const char *like);
bool reader_scalar(const struct reader *reader, const struct schema_row *row, value_rule *rule,
                   const struct node *node, void *object);
/* False when the section has no such key. A row of type SCHEMA_OTHER is known and left to the caller. */
bool reader_key(const struct reader *reader, const struct section *section,
                const struct node *child, void *object);
void reader_unknown(const struct reader *reader, const struct node *child, const char *nearest);
void reader_required(const struct reader *reader, const struct schema *schema,
                     const struct node *map);
/* Presets, then every key of the map; a map that is not there (NULL) leaves the presets. */
bool reader_section(const struct reader *reader, const struct section *section,
                    const struct node *map, void *object);
/* For a key that this version knows and cannot honour: says so, unless it asks for nothing. */
void reader_absent(const struct reader *reader, const struct node *node, const char *what);
/* An array in the arena, ended by a zero element; empty when the node is not there (NULL). */
const void *reader_list(const struct reader *reader, const struct item *item,
                        const struct node *list);
/* The key `name` of the map: a text, or a map of texts by language; `fallback` when it is not there, empty when that is
 * NULL. */
struct wording reader_wording(const struct reader *reader, const struct node *map, const char *name,
                              const char *fallback);

#endif
