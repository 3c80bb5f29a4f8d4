/* Landlock (landlock(7), Linux 5.13): which files the process may still touch. */
#ifndef VIBRISSE_LANDLOCK_H
#define VIBRISSE_LANDLOCK_H

#include "fault.h"

#include <stdbool.h>

/* Paths, each list ended by NULL; a folder stands for all below it. One that does not exist is passed over. */
struct landlock_wish {
    const char *const *read;
    const char *const *write; /* read, too */
    const char *const *execute;
    bool silent; /* no TCP connection to anybody (Linux 6.7; before, this is not to be had) */
};

/* For the calling thread and all that it starts from now on; prctl(PR_SET_NO_NEW_PRIVS) must have been done. Beyond
 * the lists nothing can be opened any more; what is open stays so. -1 and why not. */
int landlock_restrict(const struct landlock_wish *wish, struct fault *fault);

#endif
