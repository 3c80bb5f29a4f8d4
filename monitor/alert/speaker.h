/* What the words of one alert have in common, in its language or in the first of words_languages() where that is not
 * spoken. All texts live in the arena, in the alert or in the catalogue. Pure but for the zone of the process. */
#ifndef VIBRISSE_SPEAKER_H
#define VIBRISSE_SPEAKER_H

#include "alert.h"
#include "arena.h"
#include "format.h"
#include "words.h"

#include <stdbool.h>
#include <stdint.h>

/* Marks a text with its context where it stands, as N_ does without. */
#define NC_(context, text) text

struct speaker {
    const struct alert *alert;
    struct arena *arena;
    struct words words;
    struct format format;
};

void speaker_open(struct speaker *speaker, const struct alert *alert, struct arena *arena);

/* The message as it stands in the catalogue, its names in braces. */
const char *speaker_words(const struct speaker *speaker, const char *message);
/* A message of the context "alert"; `values` may be NULL. */
const char *speaker_say(const struct speaker *speaker, const char *message,
                        const struct word_value *values);
const char *speaker_moment(const struct speaker *speaker, int64_t time);
const char *speaker_duration(const struct speaker *speaker, int64_t seconds);
const char *speaker_reason(const struct speaker *speaker, const struct alert_row *row);
const char *speaker_row(const struct speaker *speaker, const struct alert_row *row);

/* NULL = that is not known. */
const char *speaker_how_long(const struct speaker *speaker, const struct alert_row *row);
/* What happened, in a few words: the end of the first line. `row` NULL = there is none. */
const char *speaker_news(const struct speaker *speaker, enum alert_kind kind,
                         const struct alert_row *row);
const char *speaker_whom(const struct speaker *speaker); /* the beginning of the first line */
const char *speaker_title(const struct speaker *speaker);
/* Whose row says what the first line does; NULL = none. */
const struct alert_row *speaker_lead(const struct speaker *speaker);
/* Those that found it good, or those that did not; NULL = nobody. */
const char *speaker_places(const struct speaker *speaker, const struct alert_row *row, bool good);

const char *speaker_link(const struct speaker *speaker);            /* NULL = there is none */
bool speaker_asks(enum alert_kind kind);                            /* to see to it */
const char *speaker_acknowledgement(const struct speaker *speaker); /* a command; NULL = none */
const char *speaker_asking(const struct speaker *speaker);          /* the sentence before it */

#endif
