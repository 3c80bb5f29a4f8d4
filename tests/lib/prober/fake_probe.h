/* Probes without a network, and a record of how they were treated. */
#ifndef VIBRISSE_FAKE_PROBE_H
#define VIBRISSE_FAKE_PROBE_H

#include "target.h"

#include <stddef.h>

/* Schemes:
 *   prompt   good, in the next turn of the loop
 *   brief    good, after 20 ms
 *   hang     never ends by itself; when cancelled, a little later, without a word of why
 *   hasty    never ends by itself; when cancelled, from inside
 *   script   as the letters of fake_probe_script say, one an attempt, the last one for ever: G good, F failing, U unknown */
extern const struct catalogue fake_catalogue;

struct fake_probe_record {
    size_t started, ended, cancelled;
    size_t running, most_running;
    char addresses[64][46]; /* of the first starts, in order */
    const char *script;
};

extern struct fake_probe_record fake_probe;

#endif
