/* IRC: RFC 2812 as servers speak it today; the message goes to a channel or a nickname, a line each. That it came through
 * is known when the server answers a PING sent behind it. */
#include "channel.h"

#include "macros.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>

enum {
    LINES_MAX = 8,    /* of one message: more is taken for a flood */
    LINE_BYTES = 380, /* of 512, of which the server needs some for who says it to whom */
    NICK_ATTEMPTS = 3,
    STATUS_ARRIVED = 200
};

struct irc {
    const char *url, *to, *nick, *password;
};

static const struct schema_row rows[] = {
    {.name = "server",
     .type = SCHEMA_URL,
     .offset = offsetof(struct irc, url),
     .max = 300,
     .required = true,
     .doc = "The server: ircs:// (port 6697), or irc:// in clear (6667).",
     .example = "ircs://irc.exemple.example"},
    {.name = "to",
     .type = SCHEMA_TEXT,
     .offset = offsetof(struct irc, to),
     .min = 1,
     .max = 60,
     .required = true,
     .doc = "The channel, which is joined for it, or a nickname.",
     .example = "\"#tech\""},
    {.name = "nick",
     .type = SCHEMA_TEXT,
     .offset = offsetof(struct irc, nick),
     .min = 1,
     .max = 24,
     .preset = "vibrisse",
     .doc = "The nickname that it is written under.",
     .example = "vibrisse"},
    CHANNEL_SECRET_ROW(struct irc, password, false, "The password of the connection (PASS)."),
};

/* A word of the protocol: no blank, no comma, no colon before it. */
static bool is_word(const char *text)
{
    for (const char *at = text; *at; at++)
        if (*at <= ' ' || *at == ',' || *at == 0x7F)
            return false;
    return *text && *text != ':';
}

static int check(const void *options, struct fault *fault)
{
    const struct irc *irc = options;
    if (!text_starts(irc->url, "ircs://") && !text_starts(irc->url, "irc://"))
        return fault_set(fault, "server must begin with ircs:// or irc://");
    if (!is_word(irc->to) || !is_word(irc->nick))
        return fault_set(fault, "to and nick are one word each, without blank and comma");
    return 0;
}

/* ---- what is said ---- */

struct irc_state {
    const struct irc *irc;
    const char *text; /* lines */
    const char *id;
    int attempts; /* at a nickname */
    bool sent;
};

static void say_nick(const struct irc_state *state, struct buffer *out)
{
    buffer_printf(out, "NICK %s", state->irc->nick);
    for (int i = 0; i < state->attempts; i++)
        buffer_byte(out, '_');
    buffer_text_add(out, "\r\n");
}

static void greet(struct irc_state *state, struct buffer *out)
{
    if (state->irc->password)
        buffer_printf(out, "PASS :%s\r\n", state->irc->password);
    say_nick(state, out);
    buffer_printf(out, "USER %s 0 * :vibrisse\r\n", state->irc->nick);
}

static bool is_channel(const char *to)
{
    return strchr("#&+!", *to);
}

static void tell(struct irc_state *state, struct buffer *out)
{
    char line[LINE_BYTES];
    size_t count = 0;
    for (const char *at = state->text; *at && count < LINES_MAX;) {
        size_t length = strcspn(at, "\n");
        text_clean(line, sizeof line, at, length);
        if (line[0]) {
            buffer_printf(out, "PRIVMSG %s :%s\r\n", state->irc->to, line);
            count++;
        }
        at += length + (at[length] ? 1 : 0);
    }
    buffer_printf(out, "PING :%s\r\n", state->id);
    state->sent = true;
}

/* ---- what is heard ---- */

/* ":irc.example 001 nick :Welcome": 1; 0 when it is no numeric. */
static int numeric_of(const char *line)
{
    const char *blank = *line == ':' ? strchr(line, ' ') : NULL;
    return blank && strspn(blank + 1, "0123456789") == 3 ? (int)strtol(blank + 1, NULL, 10) : 0;
}

static bool is_command(const char *line, const char *command)
{
    const char *blank = *line == ':' ? strchr(line, ' ') : NULL;
    line = blank ? blank + 1 : line;
    return text_starts(line, command) && line[strlen(command)] == ' ';
}

/* A nickname that somebody has is another's business: the next one is tried. */
static int hear_numeric(struct irc_state *state, int numeric, struct buffer *out)
{
    if (numeric == 1) {
        if (is_channel(state->irc->to))
            buffer_printf(out, "JOIN %s\r\n", state->irc->to);
        else
            tell(state, out);
    } else if (numeric == 366 && !state->sent) {
        tell(state, out);
    } else if (numeric == 433 && state->attempts < NICK_ATTEMPTS) {
        state->attempts++;
        say_nick(state, out);
    } else if (numeric >= 400 && numeric < 600 && numeric != 422) { /* 422: there is no motto */
        return numeric;
    }
    return 0;
}

static int hear(void *owner, const char *line, struct buffer *out)
{
    struct irc_state *state = owner;
    if (!line) {
        greet(state, out);
        return 0;
    }
    if (text_starts(line, "PING ")) {
        buffer_printf(out, "PONG %s\r\n", line + strlen("PING "));
        return 0;
    }
    if (is_command(line, "PONG") && state->sent && strstr(line, state->id)) {
        buffer_text_add(out, "QUIT\r\n");
        return STATUS_ARRIVED;
    }
    return hear_numeric(state, numeric_of(line), out);
}

/* ---- the channel ---- */

static void compose(const struct channel_job *job, struct dispatch *ret)
{
    static const struct dispatch_partner partner = {hear};
    const struct irc *irc = job->options;
    struct irc_state *state = arena_alloc(job->arena, sizeof *state);
    state->irc = irc;
    state->text = message_chat(job->message, neutral_none, 1500, job->arena);
    state->id = job->alert->id;
    ret->kind = DISPATCH_TALK;
    ret->url = irc->url;
    ret->in_clear = text_starts(irc->url, "irc://");
    ret->partner = &partner;
    ret->partner_state = state;
    ret->body = state->text;
    ret->length = strlen(state->text);
}

/* What waiting does not mend: no such channel or nickname, not allowed in, the password, banned. */
static void judge(const struct channel_answer *answer, struct channel_verdict *ret)
{
    static const int final[] = {401, 403, 404, 432, 464, 465, 471, 473, 474, 475, 476, 477, 489};
    enum channel_end end = CHANNEL_LATER;
    *ret = (struct channel_verdict){.end = CHANNEL_DELIVERED};
    for (size_t i = 0; i < ARRAY_LEN(final); i++)
        if (answer->status == final[i])
            end = CHANNEL_REFUSED;
    if (answer->failure)
        channel_conclude(ret, CHANNEL_LATER, 0, "%s", answer->failure);
    else if (answer->status != STATUS_ARRIVED)
        channel_conclude(ret, end, 0, "%.250s", answer->body);
}

const struct channel channel_irc = {
    .name = "irc",
    .options = {"irc", rows, ARRAY_LEN(rows)},
    .size = sizeof(struct irc),
    .check = check,
    .compose = compose,
    .judge = judge,
};
