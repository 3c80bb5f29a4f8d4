#include "family.h"

#include <string.h>

const char *family_name(enum family family)
{
    return family == FAMILY_IPV4 ? "ipv4" : "ipv6";
}

const char *family_title(enum family family)
{
    return family == FAMILY_IPV4 ? "IPv4" : "IPv6";
}

bool family_parse(const char *name, enum family *ret)
{
    for (int i = 0; i < FAMILY_COUNT; i++) {
        if (strcmp(family_name((enum family)i), name) == 0) {
            *ret = (enum family)i;
            return true;
        }
    }
    return false;
}
