/* Carries out a crawl over HTTP. Nothing but http and https; addresses that lead into somebody's network are refused at the
 * socket, after every resolution and redirect anew (address.h); every file has its limits of size and time. All on the
 * loop's thread. */
#ifndef VIBRISSE_CRAWLER_H
#define VIBRISSE_CRAWLER_H

#include "crawl.h"
#include "fault.h"

#include <stdint.h>

enum { CRAWLER_FILE_MS = 20000, CRAWLER_LIMIT_MS = 20 * 60 * 1000 };

struct crawler_rules {
    const char *ca_file; /* NULL = the system's */
    const char *const
        *allow; /* CIDR: private networks that may be asked; ended by NULL; may be NULL */
    const char *const *resolvers; /* ended by NULL; may be NULL */
    const char *user_agent;
    int64_t file_ms, limit_ms;                            /* for one file, for all of them */
    void (*told)(void *owner, const struct crawl *crawl); /* after each answer; may be NULL */
    void *owner;
};

/* Runs until the crawl is over. 0, or -1 and a sentence when it could not begin. */
int crawler_run(struct crawl *crawl, const struct crawler_rules *rules, struct fault *fault);

#endif
