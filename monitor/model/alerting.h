/* Who wants to be told of what: the settings of alerts as the configuration has them, apart from how messages travel.
 * Immutable once loaded; all of it lives in one arena (the configuration's). */
#ifndef VIBRISSE_ALERTING_H
#define VIBRISSE_ALERTING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What somebody may want to hear of. Recoveries come with that of which they are the end. */
enum alerting_subject {
    ALERTING_DOWN,
    ALERTING_DEGRADED,
    ALERTING_CERTIFICATE,
    ALERTING_FLAPPING,
    ALERTING_MONITOR, /* that we ourselves do not see well */
    ALERTING_COUNT
};
extern const char *const alerting_subject_words[]; /* "down"; as the enum, ended by NULL */

enum alerting_accept { ACCEPT_DELIVERED, ACCEPT_ACKNOWLEDGED };
extern const char *const alerting_accept_words[]; /* "delivered", "acknowledged", NULL */

/* Minutes of the collective's civil day; equal: there are none. */
struct quiet_hours {
    int from, to;
};

#define ALERTING_CONTACT "contact:" /* begins the names of targets that have to be asked first */

/* Where messages go; which way is not told here. */
struct alert_target {
    const char *name;     /* at most 64 bytes; the same as long as it is the same receiver */
    const char *language; /* NULL = the collective's first */
};

/* One entry of a list «alerts». */
struct alert_route {
    const struct alert_target *target;
    const struct alert_target *const
        *escalate;     /* the next ways, in order; ended by NULL; or NULL */
    int accept;        /* enum alerting_accept: what ends the escalation */
    unsigned subjects; /* bits of enum alerting_subject */
    int64_t after_ms;  /* it must have lasted so long */
    int64_t remind_ms; /* the first reminder; 0 = none */
    struct quiet_hours quiet;
    bool severe; /* «down» is told in quiet hours too */
};

struct alert_routes {
    const struct alert_route *list;
    size_t count;
};

#endif
