/* What the files of the pipeline share. For them only. */
#ifndef VIBRISSE_PIPELINE_INSIDE_H
#define VIBRISSE_PIPELINE_INSIDE_H

#include "almanac.h"
#include "gauge.h"
#include "pipeline.h"
#include "sightings.h"
#include "usage.h"

struct entry { /* one service */
    struct record record;
    uint64_t saved_shape;       /* record_shape() at the last commit of its kept text */
    bool kept;                  /* a kept text is in the ledger */
    bool unread;                /* but the disk did not give it to us */
    bool changed;               /* for pipeline_next_changed() */
    int64_t day, day_end;       /* of `latency`; 0 = none */
    struct gauge latency;       /* of that day, all lines of the service */
    bool latency_dirty;         /* the ledger does not have all of it */
    struct sightings sightings; /* certificates */
    bool sightings_dirty;       /* the ledger does not have them */
    struct usage usage;         /* as it was last told; at 0 = never */
    bool usage_dirty;           /* the ledger does not have it */
};

struct pipeline {
    const struct config *config;
    struct ledger *ledger;
    struct series *series;
    struct almanac *almanac;
    struct recall *recall;
    const struct pipeline_guest *guest; /* NULL = none */
    struct entry *entries;              /* as collective.services */
    size_t count, next_changed;
    struct leaver *leavers; /* see pipeline_members.c */
    char *absent; /* the times of services that are not configured, as they are kept; NULL = none */
    struct event *events; /* waiting for the commit */
    size_t event_count, event_capacity;
    struct pipeline_counts counts;
    int64_t refused_from, refused_to; /* s; since the last commit; 0 = nothing was */
    int64_t measured;
};

/* Lent until the next one; waits for the commit. */
struct event *pipeline_add_event(struct pipeline *pipeline, enum event_kind kind,
                                 const char *subject);

/* -1: it is not configured. */
int64_t pipeline_index(const struct pipeline *pipeline, const char *key);
/* As many as the configuration has services, of which nothing is known. The ones of before are the caller's. */
void pipeline_open_entries(struct pipeline *pipeline, const struct config *config);
void pipeline_close_entry(struct entry *entry);
/* A record_fn: what a record settles goes on its way, changes to the ledger, stretches to the series. */
void pipeline_news(void *owner, const struct record_news *news);

/* What the ledger knows of a record that was read goes to its series, as far as they do not. */
void pipeline_catch_up(struct pipeline *pipeline, const struct record *record);

/* pipeline_members.c: who leaves with a reload, and comes back with another. */
/* The disk may not say what is known of a service that came back: nothing is taken until it does. */
void pipeline_load_again(struct pipeline *pipeline, struct entry *entry);
int pipeline_keep_leavers(struct pipeline *pipeline, struct fault *fault);
void pipeline_drop_leavers(struct pipeline *pipeline); /* the ledger has them now */

/* pipeline_keep.c: what a restart needs, in the ledger. */
void pipeline_load_entry(struct pipeline *pipeline, struct entry *entry);
void pipeline_load_times(struct pipeline *pipeline);
/* The same of services that were not configured when that was, and are now. */
void pipeline_load_absent(struct pipeline *pipeline);
int pipeline_keep_entry(struct pipeline *pipeline, struct entry *entry, enum keep keep,
                        struct fault *fault);
int pipeline_keep_entries(struct pipeline *pipeline, enum keep keep, struct fault *fault);
int pipeline_keep_times(struct pipeline *pipeline, struct fault *fault);

/* pipeline_feed.c: a stretch of a verdict on its way into the series, cut where maintenance begins and ends. */
void pipeline_feed(struct pipeline *pipeline, const char *service, const struct span *span);

/* pipeline_line.c: the series of lines, which are told of our own vantage only. */
void pipeline_feed_line(struct pipeline *pipeline, const struct record_news *news);
void pipeline_catch_up_lines(struct pipeline *pipeline, const struct record *record);
/* False: the subject of the series is no line's. */
bool pipeline_refeed_line(struct pipeline *pipeline, const char *subject);
void pipeline_made_anew(struct pipeline *pipeline, const char *subject);

/* pipeline_measure.c: latencies, certificates and usage of a taken result. */
void pipeline_measure(struct pipeline *pipeline, struct entry *entry, const struct result *result);
int pipeline_save_latency(struct pipeline *pipeline, struct entry *entry, struct fault *fault);
int pipeline_save_usage(struct pipeline *pipeline, const struct entry *entry, struct fault *fault);

#endif
