/* What `vibrisse doctor` looks at: rows of findings, each with what to do about it. */
#ifndef VIBRISSE_DOCTOR_H
#define VIBRISSE_DOCTOR_H

#include "config.h"

#include <jansson.h>
#include <stdbool.h>

enum doctor_grade { DOCTOR_WELL, DOCTOR_LOOK, DOCTOR_BAD, DOCTOR_GRADES };

struct doctor {
    const struct config *config;
    bool offline;      /* nothing is sent */
    bool running;      /* the monitor answers: what it holds is no fault */
    json_t *found;     /* array of {about, grade, text, advice} */
    const char *about; /* what is looked at now */
};

/* `advice` says what to do, NULL = nothing. */
void doctor_find(struct doctor *doctor, enum doctor_grade grade, const char *advice,
                 const char *format, ...) __attribute__((format(printf, 4, 5)));

/* Of this machine; nothing is sent. */
void doctor_monitor(struct doctor *doctor);
void doctor_folders(struct doctor *doctor);
void doctor_ledger(struct doctor *doctor);
void doctor_clock(struct doctor *doctor);
void doctor_limits(struct doctor *doctor);
void doctor_port(struct doctor *doctor);
void doctor_secrets(struct doctor *doctor);
void doctor_sandbox(struct doctor *doctor);
void doctor_families(struct doctor *doctor);
void doctor_ping(struct doctor *doctor);

/* By asking others. */
void doctor_sentinels(struct doctor *doctor);
void doctor_names(struct doctor *doctor);
void doctor_mail(struct doctor *doctor);

#endif
