/* What operators do not want to hear of for a while. Nothing new is told of it; that something told of before is over
 * is told all the same. Pure. */
#ifndef VIBRISSE_SILENCE_H
#define VIBRISSE_SILENCE_H

#include "result.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SILENCES_MAX = 256 };

struct silence {
    char subject[RESULT_SERVICE_SIZE]; /* "hoster/service", "hoster", "" = everything */
    int64_t from, until;               /* s */
};

/* An ordered list of our own; all zero is an empty one. */
struct silences {
    struct silence list[SILENCES_MAX];
    size_t count;
};

/* Replaces that of the same subject; `until` <= `from` takes it back. False: there are too many. */
bool silences_set(struct silences *silences, const char *subject, int64_t from, int64_t until);
/* Until when the service is silent at `now`; 0 = it is not. "" is the monitor itself. */
int64_t silences_until(const struct silences *silences, const char *service, int64_t now);

#endif
