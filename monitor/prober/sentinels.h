/* Asks the sentinels, services of others that should always answer, in rounds of at most SENTINELS_LIMIT_MS. They have a
 * runner of their own, so that no crowd of checks makes them late. All on the loop's thread. */
#ifndef VIBRISSE_SENTINELS_H
#define VIBRISSE_SENTINELS_H

#include "doubt.h"
#include "target.h"
#include "world.h"

#include <stdbool.h>
#include <stddef.h>
#include <uv.h>

enum { SENTINELS_LIMIT_MS = 3000 };

struct sentinels;

struct sentinels_owner {
    const struct catalogue *catalogue;
    /* A round is over; what it found in each family. */
    void (*ended)(void *owner, const struct doubt_round rounds[FAMILY_COUNT]);
    void *owner;
};

struct sentinels *sentinels_new(uv_loop_t *loop, const struct sentinels_owner *owner);
/* Nothing is told any more. Memory goes when all attempts have let go; then gone(owner) is called. */
void sentinels_free(struct sentinels *sentinels, void (*gone)(void *owner));

/* Others are asked from now on, in that world; a round under way is over without a word. URLs are ended by NULL, may be
 * NULL, and are copied; one that cannot be asked is logged and left out. */
void sentinels_set(struct sentinels *sentinels, const char *const *urls, struct world *world);
size_t sentinels_count(const struct sentinels *sentinels);
/* The name of one to be resolved; NULL = it is an address. */
const char *sentinels_name(const struct sentinels *sentinels, size_t index);

/* Fine when a round is under way. */
void sentinels_ask(struct sentinels *sentinels);
bool sentinels_are_asked(const struct sentinels *sentinels);

#endif
