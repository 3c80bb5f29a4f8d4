/* The key `register`: where members are read from. */
#ifndef VIBRISSE_REGISTERS_H
#define VIBRISSE_REGISTERS_H

#include "reader.h"
#include "schema.h"

enum { REGISTERS_ROWS = 3, REGISTERS_MAX = 32 };
extern const struct schema_row registers_rows[REGISTERS_ROWS]; /* of an entry */

/* Fills registers and register_count. */
void registers_read(const struct reader *reader, const struct node *list, struct config *config);

#endif
