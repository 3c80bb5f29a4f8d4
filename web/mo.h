/* A compiled gettext catalogue in memory (GNU gettext manual, section «The Format of GNU MO Files»), little-endian,
 * revision 0, as our build makes it with msgfmt. mo_open() checks every offset once; after that a lookup cannot leave
 * the bytes. Pure. */
#ifndef VIBRISSE_MO_H
#define VIBRISSE_MO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { MO_SLOT_BITS = 12, MO_SLOTS = 1 << MO_SLOT_BITS, MO_MAX_COUNT = MO_SLOTS * 3 / 4 };

struct mo {
    const unsigned char *bytes; /* not owned */
    size_t length;
    uint32_t count, keys, texts; /* number of messages; offsets of the two tables */
};

/* False when the bytes are no such catalogue: truncated, pointing outside, unsorted, without final NULs. */
bool mo_open(struct mo *ret, const void *bytes, size_t length);
/* The same of bytes that pass mo_open(), as those of the build do. */
struct mo mo_of(const void *bytes, size_t length);

/* Where each message of a catalogue stands, by its key: a lookup compares with one message, seldom with two. Looked into
 * by any number of threads. */
struct mo_index {
    struct mo mo;
    uint16_t slots[MO_SLOTS]; /* number of the message, from 1 on; 0 = free */
};

void mo_index_make(struct mo_index *index, const struct mo *mo);

/* The translation of a key (of a plural message: its singular; with context: "context\004key"), or NULL. Form 0 is
 * the first plural form; NULL when the message has no such form. Points into the bytes. */
const char *mo_find(const struct mo_index *index, const char *key, size_t form);

#endif
