/* One page being written: where it goes, in which language, from which record. The small words of the pages'
 * functions; all text goes through the writer, so it is escaped. */
#ifndef VIBRISSE_SHEET_H
#define VIBRISSE_SHEET_H

#include "arena.h"
#include "format.h"
#include "page.h"
#include "words.h"
#include "writer.h"

#include <stddef.h>
#include <stdint.h>

struct sheet {
    const struct page *page;
    struct buffer *out;
    struct arena arena; /* texts and record of this page */
    struct words words;
    struct format format; /* into the arena */
    const char *root;     /* from this page to the site's root: "../../" */
    const char *top;      /* from this page to the language's first page: "../" or "./" */
};

/* The page's language must be one of page_languages(). */
void sheet_open(struct sheet *sheet, const struct page *page, struct buffer *out, const char *root,
                const char *top);
void sheet_close(struct sheet *sheet);

/* A message of the catalogue onto the page, values in their elements; `values` may be NULL. */
void sheet_say(struct sheet *sheet, const char *message, const struct word_value *values);
/* {n} is given: the count as people write it. */
void sheet_say_plural(struct sheet *sheet, const char *one, const char *many, int64_t n,
                      const struct word_value *values);

/* A value alone, in its element. */
void sheet_value(struct sheet *sheet, const struct word_value *value);

/* Messages as plain text in the arena, for attributes and as values of other messages. */
const char *sheet_text(struct sheet *sheet, const char *message, const struct word_value *values);
const char *sheet_text_plural(struct sheet *sheet, const char *one, const char *many, int64_t n,
                              const struct word_value *values);

/* ` name="…"` with a message. */
#define sheet_attr(sheet, name, message)                                                           \
    html_attr((sheet)->out, name, sheet_text((sheet), (message), NULL))

/* Times as values, cut to what the reader needs on the page's day. */
struct word_value sheet_moment(struct sheet *sheet, const char *name, int64_t time);
/* «since 21 November, 16:30» */
struct word_value sheet_since(struct sheet *sheet, const char *name, int64_t time);
struct word_value sheet_day(struct sheet *sheet, const char *name, int64_t time);
struct word_value sheet_date(struct sheet *sheet, const char *name, int64_t time);
struct word_value sheet_duration(struct sheet *sheet, const char *name, int64_t seconds);

#endif
