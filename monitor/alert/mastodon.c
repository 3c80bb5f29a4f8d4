/* Mastodon, direct message: https://docs.joinmastodon.org/methods/statuses/#create. The same Idempotency-Key makes a
 * repeat harmless. */
#include "channel.h"

#include "macros.h"
#include "neutral.h"

struct mastodon {
    const char *url, *to, *token;
    int64_t characters;
};

static const struct schema_row rows[] = {
    CHANNEL_URL_ROW(struct mastodon, "The server of the account that writes.",
                    "https://social.exemple.example"),
    {.name = "to",
     .type = SCHEMA_TEXT,
     .offset = offsetof(struct mastodon, to),
     .min = 2,
     .max = 200,
     .required = true,
     .doc = "The account that is written to.",
     .example = "\"@camille@social.exemple.example\""},
    {.name = "characters",
     .type = SCHEMA_INT,
     .offset = offsetof(struct mastodon, characters),
     .min = 300,
     .max = 10000,
     .preset = "500",
     .doc = "The most that the server takes.",
     .example = "500"},
    CHANNEL_SECRET_ROW(struct mastodon, token, true,
                       "Access token of the account that writes, for write:statuses."),
};

static int check(const void *options, struct fault *fault)
{
    const struct mastodon *mastodon = options;
    return mastodon->to[0] == '@' ? 0 : fault_set(fault, "to must begin with @");
}

static void compose(const struct channel_job *job, struct dispatch *ret)
{
    const struct mastodon *mastodon = job->options;
    size_t room = (size_t)mastodon->characters - neutral_length(mastodon->to) - 1;
    const char *text = arena_printf(job->arena, "%s %s", mastodon->to,
                                    message_chat(job->message, neutral_mentions, room, job->arena));
    json_t *body = json_pack("{s:s, s:s, s:s}", "status", text, "visibility", "direct", "language",
                             job->message->language);
    dispatch_json(ret, job->arena, dispatch_url(job->arena, mastodon->url, "/api/v1/statuses"),
                  body);
    dispatch_bearer(ret, job->arena, mastodon->token);
    dispatch_header(ret, job->arena, "Idempotency-Key", job->alert->id);
}

const struct channel channel_mastodon = {
    .name = "mastodon",
    .options = {"mastodon", rows, ARRAY_LEN(rows)},
    .size = sizeof(struct mastodon),
    .check = check,
    .compose = compose,
    .judge = channel_judge_http,
};
