/* Where alerts go: the section «alerts» of the main file. */
#ifndef VIBRISSE_ALERTS_H
#define VIBRISSE_ALERTS_H

#include "reader.h"

enum { ALERTS_TARGETS = 1000, ALERTS_SECRET_BYTES = 4096, ALERTS_HEARTBEATS = 16 };

/* Rows of the sections «alerts» and «a target», see sections.h. */
enum { ALERTS_ROWS = 9, ALERTS_TARGET_ROWS = 4 };
extern const struct schema_row alerts_rows[ALERTS_ROWS], alerts_target_rows[ALERTS_TARGET_ROWS];

/* Into the reader's alerts. `node` may be NULL: then there are no targets. What the rows refuse is said. */
void alerts_read(const struct reader *reader, const struct node *node);

/* What a list names: a target, or a mail address, for which there is one from then on. NULL after it was said why not. */
const struct config_target *alerts_target(const struct reader *reader, const struct node *node);
const struct config_target *alerts_address(const struct reader *reader, const struct node *node);
/* The contact of the hoster as a target, in its own list of alerts, where contacts are asked and it has no such list. */
void alerts_contact(const struct reader *reader, const struct node *node, struct hoster *hoster);

#endif
