/* Which system calls the process may still make: seccomp(2), by libseccomp. */
#ifndef VIBRISSE_SYSTEM_CALLS_H
#define VIBRISSE_SYSTEM_CALLS_H

#include "fault.h"

#include <stdbool.h>

/* For the calling thread and all that it starts from now on. What no part of ours ever does (mounting, tracing, loading
 * modules, setting the clock, ...) is refused with EPERM, and so is running a program unless `programs`. -1 and why not. */
int system_calls_restrict(bool programs, struct fault *fault);

#endif
