/* What the chats have in common that take {"text": ...} at a secret address: Mattermost, Slack and those like it,
 * Rocket.Chat. */
#ifndef VIBRISSE_HOOK_H
#define VIBRISSE_HOOK_H

#include "schema.h"

struct hook {
    const char *url;
};

/* The whole address is the secret. */
#define HOOK_ROW(like)                                                                             \
    {                                                                                              \
        .name = "url", .type = SCHEMA_URL, .offset = offsetof(struct hook, url),                   \
        .max = CHANNEL_URL_MAX, .required = true, .secret = true,                                  \
        .doc = "The address of the incoming webhook. Whoever knows it can write there.",           \
        .example = like                                                                            \
    }

#endif
