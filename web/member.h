/* A hoster as pages see it: its services with their past, and what can be said of all of them together. A service
 * that is not counted is shown but has no part in that. */
#ifndef VIBRISSE_MEMBER_H
#define VIBRISSE_MEMBER_H

#include "past.h"
#include "sheet.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct member {
    const struct hoster *hoster;
    const char *name, *key;     /* key: for sorting, see names.h */
    const struct past *pasts;   /* one per service, in the order of the configuration */
    const struct past *counted; /* of these, the ones that count */
    size_t counted_count;
    enum look look;           /* the worst of what is known of the services that count */
    size_t normal;            /* services, counted or not, that work normally */
    size_t looks[LOOK_COUNT]; /* services that count, by look */
};

struct member member_of(struct sheet *sheet, const struct hoster *hoster, int64_t from);
int64_t
member_measured(const struct member *member); /* time of the newest measurement, s; 0 = none yet */
/* All services that count are in one state, or it is one alone. */
bool member_is_alike(const struct member *member);
/* «1 service disrupted of 8», or the state's word. */
const char *member_state(struct sheet *sheet, const struct member *member);

#endif
