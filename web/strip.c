#include "strip.h"

#include "calendar.h"
#include "macros.h"
#include "writer.h"

#include <math.h>
#include <stdbool.h>

/* More would be no help to the eye, and a page has many strips. */
enum { MARKS_MOST = 8 };

#define LOOK(day) (1u << (day))

enum {
    down_looks = LOOK(STRIP_DOWN_MINUTES) | LOOK(STRIP_DOWN_HOUR) | LOOK(STRIP_DOWN_HOURS) |
                 LOOK(STRIP_DOWN_LONG)
};

struct strip_range strip_range_until(int64_t now)
{
    struct strip_range range;
    int64_t today = calendar_day(now);
    struct calendar_walk walk = {0};
    range.bounds[0] = calendar_day_after(today, 1 - STRIP_DAYS);
    for (int i = 1; i < STRIP_DAYS; i++)
        range.bounds[i] = calendar_walk(&walk, range.bounds[i - 1]);
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

static enum strip_day worst_of(const enum strip_day *days, size_t from, size_t to)
{
    enum strip_day worst = days[from];
    for (size_t i = from + 1; i < to; i++)
        if (days[i] > worst)
            worst = days[i];
    return worst;
}

/* Each run of equal days is one line, its width on screen is the bars' height (style sheet). */
static void write_runs(struct buffer *out, const enum strip_day *days, size_t count, unsigned looks,
                       int y)
{
    size_t begin = run_begin(days, count, looks, 0);
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
}

static void write_step(struct buffer *out, char command, size_t length)
{
    buffer_byte(out, command);
    html_number(out, (int64_t)length);
}

/* One bar a day, from above: the longer it was down, the longer. Each begins where the one before it did, so many days on:
 * places of their own would make the page of a hundred strips an eighth larger on its way. */
static void write_hanging(struct buffer *out, const enum strip_day *days, size_t count)
{
    static const size_t lengths[] = {[STRIP_DOWN_MINUTES] = 8,
                                     [STRIP_DOWN_HOUR] = 14,
                                     [STRIP_DOWN_HOURS] = 22,
                                     [STRIP_DOWN_LONG] = 30};
    size_t before = count;
    for (size_t i = 0; i < count; i++) {
        if (!strip_is_down(days[i]))
            continue;
        if (before == count) {
            write_step(out, 'M', i);
            html_raw(out, ".5 2");
        } else {
            write_step(out, 'm', i - before);
            write_step(out, '-', lengths[days[before]]);
        }
        write_step(out, 'v', lengths[days[i]]);
        before = i;
    }
}

static void write_bars(struct buffer *out, const enum strip_day *days, size_t count)
{
    static const struct {
        const char *class;
        unsigned looks;
        int y, second_y; /* a whisker in two parts; 0 = in one */
    } layers[] = {
        {"u",
         LOOK(STRIP_UP) | LOOK(STRIP_DEGRADED) | LOOK(STRIP_DOWN_MINUTES) | LOOK(STRIP_DOWN_HOUR) |
             LOOK(STRIP_DOWN_HOURS),
         22, 0},
        {"n", LOOK(STRIP_UNKNOWN), 30, 0},
        {"m", LOOK(STRIP_MAINTENANCE), 16, 28},
        {"p", LOOK(STRIP_DEGRADED), 8, 0},
        {"d", down_looks, 0, 0},
    };
    for (size_t i = 0; i < ARRAY_LEN(layers); i++) {
        unsigned looks = layers[i].looks;
        if (run_begin(days, count, looks, 0) == count)
            continue;
        html_raw(out, "<path");
        html_attr(out, "class", layers[i].class);
        html_raw(out, " d=\"");
        if (looks == down_looks)
            write_hanging(out, days, count);
        else
            write_runs(out, days, count, looks, layers[i].y);
        if (layers[i].second_y)
            write_runs(out, days, count, looks, layers[i].second_y);
        html_raw(out, "\"/>");
    }
}

struct marks {
    double centres[MARKS_MOST];
    size_t count;
};

/* Marks that would touch one another are left out: the bars themselves still show every day. */
static bool has_room(const struct marks *marks, double centre)
{
    for (size_t i = 0; i < marks->count; i++)
        if (fabs(marks->centres[i] - centre) <= 2.4)
            return false;
    return marks->count < MARKS_MOST;
}

/* All of a kind are one element, however many: each sign of a text has a place of its own. */
static void write_signs(struct buffer *out, const char *class, const char *sign,
                        const double *centres, size_t signs, size_t days)
{
    if (!signs)
        return;
    html_raw(out, "<text");
    html_attr(out, "class", class);
    html_raw(out, " y=\"41\" x=\"");
    for (size_t i = 0; i < signs; i++) {
        buffer_text_add(out, i ? " " : "");
        html_real(out, centres[i] * 100 / (double)days, 1);
        html_raw(out, "%");
    }
    html_raw(out, "\">");
    for (size_t i = 0; i < signs; i++)
        html_text(out, sign);
    html_raw(out, "</text>");
}

/* Marks the runs of days with one of the looks of which the worst day is `worst`. */
static void add_marks(struct marks *marks, const enum strip_day *days, size_t count, unsigned looks,
                      enum strip_day worst)
{
    size_t begin = run_begin(days, count, looks, 0);
    while (begin < count) {
        size_t end = run_end(days, count, looks, begin);
        double centre = (double)(begin + end) / 2;
        if (worst_of(days, begin, end) == worst && has_room(marks, centre))
            marks->centres[marks->count++] = centre;
        begin = run_begin(days, count, looks, end);
    }
}

/* The worst come first. */
static void write_marks(struct buffer *out, const enum strip_day *days, size_t count)
{
    static const struct {
        unsigned looks;
        const char *class, *sign;
    } rows[] = {{down_looks, "down", "×"},
                {LOOK(STRIP_DEGRADED), "deg", "▲"},
                {LOOK(STRIP_MAINTENANCE), "maint", "◇"}};
    struct marks marks = {.count = 0};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        size_t first = marks.count;
        for (enum strip_day worst = STRIP_DOWN_LONG; worst >= STRIP_MAINTENANCE; worst--)
            add_marks(&marks, days, count, rows[i].looks, worst);
        write_signs(out, rows[i].class, rows[i].sign, marks.centres + first, marks.count - first,
                    count);
    }
}

void strip_write(struct buffer *out, const enum strip_day *days, size_t count, const char *label)
{
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
    write_marks(out, days, count);
    html_raw(out, "</svg>");
}
