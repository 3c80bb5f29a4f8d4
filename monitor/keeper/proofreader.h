/* Files of strangers, looked through for those who ask: each by a child of its own, `vibrisse register lint`, which fetches and
 * reads it, so that the keeper touches none of its bytes. Few at once, each for a bounded time; the report is bounded, too,
 * and handed on as it is. All on the loop's thread. */
#ifndef VIBRISSE_PROOFREADER_H
#define VIBRISSE_PROOFREADER_H

#include "config.h"

#include <stdbool.h>
#include <stddef.h>
#include <uv.h>

enum {
    PROOFREADER_AT_ONCE = 2,
    PROOFREADER_WAITING = 4, /* beyond, nobody is let wait */
    PROOFREADER_MS = 30000,  /* for one file */
    PROOFREADER_REPORT_MAX = 240 * 1024
};

enum proof_outcome {
    PROOF_READ,   /* there is a report: JSON, an array */
    PROOF_LATE,   /* it took too long */
    PROOF_FAILED, /* the child did not do its work */
    PROOF_OUTCOME_COUNT
};

struct proof;

struct proofreader { /* embedded by the owner, zeroed */
    const char *program;
    uv_loop_t *loop;
    /* Once for each question, unless it was stopped. The report is lent. */
    void (*done)(void *owner, void *ticket, enum proof_outcome outcome, const char *report);
    void *owner;
    char **options; /* of the command line: networks, resolvers, authorities, robot */
    size_t option_count, option_capacity;
    struct proof *proofs; /* oldest first */
    size_t count, running;
    bool stopping;
};

/* Takes what it needs of the configuration; those under way go on by the old one. */
void proofreader_order(struct proofreader *reader, const struct config *config);
/* `url` is http or https. False: too many ask. */
bool proofreader_ask(struct proofreader *reader, const char *url, const char *language,
                     void *ticket);
void proofreader_stop(struct proofreader *reader); /* ends what runs; nothing is told any more */
void proofreader_fini(struct proofreader *reader); /* when the loop is done */

#endif
