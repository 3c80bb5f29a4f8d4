/* The one thing that we read in resolv.conf(5) ourselves; c-ares reads the rest. */
#ifndef VIBRISSE_RESOLV_CONF_H
#define VIBRISSE_RESOLV_CONF_H

#include <stdbool.h>

/* Whether an `options` line says `trust-ad`: the way to the resolvers is secure, and so is what they say of DNSSEC. A file
 * that cannot be read says nothing. */
bool resolv_conf_trusts(const char *path);

#endif
