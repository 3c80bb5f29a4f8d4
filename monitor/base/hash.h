/* A stable, fast, non-cryptographic hash (FNV-1a, 64 bits, http://www.isthe.com/chongo/tech/comp/fnv/) with a final
 * mix: the same on every machine and after every restart, since schedules and file names are spread by it. Pure. */
#ifndef VIBRISSE_HASH_H
#define VIBRISSE_HASH_H

#include <stddef.h>
#include <stdint.h>

uint64_t hash_bytes(const void *bytes, size_t length);
uint64_t hash_text(const char *text);
/* The hash of a row of numbers, taken one after the other; it begins with any. */
uint64_t hash_number(uint64_t hash, uint64_t number);

#endif
