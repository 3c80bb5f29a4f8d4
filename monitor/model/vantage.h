/* How well the place that we look from can see, judged apart for each of its senses: while one is not good, what fails
 * by it may be our own fault. A value of known size, without padding; names are part of the wire format. Pure. */
#ifndef VIBRISSE_VANTAGE_H
#define VIBRISSE_VANTAGE_H

#include "clock.h"

#include <stdbool.h>

enum vantage_sense {
    SENSE_IPV4, /* as enum family */
    SENSE_IPV6,
    SENSE_RESOLVER,
    SENSE_CLOCK,
    SENSE_COUNT
};

enum vantage_condition {
    CONDITION_UNJUDGED, /* nothing was found out yet, or there is nobody to ask */
    CONDITION_GOOD,
    CONDITION_IMPAIRED, /* what fails may be our own fault */
    CONDITION_BLIND     /* nothing that should answer does */
};

enum { VANTAGE_WHY_SIZE = 100 };

struct vantage_state {
    struct wall since;
    enum vantage_condition condition;
    char why[VANTAGE_WHY_SIZE]; /* English; "" when good */
};

struct vantage {
    struct vantage_state senses[SENSE_COUNT];
};

const char *vantage_sense_name(enum vantage_sense sense);             /* "ipv4" */
const char *vantage_condition_name(enum vantage_condition condition); /* "blind" */
/* Whether that is worth telling to someone who last heard of `told` (zeroed: of nothing): it became worse, or good
 * again. Then `told` becomes `state`. */
bool vantage_news(struct vantage_state *told, const struct vantage_state *state);

/* "ipv6 blind: none of 3 sentinels answers over IPv6" */
enum { VANTAGE_SENTENCE_SIZE = VANTAGE_WHY_SIZE + 40 };
char *vantage_sentence(enum vantage_sense sense, const struct vantage_state *state,
                       char text[VANTAGE_SENTENCE_SIZE]);

bool vantage_condition_parse(const char *name, enum vantage_condition *ret);

#endif
