/* The texts of the pages in one language. Messages are English in the source and whole sentences; what varies has a
 * name in braces, {date}; a name that nothing is given for is printed as it stands, so a slip in a translation shows
 * and does no harm. Any number of languages can be open at once; nothing here depends on the process's locale. */
#ifndef VIBRISSE_WORDS_H
#define VIBRISSE_WORDS_H

#include "arena.h"
#include "mo.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct words {
    const char *language;
    const struct mo_index *catalogue; /* this thread's */
    size_t (*form)(int64_t n);        /* which plural form */
};

/* Ended by NULL; in the order in which the languages are offered. */
const char *const *words_languages(void);

/* False when there is no catalogue for the language. For the calling thread only, as long as it lives. */
bool words_open(struct words *ret, const char *language);

/* The message, or the English source where the catalogue has none. Points into the catalogue or the source. */
const char *words_get(const struct words *words, const char *message);
/* The same words mean different things: the context tells which. */
const char *words_context(const struct words *words, const char *context, const char *message);
const char *words_plural(const struct words *words, const char *one, const char *many, int64_t n);

/* What stands for a name in a message, and the element it is shown in on a page (see sheet.h). Lists end with a
 * NULL name. */
struct word_value {
    const char *name, *text;
    enum word_mark { WORD_PLAIN, WORD_STRONG, WORD_CODE, WORD_LINK, WORD_TIME, WORD_DATA } mark;
    const char *target; /* WORD_LINK: address; WORD_TIME, WORD_DATA: machine-readable */
    const char *of;     /* WORD_DATA: which member of a document says the same */
};

/* The values of one call: VALUES(word_plain("n", count), word_link("hoster", name, address)). */
#define VALUES(...) ((const struct word_value[]){__VA_ARGS__, {.name = NULL}})

static inline struct word_value word_plain(const char *name, const char *text)
{
    return (struct word_value){name, text, WORD_PLAIN, NULL, NULL};
}

static inline struct word_value word_strong(const char *name, const char *text)
{
    return (struct word_value){name, text, WORD_STRONG, NULL, NULL};
}

static inline struct word_value word_code(const char *name, const char *text)
{
    return (struct word_value){name, text, WORD_CODE, NULL, NULL};
}

static inline struct word_value word_link(const char *name, const char *text, const char *address)
{
    return (struct word_value){name, text, WORD_LINK, address, NULL};
}

static inline struct word_value word_time(const char *name, const char *text, const char *stamp)
{
    return (struct word_value){name, text, WORD_TIME, stamp, NULL};
}

static inline struct word_value word_data(const char *name, const char *text, const char *value,
                                          const char *of)
{
    return (struct word_value){name, text, WORD_DATA, value, of};
}

/* A message taken apart: text of its own, and the value after it. */
struct word_piece {
    const char *text;
    size_t length;                  /* of the text; 0 where values follow one another */
    const struct word_value *value; /* NULL = none, at the end of the message */
};

/* Next piece of the message at *cursor; false at its end. */
bool words_next(const char **cursor, const struct word_value *values, struct word_piece *ret);

/* The message with its values, as plain text, in the arena; without any (NULL) the message itself. */
const char *words_format(struct arena *arena, const char *message, const struct word_value *values);

#endif
