/* What `vibrisse report` says to the ledger, and what the ledger says of reports: final editions, corrections, comments. */
#ifndef VIBRISSE_REPORT_EDITION_H
#define VIBRISSE_REPORT_EDITION_H

#include "hand_over.h"
#include "yearbook.h"

#include <stdbool.h>

/* Prints what was said of reports, oldest first. -1 and a sentence. */
int report_edition_list(const struct config *config, struct fault *fault);

/* A hoster's comment on the report of a year. */
int report_edition_comment(const struct config *config, int year, const char *hoster,
                           const struct wording_options *wording, struct fault *fault);

struct report_edition { /* one that is becoming final */
    const struct config *config;
    struct arena arena;
    struct edition *all; /* what was said, and last the one that this is */
    size_t count;
    bool correcting, repeated; /* repeated: the ledger has it already */
};

/* Finds out which one it is, and sets what it needs in *yearbook, whose year and ledger are set; `at` is what was wished for, 0 =
 * nothing. The arena is to be freed in either case. */
int report_edition_begin(struct report_edition *edition, const struct wording_options *wording,
                         int64_t at, struct yearbook *yearbook, struct fault *fault);
/* Refuses a draft in the place of an edition. */
int report_edition_refuse_draft(struct ledger *ledger, int year, struct fault *fault);

#endif
