/* What services have in common: the address they are at, its network, who issued their certificate, whose they are.
 * Each value is known once, with how many services have it, so that «all that has this fails» can be told from chance.
 * Pure. */
#ifndef VIBRISSE_COMMON_H
#define VIBRISSE_COMMON_H

#include "alert.h"

/* Services share a factor by its number; 0 is none. */
struct common {
    struct common_value {
        enum alert_factor factor;
        char text[ALERT_FACTOR_SIZE];
        uint64_t hash;
        unsigned members; /* services that have it */
        unsigned failing; /* of those that are weighed now */
        unsigned here;    /* of these, in the part that is looked at */
    } * values;
    size_t count, capacity;
    uint32_t *slots; /* by hash; 0 = empty */
    size_t slot_count;
};

enum { COMMON_LEAST = 3, COMMON_PERCENT = 80 };

void common_init(struct common *common);
void common_fini(struct common *common);

/* The number of the value, made known if it is not; 0 for "" */
uint32_t common_number(struct common *common, enum alert_factor factor, const char *text);
/* A service has another value than before (0 = none). */
void common_move(struct common *common, uint32_t *number, uint32_t to);

/* At least COMMON_LEAST of those weighed have it, and COMMON_PERCENT of all that have it are among them. */
bool common_explains(const struct common *common, uint32_t number);

/* "192.0.2.0/24" or "2001:db8:1::/48" of an address; "" when it is none. */
enum { COMMON_NETWORK_SIZE = 52 };
char *common_network(const char *address, char text[COMMON_NETWORK_SIZE]);

#endif
