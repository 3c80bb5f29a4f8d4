/* The courier as the keeper has it: a child that is started when there is something to carry and given the rules first;
 * errands go in, receipts come out. What it had when it ended is lost: whoever sent that is told by `started` and sends it
 * again. All on the loop's thread. */
#ifndef VIBRISSE_POSTROOM_H
#define VIBRISSE_POSTROOM_H

#include "child.h"
#include "config.h"
#include "errand.h"
#include "fault.h"
#include "lines.h"

#include <stdbool.h>
#include <stddef.h>
#include <uv.h>

enum { POSTROOM_UNSENT_MAX = 4 * 1024 * 1024 }; /* bytes that it has not taken yet */

struct postroom_ears {
    void *owner;
    void (*started)(void *owner); /* it takes errands, and knows of none; may be NULL */
    void (*receipt)(void *owner, const struct receipt *receipt);
};

struct postroom { /* embedded by the owner, zeroed */
    uv_loop_t *loop;
    struct postroom_ears ears;
    struct child courier;
    struct child_rules rules;
    const char *args[3];
    struct lines lines;
    char *rules_line;
    size_t rules_length;
};

/* Borrows `program` and `loop`; starts nothing yet. */
void postroom_init(struct postroom *post, const char *program, uv_loop_t *loop,
                   const struct postroom_ears *ears);
/* The rules of this configuration, from now on; starts the courier if it does not run. -1 and a sentence when it cannot be
 * started. */
int postroom_open(struct postroom *post, const struct config *config, struct fault *fault);
/* False: it does not run, or takes nothing at the moment; nothing was sent. `line` is copied. */
bool postroom_send(struct postroom *post, const char *line, size_t length);
void postroom_stop(struct postroom *post); /* for good */
void postroom_fini(struct postroom *post); /* when the loop is done */

/* The errand that puts the rules of a configuration in force. */
void postroom_write_rules(const struct config *config, struct buffer *out);

#endif
