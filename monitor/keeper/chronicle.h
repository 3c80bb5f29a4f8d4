/* The pages of incidents within the published folder: one for each incident, one for each month, and the journal's first.
 * What is over is told once and stays as it is: only what touches something new is made again, however long the record.
 * What was told is compared with what lies there, so that a restart writes nothing that is there already. The recorder's
 * thread. */
#ifndef VIBRISSE_CHRONICLE_H
#define VIBRISSE_CHRONICLE_H

#include "config.h"
#include "fault.h"
#include "history.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct chronicle;
struct day_words;

/* Borrows `config`, and the folder for as long as it lives. All is due. */
struct chronicle *chronicle_new(int folder, const struct config *config);
void chronicle_free(struct chronicle *chronicle); /* NULL is fine */

/* Another configuration is in force and is borrowed from now on: all is due again; pages of services and languages that are
 * gone are removed. */
void chronicle_reload(struct chronicle *chronicle, const struct config *config);

/* Something of the service's (index into collective.services) changed. */
void chronicle_service_changed(struct chronicle *chronicle, size_t service);
/* Somebody said something of it that is about the time `at` (s): an outage that began then, maintenance that begins then. */
void chronicle_said(struct chronicle *chronicle, size_t service, int64_t at);

struct chronicle_time {
    const struct history *history;
    int64_t now_ms;              /* monotonic, more than 0 */
    int64_t now;                 /* s, for the pages */
    bool for_the_clock;          /* whether pages may be made for the time on them alone */
    struct day_words *day_words; /* see web/day_words.h; NULL = none are kept */
};

struct chronicle_cost {
    double for_the_clock; /* bytes on the disk that only the time on a page asked for */
    bool changed_names;   /* files came or went */
};

/* Does the next thing that is due: 1; 0: nothing is; -1: it could not be written, and stays due. Adds to `cost`. */
int chronicle_step(struct chronicle *chronicle, const struct chronicle_time *time,
                   struct chronicle_cost *cost, struct fault *fault);
/* Whether the first round is through. */
bool chronicle_is_told(const struct chronicle *chronicle);

#endif
