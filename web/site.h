/* A rendered site in memory, kept in step with its folder. Any thread may ask for content; one thread refreshes. Nothing
 * here writes: the folder may belong to somebody else and be replaced at any time. */
#ifndef VIBRISSE_SITE_H
#define VIBRISSE_SITE_H

#include "buffer.h"
#include "clock.h"
#include "fault.h"
#include "negotiate.h"
#include "site_body.h"
#include "site_stamp.h"
#include "site_type.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SITE_ETAG_SIZE = 32 };

struct site;

/* What time it is, both ways: ages of files are monotonic, ages of measurements are wall time. */
struct site_now {
    struct mono mono;
    struct wall wall;
};

struct site_question {
    const char *path; /* as it came, without the query; not terminated */
    size_t length;
    enum encoding encoding;    /* that the client likes best */
    const char *if_none_match; /* NULL = not sent */
    struct site_now now;
};

enum site_found {
    SITE_FOUND,     /* body or file is set */
    SITE_UNCHANGED, /* the client has it already: only the ETag is set */
    SITE_MISSING,
    SITE_TROUBLE, /* it is there, but could not be read now */
};

struct site_content {
    struct site_body *body; /* held: release it; NULL where there is a file */
    int file;               /* open: close it; -1 where there is a body */
    int64_t size;           /* of the file */
    enum encoding encoding; /* of what is there */
    const struct site_type *type;
    bool immutable;
    char etag[SITE_ETAG_SIZE]; /* with its quotes */
};

/* Scans the folder. -1 and a sentence when there is none; an empty one is fine. */
int site_open(const char *folder, size_t cache_bytes, struct site_now now, struct site **ret,
              struct fault *fault);
void site_close(struct site *site); /* NULL is allowed */

/* To be called about once a second: looks at the stamp, and scans anew when the site's structure changed, when the
 * folder was replaced, or, where nobody writes a stamp, every 30 seconds. */
void site_refresh(struct site *site, struct site_now now);

enum site_found site_find(struct site *site, const struct site_question *question,
                          struct site_content *ret);

bool site_has(struct site *site, const char *path, size_t length);
bool site_is_empty(struct site *site);
/* Languages that have a page, the default first. */
size_t site_languages(struct site *site, char ret[SITE_LANGUAGES_MOST][SITE_LANGUAGE_SIZE]);
/* From now on /metrics is what the board at this path says, see board.h. To be called before others use the site; -1 and a
 * sentence when it cannot be read. */
int site_listen(struct site *site, const char *board, struct fault *fault);
bool site_has_board(const struct site *site);
/* What the board says, held by the caller; NULL when it says nothing, or nothing of the present. */
struct site_body *site_board(struct site *site, struct wall now);
/* As health_answer(). */
unsigned site_health(struct site *site, struct wall now, struct buffer *out);

#endif
