/* Gotify: https://gotify.net/docs/pushmsg, https://gotify.net/docs/msgextras */
#include "channel.h"

#include "macros.h"

struct gotify {
    const char *url, *token;
};

static const struct schema_row rows[] = {
    CHANNEL_URL_ROW(struct gotify, "The Gotify server.", "https://gotify.exemple.example"),
    CHANNEL_SECRET_ROW(struct gotify, token, true, "The token of the application."),
};

static int priority_of(enum alert_severity severity)
{
    static const int priorities[SEVERITY_COUNT] = {2, 5, 8};
    return priorities[severity];
}

static json_t *extras_of(const struct message *message)
{
    json_t *extras = json_pack("{s:{s:s}}", "client::display", "contentType", "text/plain");
    if (message->link)
        json_object_set_new(extras, "client::notification",
                            json_pack("{s:{s:s}}", "click", "url", message->link));
    return extras;
}

static void compose(const struct channel_job *job, struct dispatch *ret)
{
    const struct gotify *gotify = job->options;
    json_t *body = json_pack("{s:s, s:s, s:i, s:o}", "title", job->message->title, "message",
                             message_text(job->message, neutral_none, job->arena), "priority",
                             priority_of(job->alert->severity), "extras", extras_of(job->message));
    dispatch_json(ret, job->arena, dispatch_url(job->arena, gotify->url, "/message"), body);
    dispatch_header(ret, job->arena, "X-Gotify-Key", gotify->token);
}

const struct channel channel_gotify = {
    .name = "gotify",
    .options = {"gotify", rows, ARRAY_LEN(rows)},
    .size = sizeof(struct gotify),
    .compose = compose,
    .judge = channel_judge_http,
};
