/* Points in time as people give them on the command line. */
#ifndef VIBRISSE_WHEN_H
#define VIBRISSE_WHEN_H

#include <stdbool.h>
#include <stdint.h>

#define WHEN_EXAMPLES "2026, 2026-03, 2026-03-01 or 2026-03-01T14:30:00Z"

/* A year, a month or a day is its first second in the process's time zone (settings_load() sets it); anything longer is RFC
 * 3339. In s. False: it is none of these. */
bool when_parse(const char *text, int64_t *ret);

#endif
