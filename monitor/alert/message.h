/* An alert in words: a short first line that says what happened to whom, then what a volunteer needs at night. In the
 * alert's language, or the first of words_languages() where it is not spoken. Times are absolute, in the zone of the
 * process (calendar.h). Strangers' words stand in quotation marks on one line; what a chat makes of them is for
 * message_chat(). Pure but for the zone. */
#ifndef VIBRISSE_MESSAGE_H
#define VIBRISSE_MESSAGE_H

#include "alert.h"
#include "arena.h"
#include "neutral.h"

#include <stdbool.h>
#include <stddef.h>

enum { MESSAGE_LINES_MAX = ALERT_ROWS_MAX + 64 };

struct templates;

struct message {
    const char *language; /* that it is in */
    const char *title;    /* one line: «Carnets (Le Chat Perché) : indisponible» */
    struct message_line {
        const char *text; /* one line; "" = a gap */
        bool ours;        /* a link or a command: to be kept as it is */
    } lines[MESSAGE_LINES_MAX];
    size_t line_count;
    const char *link; /* what a person opens first; NULL = nothing */
    const char *html; /* the same as the body of an HTML document */
};

/* All of it lives in the arena, or in the alert. */
void message_compose(const struct alert *alert, struct arena *arena, struct message *ret);
/* By the operator's own words where there are some for its kind and language, see template.h; NULL = there are none. */
void message_compose_by(const struct templates *templates, const struct alert *alert,
                        struct arena *arena, struct message *ret);

/* The lines without the title. */
const char *message_text(const struct message *message, neutral_rule *rule, struct arena *arena);
/* Title and lines in at most so many characters: what is ours goes before the rest. */
const char *message_chat(const struct message *message, neutral_rule *rule, size_t characters,
                         struct arena *arena);

#endif
