#include "status.h"

#include "json.h"
#include "stamp.h"

#include <math.h>

static void add_text(struct buffer *out, const char *key, const char *value)
{
    buffer_printf(out, ",\"%s\":", key);
    json_add_text(out, value);
}

static void add_time(struct buffer *out, const char *key, int64_t seconds)
{
    char stamp[STAMP_SIZE];
    if (seconds)
        buffer_printf(out, ",\"%s\":\"%s\"", key, stamp_seconds(seconds, stamp));
    else
        buffer_printf(out, ",\"%s\":null", key);
}

static void add_line(struct buffer *out, const struct record_line *line, int64_t now)
{
    buffer_text_add(out, "{\"check\":");
    json_add_text(out, line->check);
    add_text(out, "family", family_name(line->family));
    add_text(out, "vantage", line->vantage);
    add_text(out, "state", outcome_name(line_state(&line->line, now)));
    buffer_printf(out, ",\"unstable\":%s,\"changes_percent\":%d",
                  record_line_is_unstable(line, now) ? "true" : "false",
                  flapping_percent(&line->flapping));
    add_text(out, "outcome", outcome_name(line->last.outcome));
    add_text(out, "reason", reason_code(line->last.reason));
    add_text(out, "detail", line->last.detail);
    add_text(out, "address", line->last.address);
    add_time(out, "measured", wall_seconds(line->last.time));
    if (isfinite(line->last.phases.ms[PHASE_TOTAL]))
        buffer_printf(out, ",\"total_ms\":%.1f", line->last.phases.ms[PHASE_TOTAL]);
    buffer_byte(out, '}');
}

static void add_service(struct buffer *out, const struct record *record, int64_t now)
{
    struct service_belief belief = record_belief(record, now);
    buffer_text_add(out, "{\"service\":");
    json_add_text(out, record->service->key);
    add_text(out, "state", outcome_name(belief.state));
    buffer_printf(out, ",\"unstable\":%s", belief.unstable ? "true" : "false");
    add_text(out, "reason", reason_code(belief.reason));
    add_text(out, "detail", belief.detail);
    add_time(out, "since", belief.since);
    add_time(out, "measured", belief.measured);
    buffer_text_add(out, ",\"lines\":[");
    for (size_t i = 0; i < record->line_count; i++) {
        if (i)
            buffer_byte(out, ',');
        add_line(out, &record->lines[i], now);
    }
    buffer_text_add(out, "]}");
}

static void add_senses(struct buffer *out, const struct vantage *vantage)
{
    buffer_text_add(out, ",\"senses\":{");
    for (int i = 0; i < SENSE_COUNT; i++) {
        const struct vantage_state *state = &vantage->senses[i];
        buffer_printf(out, "%s\"%s\":{\"condition\":\"%s\"", i ? "," : "",
                      vantage_sense_name((enum vantage_sense)i),
                      vantage_condition_name(state->condition));
        add_time(out, "since", wall_seconds(state->since));
        add_text(out, "why", state->why);
        buffer_byte(out, '}');
    }
    buffer_byte(out, '}');
}

static void add_prober(struct buffer *out, const struct heartbeat *heartbeat)
{
    buffer_text_add(out, ",\"prober\":");
    if (!heartbeat->time.ms) {
        buffer_text_add(out, "null");
        return;
    }
    buffer_printf(
        out, "{\"checks\":%lld,\"started\":%lld,\"late\":%lld,\"missed\":%lld,\"in_flight\":%lld",
        (long long)heartbeat->checks, (long long)heartbeat->started, (long long)heartbeat->late,
        (long long)heartbeat->missed, (long long)heartbeat->in_flight);
    buffer_printf(out, ",\"latest_ms\":%lld,\"loop_lag_ms\":%lld", (long long)heartbeat->latest_ms,
                  (long long)heartbeat->loop_lag_ms);
    buffer_printf(out, ",\"clock_synchronised\":%s", heartbeat->unsynchronised ? "false" : "true");
    add_time(out, "heard", wall_seconds(heartbeat->time));
    buffer_byte(out, '}');
}

static void add_counts(struct buffer *out, const struct pipeline *pipeline, int64_t unreadable)
{
    const struct pipeline_counts *counts = pipeline_counts(pipeline);
    buffer_printf(out,
                  ",\"results\":{\"taken\":%lld,\"stale\":%lld,\"unknown_service\":%lld,"
                  "\"bad_time\":%lld,\"refused\":%lld,\"unreadable\":%lld}",
                  (long long)counts->results, (long long)counts->stale,
                  (long long)counts->unknown_subject, (long long)counts->bad_time,
                  (long long)counts->refused, (long long)unreadable);
    buffer_printf(
        out,
        ",\"ledger\":{\"events\":%lld,\"commits\":%lld,\"failed_commits\":%lld,\"waiting\":%zu}",
        (long long)counts->events, (long long)counts->commits, (long long)counts->failed_commits,
        pipeline_waiting(pipeline));
}

void status_write(const struct status_view *view, struct buffer *out)
{
    const struct collective *collective = &view->config->collective;
    buffer_text_add(out, "{\"v\":1");
    add_time(out, "time", view->now);
    add_text(out, "vantage", collective->vantage);
    add_text(out, "health", view->health);
    add_time(out, "measured", pipeline_measured(view->pipeline));
    add_senses(out, &view->heartbeat->vantage);
    add_prober(out, view->heartbeat);
    add_counts(out, view->pipeline, view->unreadable);
    buffer_text_add(out, ",\"services\":[");
    for (size_t i = 0; i < collective->service_count; i++) {
        if (i)
            buffer_byte(out, ',');
        add_service(out, pipeline_record(view->pipeline, collective->services[i]->key), view->now);
    }
    buffer_text_add(out, "]}\n");
}
