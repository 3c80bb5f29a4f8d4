#include "page.h"

#include "block.h"
#include "day_words.h"
#include "frame.h"
#include "macros.h"
#include "member.h"
#include "state.h"
#include "why.h"

enum { ENTRIES_SHOWN = 12, LEAD_MOST = 3 };

struct view {
    struct sheet *sheet;
    struct strip_range range;
    struct member member;
    struct figures year;
};

static void write_trouble(struct sheet *sheet, const struct past *past)
{
    struct word_value service = word_plain("service", block_service_name(sheet, past->service));
    struct word_value state = word_plain("state", state_inline(sheet, past->look));
    struct word_value reason =
        word_plain("reason", why_text(sheet, past->service->key, &past->belief));
    if (past->belief.since)
        sheet_say(sheet, N_("{service}: {state} {since}, {reason}."),
                  VALUES(service, state, reason, sheet_since(sheet, "since", past->belief.since)));
    else
        sheet_say(sheet, N_("{service}: {state}, {reason}."), VALUES(service, state, reason));
    html_raw(sheet->out, "<br>");
}

static void write_others(struct sheet *sheet, const struct member *member)
{
    if (member->normal == member->hoster->service_count)
        sheet_say_plural(sheet, "Its service works normally.", "Its {n} services work normally.",
                         (int64_t)member->normal, NULL);
    else if (member->normal)
        sheet_say_plural(sheet, "{n} other service works normally.",
                         "{n} other services work normally.", (int64_t)member->normal, NULL);
}

static void write_lead(const struct view *view)
{
    const struct member *member = &view->member;
    static const enum look order[] = {LOOK_DOWN, LOOK_DEGRADED, LOOK_MAINTENANCE, LOOK_UNKNOWN};
    size_t said = 0;
    html_raw(view->sheet->out, "<p class=\"lead\">");
    for (size_t i = 0; i < ARRAY_LEN(order); i++) {
        for (size_t j = 0; j < member->hoster->service_count && said < LEAD_MOST; j++) {
            if (member->pasts[j].look != order[i])
                continue;
            write_trouble(view->sheet, &member->pasts[j]);
            said++;
        }
    }
    write_others(view->sheet, member);
    html_raw(view->sheet->out, "</p>\n");
}

/* Services that answer on IPv6 now. */
static size_t count_ipv6(const struct view *view)
{
    const struct history *history = view->sheet->page->history;
    const struct hoster *hoster = view->member.hoster;
    size_t count = 0;
    for (size_t i = 0; i < hoster->service_count; i++) {
        const struct line_belief *lines;
        size_t line_count =
            history->lines(history->owner, hoster->services[i].key, &view->sheet->arena, &lines);
        bool good = false;
        for (size_t j = 0; j < line_count; j++)
            good = good || (lines[j].last.family == FAMILY_IPV6 && outcome_is_good(lines[j].state));
        count += good;
    }
    return count;
}

static void write_card(const struct view *view)
{
    struct sheet *sheet = view->sheet;
    const struct hoster *hoster = view->member.hoster;
    int64_t total = (int64_t)hoster->service_count;
    html_raw(sheet->out, "<aside class=\"card\"");
    sheet_attr(sheet, "aria-label", N_("About"));
    html_raw(sheet->out, ">\n<dl class=\"kv\">\n");
    if (hoster->website)
        block_fact_link(sheet, sheet_text(sheet, N_("Website"), NULL), hoster->website);
    if (hoster->place)
        block_fact(sheet, sheet_text(sheet, N_("Place"), NULL), hoster->place);
    if (hoster->kind.count)
        block_fact(sheet, sheet_text(sheet, N_("Form"), NULL),
                   wording_in(&hoster->kind, sheet->words.language));
    block_declared_hoster(sheet, hoster);
    block_fact(sheet, sheet_text(sheet, N_("Measured"), NULL),
               sheet_text_plural(sheet, "{n} service", "{n} services", total, NULL));
    if (view->year.from)
        block_fact(sheet, sheet_text(sheet, N_("Figures since"), NULL),
                   format_date(&sheet->format, view->year.from));
    block_fact(sheet, "IPv6",
               sheet_text_plural(sheet, "{n} service of {total}", "{n} services of {total}",
                                 (int64_t)count_ipv6(view),
                                 VALUES(word_plain("total", format_count(&sheet->format, total)))));
    html_raw(sheet->out, "</dl>\n</aside>\n");
}

static void write_title(const struct view *view)
{
    struct sheet *sheet = view->sheet;
    html_raw(sheet->out, "<div class=\"title\">\n<div>\n<h1>");
    html_text(sheet->out, view->member.name);
    html_raw(sheet->out, "</h1>\n<p>");
    state_badge(sheet, view->member.look, member_state(sheet, &view->member));
    html_raw(sheet->out, "</p>\n");
    write_lead(view);
    frame_measured(sheet, member_measured(&view->member));
    html_raw(sheet->out, "</div>\n");
    write_card(view);
    html_raw(sheet->out, "</div>\n");
}

/* Beside what we find. */
static void write_declared(struct sheet *sheet, const struct service *service)
{
    const char *declared = block_declared(sheet, service);
    if (!declared)
        return;
    html_raw(sheet->out, " · ");
    sheet_say(sheet, N_("declared: {state}"), VALUES(word_plain("state", declared)));
}

static void write_hosting(struct sheet *sheet, const struct service *service)
{
    if (service->hosting == HOSTING_UNKNOWN)
        return;
    html_raw(sheet->out, " · ");
    sheet_say(sheet, N_("hosted, as declared: {where}"),
              VALUES(word_plain("where", block_hosting(sheet, hosting_words[service->hosting]))));
}

static void write_sub(struct sheet *sheet, const struct past *past)
{
    html_raw(sheet->out, "<p class=\"sub\">");
    if (past->service->software) {
        html_text(sheet->out, past->service->software);
        html_raw(sheet->out, " · ");
    }
    html_text(sheet->out, state_inline(sheet, past->look));
    write_declared(sheet, past->service);
    write_hosting(sheet, past->service);
    if (!past->service->counted) {
        html_raw(sheet->out, " · ");
        sheet_say(sheet, N_("experimental, not counted"), NULL);
    }
    html_raw(sheet->out, "</p>");
}

static void write_row(const struct view *view, const struct past *past)
{
    struct sheet *sheet = view->sheet;
    html_raw(sheet->out, "<li><div class=\"who\">");
    state_glyph(sheet, past->look);
    html_raw(sheet->out, "<h3><a");
    html_href(sheet->out, arena_printf(&sheet->arena, "%s/", past->service->id));
    html_raw(sheet->out, ">");
    html_text(sheet->out, block_service_name(sheet, past->service));
    html_raw(sheet->out, "</a></h3>");
    write_sub(sheet, past);
    html_raw(sheet->out, "</div>");
    enum strip_day days[STRIP_DAYS];
    past_days(past, 1, &view->range, days);
    block_strip(sheet, days, &view->range);
    block_words(sheet, past, 1, &view->range);
    html_raw(sheet->out, "</li>\n");
}

static void write_services(const struct view *view)
{
    struct sheet *sheet = view->sheet;
    const struct member *member = &view->member;
    html_raw(sheet->out, "<section aria-labelledby=\"svc-h\">\n<h2 id=\"svc-h\">");
    sheet_say_plural(sheet, "Its service", "Its {n} services",
                     (int64_t)member->hoster->service_count, NULL);
    html_raw(sheet->out, "</h2>\n");
    block_legend(sheet);
    html_raw(sheet->out, "<div class=\"colhead\" aria-hidden=\"true\"><span>");
    sheet_say(sheet, N_("Service"), NULL);
    html_raw(sheet->out, "</span><span>");
    block_axis(sheet, &view->range);
    html_raw(sheet->out, "</span><span>");
    sheet_say(sheet, N_("Over 90 days"), NULL);
    html_raw(sheet->out, "</span></div>\n<ul class=\"rows\">\n");
    for (size_t i = 0; i < member->hoster->service_count; i++)
        write_row(view, &member->pasts[i]);
    html_raw(sheet->out, "</ul>\n");
    enum strip_day days[STRIP_DAYS];
    past_days(member->pasts, member->hoster->service_count, &view->range, days);
    block_days(sheet, member->pasts, member->hoster->service_count, &view->range, days);
    html_raw(sheet->out, "</section>\n");
}

void page_hoster(const struct page *page, const struct hoster *hoster, struct buffer *out)
{
    struct sheet sheet;
    sheet_open(&sheet, page, out, "../../../", "../../");
    struct view view = {
        .sheet = &sheet,
        .range = day_words_range(page),
        .member = member_of(&sheet, hoster, page->now - BLOCK_YEAR_S),
    };
    view.year =
        past_figures(view.member.counted, view.member.counted_count, page->now - BLOCK_YEAR_S);
    struct word_value name = word_plain("name", view.member.name);
    struct frame frame = {
        .title = sheet_text(&sheet, N_("{name}: state of its services"), VALUES(name)),
        .description = sheet_text(&sheet, N_("State and availability of the services of {name}."),
                                  VALUES(name)),
        .path = arena_printf(&sheet.arena, "h/%s/", hoster->id),
        .has_feed = true,
        .tab = FRAME_HOSTERS,
        .hoster = view.member.name,
    };
    frame_open(&sheet, &frame);
    write_title(&view);
    block_year(&sheet, view.member.counted, view.member.counted_count, true);
    write_services(&view);
    block_unmeasured(&sheet, hoster);
    block_maintenance(&sheet, view.member.pasts, hoster->service_count, BLOCK_OF_HOSTER);
    block_diary(&sheet, view.member.pasts, hoster->service_count, ENTRIES_SHOWN);
    block_source_hoster(&sheet, hoster, view.year.from);
    block_follow(&sheet, (struct output_subject){.hoster = hoster});
    frame_close(&sheet);
    sheet_close(&sheet);
}
