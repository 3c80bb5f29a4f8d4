/* What is known of a service, for the policy: its confirmed state and who saw it so. */
#ifndef VIBRISSE_FINDING_H
#define VIBRISSE_FINDING_H

#include "alert.h"

struct finding {
    enum outcome state;
    enum reason reason;
    int64_t since_after, since; /* s; see struct alert_row */
    int64_t expires;            /* s; its certificate; 0 = not known */
    bool flapping;              /* its results go to and fro (flapping.h) */
    char detail[RESULT_DETAIL_SIZE];
    struct alert_sight sights[ALERT_SIGHTS_MAX];
    size_t sight_count;
};

#endif
