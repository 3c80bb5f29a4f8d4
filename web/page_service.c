#include "page.h"

#include "block.h"
#include "chart.h"
#include "day_words.h"
#include "frame.h"
#include "macros.h"
#include "service_view.h"
#include "state.h"
#include "why.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { ENTRIES_SHOWN = 12 };

static struct service_view view_of(struct sheet *sheet, const struct service *service)
{
    const struct history *history = sheet->page->history;
    struct service_view view = {
        .sheet = sheet,
        .service = service,
        .name = block_service_name(sheet, service),
        .hoster = block_hoster_name(sheet, service->hoster),
        .range = day_words_range(sheet->page),
        .past = past_of(sheet->page, service, sheet->page->now - BLOCK_YEAR_S, &sheet->arena),
    };
    view.line_count = history->lines(history->owner, service->key, &sheet->arena, &view.lines);
    view.latency_count = history->latency(history->owner, service->key, view.range.bounds[0],
                                          sheet->page->now, &sheet->arena, &view.latency);
    view.figures = past_figures(&view.past, 1, view.range.bounds[0]);
    past_days(&view.past, 1, &view.range, view.days);
    return view;
}

/* The end of the last interruption, or the record's begin: since then it works without one. */
static void write_good(const struct service_view *view)
{
    struct sheet *sheet = view->sheet;
    const struct past *past = &view->past;
    if (past->outage_count)
        sheet_say(
            sheet, N_("It {reason}; the last interruption ended on {date}, {clock}."),
            VALUES(word_plain("reason", block_reason(sheet, past->belief.reason)),
                   sheet_date(sheet, "date", past->outages[past->outage_count - 1].to),
                   word_plain("clock", format_clock(&sheet->format,
                                                    past->outages[past->outage_count - 1].to))));
    else if (past->begin)
        sheet_say(
            sheet, N_("It {reason}, without interruption in the record since {date}."),
            VALUES(word_plain("reason", block_reason(sheet, past->belief.reason)),
                   sheet_date(sheet, "date", view->figures.from ? past->begin : sheet->page->now)));
    else
        sheet_say(sheet, N_("It {reason}; the record begins."),
                  VALUES(word_plain("reason", block_reason(sheet, past->belief.reason))));
}

static void write_trouble(const struct service_view *view)
{
    struct sheet *sheet = view->sheet;
    const struct service_belief *belief = &view->past.belief;
    struct word_value state = word_plain("state", state_word(sheet, view->past.look));
    struct word_value reason =
        word_plain("reason", why_text(sheet, view->past.service->key, belief));
    if (belief->since)
        sheet_say(sheet, N_("{state} {since}: {reason}."),
                  VALUES(state, reason, sheet_since(sheet, "since", belief->since)));
    else
        sheet_say(sheet, N_("{state}: {reason}."), VALUES(state, reason));
}

static void write_lead(const struct service_view *view)
{
    struct sheet *sheet = view->sheet;
    const struct service_belief *belief = &view->past.belief;
    html_raw(sheet->out, "<p class=\"lead\">");
    if (belief->state == OUTCOME_UP)
        write_good(view);
    else
        write_trouble(view);
    html_raw(sheet->out, "</p>\n");
    if (belief->state != OUTCOME_UP && *belief->detail) {
        html_raw(sheet->out, "<p class=\"soft small\"><code lang=\"en\">");
        html_text(sheet->out, belief->detail);
        html_raw(sheet->out, "</code></p>\n");
    }
}

static void write_card(const struct service_view *view)
{
    struct sheet *sheet = view->sheet;
    const struct service *service = view->service;
    html_raw(sheet->out, "<aside class=\"card\"");
    sheet_attr(sheet, "aria-label", N_("About"));
    html_raw(sheet->out, ">\n<dl class=\"kv\">\n");
    if (service->url)
        block_fact_link(sheet, sheet_text(sheet, N_("Address"), NULL), service->url);
    if (service->software)
        block_fact(sheet, sheet_text(sheet, N_("Software"), NULL), service->software);
    if (service->kind.count)
        block_fact(sheet, sheet_text(sheet, N_("Kind"), NULL),
                   wording_in(&service->kind, sheet->words.language));
    if (service->hosting != HOSTING_UNKNOWN)
        block_fact(sheet, sheet_text(sheet, N_("Hosted, as declared"), NULL),
                   block_hosting(sheet, hosting_words[service->hosting]));
    block_declared_service(sheet, service, view->past.look);
    if (view->past.begin)
        block_fact(sheet, sheet_text(sheet, N_("Measured since"), NULL),
                   format_date(&sheet->format, view->past.begin));
    if (!service->counted)
        block_fact(sheet, sheet_text(sheet, N_("Status"), NULL),
                   sheet_text(sheet, N_("experimental, not counted"), NULL));
    html_raw(sheet->out, "</dl>\n</aside>\n");
}

static void write_title(const struct service_view *view)
{
    struct sheet *sheet = view->sheet;
    enum look look = view->past.look;
    html_raw(sheet->out, "<div class=\"title\">\n<div>\n<h1>");
    html_text(sheet->out, view->name);
    html_raw(sheet->out, " <span class=\"soft\">· ");
    html_text(sheet->out, view->hoster);
    html_raw(sheet->out, "</span></h1>\n<p>");
    state_badge(sheet, look, state_word(sheet, look));
    if (view->past.belief.unstable) {
        html_raw(sheet->out, " <span class=\"soft\">");
        sheet_say(sheet, N_("unstable: the last checks found it now working, now failing"), NULL);
        html_raw(sheet->out, "</span>");
    }
    html_raw(sheet->out, "</p>\n");
    write_lead(view);
    frame_measured(sheet, view->past.belief.measured);
    html_raw(sheet->out, "</div>\n");
    write_card(view);
    html_raw(sheet->out, "</div>\n");
}

static void figure_down(const struct service_view *view)
{
    struct sheet *sheet = view->sheet;
    const struct figures *figures = &view->figures;
    struct word_value availability =
        word_plain("availability", block_availability(sheet, &figures->tally));
    if (figures->outages == 1)
        block_figure(sheet, format_duration(&sheet->format, figures->tally.down),
                     sheet_text(sheet, N_("unavailable, in one interruption: {availability}"),
                                VALUES(availability)));
    else if (figures->outages)
        block_figure(
            sheet, format_duration(&sheet->format, figures->tally.down),
            sheet_text_plural(
                sheet, "unavailable, in {n} interruption, the longest of {longest}: {availability}",
                "unavailable, in {n} interruptions, the longest of {longest}: {availability}",
                (int64_t)figures->outages,
                VALUES(availability, sheet_duration(sheet, "longest", figures->longest_s))));
    else
        block_figure(sheet, sheet_text(sheet, N_("No interruption"), NULL), availability.text);
}

static void figure_maintenance(const struct service_view *view)
{
    struct sheet *sheet = view->sheet;
    int64_t seconds =
        past_maintained_s(&view->past, view->range.bounds[0], view->range.bounds[STRIP_DAYS]);
    if (seconds)
        block_figure(sheet, format_duration(&sheet->format, seconds),
                     sheet_text(sheet, N_("of announced maintenance, counted separately"), NULL));
}

static int compare_days(const void *left, const void *right)
{
    const struct latency_day *a = *(const struct latency_day *const *)left,
                             *b = *(const struct latency_day *const *)right;
    if (a->p50 != b->p50)
        return a->p50 < b->p50 ? -1 : 1;
    return (a > b) - (a < b);
}

/* The median of the days' medians: what an ordinary day is like. */
static const struct latency_day *ordinary_day(const struct service_view *view)
{
    size_t count = view->latency_count;
    if (!count)
        return NULL;
    const struct latency_day **days = arena_array(&view->sheet->arena, count, sizeof *days);
    for (size_t i = 0; i < count; i++)
        days[i] = &view->latency[i];
    qsort(days, count, sizeof *days, compare_days);
    return days[(count - 1) / 2];
}

static void figure_latency(const struct service_view *view)
{
    struct sheet *sheet = view->sheet;
    const struct latency_day *day = ordinary_day(view);
    if (!day)
        return;
    block_figure(
        sheet, format_latency(&sheet->format, day->p50),
        sheet_text(sheet,
                   N_("to answer, on an ordinary day (median); 95% of the answers under {p95}"),
                   VALUES(word_plain("p95", format_latency(&sheet->format, day->p95)))));
}

/* Of a young record ninety days tell all there is. */
static bool is_young(const struct service_view *view)
{
    return view->figures.from > view->range.bounds[1];
}

static void write_ninety(const struct service_view *view)
{
    struct sheet *sheet = view->sheet;
    html_raw(sheet->out, "<section aria-labelledby=\"d90-h\">\n<h2 id=\"d90-h\">");
    if (is_young(view))
        sheet_say(sheet, N_("Since {date}"), VALUES(sheet_date(sheet, "date", view->figures.from)));
    else
        sheet_say(sheet, N_("Ninety days"), NULL);
    html_raw(sheet->out, "</h2>\n");
    if (tally_known(&view->figures.tally) > 0) {
        html_raw(sheet->out, "<ul class=\"figs\">\n");
        figure_down(view);
        figure_maintenance(view);
        figure_latency(view);
        block_figure_coverage(sheet, &view->figures.tally);
        html_raw(sheet->out, "</ul>\n");
    }
    html_raw(sheet->out, "<figure>\n<div class=\"wide\">");
    block_strip(sheet, view->days, &view->range);
    html_raw(sheet->out, "</div>\n");
    block_axis(sheet, &view->range);
    html_raw(sheet->out, "\n");
    block_legend(sheet);
    html_raw(sheet->out, "</figure>\n");
    block_days(sheet, &view->past, 1, &view->range, view->days);
    if (is_young(view))
        block_account(sheet, &view->past, 1, view->figures.from);
    html_raw(sheet->out, "</section>\n");
}

static void write_latency(const struct service_view *view)
{
    struct sheet *sheet = view->sheet;
    html_raw(sheet->out, "<section aria-labelledby=\"lat-h\">\n<h2 id=\"lat-h\">");
    sheet_say(sheet, N_("Response time"), NULL);
    html_raw(sheet->out, "</h2>\n");
    chart_latency(sheet, view->latency, view->latency_count, &view->range, view->days);
    chart_phases(sheet, view->lines, view->line_count);
    html_raw(sheet->out, "</section>\n");
}

void page_service(const struct page *page, const struct service *service, struct buffer *out)
{
    struct sheet sheet;
    sheet_open(&sheet, page, out, "../../../../", "../../../");
    struct service_view view = view_of(&sheet, service);
    struct frame frame = {
        .title =
            sheet_text(&sheet, N_("{service}, {hoster}: availability"),
                       VALUES(word_plain("service", view.name), word_plain("hoster", view.hoster))),
        .description =
            sheet_text(&sheet, N_("Availability and response time of {service} at {hoster}."),
                       VALUES(word_plain("service", view.name), word_plain("hoster", view.hoster))),
        .path = arena_printf(&sheet.arena, "h/%s/%s/", service->hoster->id, service->id),
        .has_feed = true,
        .tab = FRAME_HOSTERS,
        .hoster = view.hoster,
        .service = view.name,
    };
    frame_open(&sheet, &frame);
    write_title(&view);
    write_ninety(&view);
    if (!is_young(&view))
        block_year(&sheet, &view.past, 1, false);
    write_latency(&view);
    service_view_lines(&view);
    service_view_checks(&view);
    block_maintenance(&sheet, &view.past, 1, BLOCK_OF_SERVICE);
    block_diary(&sheet, &view.past, 1, ENTRIES_SHOWN);
    block_blips(&sheet, service, view.range.bounds[0]);
    block_usage(&sheet, service);
    block_source_service(&sheet, service, view.past.begin);
    block_follow(&sheet, (struct output_subject){.service = service});
    frame_close(&sheet);
    sheet_close(&sheet);
}
