#include "packet_inside.h"

#include "cause.h"
#include "nonce.h"
#include "text.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { QUOTE_MAX = 60, BESIDES_MS = 2000 };

enum packet_verdict packet_judged(struct packet_answer *ret, enum reason reason, const char *format,
                                  ...)
{
    char text[2 * RESULT_DETAIL_SIZE];
    va_list list;
    va_start(list, format);
    vsnprintf(text, sizeof text, format, list);
    va_end(list);
    ret->reason = reason;
    text_clean(ret->detail, sizeof ret->detail, text, strlen(text));
    return PACKET_ANSWER;
}

int packet_quotable(const uint8_t *bytes, size_t length)
{
    int quotable = 0;
    while ((size_t)quotable < length && quotable < QUOTE_MAX && bytes[quotable] != '\r' &&
           bytes[quotable] != '\n')
        quotable++;
    return quotable;
}

const struct packet_protocol *packet_protocol_of(const struct packet_run *packet)
{
    return packet->protocol;
}

double packet_ms_between(struct mono from, struct mono to)
{
    return (double)(to.ns - from.ns) / 1e6;
}

static void judge_answer(struct packet_run *packet)
{
    struct probe_run *run = packet->run;
    const struct datagram *datagram = &packet->datagram;
    run->result.phases.ms[PHASE_FIRST_BYTE] = packet_ms_between(datagram->asked, datagram->ended);
    if (packet->answer.reason == REASON_ok) {
        probe_good(run, NULL);
        probe_remark(run, packet->answer.detail);
    } else {
        result_set(&run->result, packet->answer.reason, "%s", packet->answer.detail);
    }
}

static void judge_silence(struct packet_run *packet)
{
    const struct datagram *datagram = &packet->datagram;
    char strays[60] = "";
    if (datagram->strays)
        text_format(strays, sizeof strays, "; %u packets came that were none", datagram->strays);
    result_set(&packet->run->result, REASON_timeout, "no answer to %d packets within %lld ms%s",
               datagram->tries, (long long)packet->run->timeout_ms, strays);
}

static bool may_be_silent(const struct packet_run *packet)
{
    const struct packet_protocol *protocol = packet_protocol_of(packet);
    return protocol->may_be_silent && protocol->may_be_silent(packet->run->options);
}

static void judge_end(struct packet_run *packet, int error)
{
    struct probe_run *run = packet->run;
    run->result.phases.ms[PHASE_TOTAL] = packet_ms_between(packet->started, packet->datagram.ended);
    if (error == 0) {
        judge_answer(packet);
    } else if (error == -ETIMEDOUT && may_be_silent(packet)) {
        run->result.phases.ms[PHASE_TOTAL] = NAN; /* our patience is no time of theirs */
        probe_good(run, NULL);
    } else if (error == -ETIMEDOUT) {
        judge_silence(packet);
    } else if (error != -ECANCELED) {
        result_set(&run->result, cause_of_connect(-error), "cannot ask: %s", strerror(-error));
    }
}

static bool goes_on(const struct packet_run *packet, int error)
{
    if (!packet->protocol->besides)
        return false;
    return error ? cause_of_connect(-error) != REASON_self : packet->answer.reason == REASON_ok;
}

static void go_on(struct packet_run *packet, int error)
{
    if (error) {
        packet->counted = packet->datagram.ended;
        text_format(packet->remark, sizeof packet->remark, "no answer over UDP: %s; %s",
                    strerror(-error), packet->protocol->silence);
    }
    packet->protocol = packet->protocol->besides;
    packet->answer = (struct packet_answer){.reason = REASON_ok};
    packet_call(packet);
}

static void on_done(void *owner, int error)
{
    struct packet_run *packet = owner;
    if (error == 0 && packet->verdict == PACKET_CUT) {
        packet_call(packet);
        return;
    }
    if (goes_on(packet, error)) {
        go_on(packet, error);
        return;
    }
    judge_end(packet, error);
    probe_done(packet->run);
}

static bool on_packet(void *owner, const uint8_t *bytes, size_t length)
{
    struct packet_run *packet = owner;
    packet->verdict =
        packet_protocol_of(packet)->judge(&packet->question, bytes, length, &packet->answer);
    return packet->verdict != PACKET_OTHER;
}

static size_t ask(void *owner, const struct sockaddr *local, uint8_t *ret, size_t size)
{
    struct packet_run *packet = owner;
    packet->question.from = local;
    size_t length = packet_protocol_of(packet)->build(&packet->question, ret, size);
    packet->question.from = NULL;
    return length;
}

static int64_t limit_ms(const struct packet_run *packet)
{
    int64_t limit = packet->run->timeout_ms;
    if (packet->protocol->besides)
        return limit / 2 < BESIDES_MS ? limit / 2 : BESIDES_MS;
    return may_be_silent(packet) ? datagram_patience_ms(limit) : limit;
}

static void start_datagram(struct packet_run *packet)
{
    struct probe_run *run = packet->run;
    const struct datagram_request request = {
        .loop = run->world->loop,
        .address = (const struct sockaddr *)&run->address,
        .timeout_ms = limit_ms(packet),
        .ask = ask,
        .answer = on_packet,
        .done = on_done,
        .owner = packet,
    };
    datagram_start(&packet->datagram, &request);
}

void packet_start(struct probe_run *run)
{
    struct packet_run *packet = run->state;
    packet->run = run;
    packet->protocol = run->type->protocol;
    packet->started = packet->counted = clock_mono();
    packet->question = (struct packet_question){
        .url = run->url,
        .host = run->host,
        .options = run->options,
        .user_agent = run->world->user_agent,
        .now = clock_wall(),
    };
    nonce_fill(packet->question.nonce, sizeof packet->question.nonce);
    if (packet_protocol_of(packet)->carrier == PACKET_UDP)
        start_datagram(packet);
    else
        packet_call(packet);
}

void packet_cancel(struct probe_run *run)
{
    struct packet_run *packet = run->state;
    if (packet->calling)
        wire_close(&packet->wire);
    else
        datagram_cancel(&packet->datagram);
}
