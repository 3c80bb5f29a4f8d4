/* The calendar of Gregory as arithmetic, without zones. Pure. */
#ifndef VIBRISSE_CIVIL_H
#define VIBRISSE_CIVIL_H

#include "calendar.h"

/* What a clock shows that far from UTC. For times of the years 1970 to 9999. */
struct calendar_time civil_at(int64_t time, int offset_s);

#endif
