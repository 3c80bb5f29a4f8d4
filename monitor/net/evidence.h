/* What is told of a certificate that is at fault: a sentence of ours, with what it says itself. Pure. */
#ifndef VIBRISSE_EVIDENCE_H
#define VIBRISSE_EVIDENCE_H

#include "chain.h"
#include "trust.h"

#include <stddef.h>

/* "" when there is nothing to say of the reason. */
void evidence_write(const struct trust_question *question, const struct chain *chain,
                    enum reason reason, char *to, size_t size);

#endif
