#include "strip.h"

#include "calendar.h"
#include "macros.h"
#include "writer.h"

#include <math.h>
#include <stdbool.h>

enum { RUN_MARKS_MAX = STRIP_DAYS };

#define LOOK(day) (1u << (day))

static const unsigned down_looks = LOOK(STRIP_DOWN_MINUTES) | LOOK(STRIP_DOWN_HOUR) |
                                   LOOK(STRIP_DOWN_HOURS) | LOOK(STRIP_DOWN_LONG);

struct strip_range strip_range_until(int64_t now)
{
    struct strip_range range;
    int64_t today = calendar_day(now);
    for (int i = 0; i < STRIP_DAYS; i++)
        range.bounds[i] = calendar_day_after(today, i + 1 - STRIP_DAYS);
    range.bounds[STRIP_DAYS] = now;
    return range;
}

bool strip_is_down(enum strip_day day)
{
    return (down_looks & LOOK(day)) != 0;
}

enum strip_day strip_day_of(const struct tally *tally, size_t services)
{
    int64_t total = tally_total(tally);
    if (services == 0 || total == 0 || tally->unknown * 2 > total)
        return STRIP_UNKNOWN;
    int64_t down = tally->down / (int64_t)services;
    if (tally->down == 0)
        return tally->degraded ? STRIP_DEGRADED : STRIP_UP;
    if (down < 600)
        return STRIP_DOWN_MINUTES;
    if (down < 3600)
        return STRIP_DOWN_HOUR;
    return down < 4 * 3600 ? STRIP_DOWN_HOURS : STRIP_DOWN_LONG;
}

/* Begin of the next run of days with one of the looks, at or after `from`; `count` when there is none. */
static size_t run_begin(const enum strip_day *days, size_t count, unsigned looks, size_t from)
{
    while (from < count && !(looks & LOOK(days[from])))
        from++;
    return from;
}

static size_t run_end(const enum strip_day *days, size_t count, unsigned looks, size_t from)
{
    while (from < count && looks & LOOK(days[from]))
        from++;
    return from;
}

/* One layer of bars: each run of equal days is one line, its width on screen is the bars' height (style sheet). */
static void write_layer(struct buffer *out, const enum strip_day *days, size_t count,
                        unsigned looks, const char *class, int y)
{
    size_t begin = run_begin(days, count, looks, 0);
    if (begin == count)
        return;
    html_raw(out, "<path");
    html_attr(out, "class", class);
    html_raw(out, " d=\"");
    while (begin < count) {
        size_t end = run_end(days, count, looks, begin);
        html_raw(out, "M");
        html_number(out, (int64_t)begin);
        html_raw(out, " ");
        html_number(out, y);
        html_raw(out, "h");
        html_number(out, (int64_t)(end - begin));
        begin = run_begin(days, count, looks, end);
    }
    html_raw(out, "\"/>");
}

static void write_bars(struct buffer *out, const enum strip_day *days, size_t count)
{
    static const struct {
        const char *class;
        int y;
        unsigned looks;
    } layers[] = {
        {"u", 22,
         LOOK(STRIP_UP) | LOOK(STRIP_DEGRADED) | LOOK(STRIP_DOWN_MINUTES) | LOOK(STRIP_DOWN_HOUR) |
             LOOK(STRIP_DOWN_HOURS)},
        {"n", 30, LOOK(STRIP_UNKNOWN)},
        {"m", 16, LOOK(STRIP_MAINTENANCE)}, /* a whisker in two parts */
        {"m", 28, LOOK(STRIP_MAINTENANCE)},
        {"p", 8, LOOK(STRIP_DEGRADED)},
        {"d d1", 6, LOOK(STRIP_DOWN_MINUTES)},
        {"d d2", 9, LOOK(STRIP_DOWN_HOUR)},
        {"d d3", 13, LOOK(STRIP_DOWN_HOURS)},
        {"d d4", 17, LOOK(STRIP_DOWN_LONG)},
    };
    for (size_t i = 0; i < ARRAY_LEN(layers); i++)
        write_layer(out, days, count, layers[i].looks, layers[i].class, layers[i].y);
}

struct marks {
    double centres[RUN_MARKS_MAX];
    size_t count;
};

/* Marks that would touch one another are left out: the bars themselves still show every day. */
static bool has_room(const struct marks *marks, double centre)
{
    for (size_t i = 0; i < marks->count; i++)
        if (fabs(marks->centres[i] - centre) <= 2.4)
            return false;
    return marks->count < RUN_MARKS_MAX;
}

static void write_marks(struct buffer *out, const enum strip_day *days, size_t count,
                        unsigned looks, const char *class, const char *symbol, struct marks *marks)
{
    size_t begin = run_begin(days, count, looks, 0);
    while (begin < count) {
        size_t end = run_end(days, count, looks, begin);
        double centre = (double)(begin + end) / 2;
        if (has_room(marks, centre)) {
            marks->centres[marks->count++] = centre;
            html_raw(out, "<use");
            html_attr(out, "class", class);
            html_attr(out, "href", symbol);
            html_raw(out, " x=\"");
            html_real(out, centre * 100 / (double)count, 2);
            html_raw(out, "%\" y=\"37\" width=\"8\" height=\"8\" transform=\"translate(-4)\"/>");
        }
        begin = run_begin(days, count, looks, end);
    }
}

void strip_write(struct buffer *out, const enum strip_day *days, size_t count, const char *label)
{
    struct marks marks = {.count = 0};
    html_raw(out, "<svg class=\"strip\"");
    if (label) {
        html_raw(out, " role=\"img\"");
        html_attr(out, "aria-label", label);
    } else {
        html_raw(out, " aria-hidden=\"true\"");
    }
    html_raw(out, "><svg viewBox=\"0 0 ");
    html_number(out, (int64_t)count);
    html_raw(out, " 46\" width=\"100%\" height=\"46\" preserveAspectRatio=\"none\">");
    write_bars(out, days, count);
    html_raw(out, "</svg>");
    write_marks(out, days, count, down_looks, "down", "#m-down", &marks);
    write_marks(out, days, count, LOOK(STRIP_DEGRADED), "deg", "#m-deg", &marks);
    write_marks(out, days, count, LOOK(STRIP_MAINTENANCE), "maint", "#m-maint", &marks);
    html_raw(out, "</svg>");
}
