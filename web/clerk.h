/* Carries what visitors put into forms to the monitor and brings its answer back: the only way from the server to the
 * monitor, a Unix socket at which one line is asked and one document answered. Never blocks who asks: a thread of its own
 * waits for the answers. Thread-safe. */
#ifndef VIBRISSE_CLERK_H
#define VIBRISSE_CLERK_H

#include "fault.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    CLERK_AT_ONCE = 16,
    CLERK_PATIENCE_MS = 50000,
    CLERK_QUESTION_MAX = 2048,
    CLERK_ANSWER_MAX = 256 * 1024
};

struct clerk;

/* Called once for each question that was taken, by the clerk's thread. `answer` (malloc, ended by a NUL) is the caller's;
 * NULL: there was none in time, or it was too long. */
typedef void clerk_done(void *owner, char *answer, size_t length);

/* `path` is borrowed. Nobody needs to listen there yet. -1 and a sentence when there is no thread to be had. Its thread
 * inherits the caller's signal mask. */
int clerk_start(const char *path, struct clerk **ret, struct fault *fault);
/* All who wait are told that there is no answer, before it returns; from then on nothing is taken. */
void clerk_dismiss(struct clerk *clerk);
void clerk_free(struct clerk *clerk); /* dismissed */

/* `line` with its line end. False, and `done` is not called: the monitor does not answer, or too many ask. */
bool clerk_ask(struct clerk *clerk, const char *line, clerk_done *done, void *owner);

#endif
