/* Which certificates the checks of one service have shown, and so which one is news. Of each check the newest few are
 * known: servers behind a balancer may show several by turns, and both families bring a new one home, each in its own
 * time. Whoever makes a new certificate for every visitor is news a few times a day, not at each visit. Pure. */
#ifndef VIBRISSE_SIGHTINGS_H
#define VIBRISSE_SIGHTINGS_H

#include "buffer.h"
#include "certificate_change.h"
#include "result.h"

#include <stdbool.h>
#include <stddef.h>

enum { SIGHTINGS_KNOWN = 8, SIGHTINGS_NEWS_A_DAY = 10, SIGHTINGS_MAX = 1024 * 1024 };

struct sightings { /* all zero is empty and ready */
    struct sighting *checks;
    size_t count;
};

void sightings_fini(struct sightings *sightings); /* leaves it empty and ready */

/* Takes a result into account. True when its certificate is news: *ret then says what it follows. */
bool sightings_see(struct sightings *sightings, const struct result *result,
                   struct certificate_change *ret);

/* One line of text, up to SIGHTINGS_MAX bytes, and what it says. A text that is none of ours leaves nothing known. */
void sightings_save(const struct sightings *sightings, struct buffer *out);
void sightings_load(struct sightings *sightings, const char *text);

#endif
