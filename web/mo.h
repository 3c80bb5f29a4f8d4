/* A compiled gettext catalogue in memory (GNU gettext manual, section «The Format of GNU MO Files»), little-endian,
 * revision 0, as our build makes it with msgfmt. mo_open() checks every offset once; after that a lookup is a binary
 * search that cannot leave the bytes. Pure. */
#ifndef VIBRISSE_MO_H
#define VIBRISSE_MO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { MO_MAX_COUNT = 1 << 16 };

struct mo {
    const unsigned char *bytes; /* not owned */
    size_t length;
    uint32_t count, keys, texts; /* number of messages; offsets of the two tables */
};

/* False when the bytes are no such catalogue: truncated, pointing outside, unsorted, without final NULs. */
bool mo_open(struct mo *ret, const void *bytes, size_t length);
/* The same of bytes that pass mo_open(), as those of the build do: every page opens its catalogue, and the check is longer
 * than what most pages look up. */
struct mo mo_of(const void *bytes, size_t length);

/* The translation of a key (of a plural message: its singular; with context: "context\004key"), or NULL. Form 0 is
 * the first plural form; NULL when the message has no such form. Points into the bytes. */
const char *mo_find(const struct mo *mo, const char *key, size_t form);

#endif
