/* The transparency report of a civil year: everything that its pages and its JSON tell, as plain values, for the collective
 * and for each hoster. Pure. Arrays live in the arena that was given; texts are borrowed from the facts.
 *
 * Rules. Times are whole seconds, shares hundred-thousandths (-1 = nothing to divide by) cut off as in availability.h;
 * sums are sums of seconds, never means of means. A figure stands beside its `measured` coverage and its bounds.
 * A hoster counts when at least one of its services was measured for half of what is told of the year (`measured_s`);
 * the others are listed, and are in no figure of the collective. Of a counted hoster those services count that the
 * configuration counts. «Down» in distributions is time unavailable outside of announced maintenance that counts, which
 * is told apart. Hosters are in the order of their ids, and nothing is ever in the order of how they do. What rests on
 * fewer than REPORT_FEW is marked `few`. An outage counts for the period in which it began, its duration for the one in
 * which it ended. What is declared, hosting and use, is no finding of ours and stands apart. The method page has these rules for
 * people (method.c): who changes one changes both. */
#ifndef VIBRISSE_REPORT_H
#define VIBRISSE_REPORT_H

#include "distribution.h"
#include "edition.h"
#include "report_facts.h"

enum {
    REPORT_FEW = 5,
    REPORT_FEW_ANSWERS = 100, /* for what is told of answer times */
    REPORT_DOWN_BOUNDS = 7,
    REPORT_DURATION_BOUNDS = 5,
    REPORT_HOURS = 24,
    REPORT_WEEKDAYS = 7,
    REPORT_DAY_AHEAD_S = 86400
};

extern const int64_t report_down_bounds_s[REPORT_DOWN_BOUNDS]; /* 1 h, doubling to 32 h, 3 d */
extern const int64_t report_duration_bounds_s[REPORT_DURATION_BOUNDS]; /* 10 min to a day */

/* Figures over some services together, or of one. */
struct report_sum {
    size_t services;             /* that have a record in the period */
    struct availability figures; /* of all of them added up; of several, without worst windows */
    int64_t down_s;              /* outside of maintenance that counts */
    int64_t maintenance_down_s;  /* the rest of figures.tally.down */
    int64_t down_each_s;         /* down_s / services, cut; -1 = there are none */
    int64_t least_down_each_s,
        most_down_each_s; /* its bounds, whatever happened while we did not look */
    bool few; /* outages that ended are fewer than REPORT_FEW: no median is to be made much of */
};

struct report_duration { /* of outages that ended in the period */
    struct distribution whole_s;
    size_t classes[REPORT_DURATION_BOUNDS + 1]; /* see report_duration_bounds_s; the last: longer */
};

struct report_month {
    int64_t from, to; /* from = to: it is not told of */
    struct report_sum sum;
    struct distribution down_s; /* of each service */
};

struct report_day { /* a civil day of what is told */
    int64_t from;
    size_t hosters_hit;          /* that had an outage on it */
    int64_t total_s, measured_s; /* of all services, from the first day of each on */
};

struct report_day_month {
    int month;   /* 1 to 12 */
    size_t days; /* that are told of; 0 = none */
    size_t hit, unmeasured;
    size_t most_hosters; /* with an outage on one of them */
};

struct report_kind {
    const char *
        name; /* as configured, in the collective's first language; "" = none given. Of hosting: a word of hosting_words */
    size_t hosters;
    bool few; /* hosters */
    struct report_sum sum;
    struct distribution down_s; /* of each service */
};

struct
    report_clock { /* one hour of the day, or one day of the week, by the clock of the collective */
    size_t outages; /* that began then */
    int64_t down_s; /* seconds down then, maintenance included */
};

struct report_share { /* how often something is so */
    size_t of, so;
};

struct report_counted_word { /* an issuer, a cause */
    const char *word;
    size_t count;
};

struct report_certificates {
    size_t services;                           /* that showed one at the end of the year */
    const struct report_counted_word *issuers; /* of these; by their names */
    size_t issuer_count;
    const struct report_counted_word
        *protocols; /* TLS versions, of these; by their names; "" = not kept */
    size_t protocol_count;
    struct distribution lifetimes_s; /* of these */
    struct distribution advance_s;   /* renewed so long before the one before ended */
    size_t late;                     /* renewed after it had ended */
    size_t expired;                  /* outages that began in the year because one had ended */
    struct distribution expired_s;   /* those of them that are over: how long */
};

struct report_maintenance {
    size_t announced, cancelled, late; /* announced: all, those two included */
    size_t in_time;                    /* held, and announced before they began */
    size_t day_ahead;                  /* of these: at least a day before */
    size_t kept;                       /* of these: nothing was down any longer than announced */
};

struct report_words { /* what hosters said of the outages that began in the year */
    size_t outages, explained, disputed;
    const struct report_counted_word
        *causes; /* of those explained; in the order of annotation_causes */
    size_t cause_count;
};

struct
    report_answers { /* good answers of the whole days; ms, off by less than 1/16; not finite = none */
    uint64_t count;
    double p50, p95, p99; /* p99 of fewer than 1,000 is not told */
};

struct report_monitor {          /* how well we saw ourselves */
    int64_t total_s;             /* of the year, since anything was measured in it */
    int64_t blind_s, impaired_s; /* impaired without blind */
    size_t blind_count;          /* stretches, neighbours and overlaps as one */
    int64_t availability_e5;     /* time not blind over total_s, cut */
};

struct report_told { /* a number that services tell of themselves */
    size_t services; /* that tell it */
    int64_t sum;
};

struct report_use {                            /* as declared by software */
    size_t services;                           /* that tell anything */
    struct report_told total, month, halfyear; /* see struct users */
};

struct report_moves {
    size_t hosters_joined, hosters_left, services_joined, services_left, moved;
};

struct report_hoster {
    const struct hoster *hoster;
    int64_t measured_s; /* in which at least one of its services was measured */
    bool counted;       /* at least half of what is told of the year */
    struct report_sum sum;
    struct report_duration durations;
    int64_t worst_s
        [AVAILABILITY_WINDOWS]; /* most seconds that one of its services was down in a window; -1 */
    struct report_words words;
    struct report_answers answers;
    const struct report_counted_word
        *hosting; /* services by a word of hosting_words, in their order */
    size_t hosting_count;
    struct report_use use; /* by the newest reading of each service */
    struct report_share ipv6_published,
        ipv6_working; /* of its services whose IPv6 is known; of those published */
    const struct report_service *const
        *services; /* by their ids, also those that are not counted */
    size_t service_count;
};

/* The hosters that count in both years. */
struct report_earlier {
    int year; /* 0 = nothing is known of the year before */
    bool partial;
    size_t hosters;
    int64_t median_then_s, median_now_s;           /* of their down_each_s */
    struct report_sum then, now;                   /* their services */
    struct report_share explained_then, ipv6_then; /* of the whole year before */
};

/* What it is as a publication; the caller of report_of() sets it. */
struct report_standing {
    int64_t
        comments_until; /* s; a draft: hosters are asked for comments until then; 0 = it is none */
    int64_t final;      /* s; as of when its first edition was final; 0 = it is not */
    const struct edition *corrections; /* each with what it says, up to this one */
    size_t correction_count;
    const struct edition *comments; /* of hosters, see edition_select() */
    size_t comment_count;
};

struct report {
    int year;
    int64_t from, to, end, as_of; /* see struct report_facts */
    struct report_standing standing;
    bool partial; /* the year is not over, or was not when this was made */
    size_t hosters, hosters_counted, services_counted; /* all; those in the figures */
    struct report_sum sum;
    struct distribution hosters_down_s; /* down_each_s of each hoster that counts */
    struct distribution services_down_s;
    size_t down_classes[REPORT_DOWN_BOUNDS + 1]; /* of hosters, see report_down_bounds_s */
    bool few;                                    /* hosters that count */
    struct report_month months[REPORT_MONTHS];
    const struct report_day *days;
    size_t day_count;
    struct report_day_month day_months[REPORT_MONTHS];
    struct report_duration durations;
    int64_t worst_s
        [AVAILABILITY_WINDOWS]; /* the most that any service was down in a window; -1 = no room for it */
    struct report_clock hours[REPORT_HOURS], weekdays[REPORT_WEEKDAYS]; /* weekday 0 = Sunday */
    const struct report_kind *kinds;                                    /* by their names */
    size_t kind_count;
    const struct report_kind *hosting; /* in the order of hosting_words */
    size_t hosting_count;
    struct report_use use; /* by the newest reading of each service */
    struct report_use use_months[REPORT_MONTHS];
    struct report_share ipv6_published,
        ipv6_working; /* services whose IPv6 is known; of those published */
    struct report_certificates certificates;
    struct report_answers answers;
    struct report_maintenance maintenance;
    struct report_words words;
    struct report_moves moves;
    struct report_monitor monitor;
    struct report_earlier earlier;
    const struct report_hoster
        *members; /* in the order of their ids, those that do not count, too */
    size_t member_count;
    const struct report_facts *facts;
};

/* Whether it is part of its hoster's figures: as configured; where none is, all are. */
bool report_counts(const struct service *service);
/* Whether at least half of the day was: as in the row of bars, or it is not measured, and never a quiet one. */
bool report_day_measured(const struct report_day *day);

/* `earlier`: the report of the year before, whose arena must live on; NULL = none. */
void report_of(const struct collective *collective, const struct report_facts *facts,
               const struct report *earlier, struct arena *arena, struct report *ret);

#endif
