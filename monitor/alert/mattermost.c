/* Mattermost: https://developers.mattermost.com/integrate/webhooks/incoming/ */
#include "channel.h"

#include "hook.h"
#include "macros.h"

static const struct schema_row rows[] = {
    HOOK_ROW("{file: /etc/vibrisse/mattermost.url}"),
};

static void compose(const struct channel_job *job, struct dispatch *ret)
{
    const struct hook *hook = job->options;
    json_t *body =
        json_pack("{s:s}", "text", message_chat(job->message, neutral_markdown, 15000, job->arena));
    dispatch_json(ret, job->arena, hook->url, body);
}

const struct channel channel_mattermost = {
    .name = "mattermost",
    .options = {"mattermost", rows, ARRAY_LEN(rows)},
    .size = sizeof(struct hook),
    .compose = compose,
    .judge = channel_judge_http,
};
