/* Until when a server asks to be left alone: RFC 9110, section 10.2.3. Pure. */
#ifndef VIBRISSE_RETRY_AFTER_H
#define VIBRISSE_RETRY_AFTER_H

#include <stdint.h>

/* Seconds from `now` (s) on; a number or a date in any of the three forms. 0 for a time in the past and for what is
 * neither; INT64_MAX for a number that is larger. The bound is the caller's. */
int64_t retry_after(const char *value, int64_t now);

#endif
