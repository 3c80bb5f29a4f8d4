/* Who came and who went between two configurations, and who is elsewhere now. Pure. */
#ifndef VIBRISSE_COMINGS_H
#define VIBRISSE_COMINGS_H

#include "collective.h"

/* Subject is "hoster", or "hoster/service" where the hoster stayed; detail is "joined", "left", or "moved to URL". Hosters
 * first, both in the order of their names. */
typedef void comings_fn(void *owner, const char *subject, const char *detail);
void comings_tell(const struct collective *before, const struct collective *now, comings_fn *tell,
                  void *owner);

#endif
