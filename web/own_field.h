/* What the members of the own API mean, in words, for the page of open data. Those of the tables mean the same there. */
#ifndef VIBRISSE_OWN_FIELD_H
#define VIBRISSE_OWN_FIELD_H

#include <stddef.h>

struct own_field {
    const char *name, *description; /* N_() */
};

const struct own_field *own_fields(size_t *ret_count);

#endif
