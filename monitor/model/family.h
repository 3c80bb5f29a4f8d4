/* The two address families. A check runs once per family that its target publishes. Pure. */
#ifndef VIBRISSE_FAMILY_H
#define VIBRISSE_FAMILY_H

#include <stdbool.h>

enum family { FAMILY_IPV4, FAMILY_IPV6, FAMILY_COUNT };

const char *family_name(enum family family);  /* "ipv4": wire format */
const char *family_title(enum family family); /* "IPv4": for people, the same in every language */
bool family_parse(const char *name, enum family *ret);

#endif
