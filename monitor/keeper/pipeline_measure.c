#include "pipeline_inside.h"

#include "buffer.h"
#include "calendar.h"
#include "incident.h"
#include "ledger_usage.h"
#include "mem.h"
#include "text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

int pipeline_save_latency(struct pipeline *pipeline, struct entry *entry, struct fault *fault)
{
    struct buffer packed;
    struct histogram histogram;
    gauge_read(&entry->latency, &histogram);
    buffer_init(&packed, HISTOGRAM_PACKED_MAX);
    histogram_pack(&histogram, &packed);
    int rc = ledger_save_latency(pipeline->ledger, entry->record.service->key, entry->day,
                                 buffer_text(&packed), packed.length, fault);
    buffer_fini(&packed);
    return rc;
}

static void on_latency(void *owner, int64_t day, const void *bytes, size_t length)
{
    struct histogram *histogram = owner;
    (void)day;
    if (!histogram_unpack(bytes, length, histogram))
        memset(histogram, 0, sizeof *histogram);
}

static void load_latency(struct pipeline *pipeline, struct entry *entry, int64_t day)
{
    struct fault fault;
    struct histogram known = {{0}};
    entry->day = day;
    entry->day_end = calendar_day_after(day, 1);
    ledger_each_latency(pipeline->ledger, entry->record.service->key, day, day + 1, on_latency,
                        &known, &fault);
    gauge_set(&entry->latency, &known);
}

static void count_latency(struct pipeline *pipeline, struct entry *entry,
                          const struct result *result)
{
    struct fault fault;
    if (!outcome_is_good(result->outcome))
        return;
    int64_t at = wall_seconds(result->time);
    if (at < entry->day || at >= entry->day_end) {
        if (entry->latency_dirty)
            pipeline_save_latency(pipeline, entry, &fault);
        load_latency(pipeline, entry, calendar_day(at));
    }
    gauge_add(&entry->latency, result->phases.ms[PHASE_TOTAL]);
    entry->latency_dirty = true;
}

static void add_change(struct pipeline *pipeline, const struct result *result,
                       const struct certificate_change *change)
{
    struct buffer facts;
    char subject[2 * RESULT_SERVICE_SIZE];
    text_format(subject, sizeof subject, "%s/%s%s%s", result->service, result->check,
                change->of_one_family ? "/" : "",
                change->of_one_family ? family_name(change->family) : "");
    buffer_init(&facts, CERTIFICATE_CHANGE_MAX);
    certificate_change_write(change, &facts);
    struct event *event = pipeline_add_event(pipeline, EVENT_CERTIFICATE, subject);
    event->at = change->at;
    event->before = change->last;
    event->facts = buffer_take(&facts, NULL);
}

static void note_certificate(struct pipeline *pipeline, struct entry *entry,
                             const struct result *result)
{
    struct certificate_change change;
    if (!result->certificate.sha256[0])
        return;
    if (pipeline->series)
        series_certificate(pipeline->series, result->service, result->check,
                           wall_seconds(result->time), wall_seconds(result->certificate.not_after));
    if (!sightings_see(&entry->sightings, result, &change))
        return;
    add_change(pipeline, result, &change);
    entry->sightings_dirty = true;
    entry->changed = true;
}

int pipeline_save_usage(struct pipeline *pipeline, const struct entry *entry, struct fault *fault)
{
    return ledger_save_usage(pipeline->ledger, entry->record.service->key, &entry->usage, fault);
}

/* The first that is told on a day: one write a day and service is enough for figures of months. */
static void note_usage(struct pipeline *pipeline, struct entry *entry, const struct result *result)
{
    struct fault fault;
    int64_t at = wall_seconds(result->time);
    if (!users_are_known(&result->users) || at < entry->usage.at ||
        (entry->usage.at && calendar_day(at) == calendar_day(entry->usage.at)))
        return;
    if (entry->usage_dirty)
        pipeline_save_usage(pipeline, entry, &fault);
    entry->usage = (struct usage){incident_month(at, 0), at, result->users};
    entry->usage_dirty = true;
    entry->changed = true;
}

/* A failing attempt has no latency, however far it got. */
static const struct phases none = {{NAN, NAN, NAN, NAN, NAN}};

void pipeline_measure(struct pipeline *pipeline, struct entry *entry, const struct result *result)
{
    const struct check *check = service_check(entry->record.service, result->check);
    int64_t at = wall_seconds(result->time);
    count_latency(pipeline, entry, result);
    if (pipeline->series)
        series_latency(pipeline->series, result->service, result->check, result->family, at,
                       check->interval_ms,
                       outcome_is_good(result->outcome) ? &result->phases : &none);
    note_certificate(pipeline, entry, result);
    note_usage(pipeline, entry, result);
    if (at > pipeline->measured)
        pipeline->measured = at;
}
