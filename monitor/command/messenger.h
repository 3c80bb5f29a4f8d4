/* One alert by a courier of our own: started for it, ended after it. */
#ifndef VIBRISSE_MESSENGER_H
#define VIBRISSE_MESSENGER_H

#include "config.h"
#include "errand.h"

/* Waits for the receipt, which takes half a minute at most. -1 and a sentence when there is none. */
int messenger_send(const struct config *config, const struct errand_target *target,
                   const struct alert *alert, struct receipt *ret, struct fault *fault);

#endif
