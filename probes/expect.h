/* What a check expects of an HTTP answer, and whether an answer meets it. Answers come from strangers: whatever they
 * hold, judging takes bounded time and memory. Pure. */
#ifndef VIBRISSE_EXPECT_H
#define VIBRISSE_EXPECT_H

#include "fault.h"
#include "reason.h"
#include "result.h"

#include <stdbool.h>
#include <stddef.h>

struct expect_options {        /* as the option rows fill it; NULL = does not matter */
    const char *status;        /* "200,204,300-399" */
    const char *header;        /* "Name: text that its value contains" */
    const char *body_contains; /* bytes */
    const char *body_regex;    /* PCRE2 */
    const char *json;          /* "/pointer = value", or "/pointer" to be there; RFC 6901 */
    const char *final_url;     /* what the last address begins with */
};

struct expect_answer {
    int status;
    const char *url;  /* where it came from */
    const char *head; /* status line and header lines */
    const char *body; /* needed only when expect_wants_body() */
    size_t head_length, body_length;
};

/* -1 and a sentence when an expectation cannot be read. Only such as pass may be judged by. `prefix` is what the names of
 * these options begin with: "expect". */
int expect_validate(const struct expect_options *options, const char *prefix, struct fault *fault);
bool expect_wants_body(const struct expect_options *options);
bool expect_wants_more(const struct expect_options *options); /* than a status */

/* ok, http_status, body_mismatch, blocked (a wall against robots answered), or self when our own expression is too
 * costly for this answer. `detail` is the evidence, cleaned; "" when ok. */
enum reason expect_judge(const struct expect_options *options, const struct expect_answer *answer,
                         char detail[RESULT_DETAIL_SIZE]);

/* Whether the answer has any one of these: not what is wanted of it, but what betrays a state. `detail` says which when it
 * does. */
bool expect_resembles(const struct expect_options *looks, const struct expect_answer *answer,
                      char detail[RESULT_DETAIL_SIZE]);

#endif
