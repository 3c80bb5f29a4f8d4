/* What is published beside what should be. Internal to audit*.c. Pure. */
#ifndef VIBRISSE_AUDIT_COMPARE_H
#define VIBRISSE_AUDIT_COMPARE_H

#include "audit_data.h"

/* Tells each member and element that differs, by its path below `path`. Shares have five decimals, milliseconds one. */
void audit_compare(struct audit_data *data, const char *path, const json_t *published,
                   const json_t *expected);
/* The columns of a row that are members of the object. */
void audit_compare_row(struct audit_data *data, const struct audit_table *table, size_t row,
                       const json_t *expected);

json_t *audit_compare_time(int64_t time); /* as the report writes it */

#endif
