/* The actions of `vibrisse register`, one file each. */
#ifndef VIBRISSE_REGISTER_H
#define VIBRISSE_REGISTER_H

#include "command.h"
#include "ontology.h"

#include <stdbool.h>

struct register_wishes {
    bool json;
    enum file_class expected; /* CLASS_UNKNOWN: any */
    const char *folder;       /* where files are written */
    char **arguments;         /* after the action, ended by NULL */
    const struct ontology *ontology;
};

/* Exit status, as of a command. */
int register_lint(const struct register_wishes *wishes);
int register_init(const struct register_wishes *wishes);

#endif
