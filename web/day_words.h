/* What days are called: all pages of a site tell of the same ones, row by row. Nothing in it ever becomes untrue, since a
 * day has one name in a language; the days of the strips are kept for one day. One owner, no locks. */
#ifndef VIBRISSE_DAY_WORDS_H
#define VIBRISSE_DAY_WORDS_H

#include "page.h"
#include "strip.h"

#include <stdbool.h>
#include <stdint.h>

struct day_words;

struct day_words *day_words_new(void);
void day_words_free(struct day_words *day_words); /* NULL is fine */

/* A day in one language, to be written down by who asks first (see format.c). */
struct day_word {
    int64_t number; /* see calendar_number() */
    bool written;
    int year;
    char name[48];  /* 22 November */
    char date[56];  /* 22 November 2026 */
    char stamp[16]; /* 2026-11-22 */
};

/* The place of the day, empty or with what was written there, until a day is asked for that has the same one. The language is
 * one of page_languages(), by its address. NULL = there is no room for the language. */
struct day_word *day_words_place(struct day_words *day_words, const char *language, int64_t number);

/* strip_range_until() the page's time, kept where the page's days are. */
struct strip_range day_words_range(const struct page *page);

#endif
