/* The courier process: errands in (errand.h), what came of them out. It talks to strangers' servers so that the keeper
 * need not; it keeps nothing and decides nothing but whether an answer means yes. */
#ifndef VIBRISSE_COURIER_H
#define VIBRISSE_COURIER_H

#include "fault.h"

enum { COURIER_UNDER_WAY = 16, COURIER_WAITING = 64 };

struct courier_setup {
    int in,
        out; /* of pipes or sockets, perhaps of the same socket; closed at the end unless standard */
};

/* Runs until `in` ends and what is under way has ended, or `out` is gone. 0, or -1 and a sentence. */
int courier_run(const struct courier_setup *setup, struct fault *fault);

#endif
