/* What passes between the keeper and its courier, one JSON object a line. In: the rules that all share, then alerts, each
 * with the target that it is for, and signs of life (ping.h); secrets included: nothing else ever sees the line. Out: what
 * came of each. */
#ifndef VIBRISSE_ERRAND_H
#define VIBRISSE_ERRAND_H

#include "alert.h"
#include "arena.h"
#include "arrival.h"
#include "buffer.h"
#include "collective.h"
#include "fault.h"
#include "ping.h"

#include <stdbool.h>
#include <stddef.h>

enum { ERRAND_LINE_MAX = ALERT_LINE_MAX + 64 * 1024, RECEIPT_LINE_MAX = 2048 };

struct errand_rules { /* lists are ended by NULL; may be NULL */
    const char *user_agent;
    const char *ca_file;                  /* NULL = the system's authorities */
    const char *const *allow;             /* networks that are not public and may be written to */
    const char *const *resolvers;         /* empty = the system's */
    const char *const *second;            /* asked when those do not know; empty = nobody */
    const struct probe_option *templates; /* files of the operator's own words, see template.h */
    size_t template_count;
};

struct errand_target {
    const char *name, *channel;
    const struct probe_option *options; /* validated by the channel's own rows */
    size_t option_count;
};

enum errand_kind { ERRAND_RULES, ERRAND_CARRY, ERRAND_PING };

struct errand {
    enum errand_kind kind;
    struct errand_rules rules;   /* ERRAND_RULES */
    const char *id;              /* of all others: comes back with the receipt */
    struct errand_target target; /* ERRAND_CARRY, as the next; of a ping, its name is "" */
    const struct alert *alert;
    struct ping ping; /* ERRAND_PING */
};

/* Each with its line end. */
void errand_write_rules(const struct errand_rules *rules, struct buffer *out);
void errand_write_carry(const struct errand_target *target, const struct alert *alert,
                        struct buffer *out);
void errand_write_ping(const struct ping *ping, struct buffer *out);
/* Texts and alert live in the arena. -1 and a sentence, in which there is nothing of the line. */
int errand_read(const char *line, size_t length, struct arena *arena, struct errand *ret,
                struct fault *fault);

struct receipt {
    char id[ALERT_ID_SIZE], target[ALERT_WORD_SIZE];
    struct channel_verdict verdict;
};

void receipt_write(const struct receipt *receipt, struct buffer *out);
bool receipt_read(const char *line, size_t length, struct receipt *ret);

#endif
