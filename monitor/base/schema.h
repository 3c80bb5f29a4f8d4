/* Options as rows. One row says everything about an option: name, type, range, default, what it means, an example.
 * The reader, the manual, the examples, «did you mean» and `check-config --print` all work from the rows, and units
 * belong to types. Scalars only: who reads YAML or a command line walks its own lists and maps. Pure. */
#ifndef VIBRISSE_SCHEMA_H
#define VIBRISSE_SCHEMA_H

#include "arena.h"
#include "fault.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum schema_type {
    SCHEMA_TEXT, /* const char *      any printable UTF-8, length in [min, max] when max > 0 */
    SCHEMA_ID,   /* const char *      [a-z0-9-]{1,64} */
    SCHEMA_URL,  /* const char *      scheme://..., no control characters, no credentials in it */
    SCHEMA_BOOL, /* bool              yes | no | true | false */
    SCHEMA_INT,  /* int64_t           in [min, max] */
    SCHEMA_DURATION, /* int64_t, ms       in [min, max] */
    SCHEMA_SIZE,     /* int64_t, bytes    in [min, max] */
    SCHEMA_ENUM,     /* int               index into `words` */
    SCHEMA_OTHER, /* list or map: the owner reads it; the row is for the manual and for the known keys */
};

struct schema_row {
    const char *name;
    enum schema_type type;
    size_t offset;      /* of the field in the struct that is filled */
    int64_t min, max;   /* in the field's unit; both 0 = no bound */
    const char *preset; /* the default as one would write it; NULL = none, the field stays zero */
    bool required;
    bool spaced; /* SCHEMA_TEXT: a command line, of which a list gives the words (arguments.h) */
    bool secret; /* is never printed, and may be kept in a file or in the environment instead */
    const char *const *words; /* SCHEMA_ENUM: the values, ended by NULL */
    const char *doc;          /* one sentence or more, for the manual */
    const char *example;      /* as one would write it after the colon */
};

struct schema {
    const char *name; /* of the section, for messages: "service" */
    const struct schema_row *rows;
    size_t count;
};

const struct schema_row *schema_find(const struct schema *schema, const char *name);
/* The row whose name was probably meant, or NULL. */
const struct schema_row *schema_nearest(const struct schema *schema, const char *name);

/* Fills every field that has a default. The defaults are ours: a bad one is a programming error. */
void schema_presets(const struct schema *schema, void *object, struct arena *arena);

/* Reads one scalar into its field. Texts are copied into the arena. -1 and a sentence when it is no such value. */
int schema_read(const struct schema_row *row, const char *value, void *object, struct arena *arena,
                struct fault *fault);

/* The field as one would write it, or NULL when it has no value. Lives in the arena. */
const char *schema_print(const struct schema_row *row, const void *object, struct arena *arena);

const char *schema_type_name(enum schema_type type); /* "duration", for the manual */

#endif
