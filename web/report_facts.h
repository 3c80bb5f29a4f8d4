/* What the report of a civil year is made from, gathered of each service from a history: its recorded stretches, outages,
 * maintenance, answers, certificates. The tables that are published beside the report are these rows, so that whoever
 * has them can make every figure again. Pure; arrays live in the arena that was given, and borrow texts of the
 * collective and of what was said. Seconds of Unix time; `from` is included, `to` is not. */
#ifndef VIBRISSE_REPORT_FACTS_H
#define VIBRISSE_REPORT_FACTS_H

#include "arena.h"
#include "availability.h"
#include "histogram.h"
#include "page.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { REPORT_MONTHS = 12 };

struct report_stretch { /* as recorded: it may begin before the year, or end after it */
    int64_t from, to;
    int64_t before; /* the other end of the bracket, see struct span; 0 = none */
    enum outcome state;
};

struct report_outage { /* that touches the year; it counts for the year in which it began */
    int64_t from, to;  /* whole */
    bool over;         /* its end is known */
    enum reason reason;
    int64_t maintained_s; /* of it, within the year, in announced maintenance that counts */
    size_t notes, disputes;
    const char
        *cause; /* a word of annotation_causes, by its newest note that gives one; NULL = none */
};

struct report_certificate { /* in place of another at one check */
    const char *check;
    int64_t at;            /* when it was first seen */
    int64_t replaced_ends; /* until when the one before was valid; 0 = not known, or none before */
    const char *issuer, *protocol; /* "TLSv1.3": by which it was shown then */
    int64_t valid_from, valid_to;
};

/* IPv6 as it was in the last thirty days of the year, by the essential checks of the service: working for most of the time
 * that is known of them. */
enum report_ipv6 {
    REPORT_IPV6_UNKNOWN,
    REPORT_IPV6_NONE,
    REPORT_IPV6_FAILING,
    REPORT_IPV6_WORKING
};

struct report_service {
    const struct service *service;
    /* The whole civil days of the year that its record touches; both 0 = none, and then there is nothing else. */
    int64_t from, to;
    struct availability year;
    struct availability months[REPORT_MONTHS]; /* from = to where it has none */
    const struct report_stretch *stretches;
    size_t stretch_count;
    const struct report_outage *outages;
    size_t outage_count;
    const struct stretch *maintenance; /* that counts, in the year */
    size_t maintenance_count;
    struct histogram answers;                      /* of the days of the year */
    const struct report_certificate *certificates; /* oldest first */
    size_t certificate_count;
    /* Of the certificate that it showed last, and by which version of TLS first; issuer NULL = none known. */
    const char *issuer, *protocol;
    int64_t lifetime_s; /* of that certificate; 0 = none known */
    enum report_ipv6 ipv6;
    const struct usage *usage; /* of months of the year, oldest first */
    size_t usage_count;
};

struct report_announced { /* an occurrence of announced maintenance that began in the year */
    int64_t seq;          /* of its announcement */
    const char *subject;  /* "" = all */
    int64_t from, to, announced;
    bool cancelled; /* before it began */
    bool late;      /* announced after it began: it counts for nothing */
    bool kept;      /* held, and no outage that began in it went on after it */
};

struct report_movement { /* somebody joined, left, or moved */
    int64_t at;
    const char *subject; /* "hoster" or "hoster/service" */
    const char *what;    /* "joined", "left", "moved to URL" */
};

struct report_sight { /* we saw badly ourselves */
    int64_t from, to;
    bool blind; /* nothing was measured at all, or a sense of ours was gone */
};

struct report_facts {
    int year;
    int64_t from, to;         /* what is told of it: whole civil days, up to the last midnight */
    int64_t end;              /* of the civil year */
    int64_t as_of;            /* what was said later than this is not in it */
    int64_t incident_after_s; /* an outage at least this long is an incident */
    const char *timezone;     /* of the collective */
    struct report_service *services; /* as collective.services */
    size_t service_count;
    const struct report_announced *announced; /* by their begin */
    size_t announced_count;
    const struct report_sight *sights;
    size_t sight_count;
    const struct report_movement
        *movements; /* by their time; the caller's, as the history does not tell */
    size_t movement_count;
};

typedef void report_progress_fn(void *owner, size_t done, size_t of);

/* The facts of the year as known at page->now. `progress` may be NULL. False when the year has no whole day yet, or the
 * history cannot tell now. */
bool report_facts_gather(const struct page *page, int year, report_progress_fn *progress,
                         void *owner, struct arena *arena, struct report_facts *ret);

/* First second of the civil year. */
int64_t report_year_begin(int year);

#endif
