/* How bad it is, for somebody who wants to be told: states and their reasons brought into one order. Pure. */
#ifndef VIBRISSE_LEVEL_H
#define VIBRISSE_LEVEL_H

#include "alerting.h"
#include "finding.h"

enum level { LEVEL_FINE, LEVEL_CERTIFICATE, LEVEL_DEGRADED, LEVEL_DOWN, LEVEL_COUNT };

extern const char *const level_words[]; /* "fine"; as the enum, ended by NULL */

/* False for an unknown state: nothing is known to have changed. */
bool level_of(const struct finding *finding, enum level *ret);
/* What is left of it for somebody who wants to hear of these subjects only (bits of enum alerting_subject). */
enum level level_wanted(enum level level, unsigned subjects);

enum alert_kind level_kind(enum level level); /* of the news; LEVEL_FINE is a recovery */
enum alert_severity level_severity(enum level level);
enum outcome level_outcome(enum level level);

#endif
