/* Whether a published report says what its published tables give: every figure is made again from the tables alone, by other
 * code than made it (nothing of report*.c, availability.h or histogram.h), and compared. Pure, but for the zone of the
 * process (TZ), which has to be that of the report. Sentences are English: they are for the command line. */
#ifndef VIBRISSE_AUDIT_H
#define VIBRISSE_AUDIT_H

#include "fault.h"

#include <jansson.h>
#include <stddef.h>

enum { AUDIT_TABLES_MOST = 16 };

struct audit_text {
    const char *name; /* of the table: "outages" */
    const char *bytes;
    size_t length;
};

typedef void audit_tell_fn(void *owner, const char *sentence);

/* Tells each difference. How many there are, or -1 and a sentence when a table is missing or is none. */
int audit_report(const struct audit_text *tables, size_t count, const json_t *report,
                 audit_tell_fn *tell, void *owner, struct fault *fault);

#endif
