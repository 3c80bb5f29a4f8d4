#include "report_gather.h"

#include "maintenance.h"
#include "outage.h"

#include <string.h>

static bool goes_on(const struct span *span, const struct span *next)
{
    return span->state == next->state && span->to == next->from;
}

size_t report_gather_needed(const struct span *spans, size_t count, int64_t to)
{
    size_t needed = 0;
    while (needed < count && spans[needed].from < to)
        needed++;
    while (needed > 0 && needed < count && goes_on(&spans[needed - 1], &spans[needed]))
        needed++;
    return needed < count ? needed + 1 : needed;
}

void report_gather_stretches(const struct report_gathering *gathering, const struct span *spans,
                             size_t count, struct report_service *ret)
{
    struct report_stretch *own = arena_array(gathering->arena, count + 1, sizeof *own);
    for (size_t i = 0; i < count; i++)
        own[i] =
            (struct report_stretch){spans[i].from, spans[i].to, spans[i].before, spans[i].state};
    ret->stretches = own;
    ret->stretch_count = count;
}

/* ---- outages ---- */

static int64_t maintained_seconds(const struct report_service *of, const struct outage *outage)
{
    int64_t sum = 0;
    for (size_t i = 0; i < of->maintenance_count; i++)
        sum += outage_seconds(outage, of->maintenance[i].from, of->maintenance[i].to);
    return sum;
}

static void add_words(const struct report_gathering *gathering, const char *key,
                      struct arena *scratch, struct report_outage *ret)
{
    const struct history *history = gathering->page->history;
    const struct annotation *said;
    size_t count = history->annotations(history->owner, key, ret->from, scratch, &said);
    for (size_t i = 0; i < count; i++) {
        ret->notes += said[i].kind == ANNOTATION_NOTE;
        ret->disputes += said[i].kind == ANNOTATION_DISPUTE;
        if (said[i].kind == ANNOTATION_NOTE && said[i].cause)
            ret->cause = said[i].cause;
    }
}

void report_gather_outages(const struct report_gathering *gathering, const struct span *spans,
                           size_t count, struct arena *scratch, struct report_service *ret)
{
    const struct outage *outages;
    size_t found = outages_in(spans, count, scratch, &outages), used = 0;
    struct report_outage *own = arena_array(gathering->arena, found + 1, sizeof *own);
    for (size_t i = 0; i < found; i++) {
        if (outages[i].to <= ret->from || outages[i].from >= ret->to)
            continue;
        own[used] = (struct report_outage){.from = outages[i].from,
                                           .to = outages[i].to,
                                           .over = outages[i].end != OUTAGE_OPEN,
                                           .reason = outages[i].reason,
                                           .maintained_s = maintained_seconds(ret, &outages[i])};
        add_words(gathering, ret->service->key, scratch, &own[used]);
        if (own[used].cause) /* the words live in the almanac, which may be read anew */
            own[used].cause = arena_text(gathering->arena, own[used].cause);
        used++;
    }
    ret->outages = own;
    ret->outage_count = used;
}

/* ---- certificates ---- */

enum { CHANGES_MOST = 64 };

static void take_change(const struct report_gathering *gathering, const char *check,
                        const struct certificate_change *change, struct report_certificate *ret)
{
    *ret = (struct report_certificate){
        .check = check,
        .at = change->at,
        .replaced_ends = change->before.sha256[0] ? wall_seconds(change->before.not_after) : 0,
        .issuer = arena_text(gathering->arena, change->now.issuer),
        .protocol = arena_text(gathering->arena, change->now.protocol),
        .valid_from = wall_seconds(change->now.not_before),
        .valid_to = wall_seconds(change->now.not_after),
    };
}

/* Newest first come in, oldest first go out. The one in force at the end is the newest of the first check that has any. */
static size_t gather_check(const struct report_gathering *gathering, const char *check,
                           struct report_certificate *to, struct report_service *ret)
{
    const struct history *history = gathering->page->history;
    struct arena scratch = {0};
    const struct certificate_change *changes;
    size_t used = 0, count = history->certificates(history->owner, ret->service->key, check,
                                                   CHANGES_MOST, &scratch, &changes);
    for (size_t i = count; i-- > 0;) {
        struct report_certificate taken;
        if (changes[i].at >= ret->to)
            continue;
        take_change(gathering, check, &changes[i], &taken);
        if (taken.at >= ret->from)
            to[used++] = taken;
        ret->issuer = *taken.issuer ? taken.issuer : NULL;
        ret->protocol = taken.protocol;
        ret->lifetime_s = taken.valid_to - taken.valid_from;
    }
    arena_free(&scratch);
    return used;
}

void report_gather_certificates(const struct report_gathering *gathering,
                                struct report_service *ret)
{
    const struct service *service = ret->service;
    struct report_certificate *own =
        arena_array(gathering->arena, service->check_count * CHANGES_MOST + 1, sizeof *own);
    size_t used = 0;
    for (size_t i = service->check_count; i-- > 0;)
        used += gather_check(gathering, service->checks[i].id, own + used, ret);
    ret->certificates = own;
    ret->certificate_count = used;
}

/* ---- IPv6 ---- */

enum { LATELY_S = 30 * 86400 };

/* Whether it published an address by its last word. */
static bool publishes(const struct line_past *past, int64_t to)
{
    bool published = false;
    for (size_t i = 0; i < past->span_count && past->spans[i].from < to; i++)
        if (past->spans[i].state != OUTCOME_UNKNOWN)
            published = true;
        else if (past->spans[i].reason == REASON_not_published)
            published = false;
    return published;
}

/* It works when it worked for most of the last thirty days in which it was measured: no single moment decides. */
static enum report_ipv6 of_line(const struct line_past *past, const struct report_service *of)
{
    int64_t from = of->to - LATELY_S > of->from ? of->to - LATELY_S : of->from;
    struct tally year = tally_of(past->spans, past->span_count, of->from, of->to);
    struct tally lately = tally_of(past->spans, past->span_count, from, of->to);
    const struct tally *decides = tally_known(&lately) ? &lately : &year;
    if (!tally_known(&year))
        return REPORT_IPV6_UNKNOWN;
    if (!publishes(past, of->to))
        return REPORT_IPV6_NONE;
    return 2 * tally_good(decides) >= tally_known(decides) ? REPORT_IPV6_WORKING
                                                           : REPORT_IPV6_FAILING;
}

/* By both families, and needed for the service to work. */
static bool is_asked(const struct service *service, const char *id)
{
    const struct check *check = service_check(service, id);
    return check && check->role == ROLE_ESSENTIAL && check->family != WISH_IPV4;
}

/* All checks that publish an address of this family have to work by it. What answered by IPv4 alone publishes none. */
void report_gather_ipv6(const struct report_gathering *gathering, struct report_service *ret)
{
    const struct history *history = gathering->page->history;
    struct arena scratch = {0};
    const struct line_past *pasts = NULL;
    size_t count = history->line_pasts ? history->line_pasts(history->owner, ret->service->key,
                                                             ret->from, ret->to, &scratch, &pasts)
                                       : 0;
    bool seen[REPORT_IPV6_WORKING + 1] = {false};
    for (size_t i = 0; i < count; i++) {
        if (!is_asked(ret->service, pasts[i].check))
            continue;
        enum report_ipv6 line = of_line(&pasts[i], ret);
        if (line != REPORT_IPV6_UNKNOWN)
            seen[pasts[i].family == FAMILY_IPV6 ? line : REPORT_IPV6_NONE] = true;
    }
    ret->ipv6 = seen[REPORT_IPV6_FAILING]   ? REPORT_IPV6_FAILING
                : seen[REPORT_IPV6_WORKING] ? REPORT_IPV6_WORKING
                : seen[REPORT_IPV6_NONE]    ? REPORT_IPV6_NONE
                                            : REPORT_IPV6_UNKNOWN;
    arena_free(&scratch);
}

/* Who never reached anything by IPv6 cannot tell who publishes none. */
void report_gather_doubt_ipv6(struct report_facts *ret)
{
    for (size_t i = 0; i < ret->service_count; i++)
        if (ret->services[i].ipv6 == REPORT_IPV6_WORKING)
            return;
    for (size_t i = 0; i < ret->service_count; i++)
        ret->services[i].ipv6 = REPORT_IPV6_UNKNOWN;
}

/* ---- what services say of their use ---- */

void report_gather_usage(const struct report_gathering *gathering, struct report_service *ret)
{
    const struct history *history = gathering->page->history;
    const struct report_facts *facts = gathering->facts;
    const struct usage *months;
    size_t count = history->usage ? history->usage(history->owner, ret->service->key,
                                                   gathering->arena, &months)
                                  : 0;
    for (size_t i = 0; i < count; i++) {
        if (months[i].month < facts->from || months[i].month >= facts->to)
            continue;
        ret->usage = ret->usage_count++ ? ret->usage : &months[i];
    }
}

/* ---- maintenance ---- */

/* Whether an outage that began in the occurrence went on after it. */
static bool overran(const struct report_facts *facts, const struct occurrence *occurrence)
{
    for (size_t i = 0; i < facts->service_count; i++) {
        const struct report_service *service = &facts->services[i];
        if (!maintenance_concerns(occurrence->of, service->service->key))
            continue;
        for (size_t j = 0; j < service->outage_count; j++) {
            const struct report_outage *outage = &service->outages[j];
            if (outage->from >= occurrence->from && outage->from < occurrence->to &&
                outage->to > occurrence->to)
                return true;
        }
    }
    return false;
}

static size_t add_announced(const struct report_gathering *gathering,
                            const struct occurrence *occurrences, size_t count, bool cancelled,
                            struct report_announced *to)
{
    const struct report_facts *facts = gathering->facts;
    size_t used = 0;
    for (size_t i = 0; i < count; i++) {
        const struct occurrence *one = &occurrences[i];
        if (one->from < facts->from || one->from >= facts->to)
            continue;
        to[used++] = (struct report_announced){
            .seq = one->of->seq,
            .subject = arena_text(gathering->arena, one->of->subject),
            .from = one->from,
            .to = one->to,
            .announced = one->of->announced_ms / 1000,
            .cancelled = cancelled,
            .late = occurrence_is_late(one),
            .kept = !cancelled && !overran(facts, one),
        };
    }
    return used;
}

void report_gather_announced(const struct report_gathering *gathering, struct report_facts *ret)
{
    const struct history *history = gathering->page->history;
    struct arena scratch = {0};
    const struct occurrence *held, *cancelled = NULL;
    size_t held_count =
        history->maintenance(history->owner, NULL, ret->from, ret->to, &scratch, &held);
    size_t cancelled_count =
        history->cancelled
            ? history->cancelled(history->owner, NULL, ret->from, ret->to, &scratch, &cancelled)
            : 0;
    struct report_announced *own =
        arena_array(gathering->arena, held_count + cancelled_count + 1, sizeof *own);
    ret->announced_count = add_announced(gathering, held, held_count, false, own);
    ret->announced_count +=
        add_announced(gathering, cancelled, cancelled_count, true, own + ret->announced_count);
    ret->announced = own;
    arena_free(&scratch);
}
