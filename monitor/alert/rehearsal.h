/* A message that only shows that messages arrive: when somebody asks, or each day at its time. Pure. */
#ifndef VIBRISSE_REHEARSAL_H
#define VIBRISSE_REHEARSAL_H

#include "alert.h"

enum { REHEARSAL_LATE_S = 3600 }; /* later on a day it is not made up for */

/* `address` of the site; NULL = none. Of one thread, time and target it is always the same message. */
void rehearsal_alert(const char *target, const char *language, const char *address,
                     const char *thread, int64_t at, struct alert *ret);

/* Whether one that is wanted at that minute of the civil day is due at `now`, and when it was; s. */
bool rehearsal_due(int minute, int64_t now, int64_t *ret_at);

#endif
