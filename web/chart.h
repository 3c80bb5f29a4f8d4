/* Charts of one service: response time day by day on the strip's own axis, how it is spread, and where the time of the
 * newest answers went. Text stands outside the stretched drawing, so it never shrinks on a phone. */
#ifndef VIBRISSE_CHART_H
#define VIBRISSE_CHART_H

#include "belief.h"
#include "histogram.h"
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

/* How many answers took how long: a row with a bar for each range, from the first that has answers to the last. Nothing
 * when there are none. */
void chart_spread(struct sheet *sheet, const struct histogram *latency);

/* Distance between the lines of a scale up to `most`: 1, 2 or 5 times a power of ten, at most four lines. */
double chart_step(double most);

#endif
