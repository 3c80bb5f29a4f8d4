/* Pages: view to bytes. Pure: everything comes from the arguments and from the zone of the process (TZ, see
 * calendar.h); the same arguments give the same bytes. Links are relative, so that the folder can be served from any
 * path or opened as files; only the page for a missing address links from the root, since it is shown at any depth.
 *
 * Every page but the entrance holds the comment PAGE_STALE_MARK once, near the top of its body: who serves it puts a
 * notice there when measurements have stopped. */
#ifndef VIBRISSE_PAGE_H
#define VIBRISSE_PAGE_H

#include "buffer.h"
#include "collective.h"
#include "history.h"
#include "outage.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PAGE_MAX = 4 * 1024 * 1024 };

#define PAGE_STALE_MARK "<!--stale-->"

/* How this monitor looks, by the configuration in force: for the pages that tell people so. Borrowed. */
struct practice {
    const char *version;
    const char *user_agent;       /* of our HTTP requests */
    const char *robot_url;        /* page about our robot; may be NULL */
    const char *const *addresses; /* that we look from, ended by NULL; NULL or none = not told */
    const int64_t
        *rechecks_ms; /* since the first changed result, rising; ended by 0; NULL = none */
    int64_t timeout_ms, slow_ms; /* unless a check says otherwise; slow 0 = never */
    size_t sentinels;            /* how many */
    size_t registers;            /* how many; none: there is no page of them */
    int64_t register_every_ms;   /* how often they are read */
};

/* A yearly report that the site has, see report.h. */
struct page_yearbook {
    int year;
    int64_t as_of;          /* s */
    int64_t comments_until; /* s; it is a draft; 0 = it is none */
    bool final, corrected;
};

struct account_store;
struct climb_store;
struct day_words;
struct incident_past;
struct kind;
struct past_store;
struct register_log;

struct page {
    const struct collective *collective;
    const struct history *history;
    const char *language; /* one of page_languages() */
    int64_t now;          /* s; when the page is made */
    int64_t incident_after_ms;
    int64_t interval_ms; /* the default, for the footer's sentence */
    const struct practice *practice;
    const struct page_yearbook *yearbooks; /* the newest first */
    size_t yearbook_count;
    struct past_store *pasts;   /* of this moment, told by other pages, too; NULL = none are kept */
    struct climb_store *climbs; /* the same, for metrics */
    struct account_store *accounts; /* and for figures */
    struct day_words *day_words;    /* what days are called; NULL = each is worked out anew */
};

/* /fr/ */
void page_collective(const struct page *page, struct buffer *out);
/* /fr/h/ID/ */
void page_hoster(const struct page *page, const struct hoster *hoster, struct buffer *out);
/* /fr/h/ID/ID/ */
void page_service(const struct page *page, const struct service *service, struct buffer *out);
/* /fr/incidents/HOSTER/SERVICE/STAMP/, see incident.h */
void page_incident(const struct page *page, const struct incident_past *past, struct buffer *out);

/* What a month's pages said, for the journal's first one. */
struct page_month {
    int64_t from;
    size_t incidents, parts; /* pages, at least 1 */
    struct tally tally;      /* of all services; empty = nothing is recorded of it */
};

/* /fr/incidents/2026-03/ and, of more than fit, /fr/incidents/2026-03/2/ and so on; `part` from 1. */
struct page_month page_month(const struct page *page, int64_t month, size_t part,
                             struct buffer *out);
/* /fr/incidents/: the months in any order, the one of now in full. */
void page_journal(const struct page *page, const struct page_month *months, size_t count,
                  struct buffer *out);
/* /fr/kind/ */
void page_kinds(const struct page *page, struct buffer *out);
/* /fr/kind/SLUG/, see kind.h */
void page_kind(const struct page *page, const struct kind *kind, struct buffer *out);
/* / */
void page_entrance(const struct page *page, struct buffer *out);
/* /fr/method/ */
void page_method(const struct page *page, struct buffer *out);
/* /fr/data/ */
void page_data(const struct page *page, struct buffer *out);
/* /fr/about/ */
void page_about(const struct page *page, struct buffer *out);
/* /fr/check/: the form that looks through a file, see inquiry.h */
void page_check(const struct page *page, struct buffer *out);
/* /fr/register/; `log` NULL = nothing was read yet */
void page_register(const struct page *page, const struct register_log *log, struct buffer *out);
/* /fr/alerts/: the form by which an address ends its alerts, see inquiry.h */
void page_alerts(const struct page *page, struct buffer *out);
/* 404 */
void page_missing(const struct page *page, struct buffer *out);

/* For a page or another file of the site: with memory at once for all but the longest, which are copied while they grow. */
void page_buffer_init(struct buffer *buffer);

const char *const *page_languages(void); /* that have a catalogue, ended by NULL: "fr", "en" */

/* What stands for PAGE_STALE_MARK when nothing was measured since `measured` (s; 0 = never). Nothing is written for
 * a language without catalogue. */
void page_stale_notice(const char *language, int64_t measured, struct buffer *out);

/* Files that never change while the program runs: style sheet and icon. */
struct page_asset {
    const char *path; /* below the site's root, without leading slash */
    const unsigned char *bytes;
    size_t length;
};
const struct page_asset *page_assets(size_t *ret_count);

#endif
