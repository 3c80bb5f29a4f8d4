/* Alertmanager: API v2, POST /api/v2/alerts (openapi.yaml of its source). What has no end in time is taken for over after
 * resolve_timeout there: a reminder keeps it alive. */
#include "channel.h"

#include "macros.h"
#include "stamp.h"

struct alertmanager {
    const char *url, *token;
};

static const struct schema_row rows[] = {
    CHANNEL_URL_ROW(struct alertmanager, "Where Alertmanager listens.", "http://127.0.0.1:9093"),
    CHANNEL_SECRET_ROW(struct alertmanager, token, false, "Bearer token, where one is asked for."),
};

static void add_time(json_t *object, const char *key, int64_t time)
{
    char stamp[STAMP_SIZE];
    if (time)
        json_object_set_new(object, key, json_string(stamp_seconds(time, stamp)));
}

/* Labels name the thing, so they are the same from the news to the end: the thread and no kind. */
static json_t *one(const struct channel_job *job)
{
    const struct alert *alert = job->alert;
    const struct alert_row *row = alert->row_count ? &alert->rows[0] : NULL;
    json_t *object =
        json_pack("{s:{s:s, s:s}, s:{s:s, s:s}}", "labels", "alertname", "vibrisse", "thread",
                  alert->thread, "annotations", "summary", job->message->title, "description",
                  message_text(job->message, neutral_none, job->arena));
    json_t *labels = json_object_get(object, "labels");
    if (row && row->service[0] && alert->total <= 1)
        json_object_set_new(labels, "service", json_string(row->service));
    bool ends = channel_is_end(alert->kind);
    /* The start may be left out, which leaves it as it was. */
    if (!ends)
        add_time(object, "startsAt", row && row->since ? row->since : alert->at);
    else
        add_time(object, "endsAt", row && row->until ? row->until : alert->at);
    if (job->message->link)
        json_object_set_new(object, "generatorURL", json_string(job->message->link));
    return object;
}

static void compose(const struct channel_job *job, struct dispatch *ret)
{
    const struct alertmanager *alertmanager = job->options;
    dispatch_json(ret, job->arena, dispatch_url(job->arena, alertmanager->url, "/api/v2/alerts"),
                  json_pack("[o]", one(job)));
    if (alertmanager->token)
        dispatch_bearer(ret, job->arena, alertmanager->token);
}

const struct channel channel_alertmanager = {
    .name = "alertmanager",
    .options = {"alertmanager", rows, ARRAY_LEN(rows)},
    .size = sizeof(struct alertmanager),
    .compose = compose,
    .judge = channel_judge_http,
};
