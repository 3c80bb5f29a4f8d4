/* The whiskers around the sentence of the collective's page: one curved line per hoster, from top to bottom in the
 * order given; who is in trouble has a longer one with a tip. Decoration: the text says everything. Pure. */
#ifndef VIBRISSE_FAN_H
#define VIBRISSE_FAN_H

#include "buffer.h"
#include "look.h"

#include <stddef.h>

struct fan_whisker {
    const char *id; /* varies the length of quiet whiskers, always in the same way */
    enum look look;
};

enum fan_side { FAN_LEFT, FAN_RIGHT };

void fan_write(struct buffer *out, const struct fan_whisker *whiskers, size_t count,
               enum fan_side side);

#endif
