#include "dns_run.h"

#include "dns_judge.h"
#include "dns_serials.h"
#include "macros.h"
#include "text.h"

#include <math.h>
#include <string.h>

static const struct packet_protocol over_tcp = {
    .carrier = PACKET_TCP, .build = dns_judge_build, .judge = dns_judge};
static const struct probe_type stream = {.protocol = &over_tcp};

static int64_t left_ms(const struct dns_run *dns)
{
    int64_t left = dns->run->timeout_ms - mono_ms_between(dns->started, clock_mono());
    return left > 0 ? left : 1;
}

static bool is_usable(const struct result *result)
{
    return result->outcome == OUTCOME_UP || result->reason == REASON_slow;
}

static void on_leg(struct probe_run *leg);

static void start_leg(struct dns_run *dns, const struct probe_type *type)
{
    dns->leg = *dns->run;
    dns->leg.type = type;
    dns->leg.state = &dns->packet;
    dns->leg.timeout_ms = left_ms(dns);
    dns->leg.done = on_leg;
    result_set(&dns->leg.result, REASON_self, "%s", ""); /* as long as nothing was found */
    memset(&dns->packet, 0, sizeof dns->packet);
    packet_start(&dns->leg);
}

static void on_serials(void *owner)
{
    struct dns_run *dns = owner;
    dns_serials_report(dns->serials, &dns->run->result);
    dns_serials_free(dns->serials);
    dns->serials = NULL;
    probe_done(dns->run);
}

/* The whole time is that of both questions, and what fails only over TCP says so. */
static void add_leg(struct dns_run *dns, const struct result *first)
{
    struct result *result = &dns->run->result;
    if (isfinite(first->phases.ms[PHASE_TOTAL]))
        result->phases.ms[PHASE_TOTAL] += first->phases.ms[PHASE_TOTAL];
    if (!is_usable(result))
        result_set(result, result->reason, "over TCP: %s", dns->leg.result.detail);
    else if (first->reason == REASON_slow)
        result_set(result, first->reason, "%s", first->detail);
}

static void on_leg(struct probe_run *leg)
{
    struct dns_run *dns = container_of(leg, struct dns_run, leg);
    const struct dns_options *options = dns->run->options;
    struct result first = dns->run->result;
    bool is_second = dns->streamed;
    dns->run->result = leg->result;
    if (leg->result.reason == REASON_ok)
        text_copy(dns->run->result.detail, RESULT_DETAIL_SIZE, dns->packet.answer.detail);
    if (is_second)
        add_leg(dns, &first);
    dns->streamed = dns->packet.calling;
    if (!is_usable(&dns->run->result)) {
        probe_done(dns->run);
    } else if (options->transport == DNS_TRANSPORT_BOTH && !dns->streamed) {
        dns->streamed = true;
        start_leg(dns, &stream);
    } else if (options->serials == DNS_SERIALS_SAME) {
        dns->serials = dns_serials_start(dns->run, left_ms(dns), on_serials, dns);
    } else {
        probe_done(dns->run);
    }
}

void dns_run_start(struct probe_run *run)
{
    struct dns_run *dns = run->state;
    const struct dns_options *options = run->options;
    dns->run = run;
    dns->started = clock_mono();
    start_leg(dns, options->transport == DNS_TRANSPORT_TCP ? &stream : run->type);
}

void dns_run_cancel(struct probe_run *run)
{
    struct dns_run *dns = run->state;
    if (dns->serials)
        dns_serials_cancel(dns->serials);
    else
        packet_cancel(&dns->leg);
}
