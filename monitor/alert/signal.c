/* Signal through signal-cli's daemon: signal-cli-jsonrpc(5), POST /api/v1/rpc. */
#include "channel.h"

#include "macros.h"
#include "neutral.h"

#include <string.h>

struct signal_cli {
    const char *url, *account, *to, *group;
};

static const struct schema_row rows[] = {
    CHANNEL_URL_ROW(struct signal_cli, "Where signal-cli listens: daemon --http.",
                    "http://127.0.0.1:8080"),
    {.name = "account",
     .type = SCHEMA_TEXT,
     .offset = offsetof(struct signal_cli, account),
     .min = 1,
     .max = 64,
     .doc = "The number that writes, where the daemon has several.",
     .example = "\"+33123456789\""},
    {.name = "to",
     .type = SCHEMA_TEXT,
     .offset = offsetof(struct signal_cli, to),
     .min = 1,
     .max = 1000,
     .doc = "Numbers that are written to, a list.",
     .example = "[\"+33198765432\"]"},
    {.name = "group",
     .type = SCHEMA_TEXT,
     .offset = offsetof(struct signal_cli, group),
     .min = 1,
     .max = 200,
     .doc = "The id of a group that is written to.",
     .example = "\"Pmpi+EfPWmsxiomLe9Nx2XF9HOE483p6iKiFj65iMwI=\""},
};

static int check(const void *options, struct fault *fault)
{
    const struct signal_cli *signal = options;
    return !signal->to == !signal->group ? fault_set(fault, "signal needs one of to and group") : 0;
}

static json_t *list_of(const char *text)
{
    json_t *list = json_array();
    for (;;) {
        size_t length = strcspn(text, ",");
        json_array_append_new(list, json_stringn(text, length));
        if (!text[length])
            return list;
        text += length + 1;
    }
}

static void compose(const struct channel_job *job, struct dispatch *ret)
{
    const struct signal_cli *signal = job->options;
    json_t *params =
        json_pack("{s:s}", "message", message_chat(job->message, neutral_none, 2000, job->arena));
    if (signal->account)
        json_object_set_new(params, "account", json_string(signal->account));
    if (signal->to)
        json_object_set_new(params, "recipient", list_of(signal->to));
    else
        json_object_set_new(params, "groupId", json_string(signal->group));
    json_t *body = json_pack("{s:s, s:s, s:s, s:o}", "jsonrpc", "2.0", "id", job->alert->id,
                             "method", "send", "params", params);
    dispatch_json(ret, job->arena, dispatch_url(job->arena, signal->url, "/api/v1/rpc"), body);
}

/* An error of the call comes with the status 200: -1 is a mistake of ours (JSON-RPC: -32600 to -32602 too), all else may
 * pass. */
static void judge(const struct channel_answer *answer, struct channel_verdict *ret)
{
    channel_judge_http(answer, ret);
    if (ret->end != CHANNEL_DELIVERED)
        return;
    json_t *body = json_loadb(answer->body, answer->length, 0, NULL);
    const json_t *error = json_object_get(body, "error");
    const char *words = json_string_value(json_object_get(error, "message"));
    json_int_t code = json_integer_value(json_object_get(error, "code"));
    bool ours = code == -1 || (code >= -32602 && code <= -32600);
    if (error)
        channel_conclude(ret, ours ? CHANNEL_REFUSED : CHANNEL_LATER, 0, "signal-cli says: %.200s",
                         words ? words : "error");
    else if (!json_object_get(body, "result"))
        channel_conclude(ret, CHANNEL_LATER, 0, "this is not signal-cli's answer: %.200s",
                         answer->body);
    json_decref(body);
}

const struct channel channel_signal = {
    .name = "signal",
    .options = {"signal", rows, ARRAY_LEN(rows)},
    .size = sizeof(struct signal_cli),
    .check = check,
    .compose = compose,
    .judge = judge,
};
