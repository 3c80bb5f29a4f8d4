#include "collective_view.h"

#include "agenda.h"
#include "block.h"
#include "feed.h"
#include "incident.h"
#include "macros.h"
#include "state.h"
#include "why.h"

/* The page stays small when a common provider takes everybody along; each hoster's row tells the rest. */
enum { NOW_MOST = 12 };

/* Whether all services of a hoster are in the same trouble for the same reason: one entry then says it. */
static bool is_one_trouble(const struct member *member)
{
    const struct past *pasts = member->pasts;
    if (member->hoster->service_count < 2)
        return false;
    for (size_t i = 1; i < member->hoster->service_count; i++)
        if (pasts[i].look != pasts[0].look || pasts[i].belief.reason != pasts[0].belief.reason)
            return false;
    return true;
}

/* All of them are in that state only since the last one joined. */
static int64_t latest_since(const struct member *member)
{
    int64_t since = 0;
    for (size_t i = 0; i < member->hoster->service_count; i++)
        if (member->pasts[i].belief.since > since)
            since = member->pasts[i].belief.since;
    return since;
}

static void now_since(struct sheet *sheet, const struct past *past, int64_t since)
{
    const struct service_belief *belief = &past->belief;
    html_raw(sheet->out, "<p class=\"soft\">");
    if (since)
        sheet_say(sheet, N_("{state} {since}"),
                  VALUES(word_plain("state", state_word(sheet, past->look)),
                         sheet_since(sheet, "since", since)));
    else
        html_text(sheet->out, state_word(sheet, past->look));
    html_raw(sheet->out, "</p><p>");
    sheet_say(sheet, N_("What we see: {reason}."),
              VALUES(word_plain("reason", why_text(sheet, past->service->key, belief))));
    html_raw(sheet->out, "</p>");
}

static void quote(struct sheet *sheet, const struct statement *said)
{
    html_raw(sheet->out, "<blockquote><p>");
    block_quote(sheet, said);
    html_raw(sheet->out, "</p></blockquote>");
}

/* What was said last of the interruption under way. */
static void now_note(struct sheet *sheet, const struct past *past)
{
    const struct history *history = sheet->page->history;
    const struct outage *last = past->outage_count ? &past->outages[past->outage_count - 1] : NULL;
    const struct annotation *notes;
    if (!last || last->end != OUTAGE_OPEN)
        return;
    size_t count =
        history->annotations(history->owner, past->service->key, last->from, &sheet->arena, &notes);
    if (count)
        quote(sheet, &notes[count - 1].said);
}

static void now_maintenance(struct sheet *sheet, const struct past *past)
{
    const struct occurrence *running = past_maintenance_now(past, sheet->page->now);
    if (!running)
        return;
    html_raw(sheet->out, "<p>");
    sheet_say(sheet, N_("Announced until {moment}. This time is counted separately."),
              VALUES(sheet_moment(sheet, "moment", running->to)));
    html_raw(sheet->out, "</p>");
    quote(sheet, &running->of->said);
}

static void now_said(struct sheet *sheet, const struct past *past)
{
    if (past->look == LOOK_MAINTENANCE)
        now_maintenance(sheet, past);
    else if (past->look == LOOK_DOWN)
        now_note(sheet, past);
}

static void now_title(struct sheet *sheet, const struct member *member,
                      const struct service *service)
{
    struct word_value hoster =
        word_link("hoster", member->name, arena_printf(&sheet->arena, "h/%s/", member->hoster->id));
    if (service)
        sheet_say(sheet, N_("{hoster}: {service}"),
                  VALUES(hoster, word_link("service", block_service_name(sheet, service),
                                           arena_printf(&sheet->arena, "h/%s/%s/",
                                                        member->hoster->id, service->id))));
    else
        sheet_say(sheet, N_("{hoster}: all its services"), VALUES(hoster));
}

static void now_entry(struct sheet *sheet, const struct member *member, const struct past *past,
                      int64_t since, bool all)
{
    html_raw(sheet->out, "<li>");
    state_glyph(sheet, past->look);
    html_raw(sheet->out, "<div><h3>");
    now_title(sheet, member, all ? NULL : past->service);
    html_raw(sheet->out, "</h3>");
    now_since(sheet, past, since);
    now_said(sheet, past);
    html_raw(sheet->out, "</div></li>\n");
}

/* What of the member is so; `*told` counts what there is to tell, beyond NOW_MOST too. */
static void now_member(struct sheet *sheet, const struct member *member, enum look look,
                       size_t *told)
{
    bool all = is_one_trouble(member);
    for (size_t i = 0; i < member->hoster->service_count; i++) {
        const struct past *past = &member->pasts[i];
        if (past->look != look)
            continue;
        if ((*told)++ < NOW_MOST)
            now_entry(sheet, member, past, all ? latest_since(member) : past->belief.since, all);
        if (all)
            return;
    }
}

static void write_trouble(const struct collective_view *view)
{
    static const enum look order[] = {LOOK_DOWN, LOOK_DEGRADED, LOOK_MAINTENANCE, LOOK_UNKNOWN};
    struct sheet *sheet = view->sheet;
    size_t told = 0;
    html_raw(sheet->out, "<ul class=\"now\">\n");
    for (size_t i = 0; i < ARRAY_LEN(order); i++)
        for (size_t j = 0; j < view->count; j++)
            now_member(sheet, &view->members[j], order[i], &told);
    html_raw(sheet->out, "</ul>\n");
    if (told <= NOW_MOST)
        return;
    html_raw(sheet->out, "<p>");
    block_more(sheet, "#all-h", told - NOW_MOST);
    html_raw(sheet->out, "</p>\n");
}

static bool all_services_normal(const struct collective_view *view)
{
    for (size_t i = 0; i < view->count; i++)
        if (view->members[i].normal < view->members[i].hoster->service_count)
            return false;
    return true;
}

struct last {
    const struct member *member;
    const struct past *past;
    const struct outage *outage;
};

static struct last last_outage(const struct collective_view *view)
{
    struct last last = {.outage = NULL};
    for (size_t i = 0; i < view->count; i++) {
        const struct member *member = &view->members[i];
        for (size_t j = 0; j < member->hoster->service_count; j++) {
            const struct past *past = &member->pasts[j];
            if (!past->outage_count)
                continue;
            const struct outage *outage = &past->outages[past->outage_count - 1];
            if (!last.outage || outage->to > last.outage->to)
                last = (struct last){member, past, outage};
        }
    }
    return last;
}

/* An empty list could be taken for a broken one: it says that nothing is wrong and what was last. */
static void write_calm(const struct collective_view *view)
{
    struct sheet *sheet = view->sheet;
    struct last last = last_outage(view);
    html_raw(sheet->out, "<p>");
    if (last.outage)
        sheet_say(sheet,
                  N_("Nothing to report. The last interruption: {hoster}, {service}, on {date}, "
                     "{duration}."),
                  VALUES(word_plain("hoster", last.member->name),
                         word_plain("service", block_service_name(sheet, last.past->service)),
                         sheet_day(sheet, "date", last.outage->from),
                         sheet_duration(sheet, "duration", last.outage->to - last.outage->from)));
    else
        sheet_say(sheet, N_("Nothing to report, and no interruption in the record."), NULL);
    html_raw(sheet->out, "</p>\n");
}

static void write_follow(struct sheet *sheet)
{
    static const struct {
        const char *path, *title;
    } links[] = {{FEED_NAME, "Atom"}, {AGENDA_NAME, "iCalendar"}};
    html_raw(sheet->out, "<p class=\"small\"><a");
    html_href(sheet->out, arena_printf(&sheet->arena, "%s" INCIDENT_ROOT, sheet->top));
    html_raw(sheet->out, ">");
    sheet_say(sheet, N_("All incidents and maintenance"), NULL);
    html_raw(sheet->out, "</a>");
    for (size_t i = 0; i < ARRAY_LEN(links); i++) {
        html_raw(sheet->out, " · <a");
        html_href(sheet->out, arena_printf(&sheet->arena, "%s%s", sheet->root, links[i].path));
        html_raw(sheet->out, ">");
        html_text(sheet->out, links[i].title);
        html_raw(sheet->out, "</a>");
    }
    html_raw(sheet->out, "</p>\n");
}

void collective_now(const struct collective_view *view)
{
    struct sheet *sheet = view->sheet;
    html_raw(sheet->out, "<section id=\"now\" aria-labelledby=\"now-h\">\n<h2 id=\"now-h\">");
    sheet_say(sheet, N_("Right now"), NULL);
    html_raw(sheet->out, "</h2>\n");
    if (all_services_normal(view))
        write_calm(view);
    else
        write_trouble(view);
    write_follow(sheet);
    html_raw(sheet->out, "</section>\n");
}
