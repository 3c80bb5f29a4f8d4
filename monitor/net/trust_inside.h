/* Shared by the files of trust.h alone: what is made of everything that was found out. Pure. */
#ifndef VIBRISSE_TRUST_INSIDE_H
#define VIBRISSE_TRUST_INSIDE_H

#include "chain.h"
#include "dane.h"
#include "staple.h"
#include "trust.h"

const char *trust_protocol_name(int protocol); /* "TLSv1.3", or "" */

/* Sets all of *ret. */
void trust_weigh(const struct trust_question *question, const struct chain *chain, enum dane dane,
                 struct trust_answer *ret);
/* These go on from there; 0 bits = no such exchange. */
void trust_weigh_exchange(enum trust_rule rule, int dh_bits, struct trust_answer *ret);
void trust_weigh_staple(enum trust_rule rule, enum staple found, bool demanded,
                        struct trust_answer *ret);

#endif
