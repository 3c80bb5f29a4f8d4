/* What was found in somebody's file: where, how grave, one sentence, and what to do about it. Every kind is a row of the
 * table below; a sentence names {key}, {value} and {other} in their places, so that it can be told in any language.
 * Strangers' text in it is clean (text_clean) and cut, not escaped. Pure; not thread-safe. */
#ifndef VIBRISSE_REMARK_H
#define VIBRISSE_REMARK_H

#include "arena.h"
#include "buffer.h"

#include <stdbool.h>
#include <stddef.h>

enum remark_severity { REMARK_NOTICE, REMARK_WARNING, REMARK_ERROR };
extern const char *const remark_severity_words[]; /* "notice", "warning", "error", NULL */

#include "remark_rows.h"

enum remark_kind {
#define REMARK_KIND(code, severity, sentence, advice) REMARK_##code,
    REMARK_ROWS(REMARK_KIND)
#undef REMARK_KIND
        REMARK_COUNT
};

struct remark {
    enum remark_kind kind;
    size_t line;                     /* from 1; of the file as a whole: 1 */
    const char *key, *value, *other; /* "" where the sentence names none */
};

enum { REMARKS_MAX = 500, REMARK_QUOTE_MAX = 120 };

/* All zero is empty and ready. */
struct remarks {
    struct arena arena;
    struct remark *list;
    size_t count, capacity;
    size_t left_out; /* found, too, but over REMARKS_MAX */
    enum remark_severity worst;
    bool any;
};

/* Texts are copied and cut; NULL is "". */
void remarks_add(struct remarks *remarks, enum remark_kind kind, size_t line, const char *key,
                 const char *value, const char *other);
void remarks_sort(struct remarks *remarks); /* by line, as found within one */
void remarks_fini(struct remarks *remarks);

/* Puts our sentences into another language. NULL, where one is asked for, is English. */
struct remark_tongue {
    const char *(*say)(const void *owner, const char *message); /* the message where it has none */
    const void *owner;
};

const char *remark_code(enum remark_kind kind);     /* "not_https" */
const char *remark_template(enum remark_kind kind); /* its sentence with {key} and so on */
enum remark_severity remark_severity(enum remark_kind kind);
void remark_sentence(const struct remark *remark, const struct remark_tongue *tongue,
                     struct buffer *out);
/* Adds nothing for none. */
void remark_advice(const struct remark *remark, const struct remark_tongue *tongue,
                   struct buffer *out);
/* "FILE:LINE: SEVERITY: sentence" and the advice in brackets, with its line end. */
void remark_print(const struct remark *remark, const char *file, const struct remark_tongue *tongue,
                  struct buffer *out);
/* An object with line, severity, code, key, value, message and advice. */
void remark_json(const struct remark *remark, const struct remark_tongue *tongue,
                 struct buffer *out);

#endif
