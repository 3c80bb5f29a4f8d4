/* What the ledger says of a yearly report as a whole: which of its editions are final, with the sum of every file, how one was
 * corrected, and what hosters say of it. An edition is never taken back: a correction is another one. Pure. */
#ifndef VIBRISSE_EDITION_H
#define VIBRISSE_EDITION_H

#include "arena.h"
#include "buffer.h"
#include "statement.h"

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

enum { EDITION_FILES_MOST = 32, EDITION_NAME_MOST = 60, EDITION_SUM_SIZE = 65 };

enum edition_kind { EDITION_FINAL, EDITION_CORRECTION, EDITION_COMMENT, EDITION_KIND_COUNT };

struct edition_file {
    const char *name; /* "hosters-2025.csv" */
    const char *sha256;
};

struct edition {
    int64_t seq, recorded_ms; /* of its event */
    const char *hoster;       /* whose comment it is; "" = it is an edition */
    enum edition_kind kind;
    int year;
    int64_t as_of;         /* s; what was known then is in it; of a comment when it was made */
    int64_t of;            /* the event of the edition that this one corrects */
    struct statement said; /* a final one has no text, and perhaps no author */
    const struct edition_file *files;
    size_t file_count;
};

/* The first and the newest edition among what was said, in the order of the events; NULL = there is none. */
const struct edition *edition_first(const struct edition *all, size_t count, int year);
const struct edition *edition_newest(const struct edition *all, size_t count, int year);

/* Those of one kind, in the order of the events; of what one author said of a hoster the newest. */
size_t edition_select(const struct edition *all, size_t count, int year, enum edition_kind kind,
                      struct arena *arena, const struct edition **ret);

/* The facts of its event, whose time is `as_of` and whose subject is the hoster:
 *
 *     {"action":"final","year":2025,"files":[{"path":"hosters-2025.csv","sha256":"…"}],"by":"…"}
 *     {"action":"correct","year":2025,"of":17,"files":[…],"text":{"fr":"…","en":"…"},"by":"…"}
 *     {"action":"comment","year":2025,"text":{"fr":"…","en":"…"},"by":"…"} */
void edition_write(const struct edition *edition, struct buffer *out);
/* Reads all of them. -1 and a sentence when it is no such object, or out of bounds. */
int edition_read(const json_t *facts, struct edition *ret, struct arena *arena,
                 struct fault *fault);

#endif
