/* Probes without a network, and a record of how they were treated. */
#ifndef VIBRISSE_FAKE_PROBE_H
#define VIBRISSE_FAKE_PROBE_H

#include "target.h"

#include <stddef.h>

/* Schemes:
 *   prompt   good, in the next turn of the loop
 *   brief    good, after 20 ms
 *   favour   refused, in the next turn of the loop; but nobody depends on it
 *   hang     never ends by itself; when cancelled, a little later, without a word of why
 *   hasty    never ends by itself; when cancelled, from inside
 *   mail     goes by route_mx, asks for TLSA; what the last number of its address says: 66 refused, 67 no end by itself,
 *            68 our own fault, else good
 *   chat     the same by route_xmpp_client
 *   lost     the same by a route that never ends by itself; when cancelled, a little later
 *   script   as the letters of fake_probe_script say, one an attempt, the last one for ever: G good, F failing, U unknown */
extern const struct catalogue fake_catalogue;

struct fake_probe_record {
    size_t started, ended, cancelled;
    size_t running, most_running;
    char addresses[64][46]; /* of the first starts, in order */
    const char *script;
    size_t with_dane;    /* starts that were given TLSA records */
    char hosts[64][128]; /* as addresses */
    uint16_t ports[64];
};

extern struct fake_probe_record fake_probe;

#endif
