/* Slack and what understands the same: https://api.slack.com/messaging/webhooks, https://api.slack.com/reference/surfaces/formatting#escaping */
#include "channel.h"

#include "hook.h"
#include "macros.h"

static const struct schema_row rows[] = {
    HOOK_ROW("{file: /etc/vibrisse/slack.url}"),
};

static void compose(const struct channel_job *job, struct dispatch *ret)
{
    const struct hook *hook = job->options;
    json_t *body = json_pack("{s:s, s:b, s:b, s:b}", "text",
                             message_chat(job->message, neutral_slack, 15000, job->arena), "mrkdwn",
                             0, "unfurl_links", 0, "unfurl_media", 0);
    dispatch_json(ret, job->arena, hook->url, body);
}

const struct channel channel_slack = {
    .name = "slack",
    .options = {"slack", rows, ARRAY_LEN(rows)},
    .size = sizeof(struct hook),
    .compose = compose,
    .judge = channel_judge_http,
};
