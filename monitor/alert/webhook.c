/* Webhook, signed as Standard Webhooks 1.0 has it (https://www.standardwebhooks.com/): the body is the alert as JSON
 * (alert.h) with its message in words. */
#include "channel.h"

#include "macros.h"
#include "stamp.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <string.h>

enum { KEY_MIN = 24, KEY_MAX = 64, BODY_MAX = 2 * ALERT_LINE_MAX };

struct webhook {
    const char *url, *secret;
};

static const struct schema_row rows[] = {
    CHANNEL_URL_ROW(struct webhook, "Where the request goes to.",
                    "https://outils.exemple.example/vibrisse"),
    CHANNEL_SECRET_ROW(
        struct webhook, secret, true,
        "What both sides know, and what each request is signed with: whsec_ and 24 to "
        "64 bytes in base64."),
};

/* The bytes of "whsec_BASE64", or -1. */
static int key_of(const char *secret, unsigned char key[CHANNEL_SECRET_MAX])
{
    static const char prefix[] = "whsec_";
    size_t length = strlen(secret), padding = 0;
    if (strncmp(secret, prefix, strlen(prefix)) != 0)
        return -1;
    secret += strlen(prefix);
    length -= strlen(prefix);
    while (padding < 2 && length > padding && secret[length - 1 - padding] == '=')
        padding++;
    int decoded = EVP_DecodeBlock(key, (const unsigned char *)secret, (int)length);
    return decoded < 0 ? -1 : decoded - (int)padding;
}

static int check(const void *options, struct fault *fault)
{
    const struct webhook *webhook = options;
    unsigned char key[CHANNEL_SECRET_MAX];
    int length = key_of(webhook->secret, key);
    if (length < KEY_MIN || length > KEY_MAX)
        return fault_set(fault, "secret must be whsec_ and %d to %d bytes in base64", KEY_MIN,
                         KEY_MAX);
    return 0;
}

static const char *signature_of(const struct channel_job *job, const char *body)
{
    const struct webhook *webhook = job->options;
    unsigned char key[CHANNEL_SECRET_MAX], digest[EVP_MAX_MD_SIZE], text[2 * EVP_MAX_MD_SIZE];
    unsigned length = 0;
    const char *content =
        arena_printf(job->arena, "%s.%lld.%s", job->alert->id, (long long)job->now, body);
    int key_length = key_of(webhook->secret, key);
    HMAC(EVP_sha256(), key, key_length, (const unsigned char *)content, strlen(content), digest,
         &length);
    EVP_EncodeBlock(text, digest, (int)length);
    return arena_printf(job->arena, "v1,%s", (char *)text);
}

/* {"type": "vibrisse.down", "timestamp": ..., "data": {...}}, as the specification recommends. */
static json_t *body_of(const struct channel_job *job)
{
    char stamp[STAMP_SIZE];
    struct buffer text;
    buffer_init(&text, BODY_MAX);
    alert_write(job->alert, &text);
    json_t *data = json_loadb(buffer_text(&text), text.length, 0, NULL);
    buffer_fini(&text);
    json_object_set_new(data, "title", json_string(job->message->title));
    json_object_set_new(data, "text",
                        json_string(message_text(job->message, neutral_none, job->arena)));
    return json_pack("{s:o, s:s, s:o}", "type",
                     json_sprintf("vibrisse.%s", alert_kind_words[job->alert->kind]), "timestamp",
                     stamp_seconds(job->alert->at ? job->alert->at : job->now, stamp), "data",
                     data);
}

static void compose(const struct channel_job *job, struct dispatch *ret)
{
    const struct webhook *webhook = job->options;
    dispatch_json(ret, job->arena, webhook->url, body_of(job));
    dispatch_header(ret, job->arena, "webhook-id", job->alert->id);
    dispatch_header(ret, job->arena, "webhook-timestamp",
                    arena_printf(job->arena, "%lld", (long long)job->now));
    dispatch_header(ret, job->arena, "webhook-signature", signature_of(job, ret->body));
}

const struct channel channel_webhook = {
    .name = "webhook",
    .options = {"webhook", rows, ARRAY_LEN(rows)},
    .size = sizeof(struct webhook),
    .check = check,
    .compose = compose,
    .judge = channel_judge_http,
};
