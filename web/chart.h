/* Charts of one service: response time day by day on the strip's own axis, and where the time of the newest answers
 * went. Text stands outside the stretched drawing, so it never shrinks on a phone. */
#ifndef VIBRISSE_CHART_H
#define VIBRISSE_CHART_H

#include "belief.h"
#include "history.h"
#include "sheet.h"
#include "strip.h"

#include <stddef.h>

/* With fewer than two days, a sentence stands in its place. The line is broken on the days that the strip shows as not
 * measured. */
void chart_latency(struct sheet *sheet, const struct latency_day *days, size_t count,
                   const struct strip_range *range, const enum strip_day looks[STRIP_DAYS]);

/* One stacked bar for each line that has phases, with its numbers. Nothing when none has. */
void chart_phases(struct sheet *sheet, const struct line_belief *lines, size_t count);

/* Distance between the lines of a scale up to `most`: 1, 2 or 5 times a power of ten, at most four lines. */
double chart_step(double most);

#endif
