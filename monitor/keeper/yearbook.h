/* The yearly report as a folder of files: the facts out of the ledger, the report made of them, its tables, its JSON and
 * the data package that names them with their sums in report/YEAR/, its pages in LANGUAGE/report/YEAR/. The folder works by
 * itself, holds several years, and may be that of the site. The recorder's thread, or a tool's. */
#ifndef VIBRISSE_YEARBOOK_H
#define VIBRISSE_YEARBOOK_H

#include "config.h"
#include "edition.h"
#include "ledger.h"
#include "report_facts.h"

#include <stdint.h>

#define YEARBOOK_PACKAGE "datapackage.json"
#define YEARBOOK_KEPT                                                                              \
    "reports" /* below DATA: a folder of what is published, in the shape of the site */

enum { YEARBOOK_FILE_MAX = 128 * 1024 * 1024, YEARBOOK_FOLDERS_MOST = 2 };

/* Asked when all is made and nothing is written yet: whether these, the files of the data, are to be. -1 and a sentence: not. */
typedef int yearbook_settle_fn(void *owner, const struct edition_file *files, size_t count,
                               struct fault *fault);

struct yearbook {
    const struct config *config;
    struct ledger *ledger;
    int year;
    int64_t at;             /* s; as known then */
    int64_t comments_until; /* s; a draft, on which hosters may comment; 0 = it is none */
    const struct edition
        *said; /* of reports, in order; of a final one this edition is the last of its year */
    size_t said_count;
    bool final;                 /* or the correction of one */
    yearbook_settle_fn *settle; /* of a final one */
    void *settle_owner;
    report_progress_fn *progress; /* NULL = nobody is told */
    void *owner;
};

/* Writes into the folders, which are made; their files are replaced, datapackage.json last. -1 and a sentence, as when the year
 * has no whole day yet, or one that is to be final is not over. */
int yearbook_write(const struct yearbook *yearbook, const char *const *folders, size_t count,
                   struct fault *fault);

#endif
