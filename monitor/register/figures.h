/* Metrics of ChatonsInfos: metrics.PATH.YEAR.months|weeks|days = values, where an empty one and one that is not there are
 * not known, which is not zero. Pure. */
#ifndef VIBRISSE_FIGURES_H
#define VIBRISSE_FIGURES_H

#include "declaration.h"
#include "remark.h"
#include "properties.h"
#include "usage.h"

/* False, with a remark, when the entry is of no year and period; nothing but names and descriptions may be so. */
bool figures_read(const struct property *property, int year_now, struct arena *arena,
                  struct declaration_figures *ret, struct remarks *remarks);
/* Accounts, and those in use, in the newest month up to now of which the figures tell. */
void figures_use(const struct declaration *metrics, struct wall now, struct usage_said *ret);
bool figures_is_label(const char *key); /* metrics.PATH.name, .description */

#endif
