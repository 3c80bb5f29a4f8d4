/* ntfy: https://docs.ntfy.sh/publish/#publish-as-json */
#include "channel.h"

#include "macros.h"
#include "neutral.h"

struct ntfy {
    const char *url, *topic, *token;
};

static const struct schema_row rows[] = {
    CHANNEL_URL_ROW(struct ntfy, "The ntfy server.", "https://ntfy.sh"),
    {.name = "topic",
     .type = SCHEMA_TEXT,
     .offset = offsetof(struct ntfy, topic),
     .min = 1,
     .max = 64,
     .required = true,
     .doc = "The topic that phones subscribe to. Whoever knows it can read along where the server "
            "asks for no token.",
     .example = "hosters-8f3k2"},
    CHANNEL_SECRET_ROW(struct ntfy, token, false, "Access token (tk_...) of who may publish."),
};

static int priority_of(enum alert_severity severity)
{
    static const int priorities[SEVERITY_COUNT] = {3, 4, 5};
    return priorities[severity];
}

static void compose(const struct channel_job *job, struct dispatch *ret)
{
    const struct ntfy *ntfy = job->options;
    const struct message *message = job->message;
    json_t *body = json_pack(
        "{s:s, s:s, s:s, s:i, s:[s]}", "topic", ntfy->topic, "title", message->title, "message",
        neutral_cut(job->arena, message_text(message, neutral_none, job->arena), 1200), "priority",
        priority_of(job->alert->severity), "tags", alert_kind_words[job->alert->kind]);
    if (message->link)
        json_object_set_new(body, "click", json_string(message->link));
    dispatch_json(ret, job->arena, dispatch_url(job->arena, ntfy->url, "/"), body);
    if (ntfy->token)
        dispatch_bearer(ret, job->arena, ntfy->token);
}

const struct channel channel_ntfy = {
    .name = "ntfy",
    .options = {"ntfy", rows, ARRAY_LEN(rows)},
    .size = sizeof(struct ntfy),
    .compose = compose,
    .judge = channel_judge_http,
};
