/* Room at remote addresses: how many of us are there, and who waits for a place. An address that many services share gets
 * no more visits at once than any other. Pure but for allocation. */
#ifndef VIBRISSE_BERTH_H
#define VIBRISSE_BERTH_H

#include "address.h"

#include <stdbool.h>
#include <stddef.h>

enum { BERTH_BUCKETS = 1024 };

struct berth;

/* Embedded in who wants a place. */
struct berth_guest {
    struct berth *berth; /* where it is or waits; NULL = nowhere */
    struct berth_guest *next;
    bool waiting;
};

/* All zero = empty and ready. */
struct berths {
    struct berth *buckets[BERTH_BUCKETS];
};

/* True: it has a place. False: it waits. */
bool berth_enter(struct berths *berths, const struct sockaddr *address, size_t places,
                 struct berth_guest *guest);
/* Gives up the place or the wait; fine when nowhere. Returns who has the place now, or NULL. */
struct berth_guest *berth_leave(struct berths *berths, struct berth_guest *guest);

#endif
