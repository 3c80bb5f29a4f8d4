/* Matrix: client-server API v1.4, PUT /_matrix/client/v3/rooms/{roomId}/send/{eventType}/{txnId}. The same transaction
 * id makes a repeat harmless. */
#include "channel.h"

#include "macros.h"
#include "neutral.h"

struct matrix {
    const char *url, *room, *token;
};

static const struct schema_row rows[] = {
    CHANNEL_URL_ROW(struct matrix, "The homeserver.", "https://matrix.exemple.example"),
    {.name = "room",
     .type = SCHEMA_TEXT,
     .offset = offsetof(struct matrix, room),
     .min = 3,
     .max = 255,
     .required = true,
     .doc = "The id of the room, which the account has joined; not encrypted.",
     .example = "\"!abcdef:exemple.example\""},
    CHANNEL_SECRET_ROW(struct matrix, token, true, "Access token of the account that writes."),
};

static int check(const void *options, struct fault *fault)
{
    const struct matrix *matrix = options;
    return matrix->room[0] == '!' ? 0
                                  : fault_set(fault, "room must be the id of a room, such as "
                                                     "!abcdef:exemple.example, not an alias");
}

/* m.mentions says that nobody is meant, whatever the text holds. */
static void compose(const struct channel_job *job, struct dispatch *ret)
{
    const struct matrix *matrix = job->options;
    const char *url =
        dispatch_url(job->arena, matrix->url, "/_matrix/client/v3/rooms/%s/send/m.room.message/%s",
                     neutral_url(job->arena, matrix->room), job->alert->id);
    json_t *body =
        json_pack("{s:s, s:s, s:s, s:s, s:{}}", "msgtype", "m.text", "body",
                  message_chat(job->message, neutral_mentions, 8000, job->arena), "format",
                  "org.matrix.custom.html", "formatted_body", job->message->html, "m.mentions");
    dispatch_json(ret, job->arena, url, body);
    ret->method = "PUT";
    dispatch_bearer(ret, job->arena, matrix->token);
}

/* Older servers tell the time to wait in the body alone. */
static void judge(const struct channel_answer *answer, struct channel_verdict *ret)
{
    channel_judge_http(answer, ret);
    if (ret->end != CHANNEL_LATER || ret->after_s || answer->failure)
        return;
    json_t *body = json_loadb(answer->body, answer->length, 0, NULL);
    json_int_t wait_ms = json_integer_value(json_object_get(body, "retry_after_ms"));
    json_decref(body);
    if (wait_ms > 0)
        channel_conclude(ret, ret->end, wait_ms / 1000 + 1, "%s", ret->detail);
}

const struct channel channel_matrix = {
    .name = "matrix",
    .options = {"matrix", rows, ARRAY_LEN(rows)},
    .size = sizeof(struct matrix),
    .check = check,
    .compose = compose,
    .judge = judge,
};
