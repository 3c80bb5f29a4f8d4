/* DIR/.stamp: what the keeper, which writes a site, tells whoever serves it. One small JSON object, replaced by
 * write-and-rename every few seconds, and always after the files it speaks of. Readers and writers here are pure. */
#ifndef VIBRISSE_SITE_STAMP_H
#define VIBRISSE_SITE_STAMP_H

#include "buffer.h"
#include "clock.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SITE_STAMP_MAX = 4096, SITE_LANGUAGES_MOST = 8, SITE_LANGUAGE_SIZE = 9 };

#define SITE_STAMP_NAME ".stamp" /* in the site's folder; dot files are never served */

struct site_stamp {
    int64_t structure;   /* changes whenever a file appears or goes, not when its content changes */
    struct wall written; /* when the keeper last lived */
    struct wall measured; /* newest measurement of any service; 0 = none yet */
    int64_t interval_s;   /* how often we measure */
    char state[160];      /* "ok", or the reason why the monitor is not */
    char languages[SITE_LANGUAGES_MOST]
                  [SITE_LANGUAGE_SIZE]; /* "fr", "en": the first is the default */
    size_t language_count;
};

void site_stamp_write(const struct site_stamp *stamp, struct buffer *out);
bool site_stamp_read(const char *bytes, size_t length,
                     struct site_stamp *ret); /* false: it is none */

#endif
