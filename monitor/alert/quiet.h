/* Hours in which nobody wants to be woken for less than an outage. Pure. */
#ifndef VIBRISSE_QUIET_H
#define VIBRISSE_QUIET_H

#include "alerting.h"

enum { QUIET_DAY_MINUTES = 24 * 60 };

/* `minute` of the civil day. Hours may go past midnight; the first minute is in, the last is not. */
bool quiet_is(struct quiet_hours hours, int minute);

#endif
