/* What the keeper tells the prober, one JSON object a line: the checks to run, then what all of them share, which
 * puts the new set in force. Options travel as text and are read again by the probe's own rows. */
#ifndef VIBRISSE_ORDER_H
#define VIBRISSE_ORDER_H

#include "arena.h"
#include "buffer.h"
#include "collective.h"
#include "fault.h"

#include <stdbool.h>
#include <stddef.h>

enum { ORDER_LINE_MAX = 64 * 1024 };

struct watch { /* one check of one service */
    const char *service;
    struct check check;
};

struct rules { /* what all checks share; lists are ended by NULL */
    const char *vantage;
    bool at_once;                 /* every check is due now, instead of spread over its interval */
    const char *user_agent_url;   /* may be NULL */
    const char *ca_file;          /* NULL = the system's store */
    const char *const *allow;     /* CIDR: private ranges that may be probed */
    const char *const *servers;   /* host[:port] of resolvers; empty = the system's */
    const int64_t *rechecks_ms;   /* after a first changed result; ended by 0 */
    const char *const *sentinels; /* probe URLs that tell whether it is us */
};

enum order_kind { ORDER_WATCH, ORDER_GO };

struct order {
    enum order_kind kind;
    struct watch watch; /* ORDER_WATCH */
    struct rules
        rules; /* ORDER_GO: the watches since the last one are now in force, the older ones are not */
};

void order_write_watch(const struct watch *watch, struct buffer *out);
void order_write_go(const struct rules *rules, struct buffer *out);
/* Texts live in the arena. */
int order_read(const char *line, size_t length, struct arena *arena, struct order *ret,
               struct fault *fault);

#endif
