/* What is in an RRD file, according to rrdtool, which we have not written. */
#ifndef VIBRISSE_ORACLE_H
#define VIBRISSE_ORACLE_H

#include <stddef.h>
#include <stdint.h>

enum { ORACLE_SOURCES_MAX = 8 };

struct oracle_row {
    int64_t at; /* the end of the row */
    double value[ORACLE_SOURCES_MAX];
};

/* The rows that end in (from, to], both multiples of the step. The caller frees. */
struct oracle_row *oracle_fetch(const char *path, const char *function, int64_t step, int64_t from,
                                int64_t to, size_t *ret_count);
int64_t oracle_last(const char *path); /* time of the last update */

#endif
