/* Telegram: https://core.telegram.org/bots/api#sendmessage. Without parse_mode the text is text. */
#include "channel.h"

#include "macros.h"
#include "neutral.h"

struct telegram {
    const char *url, *chat, *token;
};

static const struct schema_row rows[] = {
    {.name = "url",
     .type = SCHEMA_URL,
     .offset = offsetof(struct telegram, url),
     .max = CHANNEL_URL_MAX,
     .preset = "https://api.telegram.org",
     .doc = "The server of the bot API.",
     .example = "http://127.0.0.1:8081"},
    {.name = "chat",
     .type = SCHEMA_TEXT,
     .offset = offsetof(struct telegram, chat),
     .min = 1,
     .max = 64,
     .required = true,
     .doc = "The chat: its number, or @name of a public channel.",
     .example = "\"-1001234567890\""},
    CHANNEL_SECRET_ROW(struct telegram, token, true, "The token of the bot."),
};

static void compose(const struct channel_job *job, struct dispatch *ret)
{
    const struct telegram *telegram = job->options;
    /* A colon is a part of the token and of the path as it is documented. */
    const char *url =
        dispatch_url(job->arena, telegram->url, "/bot%s/sendMessage", telegram->token);
    json_t *body = json_pack("{s:s, s:s, s:{s:b}, s:b}", "chat_id", telegram->chat, "text",
                             message_chat(job->message, neutral_mentions, 4096, job->arena),
                             "link_preview_options", "is_disabled", 1, "disable_notification",
                             job->alert->severity == SEVERITY_INFO);
    dispatch_json(ret, job->arena, url, body);
}

static void judge(const struct channel_answer *answer, struct channel_verdict *ret)
{
    channel_judge_http(answer, ret);
    if (ret->end != CHANNEL_LATER || answer->failure)
        return;
    json_t *body = json_loadb(answer->body, answer->length, 0, NULL);
    const json_t *parameters = json_object_get(body, "parameters");
    json_int_t wait_s = json_integer_value(json_object_get(parameters, "retry_after"));
    json_decref(body);
    if (wait_s > 0)
        channel_conclude(ret, ret->end, wait_s, "%s", ret->detail);
}

static int check(const void *options, struct fault *fault)
{
    const struct telegram *telegram = options;
    for (const char *at = telegram->token; *at; at++)
        if (*at == '/' || *at == '?' || *at == '#' || *at == '%' || *at == ' ')
            return fault_set(fault, "token is none of a Telegram bot");
    return 0;
}

const struct channel channel_telegram = {
    .name = "telegram",
    .options = {"telegram", rows, ARRAY_LEN(rows)},
    .size = sizeof(struct telegram),
    .check = check,
    .compose = compose,
    .judge = judge,
};
