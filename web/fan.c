#include "fan.h"

#include "hash.h"
#include "writer.h"

#include <math.h>

enum { WIDTH = 300 };

struct curve {
    double x0, y0, x1, y1; /* root and tip */
};

static struct curve curve_of(const struct fan_whisker *whisker, size_t i, size_t count)
{
    /* -1 at the top, 0 in the middle, 1 at the bottom */
    double place = count > 1 ? 2 * (double)i / (double)(count - 1) - 1 : 0;
    double bulge = 1 - place * place;
    double jitter = (double)(hash_text(whisker->id) % 41) - 30;
    return (struct curve){
        .x0 = 6 + 16 * bulge,
        .y0 = 130 + place * 44,
        .x1 = whisker->look == LOOK_UP ? 224 + 34 * bulge + jitter : 282,
        .y1 = 132 + place * 112 + 5 * fabs(place),
    };
}

static void write_point(struct buffer *out, double x, double y, enum fan_side side)
{
    html_real(out, side == FAN_LEFT ? WIDTH - x : x, 0);
    html_raw(out, " ");
    html_real(out, y, 1);
}

static void write_curve(struct buffer *out, const struct curve *curve, enum fan_side side)
{
    html_raw(out, "M");
    write_point(out, curve->x0, curve->y0, side);
    html_raw(out, "Q");
    write_point(out, curve->x0 + (curve->x1 - curve->x0) * .52,
                curve->y0 + (curve->y1 - curve->y0) * .28 - 3, side);
    html_raw(out, " ");
    write_point(out, curve->x1, curve->y1, side);
}

static void write_tip(struct buffer *out, const char *class, const struct curve *curve,
                      enum fan_side side)
{
    html_raw(out, "<path" SVG_EVEN_STROKE);
    html_attr(out, "class", class);
    html_raw(out, " d=\"M");
    write_point(out, curve->x1, curve->y1, side);
    html_raw(out, "h0\"/>");
}

static void write_odd(struct buffer *out, enum look look, const struct curve *curve,
                      enum fan_side side)
{
    static const struct {
        const char *line, *tip;
    } forms[LOOK_COUNT] = {
        [LOOK_UNKNOWN] = {"x unk", "t rd unk"},
        [LOOK_MAINTENANCE] = {"x maint", "t rd maint"},
        [LOOK_DEGRADED] = {"x deg", "t rd deg"},
        [LOOK_DOWN] = {"x down", "t sq down"},
    };
    html_raw(out, "<path" SVG_EVEN_STROKE);
    html_attr(out, "class", forms[look].line);
    html_raw(out, " d=\"");
    write_curve(out, curve, side);
    html_raw(out, "\"/>");
    write_tip(out, forms[look].tip, curve, side);
    if (look == LOOK_UNKNOWN || look == LOOK_MAINTENANCE)
        write_tip(out, "i", curve, side); /* hollow */
}

static void write_quiet(struct buffer *out, const struct fan_whisker *whiskers, size_t count,
                        enum fan_side side)
{
    html_raw(out, "<path" SVG_EVEN_STROKE " d=\"");
    for (size_t i = 0; i < count; i++) {
        struct curve curve = curve_of(&whiskers[i], i, count);
        if (whiskers[i].look == LOOK_UP)
            write_curve(out, &curve, side);
    }
    html_raw(out, "\"/>");
}

void fan_write(struct buffer *out, const struct fan_whisker *whiskers, size_t count,
               enum fan_side side)
{
    html_raw(out, "<svg class=\"fan\" viewBox=\"0 0 300 260\" aria-hidden=\"true\">");
    write_quiet(out, whiskers, count, side);
    for (size_t i = 0; i < count; i++) {
        struct curve curve = curve_of(&whiskers[i], i, count);
        if (whiskers[i].look != LOOK_UP)
            write_odd(out, whiskers[i].look, &curve, side);
    }
    html_raw(out, "</svg>");
}
