/* What the last reading of the registers found, for its page: one entry for each federation and each member. Texts are
 * strangers' and clean. */
#ifndef VIBRISSE_REGISTER_LOG_H
#define VIBRISSE_REGISTER_LOG_H

#include "arena.h"
#include "reason.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum register_state {
    REGISTER_FRESH,     /* it was read, and is other than before */
    REGISTER_UNCHANGED, /* it is as it was */
    REGISTER_KEPT,      /* no good one came: the last good copy serves */
    REGISTER_LOST,      /* no good one came, and there is no copy */
    REGISTER_STATES
};

struct register_entry {
    bool is_federation;
    const char *url;
    const char *id; /* of the member; NULL = it has none */
    const char *name;
    enum register_state state;
    enum reason reason; /* why it could not be had; ok = it could, good or not */
    int64_t status;     /* of HTTP; 0 = none came */
    int64_t good;       /* s; when it was last seen to be good; 0 = never */
    /* of all files of the member together */
    int64_t files, unread;
    int64_t errors, warnings, notices;
    /* the gravest finding; sentence NULL = there is none. It is a message that names {key}, {value} and {other}. */
    const char *in, *sentence, *key, *value, *other;
    int64_t line;
};

struct register_log {
    struct arena arena;
    int64_t at; /* s */
    int64_t files;
    struct register_entry *entries; /* as the registers list them */
    size_t count;
};

#endif
