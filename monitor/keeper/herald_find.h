/* What is known of a service, or of our own sight, in the words of the policy of alerts. Pure. */
#ifndef VIBRISSE_HERALD_FIND_H
#define VIBRISSE_HERALD_FIND_H

#include "finding.h"
#include "record.h"
#include "vantage.h"

#include <stdbool.h>
#include <stdint.h>

/* As it counts at `now` (s), the unconfirmed as before. A certificate that should have been renewed by now is one that
 * expires soon. */
void herald_find_service(const struct record *record, int64_t now, struct finding *ret);
/* The newest time at which something of it was found good; 0 = never. */
int64_t herald_find_good(const struct record *record);

/* Where it was found, as last seen; "" = not known. Lent by the record. */
struct herald_place {
    const char *address, *issuer;
};
struct herald_place herald_find_place(const struct record *record);

/* The monitor itself: degraded where one of its senses is not good, unknown where none was judged. */
void herald_find_monitor(const struct vantage *vantage, struct finding *ret);
/* We see nothing at all: whatever seems to change may be our own fault. */
bool herald_find_is_blind(const struct vantage *vantage);

#endif
