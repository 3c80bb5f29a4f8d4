/* One hoster and its services, from a file of its own or from an entry of `hosters`. */
#ifndef VIBRISSE_HOSTER_H
#define VIBRISSE_HOSTER_H

#include "draft.h"

void hoster_read(struct draft *draft, const struct reader *reader, const struct node *node);

/* Whether the node is a service that can be used; faults go to the reader, nothing to the draft. */
bool hoster_tries_service(const struct draft *draft, const struct reader *reader,
                          const struct node *node);

#endif
