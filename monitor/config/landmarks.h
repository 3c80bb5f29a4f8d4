/* Where every id was given, to say of a second one where the first one stands, over all files. */
#ifndef VIBRISSE_LANDMARKS_H
#define VIBRISSE_LANDMARKS_H

#include "reader.h"

struct landmark {
    const char *name, *file; /* not owned */
    struct place place;
    size_t group; /* within which names are unique */
    size_t order; /* of reading */
};

struct landmarks {
    struct landmark *list;
    size_t count, capacity;
};

void landmarks_fini(struct landmarks *landmarks);
void landmarks_add(struct landmarks *landmarks, const char *name, size_t group, const char *file,
                   struct place place);
/* Sorts, and adds a fault for every name that was given before in its group. `what` is "hoster". */
void landmarks_check(struct landmarks *landmarks, const char *what, struct fault_list *faults);

#endif
