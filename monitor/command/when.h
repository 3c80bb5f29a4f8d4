/* Points in time as people give them on the command line. */
#ifndef VIBRISSE_WHEN_H
#define VIBRISSE_WHEN_H

#include "fault.h"

#include <stdint.h>

#define WHEN_EXAMPLES "2026, 2026-03, 2026-03-01, 2026-03-01T14:30 or 2026-03-01T14:30:00Z"

/* A year, a month or a day is its first second in the process's time zone (settings_load() sets it). So is a time of day
 * without an offset, with T or a blank before it: of an hour that comes twice it is the first one. With an offset it is RFC
 * 3339. In s. -1 and a sentence for people, who gave it with `option`: it is none of these, or the clock is put forward
 * over it. NULL is not given, and refused. */
int when_parse(const char *text, const char *option, int64_t *ret, struct fault *fault);

#endif
