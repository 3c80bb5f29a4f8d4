#include "herald_find.h"

#include "text.h"

#include <string.h>

enum { RENEW_PART = 4, RENEW_DAYS = 30, DAY_S = 86400 }; /* as net/chain.c judges */

/* ---- who saw it so ---- */

static struct alert_sight *sight_of(struct finding *finding, const struct record_line *line)
{
    for (size_t i = 0; i < finding->sight_count; i++) {
        struct alert_sight *sight = &finding->sights[i];
        if (sight->family == line->family && strcmp(sight->vantage, line->vantage) == 0)
            return sight;
    }
    if (finding->sight_count == ALERT_SIGHTS_MAX)
        return NULL;
    struct alert_sight *sight = &finding->sights[finding->sight_count++];
    *sight = (struct alert_sight){.family = line->family, .outcome = OUTCOME_UNKNOWN};
    text_copy(sight->vantage, sizeof sight->vantage, line->vantage);
    return sight;
}

static int badness(enum outcome outcome)
{
    return outcome == OUTCOME_DOWN       ? 3
           : outcome == OUTCOME_DEGRADED ? 2
           : outcome == OUTCOME_UP       ? 1
                                         : 0;
}

/* Of several checks over one family the worst speaks. */
static void add_sight(struct finding *finding, const struct record_line *line, int64_t now)
{
    struct alert_sight *sight = sight_of(finding, line);
    enum outcome state = line_state(&line->line, now);
    if (sight && badness(state) > badness(sight->outcome))
        sight->outcome = state;
}

/* ---- certificates ---- */

static bool has_certificate(const struct record_line *line)
{
    return line->last.certificate.sha256[0] && line->last.certificate.not_after.ms;
}

static bool is_late(const struct record_line *line)
{
    return outcome_is_good(line->last.outcome) &&
           line->last.certificate.notices & notice_bit(NOTICE_renew_soon);
}

static int64_t renewal_of(const struct certificate *certificate)
{
    int64_t ends = wall_seconds(certificate->not_after);
    int64_t part = (ends - wall_seconds(certificate->not_before)) / RENEW_PART;
    return ends - (part < RENEW_DAYS * DAY_S ? part : RENEW_DAYS * DAY_S);
}

static void ask_renewal(const struct record_line *line, struct finding *finding)
{
    finding->state = OUTCOME_DEGRADED;
    finding->reason = REASON_tls_expires_soon;
    finding->since = finding->since_after = renewal_of(&line->last.certificate);
    finding->detail[0] = '\0';
}

/* The first that ends. */
static const struct record_line *next_to_expire(const struct record *record)
{
    const struct record_line *first = NULL;
    for (size_t i = 0; i < record->line_count; i++) {
        const struct record_line *line = &record->lines[i];
        if (has_certificate(line) &&
            (!first || line->last.certificate.not_after.ms < first->last.certificate.not_after.ms))
            first = line;
    }
    return first;
}

void herald_find_service(const struct record *record, int64_t now, struct finding *ret)
{
    struct service_belief belief = record_belief(record, now);
    const struct record_line *expiring = next_to_expire(record);
    *ret = (struct finding){.state = belief.state,
                            .reason = belief.reason,
                            .since_after = belief.before,
                            .since = belief.since,
                            .flapping = belief.unstable};
    text_copy(ret->detail, sizeof ret->detail, belief.detail);
    if (belief.state == OUTCOME_UP && expiring && is_late(expiring))
        ask_renewal(expiring, ret);
    if (expiring && ret->reason == REASON_tls_expires_soon)
        ret->expires = wall_seconds(expiring->last.certificate.not_after);
    for (size_t i = 0; i < record->line_count; i++)
        add_sight(ret, &record->lines[i], now);
}

int64_t herald_find_good(const struct record *record)
{
    int64_t newest = 0;
    for (size_t i = 0; i < record->line_count; i++)
        if (record->lines[i].line.last_good > newest)
            newest = record->lines[i].line.last_good;
    return newest;
}

struct herald_place herald_find_place(const struct record *record)
{
    struct herald_place place = {"", ""};
    for (size_t i = 0; i < record->line_count; i++) {
        const struct result *last = &record->lines[i].last;
        if (!place.address[0])
            place.address = last->address;
        if (!place.issuer[0])
            place.issuer = last->certificate.issuer;
    }
    return place;
}

/* ---- ourselves ---- */

static bool is_bad(const struct vantage_state *state)
{
    return state->condition == CONDITION_IMPAIRED || state->condition == CONDITION_BLIND;
}

void herald_find_monitor(const struct vantage *vantage, struct finding *ret)
{
    char sentence[VANTAGE_SENTENCE_SIZE];
    *ret = (struct finding){.state = OUTCOME_UNKNOWN, .reason = REASON_self};
    for (int i = 0; i < SENSE_COUNT; i++) {
        const struct vantage_state *state = &vantage->senses[i];
        if (state->condition == CONDITION_UNJUDGED || ret->state == OUTCOME_DEGRADED)
            continue;
        ret->state = is_bad(state) ? OUTCOME_DEGRADED : OUTCOME_UP;
        if (is_bad(state) || wall_seconds(state->since) > ret->since)
            ret->since = wall_seconds(state->since);
        if (is_bad(state))
            text_copy(ret->detail, sizeof ret->detail,
                      vantage_sentence((enum vantage_sense)i, state, sentence));
    }
    ret->since_after = ret->since;
}

static bool is_blind(const struct vantage *vantage, enum vantage_sense sense)
{
    return vantage->senses[sense].condition == CONDITION_BLIND;
}

bool herald_find_is_blind(const struct vantage *vantage)
{
    return is_blind(vantage, SENSE_RESOLVER) ||
           (is_blind(vantage, SENSE_IPV4) && is_blind(vantage, SENSE_IPV6));
}
