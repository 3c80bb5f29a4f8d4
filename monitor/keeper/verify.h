/* Whether the record agrees with itself: the ledger with its own rules, the series with the ledger, hour by hour. Reads only;
 * a monitor may be recording beside it. */
#ifndef VIBRISSE_VERIFY_H
#define VIBRISSE_VERIFY_H

#include "config.h"
#include "fault.h"

#include <stdint.h>

struct verify_ears {
    void *owner;
    void (*differs)(void *owner, const char *sentence); /* once for each difference */
};

struct verify_counts {
    int64_t services, hours, differences;
};

/* -1 and a sentence when something cannot be read at all. */
int verify_all(const struct config *config, const struct verify_ears *ears,
               struct verify_counts *ret, struct fault *fault);

#endif
