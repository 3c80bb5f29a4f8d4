/* What files for programs and for other people's pages say of how fresh they are: whoever serves them puts it into what the
 * monitor wrote last, since a monitor that died cannot take back that all is well, and one that lives does not write a file
 * for each measurement. Pages have a place for a notice instead (PAGE_STALE_MARK). Pure. */
#ifndef VIBRISSE_STALE_H
#define VIBRISSE_STALE_H

#include "buffer.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct stale_file {
    const char *path; /* as visitors ask for it: "/badge/chat-perche/pad.fr.svg" */
    const char *bytes;
    size_t length;
    int64_t measured; /* s; the newest measurement */
    bool fresh;       /* measurements have not stopped */
};

/* Badges, and the documents of both APIs. */
bool stale_has_form(const char *path);
/* Those of our own API, which say what was measured last while it is fresh, too. */
bool stale_tells_fresh(const char *path);

/* A badge says in place of the state that measurements stopped; a document begins with "measured", before it "stale" where it
 * is. `language`: where the path names none. False, and nothing is written, when the file is to stay as it is. */
bool stale_write(const struct stale_file *file, const char *language, struct buffer *out);

#endif
