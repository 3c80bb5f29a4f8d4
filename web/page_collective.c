#include "page.h"

#include "block.h"
#include "collective_view.h"
#include "day_words.h"
#include "fan.h"
#include "frame.h"
#include "kind_view.h"
#include "macros.h"
#include "member.h"
#include "names.h"
#include "state.h"

#include <stdlib.h>
#include <string.h>

enum { WORTH_FAN = 4 }; /* one or two whiskers make no face */

static int compare_members(const void *left, const void *right)
{
    const struct member *a = left, *b = right;
    int order = strcmp(a->key, b->key);
    return order ? order : strcmp(a->hoster->id, b->hoster->id);
}

static struct collective_view view_of(struct sheet *sheet)
{
    const struct collective *collective = sheet->page->collective;
    struct collective_view view = {
        .sheet = sheet, .range = day_words_range(sheet->page), .count = collective->hoster_count};
    if (view.count)
        view.members = arena_array(&sheet->arena, view.count, sizeof *view.members);
    for (size_t i = 0; i < view.count; i++) {
        view.members[i] = member_of(sheet, &collective->hosters[i], view.range.bounds[0]);
        view.looks[view.members[i].look]++;
        view.services += collective->hosters[i].service_count;
    }
    if (view.count)
        qsort(view.members, view.count, sizeof *view.members, compare_members);
    return view;
}

/* The sentence of the page: what works, or why we cannot tell. */
static void write_sentence(const struct collective_view *view)
{
    struct sheet *sheet = view->sheet;
    int64_t measured = sheet->page->history->measured(sheet->page->history->owner);
    int64_t up = (int64_t)view->looks[LOOK_UP];
    if (view->count == 0)
        sheet_say(sheet, N_("No hoster yet"), NULL);
    else if (measured == 0)
        sheet_say(sheet, N_("Nothing was measured yet"), NULL);
    else if (frame_is_stale(sheet->page))
        sheet_say(sheet, N_("Measurements have stopped"), NULL);
    else if (view->looks[LOOK_UP] == view->count)
        sheet_say_plural(sheet, "The hoster is working normally",
                         "The {n} hosters are working normally", up, NULL);
    else
        sheet_say_plural(
            sheet, "{n} hoster of {total} is working normally",
            "{n} hosters of {total} are working normally", up,
            VALUES(word_plain("total", format_count(&sheet->format, (int64_t)view->count))));
}

static void tally_entry(const struct collective_view *view, enum look look, const char *message)
{
    struct sheet *sheet = view->sheet;
    if (view->looks[look] == 0)
        return;
    html_raw(sheet->out, "<li>");
    state_glyph(sheet, look);
    html_raw(sheet->out, " <b>");
    html_text(sheet->out, format_count(&sheet->format, (int64_t)view->looks[look]));
    html_raw(sheet->out, "</b> ");
    html_text(sheet->out, message);
    html_raw(sheet->out, "</li>\n");
}

static void write_tally(const struct collective_view *view)
{
    struct sheet *sheet = view->sheet;
    if (view->looks[LOOK_UP] == view->count)
        return;
    html_raw(sheet->out, "<ul class=\"tally\">\n");
    tally_entry(view, LOOK_DOWN,
                words_plural(&sheet->words, "with a service unavailable",
                             "with services unavailable", (int64_t)view->looks[LOOK_DOWN]));
    tally_entry(view, LOOK_DEGRADED,
                words_plural(&sheet->words, "disrupted hoster", "disrupted hosters",
                             (int64_t)view->looks[LOOK_DEGRADED]));
    tally_entry(view, LOOK_MAINTENANCE,
                words_plural(&sheet->words, "hoster under maintenance", "hosters under maintenance",
                             (int64_t)view->looks[LOOK_MAINTENANCE]));
    tally_entry(view, LOOK_UNKNOWN,
                words_plural(&sheet->words, "hoster not measured", "hosters not measured",
                             (int64_t)view->looks[LOOK_UNKNOWN]));
    html_raw(sheet->out, "</ul>\n");
}

static void write_fan(const struct collective_view *view, size_t from, size_t to,
                      enum fan_side side)
{
    size_t count = to - from;
    struct fan_whisker *whiskers =
        count ? arena_array(&view->sheet->arena, count, sizeof *whiskers) : NULL;
    for (size_t i = 0; i < count; i++)
        whiskers[i] =
            (struct fan_whisker){view->members[from + i].hoster->id, view->members[from + i].look};
    fan_write(view->sheet->out, whiskers, count, side);
}

static void write_when(struct sheet *sheet)
{
    int64_t now = sheet->page->now;
    html_raw(sheet->out, "<p class=\"when\">");
    sheet_say(sheet, N_("Bulletin, {weekday} {date}, {clock}"),
              VALUES(word_plain("weekday", format_weekday(&sheet->format, now)),
                     word_plain("date", format_date(&sheet->format, now)),
                     sheet_moment(sheet, "clock", now)));
    html_raw(sheet->out, "</p>\n");
}

static void write_nose(struct buffer *out)
{
    html_raw(out, "\n<svg class=\"nose\" viewBox=\"0 0 15 11\" aria-hidden=\"true\"><path d=\"M2.5 "
                  "1h10c1.5 0 2 1.2 1 2.3L9 8.8c-.8 1-2.2 1-3 0L1.5 3.3C.5 2.2 1 1 2.5 1z\" "
                  "fill=\"currentColor\"/></svg>\n");
}

static void write_hero(const struct collective_view *view)
{
    struct sheet *sheet = view->sheet;
    bool drawn = view->count >= WORTH_FAN;
    size_t half = (view->count + 1) / 2;
    html_raw(sheet->out, "<section class=\"hero\" aria-labelledby=\"h\">\n");
    if (drawn)
        write_fan(view, 0, half, FAN_LEFT);
    html_raw(sheet->out, "\n<div>\n");
    write_when(sheet);
    html_raw(sheet->out, "<h1 id=\"h\">");
    write_sentence(view);
    html_raw(sheet->out, "</h1>\n");
    write_tally(view);
    frame_measured(sheet, sheet->page->history->measured(sheet->page->history->owner));
    html_raw(sheet->out, "</div>\n");
    if (drawn) {
        write_fan(view, half, view->count, FAN_RIGHT);
        write_nose(sheet->out);
    }
    html_raw(sheet->out, "</section>\n");
}

/* Whether only some of the services are in the hoster's state. */
static bool is_partial(const struct member *member)
{
    return member->look != LOOK_UP && member->looks[member->look] < member->counted_count;
}

static void write_sub(struct sheet *sheet, const struct member *member)
{
    html_raw(sheet->out, "<p\nclass=\"sub\">");
    if (member->hoster->place) {
        html_text(sheet->out, member->hoster->place);
        html_raw(sheet->out, " · ");
    }
    if (is_partial(member)) {
        html_text(sheet->out, member_state(sheet, member));
    } else {
        sheet_say_plural(sheet, "{n} service", "{n} services",
                         (int64_t)member->hoster->service_count, NULL);
        if (member->look != LOOK_UP) {
            html_raw(sheet->out, " · ");
            html_text(sheet->out, state_inline(sheet, member->look));
        }
    }
    html_raw(sheet->out, "</p>");
}

/* There are as many as hosters: no element, and no blank between elements, more than it takes. */
static void write_row(const struct collective_view *view, const struct member *member, char initial)
{
    struct sheet *sheet = view->sheet;
    html_raw(sheet->out, "<li");
    if (initial)
        html_attr(sheet->out, "id",
                  arena_printf(&sheet->arena, "i-%c", initial == '#' ? '0' : initial));
    html_raw(sheet->out, "><div class=\"who\">");
    if (member->look == LOOK_UP)
        state_glyph_alone(sheet, member->look);
    else
        state_glyph(sheet, member->look);
    html_raw(sheet->out, "<h3><a");
    html_href(sheet->out, arena_printf(&sheet->arena, "h/%s/", member->hoster->id));
    html_raw(sheet->out, ">");
    html_text(sheet->out, member->name);
    html_raw(sheet->out, "</a></h3>");
    write_sub(sheet, member);
    html_raw(sheet->out, "</div>");
    enum strip_day days[STRIP_DAYS];
    past_days(member->counted, member->counted_count, &view->range, days);
    block_strip(sheet, days, &view->range);
    block_words(sheet, member->counted, member->counted_count, &view->range);
    html_raw(sheet->out, "</li>");
}

/* The initial of member `i` if it is the first with it, else 0. Those without a letter stand before all others and, in
 * other scripts, after them. */
static char new_initial(const struct collective_view *view, size_t i)
{
    char initial = names_initial(view->members[i].key);
    for (size_t j = i; j-- > 0;) {
        char before = names_initial(view->members[j].key);
        if (before == initial)
            return 0;
        if (initial != '#')
            break;
    }
    return initial;
}

static void write_letters(const struct collective_view *view)
{
    enum { WORTH_LETTERS = 20 };
    struct sheet *sheet = view->sheet;
    if (view->count < WORTH_LETTERS)
        return;
    html_raw(sheet->out, "<nav");
    sheet_attr(sheet, "aria-label", N_("By initial"));
    html_raw(sheet->out, "><ul class=\"az\">");
    for (size_t i = 0; i < view->count; i++) {
        char initial = new_initial(view, i);
        if (!initial)
            continue;
        html_raw(sheet->out, "<li><a");
        html_href(sheet->out, arena_printf(&sheet->arena, "#i-%c", initial == '#' ? '0' : initial));
        html_raw(sheet->out, ">");
        html_text(sheet->out, arena_printf(&sheet->arena, "%c", initial));
        html_raw(sheet->out, "</a></li>");
    }
    html_raw(sheet->out, "</ul></nav>\n");
}

static void write_column_heads(const struct collective_view *view)
{
    struct sheet *sheet = view->sheet;
    html_raw(sheet->out, "<div class=\"colhead\" aria-hidden=\"true\"><span>");
    sheet_say(sheet, N_("Hoster"), NULL);
    html_raw(sheet->out, "</span><span>");
    block_axis(sheet, &view->range);
    html_raw(sheet->out, "</span><span>");
    sheet_say(sheet, N_("Over 90 days, per service"), NULL);
    html_raw(sheet->out, "</span></div>\n");
}

static void write_all(const struct collective_view *view)
{
    struct sheet *sheet = view->sheet;
    html_raw(sheet->out, "<section aria-labelledby=\"all-h\">\n<h2 id=\"all-h\">");
    sheet_say_plural(sheet, "{n} hoster", "The {n} hosters", (int64_t)view->count, NULL);
    html_raw(sheet->out, "</h2>\n");
    block_order(sheet, view->count);
    kind_view_nav(sheet);
    write_letters(view);
    block_legend(sheet);
    write_column_heads(view);
    html_raw(sheet->out, "<ul class=\"rows\">\n");
    for (size_t i = 0; i < view->count; i++)
        write_row(view, &view->members[i], new_initial(view, i));
    html_raw(sheet->out, "</ul>\n</section>\n");
}

/* Of all hosters together. */
static void write_maintenance(const struct collective_view *view)
{
    struct past *pasts =
        view->services ? arena_array(&view->sheet->arena, view->services, sizeof *pasts) : NULL;
    size_t used = 0;
    for (size_t i = 0; i < view->count; i++)
        for (size_t j = 0; j < view->members[i].hoster->service_count; j++)
            pasts[used++] = view->members[i].pasts[j];
    block_maintenance(view->sheet, pasts, used, BLOCK_OF_ALL);
}

void page_collective(const struct page *page, struct buffer *out)
{
    struct sheet sheet;
    sheet_open(&sheet, page, out, "../", "./");
    struct collective_view view = view_of(&sheet);
    struct word_value name = word_plain("name", page->collective->name);
    struct frame frame = {
        .title = sheet_text(&sheet, N_("{name}: the state of its services, measured from outside"),
                            VALUES(name)),
        .description =
            sheet_text(&sheet, N_("Availability of the hosters of {name}, measured from outside."),
                       VALUES(name)),
        .path = "",
        .has_feed = true,
        .tab = FRAME_HOSTERS,
        .tab_is_page = true,
    };
    frame_open(&sheet, &frame);
    write_hero(&view);
    if (view.count) {
        collective_now(&view);
        write_maintenance(&view);
        write_all(&view);
    }
    frame_close(&sheet);
    sheet_close(&sheet);
}
