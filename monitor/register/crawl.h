/* A crawl of registers as a plan: which file to ask for next, and what its answer leads to. Nothing here touches the
 * network (crawler.h does) or a disk (copies.h does). Pure; time is passed in; not thread-safe.
 *
 * A class counts at its level only: federation, organization, service, metrics. Whatever files list, a crawl ends: no file
 * is asked for twice, nothing below metrics is followed, and each list has its bound. A host is never asked for more than
 * CRAWL_HOST_MAX files at once, and no more after CRAWL_HOST_FAILS of it in a row could not be had. A file that cannot be
 * had or read is taken as it was when it last could be. */
#ifndef VIBRISSE_CRAWL_H
#define VIBRISSE_CRAWL_H

#include "arena.h"
#include "clock.h"
#include "declaration.h"
#include "members.h"
#include "ontology.h"
#include "reason.h"
#include "remark.h"
#include "usage.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    CRAWL_FLIGHT_MAX = 64, /* files asked for at once */
    CRAWL_HOST_MAX = 2,
    CRAWL_HOST_FAILS = 3,
    CRAWL_PAGES_MAX = 40000,             /* files in all */
    CRAWL_BELOW_MAX = 1000,              /* files below one organization */
    CRAWL_ENTRIES_MAX = 80000,           /* lines that list files */
    CRAWL_COPIES_MAX = 64 * 1024 * 1024, /* bytes of copies that are kept */
    CRAWL_ETAG_SIZE = 200,
    CRAWL_MODIFIED_SIZE = 64,
};

enum crawl_state {
    CRAWL_UNLISTED,  /* known from earlier; nobody lists it now */
    CRAWL_WAITING,   /* to be asked for */
    CRAWL_ASKED,     /* under way */
    CRAWL_FRESH,     /* a good file came */
    CRAWL_UNCHANGED, /* it is as it was */
    CRAWL_KEPT,      /* no good one came: the last good copy serves */
    CRAWL_LOST,      /* no good one came, and there is no copy */
};
extern const char *const crawl_state_words[]; /* ended by NULL */

/* One address. */
struct crawl_page {
    const char *url;
    enum file_class expected; /* CLASS_UNKNOWN: federation or organization */
    enum crawl_state state;
    char *etag, *modified,
        *text; /* of the last good copy; NULL = none; text NULL = metrics, which are not kept */
    size_t length;
    struct wall good;                /* when it was last seen to be good; 0 = never */
    struct usage_said use;           /* of metrics, as they were last; month "" = they do not say */
    const char *id;                  /* that its member or service has; NULL = none so far */
    struct declaration *declaration; /* of a good file or of the copy; NULL = there is none */
    struct remarks remarks;          /* on what came, else on the copy */
    enum reason reason;              /* why it could not be had; ok = it could, good or not */
    int status;                      /* of HTTP; 0 = none came */
    const char *detail;              /* evidence; "" = none */
    /* the plan's own: */
    struct crawl_host *host;
    struct crawl_page *next_of_host, *next_of_bucket;
    size_t first_entry; /* who lists it, see crawl_entry.next; SIZE_MAX = nobody */
};

/* One line that lists a file. */
struct crawl_entry {
    struct crawl_page *page;
    const char *name; /* of the subs line; NULL for the first file */
    int parent;       /* an earlier entry; MEMBERS_NO_PARENT for the first file */
    int level;        /* 0 federation, 1 organization, 2 service, 3 metrics */
    size_t owner;     /* the organization that it is below; itself when it is none */
    size_t below;     /* files below it that are asked for because of it */
    size_t next;      /* of the same page; SIZE_MAX = none */
};

struct crawl_answer {
    enum reason reason; /* ok: an answer came whole */
    const char *detail;
    int status;
    const char *body; /* may hold anything */
    size_t length;
    const char *etag, *modified; /* header fields; "" = not given */
};

struct crawl {
    struct arena arena;
    const struct ontology *ontology;
    struct wall now;
    bool alone; /* the first files only: what they list is not asked for */
    struct crawl_page **pages;
    size_t page_count, page_capacity;
    struct crawl_entry *entries;
    size_t entry_count, entry_capacity;
    size_t in_flight, waiting;             /* files */
    size_t left_out;                       /* lines that were over a bound */
    size_t copied;                         /* bytes of copies */
    struct crawl_host *ready, *ready_last; /* hosts that may be asked, in turn */
    struct crawl_page **page_buckets;
    struct crawl_host **host_buckets;
};

/* The ontology is borrowed. Free with crawl_fini(). */
void crawl_init(struct crawl *crawl, const struct ontology *ontology, struct wall now);
void crawl_fini(struct crawl *crawl);

/* Before the first files: what an earlier crawl left of a file. Texts are copied. */
void crawl_know(struct crawl *crawl, const struct crawl_page *copy);
/* The first file of a register. */
void crawl_begin(struct crawl *crawl, const char *url);

/* The next file to ask for, or NULL: then wait for an answer, or it is over. */
struct crawl_page *crawl_next(struct crawl *crawl);
/* "If-None-Match: …", "If-Modified-Since: …" or false: ask for the whole file. */
bool crawl_condition(const struct crawl_page *page, char *header, size_t size);
size_t crawl_limit(const struct crawl *crawl,
                   const struct crawl_page *page); /* bytes that are read of it */
void crawl_take(struct crawl *crawl, struct crawl_page *page, const struct crawl_answer *answer);
/* Out of time: what waits will not be asked for. What is under way is still to be taken. */
void crawl_give_up(struct crawl *crawl);
bool crawl_is_over(const struct crawl *crawl);
/* A register itself could not be read, and there is no copy of it. */
bool crawl_is_lost(const struct crawl *crawl);

/* Who is there now, under the ids that they had; each page's id is brought up to date. The crawl outlives the members. */
void crawl_members(struct crawl *crawl, struct members *ret);

struct crawl_counts {
    size_t members, services; /* measured ones */
};
struct crawl_counts crawl_count(const struct members *members);
/* Half of what was there is gone at once: more likely a mishap than a leaving. */
bool crawl_shrank(struct crawl_counts before, struct crawl_counts now);

#endif
