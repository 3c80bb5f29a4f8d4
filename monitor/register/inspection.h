/* Every entry of a file of ChatonsInfos by itself: is its key known, and what does its value say? Pure. */
#ifndef VIBRISSE_INSPECTION_H
#define VIBRISSE_INSPECTION_H

#include "ontology.h"
#include "properties.h"

#include <stdbool.h>
#include <stddef.h>

/* Beside each entry of properties->list. */
struct inspection_entry {
    const struct ontology_row *row; /* NULL = the key is not known */
    const char *
        value; /* in its normal form: of a word its meaning, of a list its elements parted by ;, of a number with a
                          point; NULL = it says nothing, or nothing that can be used */
};

struct inspection {
    const struct properties *properties;
    const struct ontology *ontology;
    struct inspection_entry *entries;
    struct inspection_row {                    /* beside each row of ontology->rows */
        const struct inspection_entry *first;  /* with a value; NULL = none */
        const struct inspection_entry *itself; /* whose key is that of the row; NULL = none */
        bool given;                            /* something is written there, whatever it is */
    } * rows;
};

/* All that it holds lives in the arena and in the properties. */
void inspection_run(struct inspection *inspection, const struct properties *properties,
                    const struct ontology *ontology, struct arena *arena, struct remarks *remarks);

/* The value of one entry in the form of a row, as above; for formats whose keys are others. */
const char *inspection_read(const struct property *property, const struct ontology_row *row,
                            struct arena *arena, struct remarks *remarks);

/* NULL when it is not there or not usable; *ret_line (may be NULL) is 1 when it
 * is not there. */
const char *inspection_value(const struct inspection *inspection, const char *key,
                             size_t *ret_line);
/* The first entry of the row that has a value; NULL = there is none. */
const struct inspection_entry *inspection_of_row(const struct inspection *inspection,
                                                 const struct ontology_row *row);
const struct property *inspection_property(const struct inspection *inspection,
                                           const struct inspection_entry *entry);

#endif
