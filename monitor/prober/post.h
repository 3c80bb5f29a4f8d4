/* The rota's own: one check in force, its place in the schedule and what is known of its lines. */
#ifndef VIBRISSE_POST_H
#define VIBRISSE_POST_H

#include "arena.h"
#include "recheck.h"
#include "runner.h"
#include "schedule.h"
#include "sentry.h"
#include "target.h"

struct post_line { /* one family */
    struct post *post;
    struct recheck recheck;
    struct sentry_line sentry;
    struct schedule_turn again;  /* a single turn: the next recheck */
    struct runner_turn *running; /* a recheck; NULL = none */
};

struct post {
    struct rota *rota;
    struct arena arena; /* all texts of watch and target */
    struct watch watch;
    struct target target;
    char *definition; /* the watch in its wire format: equal texts are equal checks */
    struct runner_memory memory;
    struct schedule_turn turn;
    struct runner_turn *running; /* on schedule; NULL = none */
    struct post_line lines[FAMILY_COUNT];
    bool retired; /* out of force; goes when its attempts have let go */
    bool held;    /* by a function on the stack */
};

/* Takes over the arena. NULL and a sentence when the check cannot be run; the arena is then freed. */
struct post *post_new(struct rota *rota, struct arena *arena, const struct watch *watch,
                      const struct catalogue *catalogue, struct fault *fault);
void post_free(struct post *post);

int post_compare(const struct post *left, const struct post *right); /* by service, then check */
bool post_is_busy(const struct post *post);                          /* an attempt runs */
uint64_t post_key(const struct post *post); /* for its phase in the schedule */

#endif
