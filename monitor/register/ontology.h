/* What files of ChatonsInfos may say: keys, how much each is wanted, the form of its value, its words. Data, read from
 * etc/chatonsinfos.properties, which is compiled in; a new key or word of the format is a line there. Pure. */
#ifndef VIBRISSE_ONTOLOGY_H
#define VIBRISSE_ONTOLOGY_H

#include "arena.h"
#include "key_index.h"

#include <stdbool.h>
#include <stddef.h>

enum need { NEED_OPTIONAL, NEED_WISHED, NEED_MANDATORY, NEED_REQUIRED };

enum form {
    FORM_TEXT,
    FORM_URL,  /* http or https */
    FORM_LINK, /* any scheme */
    FORM_EMAIL,
    FORM_DATE,
    FORM_DATETIME,
    FORM_LATITUDE,
    FORM_LONGITUDE,
    FORM_NUMBER,
    FORM_COUNTRY,
    FORM_WORD,
    FORM_WORDS,
    FORM_LIST,
    FORM_PROTOCOL,
    FORM_CLASS,
};

enum file_class {
    CLASS_UNKNOWN,
    CLASS_FEDERATION,
    CLASS_ORGANIZATION,
    CLASS_SERVICE,
    CLASS_METRICS,
    CLASS_DEVICE,
    CLASS_COUNT,
};
extern const char *const class_words[]; /* "unknown", "federation", …; ended by NULL */

struct ontology_row {
    const char *key; /* a * stands for any name: "subs.*", "organization.memberof.*.startdate" */
    enum need need;
    enum form form;
    const char *const
        *words; /* as written; of a key with *, the names that are known; ended by NULL */
    const char *const *meanings; /* of each word, in lower case: itself where none is given */
    size_t word_count;
    const char *star;        /* in the key; NULL = there is none */
    enum file_class section; /* ontology_section_class() of the key */
    unsigned fits;           /* bits 1 << CLASS_*: ontology_fits() of it */
};

/* Values of two keys that go together. */
struct ontology_pair {
    const char *first, *value, *second;
    const char *const *others; /* ended by NULL */
};

struct ontology {
    struct arena arena;
    struct ontology_row *rows; /* by key */
    size_t row_count;
    struct key_index index;           /* of the rows */
    const struct ontology_row **open; /* those with a * */
    size_t open_count;
    struct ontology_pair *pairs;
    size_t pair_count;
    const char *federation; /* what a * within a key may stand for: "chatons" */
    const char *const
        *sections[CLASS_COUNT]; /* first elements of its keys, those of any file among them */
};

extern const char ontology_builtin[]; /* etc/chatonsinfos.properties */

/* The text is ours: what is wrong in it is a programming error. Free with ontology_fini(). */
void ontology_read(struct ontology *ontology, const char *text);
void ontology_fini(struct ontology *ontology);

/* The row of a key, or the one that has a * where the key has a name; NULL when it is not known. */
const struct ontology_row *ontology_find(const struct ontology *ontology, const char *key);
/* The same, where hash_text(key) is known already. */
const struct ontology_row *ontology_find_hashed(const struct ontology *ontology, const char *key,
                                                uint64_t hash);
/* The key that was probably meant (in the arena, for names with *), or NULL. For keys that are not known, and for names
 * that are not among those known. */
const char *ontology_nearest(const struct ontology *ontology, const char *key, struct arena *arena);
/* The index of a word, in any case; -1 = it is none. */
int ontology_word(const struct ontology_row *row, const char *word);

/* The class whose files have keys that begin so; CLASS_UNKNOWN for those of any file, and for unknown ones. */
enum file_class ontology_section_class(const struct ontology *ontology, const char *key);
/* Whether keys that begin so may stand in a file of the class; true for what begins as no key that is known. */
bool ontology_fits(const struct ontology *ontology, enum file_class class, const char *key);
/* Whether the first element of the key is known. */
bool ontology_knows_section(const struct ontology *ontology, const char *key);

bool class_parse(const char *text, enum file_class *ret); /* in any case */

#endif
