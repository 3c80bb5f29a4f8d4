/* What monitoring plugins measured, as they write it behind the '|' of their first line:
 * 'label'=value[UOM];[warn];[crit];[min];[max], separated by blanks
 * (https://www.monitoring-plugins.org/doc/guidelines.html section 2.6). Bounds are passed over: the exit status has
 * judged by them. Pure. */
#ifndef VIBRISSE_PERFDATA_H
#define VIBRISSE_PERFDATA_H

#include <stdbool.h>
#include <stddef.h>

enum { PERFDATA_LABEL_SIZE = 64, PERFDATA_UNIT_SIZE = 8 };

struct perfdata {
    char label[PERFDATA_LABEL_SIZE]; /* as it came; longer ones are cut */
    double value;                    /* NaN = not known to the plugin: «U» */
    char unit[PERFDATA_UNIT_SIZE];   /* "s", "ms", "%", "B", "c", ""... */
};

/* The next one of the NUL-ended text; false = there is none. What breaks the form is passed over. */
bool perfdata_next(const char **cursor, struct perfdata *ret);

/* The first one labelled «time», in milliseconds; NaN = there is none, or in no unit of time. */
double perfdata_time_ms(const char *text);

#endif
