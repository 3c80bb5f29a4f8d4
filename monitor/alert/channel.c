#include "channel.h"

#include "macros.h"
#include "retry_after.h"
#include "text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const char *const channel_end_words[] = {"delivered", "refused", "later", NULL};

const struct channel *const channels[] = {
    &channel_alertmanager, &channel_command,   &channel_discord,
    &channel_gotify,       &channel_irc,       &channel_mail,
    &channel_mastodon,     &channel_matrix,    &channel_mattermost,
    &channel_ntfy,         &channel_pagerduty, &channel_rocketchat,
    &channel_signal,       &channel_slack,     &channel_telegram,
    &channel_webhook,      &channel_xmpp,      NULL,
};

const char *const channel_names[] = {
    "alertmanager", "command", "discord",    "gotify",  "irc",       "mail",
    "mastodon",     "matrix",  "mattermost", "ntfy",    "pagerduty", "rocketchat",
    "signal",       "slack",   "telegram",   "webhook", "xmpp",      NULL,
};
_Static_assert(ARRAY_LEN(channel_names) == ARRAY_LEN(channels), "one name a channel");

const struct channel *channel_find(const char *name)
{
    for (size_t i = 0; channels[i]; i++)
        if (strcmp(channels[i]->name, name) == 0)
            return channels[i];
    return NULL;
}

/* All but a relay for mail are asked by HTTP. */
static int check_scheme(const struct schema_row *row, const char *value, struct fault *fault)
{
    bool web = text_starts(value, "https://") || text_starts(value, "http://");
    if (row->type != SCHEMA_URL || web || strcmp(row->name, "server") == 0)
        return 0;
    return fault_set(fault, "%s must begin with https:// or http://", row->name);
}

static int read_option(const struct channel *channel, const struct probe_option *option,
                       void *object, struct arena *arena, struct fault *fault)
{
    const struct schema_row *row = schema_find(&channel->options, option->name);
    if (!row)
        return fault_set(fault, "the channel %s has no option \"%.80s\"", channel->name,
                         option->name);
    return schema_read(row, option->value, object, arena, fault)
               ? -1
               : check_scheme(row, option->value, fault);
}

static bool is_given(const char *name, const struct probe_option *options, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(options[i].name, name) == 0)
            return true;
    return false;
}

int channel_read(const struct channel *channel, const struct probe_option *options, size_t count,
                 struct arena *arena, const void **ret, struct fault *fault)
{
    void *object = arena_alloc(arena, channel->size);
    schema_presets(&channel->options, object, arena);
    for (size_t i = 0; i < count; i++)
        if (read_option(channel, &options[i], object, arena, fault))
            return -1;
    for (size_t i = 0; i < channel->options.count; i++) {
        const struct schema_row *row = &channel->options.rows[i];
        if (row->required && !is_given(row->name, options, count))
            return fault_set(fault, "the channel %s needs the option \"%s\"", channel->name,
                             row->name);
    }
    *ret = object;
    return channel->check ? channel->check(object, fault) : 0;
}

bool channel_is_end(enum alert_kind kind)
{
    return kind == ALERT_RECOVERY || kind == ALERT_STEADY || kind == ALERT_RESTORED;
}

/* ---- judging ---- */

void channel_conclude(struct channel_verdict *verdict, enum channel_end end, int64_t after_s,
                      const char *format, ...)
{
    char text[1024];
    va_list list;
    va_start(list, format);
    vsnprintf(text, sizeof text, format, list);
    va_end(list);
    verdict->end = end;
    verdict->after_s = after_s < CHANNEL_WAIT_MAX_S ? after_s : CHANNEL_WAIT_MAX_S;
    if (verdict->after_s < 0)
        verdict->after_s = 0;
    text_clean(verdict->detail, sizeof verdict->detail, text, strlen(text));
}

/* What stays the same however long one waits, and what does not. */
static enum channel_end end_of_status(int status)
{
    static const int passing[] = {408, 425, 429};
    if (status >= 200 && status < 300)
        return CHANNEL_DELIVERED;
    for (size_t i = 0; i < ARRAY_LEN(passing); i++)
        if (status == passing[i])
            return CHANNEL_LATER;
    return status >= 500 ? CHANNEL_LATER : CHANNEL_REFUSED;
}

void channel_judge_http(const struct channel_answer *answer, struct channel_verdict *ret)
{
    bool redirects = answer->status >= 300 && answer->status < 400;
    *ret = (struct channel_verdict){.end = CHANNEL_DELIVERED};
    if (answer->failure) {
        channel_conclude(ret, CHANNEL_LATER, 0, "%s", answer->failure);
        return;
    }
    enum channel_end end = end_of_status(answer->status);
    if (end == CHANNEL_DELIVERED)
        return;
    int64_t after_s = retry_after(answer->retry_after, answer->now);
    if (redirects)
        channel_conclude(ret, end, 0, "status %d: it redirects, which is not followed",
                         answer->status);
    else
        channel_conclude(ret, end, after_s, "status %d: %.200s", answer->status, answer->body);
}

void channel_judge_mail(const struct channel_answer *answer, struct channel_verdict *ret)
{
    *ret = (struct channel_verdict){.end = CHANNEL_DELIVERED};
    if (answer->status >= 500)
        channel_conclude(ret, CHANNEL_REFUSED, 0, "%d %.200s", answer->status, answer->body);
    else if (answer->failure)
        channel_conclude(ret, CHANNEL_LATER, 0, "%s", answer->failure);
}

void channel_judge_command(const struct channel_answer *answer, struct channel_verdict *ret)
{
    /* EX_USAGE, EX_DATAERR, EX_NOUSER, EX_NOHOST, EX_NOPERM, EX_CONFIG, and what a shell or env says of a program that
     * is not there or may not be run. */
    static const int final[] = {64, 65, 67, 68, 77, 78, 126, 127};
    *ret = (struct channel_verdict){.end = CHANNEL_DELIVERED};
    if (answer->failure) {
        channel_conclude(ret, CHANNEL_LATER, 0, "%s", answer->failure);
        return;
    }
    if (answer->status == 0)
        return;
    enum channel_end end = CHANNEL_LATER;
    for (size_t i = 0; i < ARRAY_LEN(final); i++)
        if (answer->status == final[i])
            end = CHANNEL_REFUSED;
    channel_conclude(ret, end, 0, "exit status %d: %.200s", answer->status, answer->body);
}
