/* Rocket.Chat: https://docs.rocket.chat/docs/integrations, incoming webhooks. It answers {"success": true}. */
#include "channel.h"

#include "hook.h"
#include "macros.h"

static const struct schema_row rows[] = {
    HOOK_ROW("{file: /etc/vibrisse/rocketchat.url}"),
};

static void compose(const struct channel_job *job, struct dispatch *ret)
{
    const struct hook *hook = job->options;
    json_t *body =
        json_pack("{s:s, s:b}", "text",
                  message_chat(job->message, neutral_markdown, 4900, job->arena), "parseUrls", 0);
    dispatch_json(ret, job->arena, hook->url, body);
}

static void judge(const struct channel_answer *answer, struct channel_verdict *ret)
{
    channel_judge_http(answer, ret);
    if (ret->end != CHANNEL_DELIVERED)
        return;
    json_t *body = json_loadb(answer->body, answer->length, 0, NULL);
    if (json_is_false(json_object_get(body, "success")))
        channel_conclude(ret, CHANNEL_REFUSED, 0, "it says that it did not take it: %.200s",
                         answer->body);
    json_decref(body);
}

const struct channel channel_rocketchat = {
    .name = "rocketchat",
    .options = {"rocketchat", rows, ARRAY_LEN(rows)},
    .size = sizeof(struct hook),
    .compose = compose,
    .judge = judge,
};
