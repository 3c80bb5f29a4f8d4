#include "badge.h"

#include "day_words.h"
#include "frame.h"
#include "macros.h"
#include "member.h"
#include "state.h"

enum { COVERAGE_LEAST_E5 = 90000 }; /* below it the pages give no percentage either */

const char *badge_state_text(struct sheet *sheet, struct output_subject subject)
{
    const struct page *page = sheet->page;
    if (frame_is_stale(page))
        return page->history->measured(page->history->owner)
                   ? sheet_text(sheet, N_("measurements stopped"), NULL)
                   : state_inline(sheet, LOOK_UNKNOWN);
    if (subject.service)
        return state_inline(sheet, past_of(page, subject.service, page->now, &sheet->arena).look);
    struct member member = member_of(sheet, subject.hoster, page->now);
    return member_is_alike(&member) ? state_inline(sheet, member.look)
                                    : member_state(sheet, &member);
}

/* Takes out what grows with each measurement: an interruption that is not over. True when there is one. */
static bool leave_running(const struct past *pasts, size_t count, int64_t from, int64_t *down)
{
    bool running = false;
    for (size_t i = 0; i < count; i++) {
        const struct past *past = &pasts[i];
        if (!past->outage_count)
            continue;
        const struct outage *last = &past->outages[past->outage_count - 1];
        if (last->end != OUTAGE_OPEN)
            continue;
        *down -= outage_seconds(last, from, past->until);
        running = true;
    }
    return running;
}

static const char *sentence_of(int64_t down, bool running, bool many)
{
    if (!down)
        return running ? N_("{days} d: unavailable now") : N_("{days} d: no interruption");
    if (running)
        return many ? N_("{days} d: unavailable {duration} on average, and now")
                    : N_("{days} d: unavailable {duration}, and now");
    return many ? N_("{days} d: unavailable {duration} on average")
                : N_("{days} d: unavailable {duration}");
}

static const char *words_of(struct sheet *sheet, const struct past *pasts, size_t count,
                            const struct strip_range *range)
{
    struct figures figures = past_figures(pasts, count, range->bounds[0]);
    if (!figures.services || tally_known(&figures.tally) == 0)
        return sheet_text(sheet, N_("90 d: not measured"), NULL);
    int64_t days = 1;
    while (days < STRIP_DAYS && range->bounds[STRIP_DAYS - days] > figures.from)
        days++;
    struct word_value length = word_plain("days", format_count(&sheet->format, days));
    if (tally_coverage_e5(&figures.tally) < COVERAGE_LEAST_E5)
        return sheet_text(sheet, N_("{days} d: too little measured"), VALUES(length));
    int64_t down = figures.tally.down;
    bool running = leave_running(pasts, count, range->bounds[0], &down);
    int64_t mean = (down + (int64_t)figures.services - 1) / (int64_t)figures.services;
    return sheet_text(
        sheet, sentence_of(down, running, figures.services > 1),
        VALUES(length, word_plain("duration", format_duration_short(&sheet->format, mean))));
}

const char *badge_days_text(struct sheet *sheet, struct output_subject subject)
{
    struct strip_range range = day_words_range(sheet->page);
    if (subject.hoster) {
        struct member member = member_of(sheet, subject.hoster, range.bounds[0]);
        return words_of(sheet, member.counted, member.counted_count, &range);
    }
    struct past past = past_of(sheet->page, subject.service, range.bounds[0], &sheet->arena);
    return words_of(sheet, &past, 1, &range);
}
