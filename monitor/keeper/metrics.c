#include "metrics.h"

#include "almanac.h"
#include "arena.h"
#include "look.h"
#include "macros.h"

#include <math.h>
#include <stddef.h>

struct metric {
    const char *name, *type, *unit, *help; /* unit NULL = none */
    void (*write)(const struct metric *metric, const struct status_view *view, struct buffer *out);
    size_t offset; /* of the number, for those that are one field */
};

/* ---- text ---- */

static void add_label(struct buffer *out, char before, const char *name, const char *value)
{
    buffer_printf(out, "%c%s=\"", before, name);
    for (; *value; value++) {
        if (*value == '\\' || *value == '"')
            buffer_byte(out, '\\');
        if (*value == '\n')
            buffer_text_add(out, "\\n");
        else
            buffer_byte(out, *value);
    }
    buffer_byte(out, '"');
}

static void add_service_labels(struct buffer *out, const char *name, const struct service *service)
{
    buffer_text_add(out, name);
    add_label(out, '{', "hoster", service->hoster->id);
    add_label(out, ',', "service", service->id);
}

static void add_states(struct buffer *out, const struct metric *metric, const char *state,
                       bool holds)
{
    add_label(out, ',', metric->name, state);
    buffer_printf(out, "} %d\n", holds);
}

/* ---- services ---- */

static enum look look_at(const struct status_view *view, const struct record *record)
{
    struct arena arena = {0};
    const struct occurrence *occurrences;
    bool maintained = false;
    enum outcome state = record_belief(record, view->now).state;
    size_t count =
        state != OUTCOME_DOWN
            ? 0
            : almanac_occurrences(pipeline_almanac(view->pipeline), record->service->key, view->now,
                                  view->now + 1, view->now, &arena, &occurrences);
    for (size_t i = 0; i < count; i++)
        maintained |= !occurrence_is_late(&occurrences[i]);
    arena_free(&arena);
    return look_of(state, maintained);
}

static void write_states(const struct metric *metric, const struct status_view *view,
                         struct buffer *out)
{
    static const char *const names[LOOK_COUNT] = {
        [LOOK_UNKNOWN] = "unknown",   [LOOK_UP] = "up",     [LOOK_MAINTENANCE] = "maintenance",
        [LOOK_DEGRADED] = "degraded", [LOOK_DOWN] = "down",
    };
    const struct collective *collective = &view->config->collective;
    for (size_t i = 0; i < collective->service_count; i++) {
        const struct service *service = collective->services[i];
        enum look look = look_at(view, pipeline_record(view->pipeline, service->key));
        for (size_t j = 0; j < LOOK_COUNT; j++) {
            add_service_labels(out, metric->name, service);
            add_states(out, metric, names[j], j == look);
        }
    }
}

/* ---- lines ---- */

/* False: there is nothing to tell of it. */
typedef bool value_fn(const struct record_line *line, struct buffer *out);

/* What was found long ago says nothing of now. */
static bool is_silent(const struct line *line, int64_t now)
{
    return line->newest_ms / 1000 + line->reach_s <= now;
}

static void add_lines(const struct metric *metric, const struct record *record, int64_t now,
                      value_fn *value, struct buffer *out)
{
    char number[64];
    struct buffer text;
    buffer_init(&text, sizeof number);
    for (size_t i = 0; i < record->line_count; i++) {
        const struct record_line *line = &record->lines[i];
        buffer_clear(&text);
        if (is_silent(&line->line, now) || !value(line, &text))
            continue;
        add_service_labels(out, metric->name, record->service);
        add_label(out, ',', "check", line->check);
        add_label(out, ',', "family", family_name(line->family));
        add_label(out, ',', "vantage", line->vantage);
        buffer_printf(out, "} %s\n", buffer_text(&text));
    }
    buffer_fini(&text);
}

static void write_lines(const struct metric *metric, const struct status_view *view,
                        value_fn *value, struct buffer *out)
{
    const struct collective *collective = &view->config->collective;
    for (size_t i = 0; i < collective->service_count; i++)
        add_lines(metric, pipeline_record(view->pipeline, collective->services[i]->key), view->now,
                  value, out);
}

static bool success_of(const struct record_line *line, struct buffer *out)
{
    buffer_printf(out, "%d", outcome_is_good(line->last.outcome));
    return line->last.outcome != OUTCOME_UNKNOWN;
}

static bool duration_of(const struct record_line *line, struct buffer *out)
{
    double ms = line->last.phases.ms[PHASE_TOTAL];
    buffer_printf(out, "%.6f", ms / 1000);
    return isfinite(ms);
}

static bool expiry_of(const struct record_line *line, struct buffer *out)
{
    const struct certificate *certificate = &line->last.certificate;
    buffer_printf(out, "%lld", (long long)wall_seconds(certificate->not_after));
    return certificate->sha256[0] && certificate->not_after.ms;
}

static void write_success(const struct metric *metric, const struct status_view *view,
                          struct buffer *out)
{
    write_lines(metric, view, success_of, out);
}

static void write_duration(const struct metric *metric, const struct status_view *view,
                           struct buffer *out)
{
    write_lines(metric, view, duration_of, out);
}

static void write_expiry(const struct metric *metric, const struct status_view *view,
                         struct buffer *out)
{
    write_lines(metric, view, expiry_of, out);
}

/* ---- ourselves ---- */

static void write_results(const struct metric *metric, const struct status_view *view,
                          struct buffer *out)
{
    const struct pipeline_counts *counts = pipeline_counts(view->pipeline);
    const struct {
        const char *fate;
        int64_t count;
    } rows[] = {
        {"taken", counts->results},
        {"stale", counts->stale},
        {"unknown_service", counts->unknown_subject},
        {"bad_time", counts->bad_time},
        {"refused", counts->refused},
        {"unreadable", view->unreadable},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        buffer_printf(out, "%s_total{fate=\"%s\"} %lld\n", metric->name, rows[i].fate,
                      (long long)rows[i].count);
}

static void write_senses(const struct metric *metric, const struct status_view *view,
                         struct buffer *out)
{
    const struct vantage *vantage = &view->heartbeat->vantage;
    for (int i = 0; i < SENSE_COUNT; i++)
        for (int j = CONDITION_UNJUDGED; j <= CONDITION_BLIND; j++) {
            buffer_text_add(out, metric->name);
            add_label(out, '{', "sense", vantage_sense_name((enum vantage_sense)i));
            add_states(out, metric, vantage_condition_name((enum vantage_condition)j),
                       (int)vantage->senses[i].condition == j);
        }
}

static void add_number(const struct metric *metric, const void *from, const char *suffix,
                       struct buffer *out)
{
    const int64_t *number = (const void *)((const char *)from + metric->offset);
    buffer_printf(out, "%s%s %lld\n", metric->name, suffix, (long long)*number);
}

static void write_count(const struct metric *metric, const struct status_view *view,
                        struct buffer *out)
{
    add_number(metric, pipeline_counts(view->pipeline), "_total", out);
}

/* Of the prober nothing is known before its first heartbeat. */
static void write_beat_count(const struct metric *metric, const struct status_view *view,
                             struct buffer *out)
{
    if (view->heartbeat->time.ms)
        add_number(metric, view->heartbeat, "_total", out);
}

static void write_beat(const struct metric *metric, const struct status_view *view,
                       struct buffer *out)
{
    if (view->heartbeat->time.ms)
        add_number(metric, view->heartbeat, "", out);
}

static void write_lag(const struct metric *metric, const struct status_view *view,
                      struct buffer *out)
{
    if (view->heartbeat->time.ms)
        buffer_printf(out, "%s %.3f\n", metric->name, (double)view->heartbeat->loop_lag_ms / 1000);
}

static void write_waiting(const struct metric *metric, const struct status_view *view,
                          struct buffer *out)
{
    buffer_printf(out, "%s %zu\n", metric->name, pipeline_waiting(view->pipeline));
}

static void write_measured(const struct metric *metric, const struct status_view *view,
                           struct buffer *out)
{
    int64_t measured = pipeline_measured(view->pipeline);
    if (measured)
        buffer_printf(out, "%s %lld\n", metric->name, (long long)measured);
}

static void write_build(const struct metric *metric, const struct status_view *view,
                        struct buffer *out)
{
    (void)view;
    buffer_printf(out, "%s_info{version=\"%s\"} 1\n", metric->name, VIBRISSE_VERSION);
}

static const struct metric metrics[] = {
    {"probe_success", "gauge", NULL,
     "Whether the newest attempt found the service good; none where it was our own fault.",
     write_success, 0},
    {"probe_duration_seconds", "gauge", "seconds", "How long the newest attempt took.",
     write_duration, 0},
    {"probe_ssl_earliest_cert_expiry", "gauge", NULL,
     "Unix time at which the first certificate of the chain ends.", write_expiry, 0},
    {"vibrisse_service_state", "stateset", NULL, "What is believed of a service.", write_states, 0},
    {"vibrisse_vantage_condition", "stateset", NULL,
     "How well the place that we look from can see, for each of its senses.", write_senses, 0},
    {"vibrisse_results", "counter", NULL, "Results of the prober, by what became of them.",
     write_results, 0},
    {"vibrisse_attempts", "counter", NULL, "Attempts begun on schedule.", write_beat_count,
     offsetof(struct heartbeat, started)},
    {"vibrisse_attempts_late", "counter", NULL, "Attempts begun more than 50 ms after their time.",
     write_beat_count, offsetof(struct heartbeat, late)},
    {"vibrisse_attempts_missed", "counter", NULL, "Turns that were skipped.", write_beat_count,
     offsetof(struct heartbeat, missed)},
    {"vibrisse_attempts_in_flight", "gauge", NULL, "Attempts running now.", write_beat,
     offsetof(struct heartbeat, in_flight)},
    {"vibrisse_checks", "gauge", NULL, "Checks in force.", write_beat,
     offsetof(struct heartbeat, checks)},
    {"vibrisse_loop_lag_seconds", "gauge", "seconds",
     "The longest turn of the prober's loop within a second.", write_lag, 0},
    {"vibrisse_ledger_events", "counter", NULL, "Events for the ledger.", write_count,
     offsetof(struct pipeline_counts, events)},
    {"vibrisse_ledger_commits", "counter", NULL, "Transactions of the ledger.", write_count,
     offsetof(struct pipeline_counts, commits)},
    {"vibrisse_ledger_failed_commits", "counter", NULL, "Transactions that failed.", write_count,
     offsetof(struct pipeline_counts, failed_commits)},
    {"vibrisse_ledger_waiting", "gauge", NULL, "Events that wait to be written.", write_waiting, 0},
    {"vibrisse_measured_timestamp_seconds", "gauge", "seconds",
     "Unix time of the newest measurement of all.", write_measured, 0},
    {"vibrisse_build", "info", NULL, "The program.", write_build, 0},
};

void metrics_write(const struct status_view *view, struct buffer *out)
{
    for (size_t i = 0; i < ARRAY_LEN(metrics); i++) {
        const struct metric *metric = &metrics[i];
        buffer_printf(out, "# TYPE %s %s\n", metric->name, metric->type);
        if (metric->unit)
            buffer_printf(out, "# UNIT %s %s\n", metric->name, metric->unit);
        buffer_printf(out, "# HELP %s %s\n", metric->name, metric->help);
        metric->write(metric, view, out);
    }
    buffer_text_add(out, "# EOF\n");
}
