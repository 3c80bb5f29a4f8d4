#include "report_chart.h"

#include "calendar.h"
#include "chart.h"
#include "macros.h"

enum { DAYS_MAX = 366, YEAR_HEIGHT = 92, BOX_HEIGHT = 170, HOURS_HEIGHT = 90 };

/* `id` is of the drawing: its title and description are found by it. */
static void open_chart(const struct report_view *view, const char *id, const char *title,
                       const char *description, int height)
{
    struct buffer *out = view->sheet->out;
    struct arena *arena = &view->sheet->arena;
    const char *title_id = arena_printf(arena, "%s-t", id),
               *text_id = arena_printf(arena, "%s-d", id);
    html_raw(out, "<figure>\n<svg class=\"chart\" role=\"img\" width=\"100%\"");
    html_attr(out, "aria-labelledby", title_id);
    html_attr(out, "aria-describedby", text_id);
    html_attr(out, "height", arena_printf(arena, "%d", height));
    html_raw(out, "><title");
    html_attr(out, "id", title_id);
    html_raw(out, ">");
    html_text(out, title);
    html_raw(out, "</title><desc");
    html_attr(out, "id", text_id);
    html_raw(out, ">");
    html_text(out, description);
    html_raw(out, "</desc>\n");
}

static void close_chart(const struct report_view *view, const char *caption)
{
    html_raw(view->sheet->out, "</svg>\n<figcaption>");
    sheet_say(view->sheet, caption, NULL);
    html_raw(view->sheet->out, "</figcaption>\n</figure>\n");
}

/* Text in the middle at a share of the width. */
static void write_label(struct buffer *out, double percent, double y, const char *text)
{
    html_raw(out, "<text text-anchor=\"middle\" x=\"");
    html_real(out, percent, 2);
    html_raw(out, "%\" y=\"");
    html_real(out, y, 0);
    html_raw(out, "\">");
    html_text(out, text);
    html_raw(out, "</text>");
}

/* ---- days ---- */

static void draw_hit(struct buffer *out, const struct report *report)
{
    enum { LEAST = 4 };
    html_raw(out, "<path class=\"day\"" SVG_EVEN_STROKE " d=\"");
    for (size_t day = 0; day < report->day_count; day++) {
        const struct report_day *one = &report->days[day];
        if (!one->hosters_hit && !report_day_measured(one))
            continue;
        html_raw(out, "M");
        html_real(out, (double)day + .5, 1);
        html_raw(out, " 92v-");
        html_number(out, (int64_t)(LEAST + one->hosters_hit * (YEAR_HEIGHT - LEAST) /
                                               report->hosters_counted));
    }
    html_raw(out, "\"/>");
}

/* Frames around neighbouring days. */
static void draw_holes(struct buffer *out, const struct report *report)
{
    html_raw(out, "<path class=\"hole\"" SVG_EVEN_STROKE " d=\"");
    for (size_t day = 0, end; day < report->day_count; day = end + 1) {
        for (end = day; end < report->day_count && !report_day_measured(&report->days[end]);)
            end++;
        if (end == day)
            continue;
        html_raw(out, "M");
        html_number(out, (int64_t)day);
        html_raw(out, " 1h");
        html_number(out, (int64_t)(end - day));
        html_raw(out, "v91h-");
        html_number(out, (int64_t)(end - day));
        html_raw(out, "z");
    }
    html_raw(out, "\"/>");
}

static void label_days(const struct report_view *view)
{
    struct buffer *out = view->sheet->out;
    for (size_t day = 0; day < view->report->day_count; day++) {
        int64_t from = view->report->days[day].from;
        struct calendar_time date = calendar_at(from);
        if (date.day != 1 || date.month % 3 != 1)
            continue;
        html_raw(out, "<text x=\"");
        html_real(out, (double)day * 100 / DAYS_MAX, 2);
        html_raw(out, "%\" y=\"110\">");
        html_text(out, format_month_short(&view->sheet->format, from));
        html_raw(out, "</text>");
    }
}

static size_t unmeasured_days(const struct report *report)
{
    size_t ret = 0;
    for (int i = 0; i < REPORT_MONTHS; i++)
        ret += report->day_months[i].unmeasured;
    return ret;
}

static const char *describe_days(const struct report_view *view)
{
    struct sheet *sheet = view->sheet;
    const struct report *report = view->report;
    size_t highest = 0;
    for (size_t day = 0; day < report->day_count; day++)
        highest = report->days[day].hosters_hit > report->days[highest].hosters_hit ? day : highest;
    if (!report->day_count)
        return "";
    const char *most = sheet_text_plural(
        sheet, "At most {n} of {of} hosters had an outage on one day: on {day}.",
        "At most {n} of {of} hosters had an outage on one day: on {day}.",
        (int64_t)report->days[highest].hosters_hit,
        VALUES(word_plain("of", format_count(&sheet->format, (int64_t)report->hosters_counted)),
               sheet_date(sheet, "day", report->days[highest].from)));
    return arena_printf(&sheet->arena, "%s %s", most,
                        sheet_text_plural(sheet, "{n} day was not measured.",
                                          "{n} days were not measured.",
                                          (int64_t)unmeasured_days(report), NULL));
}

void report_chart_days(const struct report_view *view)
{
    struct sheet *sheet = view->sheet;
    const struct report *report = view->report;
    bool all_measured = unmeasured_days(report) == 0;
    if (!report->hosters_counted)
        return;
    open_chart(view, "days", sheet_text(sheet, N_("The year, day by day"), NULL),
               describe_days(view), 114);
    html_raw(sheet->out, "<svg viewBox=\"0 0 366 92\" width=\"100%\" height=\"92\" "
                         "preserveAspectRatio=\"none\">");
    draw_hit(sheet->out, report);
    if (!all_measured)
        draw_holes(sheet->out, report);
    html_raw(sheet->out, "</svg>\n");
    label_days(view);
    close_chart(view,
                all_measured
                    ? N_("One line a day: the higher, the more hosters had an outage on it.")
                    : N_("One line a day: the higher, the more hosters had an outage on it. In a "
                         "dashed frame: days of which less than half was measured."));
}

/* ---- the distribution ---- */

static void draw_dots(struct buffer *out, size_t count, size_t dots_a_row)
{
    html_raw(out, "<path class=\"dot\" d=\"");
    for (size_t i = 0; i < count; i++) {
        size_t in_row = count - i / dots_a_row * dots_a_row;
        in_row = in_row < dots_a_row ? in_row : dots_a_row;
        html_raw(out, "M");
        html_number(out, (int64_t)(i % dots_a_row) * 10 - ((int64_t)in_row - 1) * 5);
        html_raw(out, " -");
        html_number(out, 9 + (int64_t)(i / dots_a_row) * 10);
        html_raw(out, "h0");
    }
    html_raw(out, "\"/>");
}

static void draw_class(const struct report_view *view, size_t row, size_t dots_a_row, int base)
{
    struct buffer *out = view->sheet->out;
    size_t count = view->report->down_classes[row];
    double middle = ((double)row + .5) * 100 / (REPORT_DOWN_BOUNDS + 1);
    if (count) {
        html_raw(out, "<svg overflow=\"visible\" x=\"");
        html_real(out, middle, 2);
        html_raw(out, "%\" y=\"");
        html_number(out, base);
        html_raw(out, "\">");
        draw_dots(out, count, dots_a_row);
        html_raw(out, "</svg>");
    }
    size_t rows = (count + dots_a_row - 1) / dots_a_row;
    write_label(out, middle, base - 8 - 10.0 * (double)rows,
                format_count(&view->sheet->format, (int64_t)count));
}

static const char *describe_classes(const struct report_view *view)
{
    struct sheet *sheet = view->sheet;
    const char *all = "";
    for (size_t i = 0; i <= REPORT_DOWN_BOUNDS; i++)
        all = arena_printf(
            &sheet->arena, "%s%s%s", all, i ? "; " : "",
            sheet_text(
                sheet, N_("{range}: {count}"),
                VALUES(word_plain("range",
                                  report_range(view, report_down_bounds_s, REPORT_DOWN_BOUNDS, i)),
                       word_plain("count", format_count(&sheet->format,
                                                        (int64_t)view->report->down_classes[i])))));
    return all;
}

void report_chart_distribution(const struct report_view *view)
{
    enum { FEW_A_ROW = 4, MANY_A_ROW = 3, ROWS_MOST = 30 };
    struct sheet *sheet = view->sheet;
    size_t most = 0, dots_a_row = FEW_A_ROW;
    for (size_t i = 0; i <= REPORT_DOWN_BOUNDS; i++)
        most = view->report->down_classes[i] > most ? view->report->down_classes[i] : most;
    size_t rows = (most + dots_a_row - 1) / dots_a_row;
    int base = 28 + 10 * (int)(rows < ROWS_MOST ? rows : ROWS_MOST);
    open_chart(view, "dist",
               sheet_text(sheet, N_("Hosters by how long they were unavailable"), NULL),
               describe_classes(view), base + 24);
    for (size_t i = 0; i <= REPORT_DOWN_BOUNDS; i++)
        draw_class(view, i, dots_a_row, base);
    html_raw(sheet->out, "<svg y=\"");
    html_number(sheet->out, base);
    html_raw(sheet->out, "\" viewBox=\"0 0 8 6\" width=\"100%\" height=\"6\" "
                         "preserveAspectRatio=\"none\"><path class=\"base\"" SVG_EVEN_STROKE
                         " d=\"M0 .5h8M1 0v5M2 0v5M3 0v5M4 0v5M5 0v5M6 0v5M7 0v5\"/></svg>");
    for (size_t i = 0; i < REPORT_DOWN_BOUNDS; i++)
        write_label(sheet->out, ((double)i + 1) * 100 / (REPORT_DOWN_BOUNDS + 1), base + 20,
                    report_bound(view, report_down_bounds_s[i]));
    close_chart(view, N_("Time unavailable in the year, each service on average. The scale doubles "
                         "at each step."));
}

/* ---- months ---- */

struct boxes {
    double most; /* s */
};

static double height_at(const struct boxes *boxes, int64_t seconds)
{
    return BOX_HEIGHT * (1 - (double)seconds / boxes->most);
}

static void draw_stroke(struct buffer *out, const char *class, double from, double to)
{
    html_raw(out, "<path");
    html_attr(out, "class", class);
    html_raw(out, " d=\"M0 ");
    html_real(out, from, 1);
    html_raw(out, "V");
    html_real(out, to, 1);
    html_raw(out, "\"/>");
}

static double month_place(int month)
{
    return 8 + (month + .5) * 92 / REPORT_MONTHS;
}

static void draw_month(const struct report_view *view, int index, const struct boxes *boxes)
{
    struct buffer *out = view->sheet->out;
    const struct report_month *month = &view->report->months[index];
    const struct distribution *down = &month->down_s;
    if (down->count) {
        html_raw(out, "<svg overflow=\"visible\" x=\"");
        html_real(out, month_place(index), 2);
        html_raw(out, "%\">");
        draw_stroke(out, "whisker", height_at(boxes, down->tenth),
                    height_at(boxes, down->nine_tenths));
        draw_stroke(out, "box", height_at(boxes, down->quarter) + .5,
                    height_at(boxes, down->three_quarters) - .5);
        html_raw(out, "<path class=\"notch\" d=\"M-6 ");
        html_real(out, height_at(boxes, down->median), 1);
        html_raw(out, "h12\"/></svg>");
    }
    if (month->from < month->to)
        write_label(out, month_place(index), BOX_HEIGHT + 18,
                    format_month_short(&view->sheet->format, month->from));
}

static void draw_scale(const struct report_view *view, const struct boxes *boxes)
{
    static const int64_t steps[] = {60,    300,   600,   1800,   3600,  7200,
                                    14400, 28800, 86400, 172800, 604800};
    struct buffer *out = view->sheet->out;
    int64_t step = steps[ARRAY_LEN(steps) - 1];
    for (size_t i = ARRAY_LEN(steps); i-- > 0;)
        step = boxes->most / (double)steps[i] <= 4 ? steps[i] : step;
    for (int64_t at = 0; (double)at <= boxes->most; at += step) {
        double y = height_at(boxes, at);
        html_raw(out, "<svg viewBox=\"0 0 1 1\" height=\"1\" width=\"100%\" "
                      "preserveAspectRatio=\"none\" overflow=\"visible\" y=\"");
        html_real(out, y, 0);
        html_raw(out, "\"><path class=\"grid\"" SVG_EVEN_STROKE " d=\"M0 0h1\"/></svg>");
        if (!at)
            continue;
        html_raw(out, "<text x=\"0\" y=\"");
        html_real(out, y - 4, 0);
        html_raw(out, "\">");
        html_text(out, format_duration(&view->sheet->format, at));
        html_raw(out, "</text>");
    }
}

void report_chart_months(const struct report_view *view)
{
    struct sheet *sheet = view->sheet;
    int64_t most = 60;
    for (int i = 0; i < REPORT_MONTHS; i++)
        most = view->report->months[i].down_s.nine_tenths > most
                   ? view->report->months[i].down_s.nine_tenths
                   : most;
    struct boxes boxes = {(double)most * 1.08};
    open_chart(view, "box",
               sheet_text(sheet, N_("Unavailability of the services, month by month"), NULL),
               sheet_text(sheet, N_("The table below has the figures."), NULL), BOX_HEIGHT + 24);
    draw_scale(view, &boxes);
    for (int i = 0; i < REPORT_MONTHS; i++)
        draw_month(view, i, &boxes);
    close_chart(view, N_("Unavailability of each service in each month."));
}

/* ---- hours ---- */

static void draw_hour(const struct report_view *view, int hour, size_t most)
{
    struct buffer *out = view->sheet->out;
    size_t height = view->report->hours[hour].outages * (HOURS_HEIGHT - 4) / (most ? most : 1);
    html_raw(out, "<rect class=\"col\" width=\"2.9%\" x=\"");
    html_real(out, hour * 100.0 / REPORT_HOURS + .6, 2);
    html_raw(out, "%\" y=\"");
    html_number(out, HOURS_HEIGHT - (int64_t)height);
    html_raw(out, "\" height=\"");
    html_number(out, (int64_t)height);
    html_raw(out, "\"/>");
    if (hour % 6 == 0)
        write_label(
            out, hour * 100.0 / REPORT_HOURS + 2.05, HOURS_HEIGHT + 18,
            sheet_text(view->sheet, N_("{hour}:00"),
                       VALUES(word_plain("hour", format_count(&view->sheet->format, hour)))));
}

void report_chart_hours(const struct report_view *view)
{
    struct sheet *sheet = view->sheet;
    size_t most = 0;
    for (int hour = 0; hour < REPORT_HOURS; hour++)
        most = view->report->hours[hour].outages > most ? view->report->hours[hour].outages : most;
    open_chart(view, "hours",
               sheet_text(sheet, N_("Outages by the hour in which they began"), NULL),
               sheet_text(sheet, N_("The table below has the figures."), NULL), HOURS_HEIGHT + 24);
    for (int hour = 0; hour < REPORT_HOURS; hour++)
        draw_hour(view, hour, most);
    html_raw(
        sheet->out,
        "<svg y=\"90\" viewBox=\"0 0 1 1\" height=\"1\" width=\"100%\" "
        "preserveAspectRatio=\"none\" overflow=\"visible\"><path class=\"base\"" SVG_EVEN_STROKE
        " d=\"M0 0h1\"/></svg>");
    close_chart(view,
                N_("Outages by the hour in which they began, by the clock of the collective."));
}
