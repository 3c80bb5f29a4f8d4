#include "packet_inside.h"

#include "macros.h"

#include <math.h>

enum { ANSWER_MAX = 65535 + 2 }; /* a DNS message and its length */

static struct packet_run *packet_of(struct wire *wire)
{
    return container_of(wire, struct packet_run, wire);
}

static int64_t left_ms(const struct packet_run *packet)
{
    int64_t left = packet->run->timeout_ms - mono_ms_between(packet->started, clock_mono());
    return left > 0 ? left : 0;
}

/* The connection itself was the answer. */
static void settle(struct packet_run *packet)
{
    packet->answer.reason = REASON_ok;
    packet->verdict = PACKET_ANSWER;
    wire_close(&packet->wire);
}

static int64_t hold_ms(const struct packet_run *packet)
{
    const struct packet_protocol *protocol = packet_protocol_of(packet);
    return protocol->hold_ms ? protocol->hold_ms(packet->run->options) : -1;
}

/* What one of the protocol's functions writes; NULL = nothing. */
static void say(struct packet_run *packet,
                size_t (*writer)(const struct packet_question *, uint8_t *, size_t))
{
    uint8_t bytes[PACKET_STREAM_QUESTION_MAX];
    if (writer)
        wire_send(&packet->wire, (const char *)bytes,
                  writer(&packet->question, bytes, sizeof bytes));
}

static void ask(struct packet_run *packet)
{
    int64_t hold = hold_ms(packet);
    packet->opened = clock_mono();
    if (hold == 0) {
        settle(packet);
        return;
    }
    wire_limit(&packet->wire, hold > 0 && hold < left_ms(packet) ? hold : left_ms(packet));
    say(packet, packet_protocol_of(packet)->build);
}

static void on_opened(struct wire *wire)
{
    struct packet_run *packet = packet_of(wire);
    if (packet_protocol_of(packet)->carrier == PACKET_TLS)
        wire_secure(wire);
    else
        ask(packet);
}

static void on_secured(struct wire *wire)
{
    struct packet_run *packet = packet_of(wire);
    packet->question.secured = true;
    ask(packet);
}

static void take_answer(struct packet_run *packet);

static void secure(struct packet_run *packet, enum packet_verdict verdict)
{
    if (verdict == PACKET_UPGRADE) {
        say(packet, packet_protocol_of(packet)->build);
        packet->question.stage++;
    }
    wire_secure(&packet->wire);
}

static void take_next(struct packet_run *packet)
{
    enum packet_verdict verdict = packet->verdict;
    size_t used = packet->answer.used;
    packet->verdict = PACKET_OTHER;
    packet->question.stage = packet->answer.next;
    packet->answer.used = 0;
    if (used)
        buffer_drop(&packet->received, used);
    else
        buffer_clear(&packet->received);
    if (verdict == PACKET_NEXT)
        ask(packet);
    else
        secure(packet, verdict);
    if (packet->received.length)
        take_answer(packet);
}

/* After the last answer. */
static void part(struct packet_run *packet)
{
    if (packet->answer.reason == REASON_ok)
        say(packet, packet_protocol_of(packet)->part);
    wire_close(&packet->wire);
}

static bool leads_on(enum packet_verdict verdict)
{
    return verdict == PACKET_NEXT || verdict == PACKET_SECURE || verdict == PACKET_UPGRADE;
}

static void take_answer(struct packet_run *packet)
{
    const struct buffer *received = &packet->received;
    packet->answer.next = packet->question.stage + 1;
    packet->verdict = packet_protocol_of(packet)->judge(
        &packet->question, (const uint8_t *)received->bytes, received->length, &packet->answer);
    if (packet->verdict == PACKET_OTHER && received->overflow)
        packet->verdict = packet_judged(&packet->answer, REASON_body_too_large,
                                        "more than %d bytes without an end", ANSWER_MAX);
    if (leads_on(packet->verdict))
        take_next(packet);
    else if (packet->verdict != PACKET_OTHER)
        part(packet);
}

static void on_received(struct wire *wire, const char *bytes, size_t length)
{
    struct packet_run *packet = packet_of(wire);
    double *ms = packet->run->result.phases.ms;
    if (isnan(ms[PHASE_FIRST_BYTE]))
        ms[PHASE_FIRST_BYTE] = packet_ms_between(packet->opened, clock_mono());
    buffer_add(&packet->received, bytes, length);
    take_answer(packet);
}

static void on_hung_up(struct wire *wire)
{
    struct packet_run *packet = packet_of(wire);
    packet->verdict =
        packet_judged(&packet->answer, REASON_closed_early, "closed the connection after %zu bytes",
                      packet->received.length);
    wire_close(wire);
}

static void on_overdue(struct wire *wire)
{
    struct packet_run *packet = packet_of(wire);
    if (hold_ms(packet) > 0) {
        settle(packet);
        return;
    }
    packet->verdict = packet_judged(&packet->answer, REASON_timeout,
                                    "connected, but no whole answer within %lld ms; %zu bytes came",
                                    (long long)packet->run->timeout_ms, packet->received.length);
    wire_close(wire);
}

static void judge_good(struct packet_run *packet)
{
    const struct wire *wire = &packet->wire;
    probe_good(packet->run, wire->tls_ms >= 0 ? &wire->tls : NULL);
    probe_remark(packet->run, *packet->remark ? packet->remark : packet->answer.detail);
}

static void on_gone(struct wire *wire)
{
    struct packet_run *packet = packet_of(wire);
    struct probe_run *run = packet->run;
    double *ms = run->result.phases.ms;
    ms[PHASE_CONNECT] = wire->connect_ms;
    ms[PHASE_TLS] = wire->tls_ms;
    ms[PHASE_TOTAL] = packet_ms_between(packet->counted, clock_mono());
    run->result.certificate = wire->tls.certificate;
    buffer_fini(&packet->received);
    if (wire->reason != REASON_ok)
        result_set(&run->result, wire->reason, "%s", wire->detail);
    else if (packet->verdict == PACKET_ANSWER && packet->answer.reason == REASON_ok)
        judge_good(packet);
    else if (packet->verdict == PACKET_ANSWER)
        result_set(&run->result, packet->answer.reason, "%s", packet->answer.detail);
    probe_done(run);
}

static const struct wire_owner owner = {
    .opened = on_opened,
    .secured = on_secured,
    .received = on_received,
    .hung_up = on_hung_up,
    .overdue = on_overdue,
    .gone = on_gone,
};

void packet_call(struct packet_run *packet)
{
    const struct probe_run *run = packet->run;
    packet->question.stream = true;
    packet->verdict = PACKET_OTHER;
    packet->calling = true;
    buffer_init(&packet->received, ANSWER_MAX);
    const struct wire_wish wish = {
        .loop = run->world->loop,
        .trust = run->world->trust,
        .policy = run->world->policy,
        .address = (const struct sockaddr *)&run->address,
        .host = run->host,
        .rule = packet_protocol_of(packet)->rule,
        .dane = run->dane,
        .limit_ms = left_ms(packet),
    };
    wire_open(&packet->wire, &owner, &wish);
}
