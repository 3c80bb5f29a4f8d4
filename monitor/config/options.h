/* The options of a check that are its probe's: as written, but judged by the probe's own rows. */
#ifndef VIBRISSE_OPTIONS_H
#define VIBRISSE_OPTIONS_H

#include "reader.h"

enum {
    OPTIONS_BYTES = 24 * 1024
}; /* names and values of one check together: they must fit an order line */

#define OPTION_EXPECT "expect-" /* a key below `expect` is the option with this before it */

/* Fills options and option_count of the check from the keys of its map that are not in `own`, and from those below
 * `expect`. `node` may be the URL alone: then only what the probe requires is asked for. */
void options_read(const struct reader *reader, const struct schema *own, const struct schema *probe,
                  const struct node *node, struct check *check);

/* The value as one text, a list joined by commas or to a command line, in the arena; NULL when it is none, which is then
 * said. */
const char *options_value(const struct reader *reader, const struct schema_row *row,
                          const struct node *node);

#endif
