/* How far the clocks of the process's zone are from UTC (TZ, as tzset() takes it), remembered: the C library finds it out anew for
 * each time that it is asked, and pages ask a million times. Thread-safe: each thread remembers its own. */
#ifndef VIBRISSE_ZONE_H
#define VIBRISSE_ZONE_H

#include <stdbool.h>
#include <stdint.h>

/* Seconds east of UTC. False: the clocks change near that time, or nothing is remembered of such times; ask the C library. */
bool zone_offset(int64_t time, int *ret_offset_s);

#endif
