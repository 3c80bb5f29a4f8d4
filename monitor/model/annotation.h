/* What an operator, or a hoster, says of one outage: an explanation, or that they dispute it. It stands beside what was
 * measured and changes nothing of it. Pure. */
#ifndef VIBRISSE_ANNOTATION_H
#define VIBRISSE_ANNOTATION_H

#include "arena.h"
#include "buffer.h"
#include "statement.h"

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

enum annotation_kind { ANNOTATION_NOTE, ANNOTATION_DISPUTE, ANNOTATION_KIND_COUNT };

struct annotation {
    int64_t seq, recorded_ms; /* of its event */
    const char *subject;      /* "hoster/service" */
    int64_t outage;           /* s; when the outage began that it speaks of */
    enum annotation_kind kind;
    const char *cause; /* a word of annotation_causes; NULL = none given */
    int64_t replaces;  /* the event that the same author said before of it; 0 = none */
    struct statement said;
};

/* "annotate", "dispute": as the events and the command line have it. */
const char *annotation_kind_name(enum annotation_kind kind);
bool annotation_kind_parse(const char *name, enum annotation_kind *ret);

/* The words of causes, ended by NULL, and what they mean in a few (English) words to be translated. */
extern const char *const annotation_causes[];
const char *annotation_cause_text(const char *cause);

/* Those of the outage that began at `outage` that are in force: of what one author said of one kind the newest. `all` is
 * in the order of the events, and so is what is handed out. */
size_t annotations_of(const struct annotation *all, size_t count, const char *subject,
                      int64_t outage, struct arena *arena, const struct annotation **ret);

/* The facts of its event, whose time is `outage`:
 *
 *     {"action":"annotate","of":17,"cause":"power","text":{"fr":"…","en":"…"},"link":"https://…","by":"…"} */
void annotation_write(const struct annotation *annotation, struct buffer *out);
/* Reads all of them. -1 and a sentence when it is no such object, or out of bounds. */
int annotation_read(const json_t *facts, struct annotation *ret, struct arena *arena,
                    struct fault *fault);

#endif
