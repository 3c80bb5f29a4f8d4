/* Looks at the folder of a published report: whether each file is what datapackage.json says, and every figure what the tables
 * give. Nothing but the folder is read, and the pages where they lie beside it. And whether it is what the ledger says. */
#ifndef VIBRISSE_YEARBOOK_CHECK_H
#define VIBRISSE_YEARBOOK_CHECK_H

#include "audit.h"
#include "ledger.h"

/* Sets the zone of the process (TZ): the report says which it is made in. */
typedef void yearbook_zone_fn(const char *zone);

/* Tells each difference. How many there are, or -1 and a sentence when that cannot be found out. */
int yearbook_check(const char *folder, yearbook_zone_fn *set_zone, audit_tell_fn *tell, void *owner,
                   struct fault *fault);

/* Compares each file with the sum of the newest edition of the report's year. As above; -1 also when there is no edition. */
int yearbook_check_edition(const char *folder, struct ledger *ledger, audit_tell_fn *tell,
                           void *owner, struct fault *fault);

/* The same of all that are kept below the data folder, where one that is not there is a difference, too. */
int yearbook_check_kept(const char *data, struct ledger *ledger, audit_tell_fn *tell, void *owner,
                        struct fault *fault);

#endif
