/* When something that recurs begins: recurrence rules of RFC 5545 (RRULE) in civil time, in the zone of the process. An
 * hour that summer time leaves out is the one after it, of an hour that comes twice the first one is meant (RFC 5545,
 * 3.3.5). Rules by the day, week, month and year are known, not by the hour, minute and second: the clock is that of the
 * first occurrence. libical works out the days; ical.h is known here alone. */
#ifndef VIBRISSE_RECURRENCE_H
#define VIBRISSE_RECURRENCE_H

#include "fault.h"

#include <stddef.h>
#include <stdint.h>

enum { RECURRENCE_MOST = 10000 }; /* occurrences that are looked at */

/* Whether it is a rule that we know and `first` (s) one of its days. -1 and a sentence when not. */
int recurrence_check(const char *rule, int64_t first, struct fault *fault);

/* Calls for each begin (s) in [first, until), in order, RECURRENCE_MOST at most; never for what is no rule. */
void recurrence_each(const char *rule, int64_t first, int64_t until,
                     void (*each)(void *owner, int64_t begin), void *owner);

#endif
