#include "berth.h"

#include "hash.h"
#include "mem.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

struct berth {
    struct sockaddr_storage address;
    size_t taken;
    struct berth_guest *first, **end; /* who waits */
    struct berth *next;
};

static struct berth **bucket_of(struct berths *berths, const struct sockaddr *address)
{
    char text[ADDRESS_TEXT_SIZE];
    return &berths->buckets[hash_text(address_text(address, text)) % BERTH_BUCKETS];
}

static struct berth *find_or_add(struct berths *berths, const struct sockaddr *address)
{
    struct berth **bucket = bucket_of(berths, address);
    for (struct berth *berth = *bucket; berth; berth = berth->next)
        if (address_compare((struct sockaddr *)&berth->address, address) == 0)
            return berth;
    struct berth *berth = mem_zalloc(sizeof *berth);
    memcpy(&berth->address, address, address_size(address));
    berth->end = &berth->first;
    berth->next = *bucket;
    *bucket = berth;
    return berth;
}

static void free_berth(struct berths *berths, struct berth *berth)
{
    struct berth **link = bucket_of(berths, (struct sockaddr *)&berth->address);
    while (*link != berth)
        link = &(*link)->next;
    *link = berth->next;
    free(berth);
}

bool berth_enter(struct berths *berths, const struct sockaddr *address, size_t places,
                 struct berth_guest *guest)
{
    assert(!guest->berth && places > 0);
    struct berth *berth = find_or_add(berths, address);
    guest->berth = berth;
    guest->next = NULL;
    guest->waiting = berth->taken >= places;
    if (guest->waiting) {
        *berth->end = guest;
        berth->end = &guest->next;
    } else {
        berth->taken++;
    }
    return !guest->waiting;
}

static void stop_waiting(struct berth *berth, struct berth_guest *guest)
{
    struct berth_guest **link = &berth->first;
    while (*link != guest)
        link = &(*link)->next;
    *link = guest->next;
    if (berth->end == &guest->next)
        berth->end = link;
    guest->waiting = false;
}

struct berth_guest *berth_leave(struct berths *berths, struct berth_guest *guest)
{
    struct berth *berth = guest->berth;
    struct berth_guest *heir = NULL;
    if (!berth)
        return NULL;
    guest->berth = NULL;
    if (guest->waiting) {
        stop_waiting(berth, guest);
        return NULL;
    }
    heir = berth->first;
    if (heir)
        stop_waiting(berth, heir);
    else if (--berth->taken == 0)
        free_berth(berths, berth);
    return heir;
}
