/* Questions to a hoster, and from the answers the files that ChatonsInfos wants: one of the organization, one of each of its
 * services, in which a check finds nothing. An answer that would not do is told and asked again; the same answer given
 * twice is taken as it is. Recommended keys without an answer stand there empty. Pure; who talks and who knows which names
 * are taken is passed in. */
#ifndef VIBRISSE_INTERVIEW_H
#define VIBRISSE_INTERVIEW_H

#include "arena.h"
#include "clock.h"
#include "fault.h"
#include "ontology.h"

#include <stdbool.h>
#include <stddef.h>

enum { INTERVIEW_SERVICES_MAX = 100 };

struct interview_talk {
    /* The answer as it was given, valid until the next question; NULL = there are no more answers. `preset` is what an
     * empty answer means, "" = nothing. */
    const char *(*ask)(void *owner, const char *question, const char *preset);
    void (*tell)(void *owner, const char *sentence);
    bool (*taken)(void *owner, const char *file_name);
    void *owner;
};

struct interview_file {
    const char *name, *text;
};

struct interview {
    struct arena arena;
    struct interview_file files[1 + INTERVIEW_SERVICES_MAX]; /* the organization's first */
    size_t count;
    const char *address; /* where the first one will be */
};

/* -1 and a sentence when the answers end too early; there are no files then. Free with interview_fini(). */
int interview_hold(struct interview *interview, const struct interview_talk *talk,
                   const struct ontology *ontology, struct wall now, struct fault *fault);
void interview_fini(struct interview *interview);

#endif
