/* PagerDuty: https://developer.pagerduty.com/docs/events-api-v2/trigger-events/. The same dedup_key joins what belongs to
 * one outage; its end resolves it. */
#include "channel.h"

#include "macros.h"
#include "neutral.h"
#include "stamp.h"

struct pagerduty {
    const char *url, *key;
};

static const struct schema_row rows[] = {
    {.name = "url",
     .type = SCHEMA_URL,
     .offset = offsetof(struct pagerduty, url),
     .max = CHANNEL_URL_MAX,
     .preset = "https://events.pagerduty.com",
     .doc = "The server of the events API.",
     .example = "https://events.eu.pagerduty.com"},
    CHANNEL_SECRET_ROW(struct pagerduty, key, true, "The integration key of the service."),
};

static json_t *payload_of(const struct channel_job *job)
{
    static const char *const severities[SEVERITY_COUNT] = {"info", "warning", "critical"};
    char stamp[STAMP_SIZE];
    const struct alert *alert = job->alert;
    const char *service = alert->row_count ? alert->rows[0].service : "";
    return json_pack("{s:s, s:s, s:s, s:s, s:s, s:{s:s}}", "summary",
                     neutral_cut(job->arena, job->message->title, 1024), "source",
                     service[0] ? service : "vibrisse", "severity", severities[alert->severity],
                     "timestamp", stamp_seconds(alert->at, stamp), "class",
                     alert_kind_words[alert->kind], "custom_details", "text",
                     message_text(job->message, neutral_none, job->arena));
}

static void compose(const struct channel_job *job, struct dispatch *ret)
{
    const struct pagerduty *pagerduty = job->options;
    bool ends = channel_is_end(job->alert->kind);
    json_t *body = json_pack("{s:s, s:s, s:s, s:s}", "routing_key", pagerduty->key, "event_action",
                             ends ? "resolve" : "trigger", "dedup_key", job->alert->thread,
                             "client", "vibrisse");
    json_object_set_new(body, "payload", payload_of(job));
    if (job->message->link) {
        json_object_set_new(body, "client_url", json_string(job->message->link));
        json_object_set_new(
            body, "links",
            json_pack("[{s:s, s:s}]", "href", job->message->link, "text", job->message->title));
    }
    dispatch_json(ret, job->arena, dispatch_url(job->arena, pagerduty->url, "/v2/enqueue"), body);
}

const struct channel channel_pagerduty = {
    .name = "pagerduty",
    .options = {"pagerduty", rows, ARRAY_LEN(rows)},
    .size = sizeof(struct pagerduty),
    .compose = compose,
    .judge = channel_judge_http,
};
