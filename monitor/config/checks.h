/* The checks of one service: a URL or a map each, with the options of its probe. */
#ifndef VIBRISSE_CHECKS_H
#define VIBRISSE_CHECKS_H

#include "sections.h"

enum { CHECKS_PER_SERVICE = 64 };

/* Fills checks and check_count of the service from its map; without a list of checks they are those that are known for its
 * software, and where there are none, its url is the only one. */
void checks_read(const struct reader *reader, const struct check *defaults, const struct node *map,
                 struct service *service);
/* Says that an attempt could outlast its interval, where `map` gives one of the two; so what is inherited is said once. */
void checks_times(const struct reader *reader, const struct node *map, const struct check *check);

#endif
