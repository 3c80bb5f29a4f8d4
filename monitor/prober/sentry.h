/* Stands between the runner and the keeper: a failing result that may be our own network's fault is held back until
 * it is known whether it is (doubt.h), then told as it was, or as unknown with reason `self`. It has the sentinels and
 * names asked for that, when results wait, at most each few seconds. Results of a line are told in their order. All on
 * the loop's thread. */
#ifndef VIBRISSE_SENTRY_H
#define VIBRISSE_SENTRY_H

#include "doubt.h"
#include "order.h"
#include "result.h"
#include "target.h"
#include "world.h"

#include <stdbool.h>
#include <stddef.h>
#include <uv.h>

struct sentry;

/* One check on one family, embedded in what has it. Zeroed but for what sentry_line_init() sets. */
struct sentry_line {
    struct mass_line mass; /* `down` is the owner's to set, whenever it changes */
    const char *host;      /* that is resolved; NULL = its address is given */
    uint64_t domain;
    bool resolved;      /* it had an address once */
    size_t held;        /* results of it that wait */
    uint64_t waits_for; /* the look at what waits in which it was found to have to wait */
};

struct sentry_owner {
    const struct catalogue *catalogue;
    void (*told)(struct sentry_line *line, const struct result *result, struct mono began);
    /* Whether with one more failing result the line counts as down. */
    bool (*confirms)(const struct sentry_line *line);
    void (*gone)(void *owner); /* after sentry_free(), when memory is gone */
    void *owner;
};

struct sentry *sentry_new(uv_loop_t *loop, const struct sentry_owner *owner);
void sentry_free(struct sentry *sentry); /* nothing is told any more */

/* `check` must stay as long as the line. */
void sentry_line_init(struct sentry_line *line, const char *service, const struct check *check,
                      const struct target *target, enum family family);

/* Another world and other sentinels. */
void sentry_set_rules(struct sentry *sentry, const struct rules *rules, struct world *world);
/* The lines in force, those of a service in a row, its services so for each hoster; they are copied, not what they point
 * to. */
void sentry_set_lines(struct sentry *sentry, struct sentry_line *const *lines, size_t count);
/* It is out of force: what is held of it is dropped. */
void sentry_forget(struct sentry *sentry, struct sentry_line *line);

/* Leads to one told(), perhaps from inside. */
void sentry_take(struct sentry *sentry, struct sentry_line *line, const struct result *result,
                 struct mono began);

const struct vantage *sentry_vantage(const struct sentry *sentry);

#endif
