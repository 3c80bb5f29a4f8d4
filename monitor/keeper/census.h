/* When the registers are read, and by whom: a process of its own, the crawler, that gets its orders and the copies of the last
 * crawl as files that we opened, writes into files that we opened, and ends. It has no other way to our disk, and we read
 * nothing of what it wrote but as a configuration (config/roster.h). What it wrote takes effect when it ended well, as a
 * whole; what it wrote before is left alone otherwise. All on the loop's thread. */
#ifndef VIBRISSE_CENSUS_H
#define VIBRISSE_CENSUS_H

#include "config.h"

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

/* Descriptors of the crawler. */
enum census_file {
    CENSUS_ORDER,      /* one JSON object, see census_write_order() */
    CENSUS_MEMBERS,    /* out: CONFIG_MEMBERS */
    CENSUS_LOG,        /* standard error, ours */
    CENSUS_OLD_COPIES, /* in: register/copies of the last crawl */
    CENSUS_COPIES,     /* out: the same of this one */
    CENSUS_REPORT,     /* out: what a program may read of it, see register/crawl_report.h */
    CENSUS_JOURNAL,    /* out: what the site tells of it, see register/crawl_journal.h */
    CENSUS_FILES
};

/* How the crawler ended. Anything else: it did not. */
enum census_end {
    CENSUS_DONE = 0,
    CENSUS_HELD =
        3, /* half of what there was is gone: members and copies stay until an operator agrees */
    CENSUS_LOST =
        4 /* a register could not be read, and there is no copy of it: soon again, and better than nothing */
};

struct census { /* embedded by the owner, zeroed */
    const char *program, *data;
    void (*changed)(void *owner); /* other members than before */
    void *owner;
    uv_process_t process;
    uv_timer_t due, patience;
    char *order; /* NULL = there are no registers */
    int64_t every_ms;
    int folder; /* DATA/register; -1 = none */
    bool running, again, stopping, opened;
};

/* What has to be known of the configuration; `now`: without waiting for the turn. */
void census_order(struct census *census, const struct config *config, bool now);
/* Program, data, changed and owner are set. */
void census_start(struct census *census, uv_loop_t *loop);
void census_stop(struct census *census);
void census_fini(struct census *census); /* when the loop is done */

/* An operator agrees: the next crawl's members are taken even if half of them are gone. */
int census_accept(const char *data, struct fault *fault);

/* Whether a file of that name in DATA/register is what one crawl leaves for the next, and belongs into a backup: the ids
 * that were given, and the members as long as no crawl has ended. */
bool census_keeps(const char *name);

#endif
