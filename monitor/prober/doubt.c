#include "doubt.h"

#include "hash.h"
#include "text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* For so long without trouble the vantage's condition does not become better: one that comes and goes is one event. */
static const int64_t convalescence_ms = 20000;

enum { OF_NETWORK = 1, OF_RESOLVER = 2, OF_CLOCK = 4, OF_LOOP = 8 };

/* Whose fault, other than the service's, a failing result can be. */
static const unsigned char faults[REASON_COUNT] = {
    [REASON_dns_nxdomain] = OF_NETWORK | OF_RESOLVER,
    [REASON_dns_no_address] = OF_NETWORK | OF_RESOLVER,
    [REASON_dns_timeout] = OF_NETWORK | OF_RESOLVER | OF_LOOP,
    [REASON_dns_servfail] = OF_NETWORK | OF_RESOLVER | OF_LOOP,
    [REASON_connect_refused] = OF_NETWORK,
    [REASON_connect_timeout] = OF_NETWORK | OF_LOOP,
    [REASON_connect_reset] = OF_NETWORK | OF_LOOP,
    [REASON_unreachable] = OF_NETWORK,
    [REASON_timeout] = OF_NETWORK | OF_LOOP,
    [REASON_closed_early] = OF_NETWORK | OF_LOOP,
    [REASON_tls_handshake] = OF_NETWORK | OF_LOOP,
    [REASON_tls_expired] = OF_CLOCK,
    [REASON_tls_not_yet_valid] = OF_CLOCK,
};

bool doubt_is_network(enum reason reason)
{
    return faults[reason] & OF_NETWORK;
}

uint64_t doubt_hoster(const char *service)
{
    return hash_bytes(service, strcspn(service, "/"));
}

uint64_t doubt_service(const char *service)
{
    return hash_text(service);
}

uint64_t doubt_domain(const char *host)
{
    size_t length = strlen(host), dots = 0, begin;
    while (length && host[length - 1] == '.')
        length--;
    for (begin = length; begin > 0; begin--)
        if (host[begin - 1] == '.' && ++dots == 2)
            break;
    return hash_bytes(host + begin, length - begin);
}

/* ---- the vantage's condition ---- */

__attribute__((format(printf, 5, 6))) static void set_condition(struct doubt *doubt, int sense,
                                                                enum vantage_condition condition,
                                                                struct wall since, const char *why,
                                                                ...)
{
    struct vantage_state *state = &doubt->vantage.senses[sense];
    va_list list;
    va_start(list, why);
    vsnprintf(state->why, sizeof state->why, why, list);
    va_end(list);
    if (state->condition != condition)
        state->since = since;
    state->condition = condition;
}

static bool is_good(const struct doubt_round *round)
{
    return 2 * round->answering >= round->asked;
}

static const char *const over[] = {[FAMILY_IPV4] = "over IPv4", [FAMILY_IPV6] = "over IPv6"};

static void tell_round(const struct doubt_round *round, enum family family, char *why)
{
    if (round->asked == 1)
        text_format(why, VANTAGE_WHY_SIZE, "our only sentinel does not answer %s", over[family]);
    else if (round->answering)
        text_format(why, VANTAGE_WHY_SIZE, "only %d of %d sentinels answer%s %s", round->answering,
                    round->asked, round->answering == 1 ? "s" : "", over[family]);
    else
        text_format(why, VANTAGE_WHY_SIZE, "none of %d sentinels answers %s", round->asked,
                    over[family]);
}

static void judge_family(struct doubt *doubt, enum family family, struct wall wall)
{
    const struct doubt_family *known = &doubt->families[family];
    const struct doubt_round *round = &known->last;
    char why[VANTAGE_WHY_SIZE];
    if (round->asked == 0)
        return; /* there is nobody to ask: see doubt_see_mass() */
    if (!is_good(round)) {
        bool blind = !round->answering && known->good.ns < round->began.ns;
        tell_round(round, family, why);
        set_condition(doubt, (int)family, blind ? CONDITION_BLIND : CONDITION_IMPAIRED, wall, "%s",
                      why);
    } else if (!known->bad.asked ||
               mono_ms_between(known->bad.ended, round->ended) >= convalescence_ms) {
        set_condition(doubt, (int)family, CONDITION_GOOD, wall, "%s", "");
    }
}

/* ---- what is handed in ---- */

void doubt_set_sentinels(struct doubt *doubt, bool sentinels)
{
    doubt->sentinels = sentinels;
    for (int i = 0; i < FAMILY_COUNT; i++) {
        doubt->families[i] = (struct doubt_family){0};
        doubt->vantage.senses[i] = (struct vantage_state){0};
    }
}

void doubt_see_clock(struct doubt *doubt, struct doubt_now now)
{
    int64_t jump =
        (now.wall.ms - doubt->seen.wall.ms) - mono_ms_between(doubt->seen.mono, now.mono);
    bool known = doubt->seen.wall.ms != 0;
    doubt->seen = now;
    if (known && (jump > DOUBT_JUMP_MS || jump < -DOUBT_JUMP_MS)) {
        doubt->jumped = now.mono;
        doubt->jump_ms = jump;
        set_condition(doubt, SENSE_CLOCK, CONDITION_IMPAIRED, now.wall,
                      "the wall clock jumped by %lld s", (long long)(jump / 1000));
    } else if (!doubt->jump_ms || mono_ms_between(doubt->jumped, now.mono) >= DOUBT_CLOCK_MS) {
        set_condition(doubt, SENSE_CLOCK, CONDITION_GOOD, now.wall, "%s", "");
    }
}

void doubt_see_mass(struct doubt *doubt, struct doubt_now now)
{
    for (int i = 0; i < FAMILY_COUNT; i++) {
        struct doubt_family *known = &doubt->families[i];
        bool before = known->mass;
        known->mass = mass_fails(&doubt->lines, (enum family)i, now.mono, &known->found);
        if (doubt->sentinels && known->last.asked)
            continue;
        if (known->mass)
            set_condition(
                doubt, i, CONDITION_IMPAIRED, now.wall,
                "%zu services of %zu hosters fail at once %s, and no sentinel can be asked",
                known->found.services, known->found.hosters, over[i]);
        else if (before)
            set_condition(doubt, i, CONDITION_GOOD, now.wall, "%s", "");
    }
}

void doubt_see_stall(struct doubt *doubt, int64_t ms, struct mono now)
{
    doubt->stalled = now;
    doubt->stall_ms = ms;
}

static void see_failure(struct mass_line *line, bool network, struct mono began, struct mono now)
{
    if (!line->failing)
        line->row = began;
    line->failing = network;
    line->failed = now;
}

void doubt_see_result(struct doubt *doubt, struct mass_line *line, const struct result *result,
                      struct mono began, struct mono now)
{
    line->known = result->reason != REASON_not_published;
    if (outcome_is_good(result->outcome)) {
        line->failing = false;
        line->good = began;
        doubt->families[line->family].good = began;
    } else if (result->outcome == OUTCOME_DOWN) {
        see_failure(line, doubt_is_network(result->reason), began, now);
    }
}

void doubt_see_round(struct doubt *doubt, enum family family, const struct doubt_round *round,
                     struct doubt_now now)
{
    struct doubt_family *known = &doubt->families[family];
    known->heard = true;
    known->last = *round;
    if (!is_good(round))
        known->bad = *round;
    judge_family(doubt, family, now.wall);
}

void doubt_see_names(struct doubt *doubt, const struct doubt_names *names, struct doubt_now now)
{
    size_t resolved = 0;
    doubt->asked = true;
    doubt->names = *names;
    for (size_t i = 0; i < names->count; i++)
        resolved += names->names[i].resolved;
    if (names->count)
        set_condition(doubt, SENSE_RESOLVER, resolved ? CONDITION_GOOD : CONDITION_BLIND, now.wall,
                      "%s", resolved ? "" : "our resolver answers for nobody");
}

/* ---- judging ---- */

static enum doubt_answer judge_clock(const struct doubt *doubt, struct mono now, char *why)
{
    if (!doubt->jump_ms || mono_ms_between(doubt->jumped, now) >= DOUBT_CLOCK_MS)
        return DOUBT_TELL;
    text_format(why, VANTAGE_WHY_SIZE, "our clock jumped by %lld s",
                (long long)(doubt->jump_ms / 1000));
    return DOUBT_OURS;
}

static enum doubt_answer judge_loop(const struct doubt *doubt, struct mono began, char *why)
{
    if (!doubt->stall_ms || doubt->stalled.ns < began.ns)
        return DOUBT_TELL;
    text_format(why, VANTAGE_WHY_SIZE, "our prober stood still for %lld ms meanwhile",
                (long long)doubt->stall_ms);
    return DOUBT_OURS;
}

static bool asks_sentinels(const struct doubt *doubt, enum family family)
{
    const struct doubt_family *known = &doubt->families[family];
    return doubt->sentinels && (!known->heard || known->last.asked);
}

static enum doubt_answer judge_round(const struct doubt *doubt, const struct doubt_case *doubtful,
                                     char *why)
{
    const struct doubt_family *known = &doubt->families[doubtful->line->family];
    if (!known->heard || known->last.began.ns < doubtful->began.ns)
        return DOUBT_WAIT;
    if (!known->bad.asked || known->bad.ended.ns < doubtful->began.ns)
        return DOUBT_TELL;
    tell_round(&known->bad, doubtful->line->family, why);
    return DOUBT_OURS;
}

static enum doubt_answer judge_mass(const struct doubt *doubt, const struct doubt_case *doubtful,
                                    struct mono now, char *why)
{
    const struct mass_line *line = doubtful->line;
    const struct doubt_family *known = &doubt->families[line->family];
    if (known->mass) {
        text_format(why, VANTAGE_WHY_SIZE, "%zu services of %zu hosters fail at once %s",
                    known->found.services, known->found.hosters, over[line->family]);
        return DOUBT_OURS;
    }
    if (!doubtful->confirms || mono_ms_between(line->row, now) > line->window_ms)
        return DOUBT_TELL;
    return mass_can_come(&doubt->lines, line->family, line->row) ? DOUBT_WAIT : DOUBT_TELL;
}

static enum doubt_answer judge_names(const struct doubt *doubt, const struct doubt_case *doubtful,
                                     char *why)
{
    const struct doubt_names *names = &doubt->names;
    size_t others = 0;
    if (!doubt->asked || names->began.ns < doubtful->began.ns)
        return DOUBT_WAIT;
    for (size_t i = 0; i < names->count; i++) {
        const struct doubt_name *name = &names->names[i];
        if (name->hoster == doubtful->line->hoster || name->domain == doubtful->domain)
            continue;
        if (name->resolved)
            return DOUBT_TELL;
        others++;
    }
    if (!others)
        return DOUBT_TELL;
    text_format(why, VANTAGE_WHY_SIZE, "our resolver answers for nobody");
    return DOUBT_OURS;
}

enum doubt_answer doubt_judge(const struct doubt *doubt, const struct doubt_case *doubtful,
                              struct mono now, char why[VANTAGE_WHY_SIZE])
{
    unsigned fault = faults[doubtful->reason];
    enum doubt_answer answer = DOUBT_TELL;
    if (fault & OF_CLOCK)
        answer = judge_clock(doubt, now, why);
    if (answer == DOUBT_TELL && fault & OF_LOOP)
        answer = judge_loop(doubt, doubtful->began, why);
    if (answer == DOUBT_TELL && fault & OF_NETWORK)
        answer = asks_sentinels(doubt, doubtful->line->family)
                     ? judge_round(doubt, doubtful, why)
                     : judge_mass(doubt, doubtful, now, why);
    if (answer == DOUBT_TELL && fault & OF_RESOLVER)
        answer = judge_names(doubt, doubtful, why);
    return answer;
}

unsigned doubt_wants(const struct doubt *doubt, const struct doubt_case *doubtful)
{
    const struct doubt_family *known = &doubt->families[doubtful->line->family];
    unsigned fault = faults[doubtful->reason], wants = 0;
    if (fault & OF_NETWORK && asks_sentinels(doubt, doubtful->line->family) &&
        (!known->heard || known->last.began.ns < doubtful->began.ns))
        wants |= DOUBT_WANTS_ROUND;
    if (fault & OF_RESOLVER && (!doubt->asked || doubt->names.began.ns < doubtful->began.ns))
        wants |= DOUBT_WANTS_NAMES;
    return wants;
}

bool doubt_is_troubled(const struct doubt *doubt)
{
    for (int i = 0; i < FAMILY_COUNT; i++)
        if (doubt->vantage.senses[i].condition > CONDITION_GOOD)
            return true;
    return false;
}
