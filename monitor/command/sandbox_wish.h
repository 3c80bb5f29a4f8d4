/* The sandbox that a configuration wants, and what it needs left out of it: for the keeper, which declares it to the others. */
#ifndef VIBRISSE_SANDBOX_WISH_H
#define VIBRISSE_SANDBOX_WISH_H

#include "config.h"
#include "fault.h"

/* Makes the folders and enters the sandbox as the keeper. -1 and a sentence when a folder cannot be made, or when
 * `sandbox: required` cannot be had; what is missing otherwise is told in the log. */
int sandbox_wish_enter(const struct config *config, struct fault *fault);

/* Whether what was given up at the start leaves enough for another configuration. -1 and a sentence that says what to do. */
int sandbox_wish_allows(const struct config *config, struct fault *fault);

#endif
