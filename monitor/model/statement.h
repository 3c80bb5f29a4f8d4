/* What people say about the record, in words: a text per language, by whom. What an operator hands over is bounded and
 * cleaned here, once; it is shown with quotation marks, apart from what was measured. Pure. */
#ifndef VIBRISSE_STATEMENT_H
#define VIBRISSE_STATEMENT_H

#include "arena.h"
#include "buffer.h"
#include "collective.h"
#include "fault.h"

#include <jansson.h>

enum {
    STATEMENT_TEXT_MOST = 1000, /* characters */
    STATEMENT_NAME_MOST = 100,
    STATEMENT_LINK_MOST = 500,      /* bytes */
    STATEMENT_FACTS_MAX = 14 * 1024 /* bytes, more than any statement takes as JSON */
};

/* In which languages a statement can be made; ended by NULL. */
extern const char *const statement_languages[];

struct statement {
    struct wording text; /* at least one, in the order of the languages */
    const char *by;
    const char *link; /* http or https; NULL = none */
};

/* Adds a text, cleaned, to the arena's copy. -1 and a sentence when it is empty, too long, or its language is none of
 * ours or has a text already. */
int statement_add_text(struct statement *statement, const char *language, const char *text,
                       struct arena *arena, struct fault *fault);
int statement_set_by(struct statement *statement, const char *name, struct arena *arena,
                     struct fault *fault);
int statement_set_link(struct statement *statement, const char *url, struct arena *arena,
                       struct fault *fault);

/* Appends `,"text":{"fr":"…","en":"…"},"link":"…","by":"…"`; what there is not is left out. */
void statement_write(const struct statement *statement, struct buffer *out);
/* Reads these keys of an object and checks them as above. A statement without a text is none. */
int statement_read(const json_t *object, struct statement *ret, struct arena *arena,
                   struct fault *fault);

#endif
