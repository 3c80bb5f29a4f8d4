#include "report_view.h"

#include "block.h"
#include "macros.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

void report_view_open(struct report_view *view, const struct page *page, struct buffer *out,
                      const char *root)
{
    struct sheet *sheet = view->sheet;
    const char *address = page->collective->address;
    view->page = *page;
    view->page.now = view->report->as_of;
    sheet_open(sheet, &view->page, out, root, NULL);
    if (!address || !html_is_web_address(address))
        return;
    bool closed = address[strlen(address) - 1] == '/';
    sheet->top = arena_printf(&sheet->arena, "%s%s%s/", address, closed ? "" : "/", page->language);
}

/* ---- values ---- */

static struct word_value data(const struct report_view *view, const char *name, const char *of,
                              const char *value, const char *text)
{
    struct arena *arena = &view->sheet->arena;
    return word_data(name, text, value, arena_printf(arena, "%s%s", view->at, of));
}

static struct word_value not_measured(const struct report_view *view, const char *name)
{
    return word_plain(name, sheet_text(view->sheet, N_("not measured"), NULL));
}

const char *report_duration_text(const struct report_view *view, int64_t seconds)
{
    struct sheet *sheet = view->sheet;
    if (seconds == 0)
        return sheet_text(sheet, N_("{n} min"), VALUES(word_plain("n", "0")));
    return format_duration_short(&sheet->format, seconds);
}

static struct word_value seconds_as(const struct report_view *view, const char *name,
                                    const char *of, int64_t seconds, int64_t told)
{
    if (seconds < 0)
        return not_measured(view, name);
    return data(view, name, of, arena_printf(&view->sheet->arena, "%" PRId64, seconds),
                report_duration_text(view, told));
}

struct word_value report_seconds_most(const struct report_view *view, const char *name,
                                      const char *of, int64_t seconds)
{
    enum { MINUTE = 60, DAY = 86400, HOUR = 3600 };
    int64_t unit = seconds < MINUTE ? 1 : seconds < DAY ? MINUTE : HOUR;
    return seconds_as(view, name, of, seconds, (seconds + unit - 1) / unit * unit);
}

struct word_value report_seconds(const struct report_view *view, const char *name, const char *of,
                                 int64_t seconds)
{
    return seconds_as(view, name, of, seconds, seconds);
}

struct word_value report_count(const struct report_view *view, const char *name, const char *of,
                               size_t count)
{
    struct sheet *sheet = view->sheet;
    return data(view, name, of, arena_printf(&sheet->arena, "%zu", count),
                format_count(&sheet->format, (int64_t)count));
}

struct word_value report_share(const struct report_view *view, const char *name, const char *of,
                               int64_t e5)
{
    struct sheet *sheet = view->sheet;
    if (e5 < 0)
        return not_measured(view, name);
    return data(view, name, of,
                arena_printf(&sheet->arena, "%" PRId64 ".%05" PRId64, e5 / 100000, e5 % 100000),
                format_percent(&sheet->format, e5, 2));
}

struct word_value report_ms(const struct report_view *view, const char *name, const char *of,
                            double ms)
{
    struct sheet *sheet = view->sheet;
    if (!isfinite(ms))
        return not_measured(view, name);
    return data(view, name, of, arena_printf(&sheet->arena, "%.1f", ms),
                format_latency(&sheet->format, ms));
}

struct word_value report_phrase(const struct report_view *view, const char *of, size_t count,
                                const char *text)
{
    return data(view, "", of, arena_printf(&view->sheet->arena, "%zu", count),
                block_breakable(view->sheet, text));
}

const char *report_of_row(const struct report_view *view, const char *list, size_t row,
                          const char *member)
{
    return arena_printf(&view->sheet->arena, "%s.%zu.%s", list, row, member);
}

const char *report_of_member(const struct report_view *view, const char *object, const char *member)
{
    return arena_printf(&view->sheet->arena, "%s.%s", object, member);
}

/* ---- figures ---- */

void report_figures_open(const struct report_view *view)
{
    html_raw(view->sheet->out, "<ul class=\"figs\">\n");
}

void report_figures_close(const struct report_view *view)
{
    html_raw(view->sheet->out, "</ul>\n");
}

static const char few_text[] = N_("Few cases: not much can be made of them.");

void report_figure_few(const struct report_view *view, bool few, struct word_value figure,
                       const char *sentence, const struct word_value *values)
{
    struct buffer *out = view->sheet->out;
    html_raw(out, "<li><b>");
    sheet_value(view->sheet, &figure);
    html_raw(out, "</b><span>");
    sheet_say(view->sheet, sentence, values);
    html_raw(out, "</span>");
    if (few) {
        html_raw(out, "<span class=\"few\">");
        sheet_say(view->sheet, few_text, NULL);
        html_raw(out, "</span>");
    }
    html_raw(out, "</li>\n");
}

void report_figure(const struct report_view *view, struct word_value figure, const char *sentence,
                   const struct word_value *values)
{
    report_figure_few(view, false, figure, sentence, values);
}

void report_say_few(const struct report_view *view, bool few)
{
    if (!few)
        return;
    html_raw(view->sheet->out, "<p class=\"small few\">");
    sheet_say(view->sheet, few_text, NULL);
    html_raw(view->sheet->out, "</p>\n");
}

/* ---- sections ---- */

void report_split_open(const struct report_view *view, const char *id, const char *title)
{
    struct buffer *out = view->sheet->out;
    html_raw(out, "<section class=\"split\"");
    html_attr(out, "aria-labelledby", id);
    html_raw(out, ">\n<div><h2");
    html_attr(out, "id", id);
    html_raw(out, ">");
    sheet_say(view->sheet, title, NULL);
    html_raw(out, "</h2>\n");
}

void report_split_turn(const struct report_view *view)
{
    html_raw(view->sheet->out, "</div>\n<div>");
}

void report_split_close(const struct report_view *view)
{
    html_raw(view->sheet->out, "</div>\n</section>\n");
}

void report_say(const struct report_view *view, const char *message,
                const struct word_value *values)
{
    html_raw(view->sheet->out, "<p>");
    sheet_say(view->sheet, message, values);
    html_raw(view->sheet->out, "</p>\n");
}

void report_say_soft(const struct report_view *view, const char *message,
                     const struct word_value *values)
{
    html_raw(view->sheet->out, "<p class=\"small soft\">");
    sheet_say(view->sheet, message, values);
    html_raw(view->sheet->out, "</p>\n");
}

/* ---- tables ---- */

void report_open_details(const struct report_view *view)
{
    html_raw(view->sheet->out, "<details><summary>");
    sheet_say(view->sheet, N_("As a table"), NULL);
    html_raw(view->sheet->out, "</summary>\n");
}

void report_close_details(const struct report_view *view)
{
    html_raw(view->sheet->out, "</details>\n");
}

void report_table_open(const struct report_view *view, const char *caption,
                       const char *const *labels)
{
    struct buffer *out = view->sheet->out;
    html_raw(out, "<div class=\"scroll\" tabindex=\"0\" role=\"region\"");
    sheet_attr(view->sheet, "aria-label", caption);
    html_raw(out, "><table><thead><tr>");
    for (size_t i = 0; labels[i]; i++) {
        if (i)
            html_raw(out, "<th scope=\"col\" class=\"r\">");
        else
            html_raw(out, "<th scope=\"col\">");
        sheet_say(view->sheet, labels[i], NULL);
        html_raw(out, "</th>");
    }
    html_raw(out, "</tr></thead><tbody>\n");
}

void report_table_row(const struct report_view *view, const char *heading,
                      const struct word_value *cells, size_t count)
{
    struct buffer *out = view->sheet->out;
    html_raw(out, "<tr><th scope=\"row\">");
    html_text(out, heading);
    html_raw(out, "</th>");
    for (size_t i = 0; i < count; i++) {
        html_raw(out, "<td class=\"r\">");
        sheet_value(view->sheet, &cells[i]);
        html_raw(out, "</td>");
    }
    html_raw(out, "</tr>\n");
}

void report_table_close(const struct report_view *view)
{
    html_raw(view->sheet->out, "</tbody></table></div>\n");
}

/* ---- bars ---- */

void report_bars_open(const struct report_view *view)
{
    html_raw(view->sheet->out, "<dl class=\"bars\">\n");
}

void report_bar(const struct report_view *view, const char *label, struct word_value number,
                size_t count, size_t most)
{
    enum { WIDEST_PERCENT = 92 }; /* the number stands behind it, in the padding */
    struct buffer *out = view->sheet->out;
    html_raw(out, "<dt>");
    html_text(out, label);
    html_raw(out, "</dt><dd><svg aria-hidden=\"true\" height=\"12\" width=\"");
    html_number(out, most ? (int64_t)(count * WIDEST_PERCENT / most) : 0);
    html_raw(out, "%\"><rect width=\"100%\" height=\"12\"/></svg>");
    sheet_value(view->sheet, &number);
    html_raw(out, "</dd>\n");
}

void report_bars_close(const struct report_view *view)
{
    html_raw(view->sheet->out, "</dl>\n");
}

/* ---- classes ---- */

const char *report_bound(const struct report_view *view, int64_t seconds)
{
    enum { HOUR = 3600, DAY = 86400 };
    struct sheet *sheet = view->sheet;
    if (seconds <= DAY || seconds >= 2 * DAY || seconds % HOUR)
        return format_duration(&sheet->format, seconds);
    return sheet_text(sheet, N_("{n} h"),
                      VALUES(word_plain("n", format_count(&sheet->format, seconds / HOUR))));
}

const char *report_range(const struct report_view *view, const int64_t *bounds, size_t bound_count,
                         size_t row)
{
    struct sheet *sheet = view->sheet;
    if (row == 0)
        return sheet_text(sheet, N_("under {to}"),
                          VALUES(word_plain("to", report_bound(view, bounds[0]))));
    struct word_value from = word_plain("from", report_bound(view, bounds[row - 1]));
    if (row == bound_count)
        return sheet_text(sheet, N_("{from} and more"), VALUES(from));
    return sheet_text(sheet, N_("{from} to {to}"),
                      VALUES(from, word_plain("to", report_bound(view, bounds[row]))));
}
