#include "report_facts.h"

#include "calendar.h"
#include "outage.h"
#include "report_gather.h"

int64_t report_year_begin(int year)
{
    int64_t begin;
    calendar_instant(&(struct calendar_time){.year = year, .month = 1, .day = 1}, &begin);
    return begin;
}

static int64_t month_begin(int year, int month) /* from 0; 12 = the next year's first */
{
    int64_t begin;
    struct calendar_time clock = {.year = year + month / 12, .month = month % 12 + 1, .day = 1};
    calendar_instant(&clock, &begin);
    return begin;
}

static int64_t later(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static int64_t earlier(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* ---- one service ---- */

static void measure(const struct report_gathering *gathering, const struct span *spans,
                    size_t count, struct report_service *ret)
{
    const struct report_facts *facts = gathering->facts;
    struct availability_question question = {
        .from = ret->from,
        .to = ret->to,
        .spans = spans,
        .count = count,
        .maintenance = ret->maintenance,
        .maintenance_count = ret->maintenance_count,
        .incident_after_s = facts->incident_after_s,
    };
    availability_of(&question, gathering->arena, &ret->year);
    for (int i = 0; i < REPORT_MONTHS; i++) {
        question.from = later(ret->from, month_begin(facts->year, i));
        question.to = earlier(ret->to, month_begin(facts->year, i + 1));
        if (question.from < question.to)
            availability_of(&question, gathering->arena, &ret->months[i]);
    }
}

static size_t read_spans(const struct report_gathering *gathering, const struct service *service,
                         struct arena *arena, const struct span **ret)
{
    const struct history *history = gathering->page->history;
    size_t count = history->known(history->owner, service->key, gathering->facts->from,
                                  gathering->page->now, arena, ret);
    return report_gather_needed(*ret, count, gathering->facts->to);
}

/* False when the history cannot tell now. */
static bool gather_record(const struct report_gathering *gathering, struct report_service *ret)
{
    const struct history *history = gathering->page->history;
    struct arena arena = {0}; /* spans have room for the longest evidence: too much to keep */
    struct account account;
    const struct span *spans;
    size_t count = read_spans(gathering, ret->service, &arena, &spans);
    ret->maintenance_count = history->counted(history->owner, ret->service->key, ret->from, ret->to,
                                              gathering->arena, &ret->maintenance);
    measure(gathering, spans, count, ret);
    report_gather_stretches(gathering, spans, count, ret);
    report_gather_outages(gathering, spans, count, &arena, ret);
    bool told = history->account(history->owner, ret->service, ret->from, ret->to,
                                 gathering->facts->incident_after_s, &arena, &account);
    if (told)
        ret->answers = account.latency;
    arena_free(&arena);
    return told;
}

static bool gather_service(const struct report_gathering *gathering, const struct service *service,
                           struct report_service *ret)
{
    const struct history *history = gathering->page->history;
    int64_t begin = history->begin(history->owner, service->key);
    *ret = (struct report_service){.service = service};
    if (begin == 0 || calendar_day(begin) >= gathering->facts->to)
        return true;
    ret->from = later(gathering->facts->from, calendar_day(begin));
    ret->to = gathering->facts->to;
    report_gather_certificates(gathering, ret);
    report_gather_ipv6(gathering, ret);
    report_gather_usage(gathering, ret);
    return gather_record(gathering, ret);
}

/* ---- all of them ---- */

static void gather_sights(const struct report_gathering *gathering, struct report_facts *ret)
{
    const struct history *history = gathering->page->history;
    const struct sight *sights;
    size_t count = history->sights ? history->sights(history->owner, ret->from, ret->to,
                                                     gathering->arena, &sights)
                                   : 0;
    struct report_sight *own = arena_array(gathering->arena, count + 1, sizeof *own);
    for (size_t i = 0; i < count; i++)
        own[i] = (struct report_sight){later(sights[i].from, ret->from),
                                       earlier(sights[i].to, ret->to), sights[i].blind};
    ret->sights = own;
    ret->sight_count = count;
}

bool report_facts_gather(const struct page *page, int year, report_progress_fn *progress,
                         void *owner, struct arena *arena, struct report_facts *ret)
{
    const struct collective *collective = page->collective;
    *ret = (struct report_facts){.year = year,
                                 .from = report_year_begin(year),
                                 .end = report_year_begin(year + 1),
                                 .as_of = page->now,
                                 .incident_after_s = page->incident_after_ms / 1000,
                                 .timezone = collective->timezone,
                                 .service_count = collective->service_count};
    struct report_gathering gathering = {page, ret, arena};
    ret->to = earlier(ret->end, calendar_day(page->now));
    if (ret->from >= ret->to)
        return false;
    ret->services = arena_array(arena, ret->service_count + 1, sizeof *ret->services);
    for (size_t i = 0; i < ret->service_count; i++) {
        if (!gather_service(&gathering, collective->services[i], &ret->services[i]))
            return false;
        if (progress)
            progress(owner, i + 1, ret->service_count);
    }
    gather_sights(&gathering, ret);
    report_gather_doubt_ipv6(ret);
    report_gather_announced(&gathering, ret);
    return true;
}
