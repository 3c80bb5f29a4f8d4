/* The ways that alerts go: one row and one file each. A channel makes of a message what its receiver's documentation
 * wants, and of the receiver's answer whether the message has arrived. Both pure. */
#ifndef VIBRISSE_CHANNEL_H
#define VIBRISSE_CHANNEL_H

#include "alert.h"
#include "arrival.h"
#include "dispatch.h"
#include "message.h"
#include "collective.h"
#include "schema.h"

enum { CHANNEL_SECRET_MAX = 1000, CHANNEL_URL_MAX = 1000 };

struct channel_job {
    const struct alert *alert;
    const struct message *message;
    const void *options; /* as the channel's rows fill them */
    int64_t now;         /* s; of this attempt */
    struct arena *arena;
};

struct channel {
    const char *name;
    struct schema options;
    size_t size; /* of the struct that the rows fill */
    /* What single rows cannot tell: -1 and a sentence. May be NULL. */
    int (*check)(const void *options, struct fault *fault);
    void (*compose)(const struct channel_job *job, struct dispatch *ret);
    void (*judge)(const struct channel_answer *answer, struct channel_verdict *ret);
};

/* In alphabetical order, ended by NULL. */
extern const struct channel *const channels[];
extern const char *const channel_names[];             /* the same */
const struct channel *channel_find(const char *name); /* NULL = there is none */

/* The options as the rows fill them, in the arena; -1 and a sentence. */
int channel_read(const struct channel *channel, const struct probe_option *options, size_t count,
                 struct arena *arena, const void **ret, struct fault *fault);

/* Whether the alert says that something is over. */
bool channel_is_end(enum alert_kind kind);

/* Rows that several channels have. */
#define CHANNEL_URL_ROW(holder, what, like)                                                        \
    {                                                                                              \
        .name = "url", .type = SCHEMA_URL, .offset = offsetof(holder, url),                        \
        .max = CHANNEL_URL_MAX, .required = true, .doc = what, .example = like                     \
    }
#define CHANNEL_SECRET_ROW(holder, field, must, what)                                              \
    {                                                                                              \
        .name = #field, .type = SCHEMA_TEXT, .offset = offsetof(holder, field), .min = 1,          \
        .max = CHANNEL_SECRET_MAX, .required = must, .secret = true, .doc = what,                  \
        .example = "{file: /etc/vibrisse/" #field "}"                                              \
    }

extern const struct channel channel_alertmanager, channel_command, channel_discord, channel_gotify,
    channel_irc, channel_mail, channel_mastodon, channel_matrix, channel_mattermost, channel_ntfy,
    channel_pagerduty, channel_rocketchat, channel_signal, channel_slack, channel_telegram,
    channel_webhook, channel_xmpp;

#endif
