/* The processes below the keeper: the prober, whose lines become messages to the recorder, and the server. Both are
 * started again when they end, and the prober when it hangs; when the recorder cannot keep up, the prober waits. All on the
 * loop's thread. */
#ifndef VIBRISSE_CHILDREN_H
#define VIBRISSE_CHILDREN_H

#include "child.h"
#include "clock.h"
#include "fault.h"
#include "inbox.h"
#include "lines.h"

#include <stdbool.h>
#include <stddef.h>
#include <uv.h>

enum { CHILDREN_PATH_SIZE = 128 }; /* of a socket: shorter by the system's own limit */

struct children_plan { /* all borrowed */
    const char *program;
    const char *data, *site, *listen; /* without site or listen there is no server */
    bool once;                        /* nor with this */
    struct inbox *inbox;
    bool forms; /* the server may ask at the counter, see counter.h */
    int board;  /* what the server reads besides the site, see web/board.h */
};

struct children { /* embedded by the owner, zeroed */
    struct children_plan plan;
    struct child prober, server;
    struct child_rules prober_rules, server_rules;
    const char *prober_args[3], *server_args[11];
    char forms[CHILDREN_PATH_SIZE];
    char *orders; /* for a prober that starts again */
    size_t orders_length;
    struct lines lines; /* of the prober */
    bool reading;
    struct mono heard;      /* the newest heartbeat */
    struct wall heard_wall; /* the newest heartbeat or result; where a blind time begins */
};

/* What the prober is to do: taken over, and told to it at its start and at once when it runs. */
void children_order(struct children *children, char *orders, size_t length);

/* Starts both. -1 and a sentence when that fails: children_stop() is then still due. */
int children_start(struct children *children, const struct children_plan *plan, uv_loop_t *loop,
                   struct fault *fault);

/* Each second. `away`: we ourselves did not run, so that silence says nothing. */
void children_watch(struct children *children, bool away);

void children_stop(struct children *children); /* for good */
void children_fini(struct children *children); /* when the loop is done */

#endif
