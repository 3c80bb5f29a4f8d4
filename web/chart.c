#include "chart.h"

#include "calendar.h"
#include "digits.h"
#include "macros.h"

#include <math.h>
#include <stdbool.h>

enum { HEIGHT = 190, TOP = 14, LINES_MAX = 4, EDGE = 6 };

/* The days of the range; NaN where nothing was measured. */
struct series {
    double p50[STRIP_DAYS], p95[STRIP_DAYS];
    size_t first, last; /* days that have a value */
    size_t measured;
    size_t peak; /* the day with the highest p95 */
    double most; /* value at the top of the drawing */
};

double chart_step(double most)
{
    static const double steps[] = {1, 2, 5, 10};
    double power = pow(10, floor(log10(most / LINES_MAX)));
    for (size_t i = 0; i < ARRAY_LEN(steps); i++)
        if (most / (steps[i] * power) <= LINES_MAX)
            return steps[i] * power;
    return 10 * power;
}

static size_t day_index(const struct strip_range *range, int64_t time)
{
    size_t day = 0;
    while (day < STRIP_DAYS && range->bounds[day + 1] <= time)
        day++;
    return time >= range->bounds[0] ? day : STRIP_DAYS;
}

static void add_day(struct series *series, size_t day, const struct latency_day *latency)
{
    series->p50[day] = latency->p50;
    series->p95[day] = latency->p95;
    if (series->measured++ == 0) {
        series->first = series->peak = day;
    }
    series->last = day;
    if (latency->p95 > series->p95[series->peak])
        series->peak = day;
}

/* A day of which the strip says that it was not measured has no point, though it may have a few answers. */
static struct series series_of(const struct latency_day *days, size_t count,
                               const struct strip_range *range, const enum strip_day *looks)
{
    struct series series = {.measured = 0};
    for (size_t i = 0; i < STRIP_DAYS; i++)
        series.p50[i] = series.p95[i] = NAN;
    for (size_t i = 0; i < count; i++) {
        size_t day = day_index(range, days[i].from);
        if (day < STRIP_DAYS && looks[day] != STRIP_UNKNOWN && isfinite(days[i].p50) &&
            isfinite(days[i].p95))
            add_day(&series, day, &days[i]);
    }
    if (series.measured)
        series.most = fmax(series.p95[series.peak] * 1.1, 1);
    return series;
}

static double height_of(const struct series *series, double ms)
{
    return TOP + (HEIGHT - TOP) * (1 - ms / series->most);
}

enum { POINT_MAX = 2 * DIGITS_MAX };

/* Both the line and the band go by the same points. */
struct points {
    const double *values; /* of the days */
    size_t lengths[STRIP_DAYS];
    char texts[STRIP_DAYS][POINT_MAX]; /* "12.5 103" */
};

static struct points points_of(const struct series *series, const double *values)
{
    struct points points = {.values = values};
    for (size_t day = series->first; day <= series->last; day++) {
        if (isnan(values[day]))
            continue;
        char *end = digits_put(points.texts[day], (int64_t)day, 0);
        *end++ = '.';
        *end++ = '5';
        *end++ = ' ';
        end = digits_put(end, llrint(height_of(series, values[day])), 0);
        points.lengths[day] = (size_t)(end - points.texts[day]);
    }
    return points;
}

static void write_point(struct buffer *out, const struct points *points, size_t day, bool first)
{
    buffer_byte(out, first ? 'M' : 'L');
    buffer_add(out, points->texts[day], points->lengths[day]);
}

/* Broken where nothing was measured; a day alone is a dot, drawn as a line of no length. */
static void write_line(struct buffer *out, const struct series *series, const struct points *points,
                       const char *class)
{
    const double *values = points->values;
    html_raw(out, "<path" SVG_EVEN_STROKE);
    html_attr(out, "class", class);
    html_raw(out, " d=\"");
    for (size_t day = series->first; day <= series->last; day++) {
        if (isnan(values[day]))
            continue;
        bool first = day == 0 || isnan(values[day - 1]);
        write_point(out, points, day, first);
        if (first && (day + 1 == STRIP_DAYS || isnan(values[day + 1])))
            html_raw(out, "h0");
    }
    html_raw(out, "\"/>");
}

static size_t segment_end(const struct series *series, size_t day)
{
    while (day + 1 < STRIP_DAYS && !isnan(series->p95[day + 1]))
        day++;
    return day;
}

/* The area between median and 95 %, one closed shape per measured stretch. */
static void write_band(struct buffer *out, const struct series *series, const struct points *above,
                       const struct points *below)
{
    html_raw(out, "<path class=\"band\" d=\"");
    for (size_t day = series->first; day <= series->last; day++) {
        if (isnan(series->p95[day]))
            continue;
        size_t end = segment_end(series, day);
        for (size_t i = day; i <= end; i++)
            write_point(out, above, i, i == day);
        for (size_t i = end + 1; i-- > day;)
            write_point(out, below, i, false);
        html_raw(out, "z");
        day = end;
    }
    html_raw(out, "\"/>");
}

static void write_curves(struct buffer *out, const struct series *series)
{
    struct points p95 = points_of(series, series->p95), p50 = points_of(series, series->p50);
    write_band(out, series, &p95, &p50);
    write_line(out, series, &p95, "p95");
    write_line(out, series, &p50, "med");
}

static void write_rule(struct buffer *out, const char *class, double y)
{
    html_raw(out, "<path" SVG_EVEN_STROKE);
    html_attr(out, "class", class);
    html_raw(out, " d=\"M0 ");
    html_real(out, y, 0);
    html_raw(out, "H90\"/>");
}

static void write_grid(struct buffer *out, const struct series *series)
{
    double step = chart_step(series->most);
    write_rule(out, "base", HEIGHT);
    for (int i = 1; i * step <= series->most; i++)
        write_rule(out, "grid", height_of(series, i * step));
}

/* Both sides of each stretch of days without measurement, inside what was measured. */
static void write_holes(struct buffer *out, const struct series *series)
{
    bool open = false;
    for (size_t day = series->first; day <= series->last; day++) {
        bool hole = isnan(series->p95[day]);
        if (hole == open)
            continue;
        if (hole)
            html_raw(out, "<path" SVG_EVEN_STROKE " class=\"hole\" d=\"M");
        else
            html_raw(out, "M");
        html_number(out, (int64_t)day);
        html_raw(out, " 14V190");
        if (!hole)
            html_raw(out, "\"/>");
        open = hole;
    }
}

static void write_scale(struct sheet *sheet, const struct series *series)
{
    double step = chart_step(series->most);
    for (int i = 1; i * step <= series->most; i++) {
        html_raw(sheet->out, "<text class=\"over\" paint-order=\"stroke\" x=\"0\" y=\"");
        html_real(sheet->out, height_of(series, i * step) - 4, 0);
        html_raw(sheet->out, "\">");
        html_text(sheet->out, format_latency(&sheet->format, i * step));
        html_raw(sheet->out, "</text>");
    }
}

static double share_of_width(size_t day)
{
    return (double)day * 100 / STRIP_DAYS;
}

static void write_months(struct sheet *sheet, const struct strip_range *range)
{
    enum { LAST_SURE = 28 }; /* that every month has */
    int day_of_month = LAST_SURE;
    for (size_t day = 0; day < STRIP_DAYS; day++) {
        day_of_month =
            day_of_month < LAST_SURE ? day_of_month + 1 : calendar_at(range->bounds[day]).day;
        if (day_of_month != 1)
            continue;
        html_raw(sheet->out, "<text x=\"");
        html_real(sheet->out, share_of_width(day), 2);
        html_raw(sheet->out, "%\" y=\"208\"");
        if (day > STRIP_DAYS - 4)
            html_raw(sheet->out, " text-anchor=\"end\"");
        html_raw(sheet->out, ">");
        html_text(sheet->out, format_month_short(&sheet->format, range->bounds[day]));
        html_raw(sheet->out, "</text>");
    }
}

/* Whether people would ask what was on the highest day. */
static bool stands_out(const struct series *series)
{
    double sum = 0;
    for (size_t day = series->first; day <= series->last; day++)
        sum += isnan(series->p95[day]) ? 0 : series->p95[day];
    return series->p95[series->peak] > 1.3 * sum / (double)series->measured;
}

/* Its date, above it. */
static void write_peak(struct sheet *sheet, const struct series *series,
                       const struct strip_range *range)
{
    if (!stands_out(series))
        return;
    html_raw(sheet->out, "<text class=\"on over\" paint-order=\"stroke\"");
    if (series->peak > STRIP_DAYS - EDGE)
        html_raw(sheet->out, " text-anchor=\"end\"");
    else if (series->peak >= EDGE)
        html_raw(sheet->out, " text-anchor=\"middle\"");
    html_raw(sheet->out, " x=\"");
    html_real(sheet->out, share_of_width(series->peak) + .5, 2);
    html_raw(sheet->out, "%\" y=\"");
    html_real(sheet->out, height_of(series, series->p95[series->peak]) - 6, 0);
    html_raw(sheet->out, "\">");
    html_text(sheet->out, format_day_short(&sheet->format, range->bounds[series->peak]));
    html_raw(sheet->out, "</text>");
}

static const char *label_of(struct sheet *sheet, const struct series *series,
                            const struct strip_range *range)
{
    double low = INFINITY, high = 0;
    for (size_t day = series->first; day <= series->last; day++) {
        if (isnan(series->p50[day]))
            continue;
        low = fmin(low, series->p50[day]);
        high = fmax(high, series->p50[day]);
    }
    const struct format *format = &sheet->format;
    return sheet_text(
        sheet,
        N_("Response time from {first} to {last}: daily median from {low} to {high}; "
           "the highest 95% "
           "value was {peak}, on {day}. The table below has the figures."),
        VALUES(
            word_plain("first", format_day(format, range->bounds[series->first], sheet->page->now)),
            word_plain("last", format_day(format, range->bounds[series->last], sheet->page->now)),
            word_plain("low", format_latency(format, low)),
            word_plain("high", format_latency(format, high)),
            word_plain("peak", format_latency(format, series->p95[series->peak])),
            word_plain("day", format_day(format, range->bounds[series->peak], sheet->page->now))));
}

static void write_key(struct sheet *sheet)
{
    html_raw(
        sheet->out,
        "<ul class=\"chartkey\"><li><svg aria-hidden=\"true\" class=\"chart\" viewBox=\"0 0 30 "
        "12\"><path" SVG_EVEN_STROKE " class=\"med\" d=\"M0 6h30\"/></svg>");
    sheet_say(sheet, N_("median of the day"), NULL);
    html_raw(sheet->out, "</li><li><svg aria-hidden=\"true\" class=\"chart\" viewBox=\"0 0 30 "
                         "12\"><path" SVG_EVEN_STROKE " class=\"p95\" d=\"M1 6h29\"/></svg>");
    sheet_say(sheet, N_("95% of the answers are faster"), NULL);
    html_raw(sheet->out, "</li></ul>\n");
}

static void write_drawing(struct sheet *sheet, const struct series *series,
                          const struct strip_range *range)
{
    struct buffer *out = sheet->out;
    html_raw(out, "<svg class=\"chart\" role=\"img\" aria-labelledby=\"lat-t\" "
                  "aria-describedby=\"lat-d\" width=\"100%\" height=\"214\"><title id=\"lat-t\">");
    sheet_say(sheet, N_("Response time, day by day"), NULL);
    html_raw(out, "</title><desc id=\"lat-d\">");
    html_text(out, label_of(sheet, series, range));
    html_raw(out, "</desc><svg viewBox=\"0 0 90 190\" width=\"100%\" height=\"190\" "
                  "preserveAspectRatio=\"none\">");
    write_grid(out, series);
    write_holes(out, series);
    write_curves(out, series);
    html_raw(out, "</svg>");
    write_scale(sheet, series);
    write_months(sheet, range);
    write_peak(sheet, series, range);
    html_raw(out, "</svg>\n");
}

static void write_row(struct sheet *sheet, const struct latency_day *day)
{
    struct buffer *out = sheet->out;
    struct word_value date = sheet_day(sheet, "date", day->from);
    html_raw(out, "<tr><th scope=\"row\">");
    sheet_value(sheet, &date);
    html_raw(out, "</th><td class=\"r\">");
    html_text(out, format_latency(&sheet->format, day->p50));
    html_raw(out, "</td><td class=\"r\">");
    html_text(out, format_latency(&sheet->format, day->p95));
    html_raw(out, "</td><td class=\"r\">");
    html_text(out, format_count(&sheet->format, day->count));
    html_raw(out, "</td></tr>");
}

static void write_table(struct sheet *sheet, const struct latency_day *days, size_t count)
{
    struct buffer *out = sheet->out;
    html_raw(out, "<details><summary>");
    sheet_say(sheet, N_("The figures day by day"), NULL);
    html_raw(out, "</summary>\n<div class=\"scroll\" tabindex=\"0\" role=\"region\"");
    sheet_attr(sheet, "aria-label", N_("Response time, day by day"));
    html_raw(out, "><table><thead><tr><th scope=\"col\">");
    sheet_say(sheet, N_("Day"), NULL);
    html_raw(out, "</th><th scope=\"col\" class=\"r\">");
    sheet_say(sheet, N_("Median"), NULL);
    html_raw(out, "</th><th scope=\"col\" class=\"r\">");
    sheet_say(sheet, N_("95% under"), NULL);
    html_raw(out, "</th><th scope=\"col\" class=\"r\">");
    sheet_say(sheet, N_("Answers"), NULL);
    html_raw(out, "</th></tr></thead><tbody>");
    for (size_t i = count; i-- > 0;)
        write_row(sheet, &days[i]);
    html_raw(out, "</tbody></table></div></details>\n");
}

static void write_caption(struct sheet *sheet, const struct series *series)
{
    html_raw(sheet->out, "<figcaption>");
    if (series->last - series->first + 1 > series->measured)
        sheet_say(sheet,
                  N_("All checks of the service together. The line is broken where nothing was "
                     "measured."),
                  NULL);
    else
        sheet_say(sheet, N_("All checks of the service together."), NULL);
    html_raw(sheet->out, "</figcaption>\n");
}

void chart_latency(struct sheet *sheet, const struct latency_day *days, size_t count,
                   const struct strip_range *range, const enum strip_day looks[STRIP_DAYS])
{
    struct series series = series_of(days, count, range, looks);
    if (series.measured < 2) {
        html_raw(sheet->out, "<p>");
        sheet_say(sheet, N_("The curve begins with the second day of measurement."), NULL);
        html_raw(sheet->out, "</p>\n");
        return;
    }
    write_key(sheet);
    html_raw(sheet->out, "<figure>\n");
    write_drawing(sheet, &series, range);
    write_caption(sheet, &series);
    html_raw(sheet->out, "</figure>\n");
    write_table(sheet, days, count);
}
