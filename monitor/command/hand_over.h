/* An operator's word on its way into the ledger: to the running monitor, its one writer, or when none runs straight into
 * the file. */
#ifndef VIBRISSE_HAND_OVER_H
#define VIBRISSE_HAND_OVER_H

#include "arena.h"
#include "buffer.h"
#include "config.h"
#include "fault.h"
#include "statement.h"

#include <jansson.h>
#include <stdint.h>

/* A request and its answer as desk.h has them; `at` 0 and `subject` NULL = without. The caller frees *ret with
 * json_decref(). -1 and a sentence: nothing was written. */
struct hand_over {
    const char *kind, *subject;
    int64_t at;        /* s */
    const char *facts; /* a JSON object */
};
int hand_over(const struct config *config, const struct hand_over *word, json_t **ret,
              struct fault *fault);

/* Puts a request of its kind (CONTROL_WORD, CONTROL_ALERT) to the running monitor and adds what it answers. CONTROL_NOBODY when
 * none runs, or -1, and a sentence. */
int hand_over_ask(const struct config *config, const char *kind, const char *request,
                  struct buffer *answer, struct fault *fault);

/* What people give with --fr, --en, --by and --link. */
struct wording_options {
    const char *fr, *en, *by, *link; /* NULL = not given */
};

/* Takes an option that is one of these: 'F' fr, 'E' en, 'B' by, 'L' link. False: it is another. */
bool hand_over_take(struct wording_options *options, int option, const char *value);
/* Cleaned and checked; a text and a name are needed. -1 and a sentence. */
int hand_over_read(const struct wording_options *options, struct statement *ret,
                   struct arena *arena, struct fault *fault);

/* A statement's text for an English-speaking terminal. */
const char *hand_over_text(const struct statement *statement);

#endif
