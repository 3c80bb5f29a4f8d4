#include "incident_past.h"

#include "annals.h"
#include "incident.h"

enum { YEAR_S = 365 * 86400 };

/* What the record says of the twelve months up to the end: it does not change any more when that is over. */
static void set_year(struct incident_past *past, const struct history *history, struct arena *arena)
{
    const struct span *spans;
    const struct outage *outages;
    const char *key = past->service->key;
    int64_t to = past->outage.to, begin = history->begin(history->owner, key);
    past->year_from = to - YEAR_S > begin ? to - YEAR_S : begin;
    size_t count = history->spans(history->owner, key, past->year_from, to, arena, &spans);
    past->year = tally_of(spans, count, past->year_from, to);
    past->year_outages = outages_in(spans, count, arena, &outages);
}

static void set_maintained(struct incident_past *past, const struct history *history,
                           struct arena *arena)
{
    const struct stretch *stretches;
    size_t count = history->counted(history->owner, past->service->key, past->outage.from,
                                    past->outage.to, arena, &stretches);
    for (size_t i = 0; i < count; i++)
        past->maintained_s += stretches[i].to - stretches[i].from;
}

static void set_evidence(struct incident_past *past, const struct history *history,
                         struct arena *arena)
{
    const struct outage *outage = &past->outage;
    const char *key = past->service->key;
    past->note_count = history->annotations(history->owner, key, outage->from, arena, &past->notes);
    if (history->line_pasts)
        past->line_count =
            history->line_pasts(history->owner, key, outage->from, outage->to, arena, &past->lines);
    if (history->sights)
        past->sight_count =
            history->sights(history->owner, outage->last_good ? outage->last_good : outage->from,
                            outage->to, arena, &past->sights);
}

/* What is over is told as of when the last was learnt of it: so the same bytes come out whenever it is made. */
static int64_t told_at(const struct page *page, const struct incident_past *past,
                       struct arena *arena)
{
    int64_t learnt = annals_learnt(page, past->service, &past->outage, arena);
    return past->outage.end == OUTAGE_OPEN || learnt > page->now ? page->now : learnt;
}

bool incident_past_of(const struct page *page, const struct service *service, int64_t begin,
                      struct arena *arena, struct incident_past *ret)
{
    *ret = (struct incident_past){.service = service};
    if (!incident_find(page, service->key, begin, arena, &ret->outage) ||
        !incident_is(page, &ret->outage))
        return false;
    ret->told_at = told_at(page, ret, arena);
    set_evidence(ret, page->history, arena);
    set_maintained(ret, page->history, arena);
    set_year(ret, page->history, arena);
    return true;
}
