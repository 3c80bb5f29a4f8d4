/* Discord: https://discord.com/developers/docs/resources/webhook#execute-webhook. With wait=true the answer comes when
 * the message is there. */
#include "channel.h"

#include "hook.h"
#include "macros.h"

#include <string.h>

enum { SUPPRESS_EMBEDS = 4 };

static const struct schema_row rows[] = {
    HOOK_ROW("{file: /etc/vibrisse/discord.url}"),
};

static void compose(const struct channel_job *job, struct dispatch *ret)
{
    const struct hook *hook = job->options;
    const char *url =
        arena_printf(job->arena, "%s%swait=true", hook->url, strchr(hook->url, '?') ? "&" : "?");
    json_t *body = json_pack("{s:s, s:{s:[]}, s:i}", "content",
                             message_chat(job->message, neutral_markdown, 2000, job->arena),
                             "allowed_mentions", "parse", "flags", SUPPRESS_EMBEDS);
    dispatch_json(ret, job->arena, url, body);
}

const struct channel channel_discord = {
    .name = "discord",
    .options = {"discord", rows, ARRAY_LEN(rows)},
    .size = sizeof(struct hook),
    .compose = compose,
    .judge = channel_judge_http,
};
