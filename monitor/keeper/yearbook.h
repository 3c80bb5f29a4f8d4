/* The yearly report as a folder of files: the facts out of the ledger, the report made of them, its tables, its JSON and
 * the data package that names them with their sums in report/YEAR/, its pages in LANGUAGE/report/YEAR/. The folder works by
 * itself, holds several years, and may be that of the site. The recorder's thread, or a tool's. */
#ifndef VIBRISSE_YEARBOOK_H
#define VIBRISSE_YEARBOOK_H

#include "config.h"
#include "ledger.h"
#include "report_facts.h"

#include <stdint.h>

enum { YEARBOOK_FILE_MAX = 128 * 1024 * 1024 };

struct yearbook {
    const struct config *config;
    struct ledger *ledger;
    int year;
    int64_t at;                   /* s; as known then */
    int64_t comments_until;       /* s; a draft, on which hosters may comment; 0 = it is none */
    report_progress_fn *progress; /* NULL = nobody is told */
    void *owner;
};

/* Writes into the folder, which is made; its files are replaced. -1 and a sentence, as when the year has no whole day yet. */
int yearbook_write(const struct yearbook *yearbook, const char *folder, struct fault *fault);

#endif
