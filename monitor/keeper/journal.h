/* An append-only file of short records, each with its length and CRC-32: what is written is on disk when
 * journal_sync() returns 0, and a record that a crash cut is not seen again. What the records mean is the owner's
 * business; he can begin a new journal at any time, which takes the old one's place as a whole.
 *
 * The file: 8 bytes of mark, then records of
 *     crc u32 | length u32 | kind u8 | payload[length]        crc over what follows it; little-endian */
#ifndef VIBRISSE_JOURNAL_H
#define VIBRISSE_JOURNAL_H

#include "fault.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct journal;

enum { JOURNAL_RECORD_MAX = 64 * 1024 }; /* bytes of payload */

/* The payload lives during the call only. */
typedef void journal_fn(void *owner, int kind, const unsigned char *payload, size_t length);

/* Hands out the records up to the first one that is not whole and sound; returns the bytes read so far, mark
 * included, and 0 when the mark is missing. Pure; trusts nothing. */
size_t journal_read(const unsigned char *bytes, size_t length, journal_fn *each, void *owner);

/* Opens "journal" in the folder (an open directory, borrowed) or makes it, and hands out its records. A torn tail is
 * cut; a file with another mark is set aside as journal.bad. */
int journal_open(int folder, journal_fn *each, void *owner, struct journal **ret,
                 struct fault *fault);
void journal_close(struct journal *journal); /* forgets what was not synced; NULL is fine */

/* Into memory. Void while the journal is broken. */
void journal_add(struct journal *journal, int kind, const void *payload, size_t length);

/* Brings all that was added to disk. On -1 none of it counts as written and the journal is broken: what must not be
 * lost is added again after journal_restart(). */
int journal_sync(struct journal *journal, struct fault *fault);

/* Drops what was not synced; what is added from now on will, at the next sync, replace the whole file. */
void journal_restart(struct journal *journal);

bool journal_is_broken(const struct journal *journal);
size_t journal_size(const struct journal *journal); /* bytes on disk */

static inline void journal_put(unsigned char *to, uint64_t number, int bytes)
{
    for (int i = 0; i < bytes; i++)
        to[i] = (unsigned char)(number >> 8 * i);
}

static inline uint64_t journal_get(const unsigned char *from, int bytes)
{
    uint64_t number = 0;
    for (int i = 0; i < bytes; i++)
        number |= (uint64_t)from[i] << 8 * i;
    return number;
}

#endif
