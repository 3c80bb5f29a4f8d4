#include "talk.h"

#include "clock.h"
#include "text.h"

#include <string.h>

enum { OUT_MAX = 32 * 1024 };

static int64_t now_ms(void)
{
    return clock_mono().ns / 1000000;
}

static struct talk *talk_of(struct wire *wire)
{
    return (struct talk *)(void *)((char *)wire - offsetof(struct talk, wire));
}

/* ---- the partner ---- */

static void say(struct talk *talk)
{
    if (talk->out.length)
        wire_send(&talk->wire, talk->out.bytes, talk->out.length);
    buffer_clear(&talk->out);
}

static void hear(struct talk *talk, const char *line, size_t length)
{
    const struct dispatch_partner *partner = talk->wish.dispatch->partner;
    int status = partner->hear(talk->wish.dispatch->partner_state, line, &talk->out);
    say(talk);
    if (!status)
        return;
    talk->over = true;
    talk->status = status;
    text_clean(talk->words, sizeof talk->words, line ? line : "", length);
    wire_close(&talk->wire);
}

static void on_line(void *owner, const char *line, size_t length)
{
    struct talk *talk = owner;
    char clean[TALK_LINE_MAX];
    if (talk->over)
        return;
    text_clean(clean, sizeof clean, line, length);
    hear(talk, clean, strlen(clean));
}

static void on_too_long(void *owner)
{
    struct talk *talk = owner;
    wire_close(&talk->wire);
}

/* ---- the wire ---- */

static void begin(struct talk *talk)
{
    lines_reset(&talk->lines);
    hear(talk, NULL, 0);
}

static void on_opened(struct wire *wire)
{
    struct talk *talk = talk_of(wire);
    talk->connected = true;
    if (talk->wish.dispatch->in_clear)
        begin(talk);
    else
        wire_secure(wire);
}

static void on_secured(struct wire *wire)
{
    begin(talk_of(wire));
}

static void on_received(struct wire *wire, const char *bytes, size_t length)
{
    lines_feed(&talk_of(wire)->lines, bytes, length);
}

static void on_overdue(struct wire *wire)
{
    struct talk *talk = talk_of(wire);
    text_copy(talk->words, sizeof talk->words, "it did not answer in time");
    wire_close(wire);
}

static void connect_next(struct talk *talk);

static void end(struct talk *talk)
{
    const struct wire *wire = &talk->wire;
    talk->broken = !talk->over;
    if (talk->broken && !talk->words[0])
        text_format(talk->words, sizeof talk->words, "%s%s%s",
                    wire->reason == REASON_ok ? "it hung up" : reason_sentence(wire->reason),
                    wire->detail[0] ? ": " : "", wire->detail);
    lines_fini(&talk->lines);
    buffer_fini(&talk->out);
    talk->done(talk);
}

static void on_gone(struct wire *wire)
{
    struct talk *talk = talk_of(wire);
    bool again = !talk->connected && talk->next < talk->wish.count;
    if (again && now_ms() < talk->deadline_ms)
        connect_next(talk);
    else
        end(talk);
}

/* Not all of the time for an address that leads nowhere, while there are others. */
static void connect_next(struct talk *talk)
{
    static const struct wire_owner owner = {on_opened, on_secured, on_received,
                                            NULL,      on_overdue, on_gone};
    int64_t left = talk->deadline_ms - now_ms();
    const struct wire_wish wish = {
        .loop = talk->wish.loop,
        .trust = talk->wish.trust,
        .policy = talk->wish.policy,
        .address = (const struct sockaddr *)&talk->wish.addresses[talk->next],
        .host = talk->wish.host,
        .rule = TRUST_AUTHORITIES,
        .limit_ms = left > 1 ? left : 1,
    };
    talk->next++;
    wire_open(&talk->wire, &owner, &wish);
}

void talk_start(struct talk *talk, const struct talk_wish *wish)
{
    void (*done)(struct talk *) = talk->done;
    *talk = (struct talk){.done = done, .wish = *wish};
    talk->deadline_ms = now_ms() + wish->limit_ms;
    lines_init(&talk->lines, TALK_LINE_MAX, on_line, on_too_long, talk);
    buffer_init(&talk->out, OUT_MAX);
    connect_next(talk);
}
