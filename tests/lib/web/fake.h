/* A collective and its history out of thin air, for tests of the pages. */
#ifndef VIBRISSE_TEST_FAKE_H
#define VIBRISSE_TEST_FAKE_H

#include "arena.h"
#include "output.h"

#include <stddef.h>
#include <stdint.h>

enum { FAKE_SERVICES_MAX = 1024, FAKE_SPANS_MAX = 4096 };

struct fake_service { /* what the history knows of one service */
    struct service_belief belief;
    int64_t begin;
    struct span *spans;
    size_t span_count;
    struct line_belief *lines;
    size_t line_count;
    struct latency_day *latency;
    size_t latency_count;
    struct fake_change {
        const char *check;
        struct certificate_change change;
    } * changes;
    size_t change_count;
    struct occurrence *occurrences;
    size_t occurrence_count;
    struct annotation *annotations;
    size_t annotation_count;
    struct line_past *pasts;
    size_t past_count;
    struct usage *usage;
    size_t usage_count;
    struct line_blip *blips;
    size_t blip_count;
};

struct fake {
    struct arena arena;
    struct collective collective;
    struct history history;
    struct practice practice;
    struct page page;
    struct hoster *hosters;
    struct service **services;  /* as collective.services, unsorted */
    struct fake_service *known; /* one per service */
    size_t service_count;
    int64_t measured;
    struct sight *sights;
    size_t sight_count;
};

/* Paris, French, page made at `now`; measured 20 s earlier. Call fake_free(). */
void fake_init(struct fake *fake, int64_t now);
void fake_free(struct fake *fake);

/* Both return what was added, to be changed before a page is made. Hosters first: adding one moves the others. */
struct hoster *fake_hoster(struct fake *fake, const char *id, const char *name);
struct service *fake_service(struct fake *fake, size_t hoster, const char *id, const char *name);
struct fake_service *fake_known(struct fake *fake, const struct service *service);

/* The record: stretches follow one another from the record's begin on. */
void fake_span(struct fake *fake, const struct service *service, int64_t from, int64_t to,
               enum outcome state, enum reason reason);
/* A line with a newest result of 20 s ago: resolve 3, connect 12, TLS 14, first byte 41, total 72 ms. */
struct line_belief *fake_line(struct fake *fake, const struct service *service, const char *check,
                              enum family family, enum reason reason);
void fake_latency(struct fake *fake, const struct service *service, int64_t day, double p50,
                  double p95);

/* How a check's certificate changed; newest first. To be filled in. */
struct certificate_change *fake_certificate(struct fake *fake, const struct service *service,
                                            const char *check, int64_t at);

/* Maintenance that was announced a week before it begins, and a note on the outage that began at `outage`; both to be
 * changed. Texts are French. */
struct maintenance *fake_maintenance(struct fake *fake, const struct service *service, int64_t from,
                                     int64_t to, const char *text);
struct annotation *fake_annotation(struct fake *fake, const struct service *service, int64_t outage,
                                   const char *text);

/* What a line found in one stretch; and a stretch in which we saw badly. */
struct span *fake_past(struct fake *fake, const struct service *service, const char *check,
                       enum family family, int64_t from, int64_t to, enum reason reason);
struct sight *fake_sight(struct fake *fake, int64_t from, int64_t to, const char *what);

/* Failures of a line that were not confirmed: one, answered ten seconds later; newest first. To be changed. */
struct line_blip *fake_blip(struct fake *fake, const struct service *service, const char *check,
                            enum family family, int64_t at, enum reason reason);

/* What its software says of its use in the month that begins then, read a week later; oldest first. */
void fake_usage(struct fake *fake, const struct service *service, int64_t month,
                struct users users);

/* Call once everything is there. */
void fake_ready(struct fake *fake);

/* A file of the site about a hoster or a service, or neither (NULL, NULL), whole. The caller frees it. */
typedef void fake_write_fn(const struct page *page, struct output_subject subject,
                           struct buffer *out);
char *fake_file(struct fake *fake, fake_write_fn *write, const char *hoster, const char *service);

/* The page of the incident that began then. False, and nothing is written, when there is none. */
bool fake_incident(struct fake *fake, const struct service *service, int64_t begin,
                   struct buffer *out);

struct wording fake_wording(struct fake *fake, const char *text);

#endif
