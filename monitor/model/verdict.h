/* What the states of lines say of a check, and checks of a service (counting rule 6 and architecture, words). Pure. */
#ifndef VIBRISSE_VERDICT_H
#define VIBRISSE_VERDICT_H

#include "collective.h"
#include "outcome.h"

#include <stddef.h>

/* A family that we cannot see says nothing: only the known ones are judged. */
enum outcome verdict_check(const enum outcome *families, size_t count);

struct verdict_part {
    enum outcome check;
    enum role role;
};

enum outcome verdict_service(const struct verdict_part *parts, size_t count);

#endif
