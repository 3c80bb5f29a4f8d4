/* One hoster and its services, from a file of its own or from an entry of `hosters`. */
#ifndef VIBRISSE_HOSTER_H
#define VIBRISSE_HOSTER_H

#include "draft.h"

void hoster_read(struct draft *draft, const struct reader *reader, const struct node *node);

/* Whether the node is a service that can be used; faults go to the reader, nothing to the draft. */
bool hoster_tries_service(const struct draft *draft, const struct reader *reader,
                          const struct node *node);

/* Rows of struct hoster, struct service and struct unmeasured_service. */
enum { HOSTER_ROWS = 15, HOSTER_SERVICE_ROWS = 20, HOSTER_UNMEASURED_ROWS = 5 };
extern const struct schema_row hoster_rows[HOSTER_ROWS], hoster_service_rows[HOSTER_SERVICE_ROWS],
    hoster_unmeasured_rows[HOSTER_UNMEASURED_ROWS];

#endif
