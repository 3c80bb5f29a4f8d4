#include "state.h"

#include "macros.h"

static const struct {
    const char *class, *glyph, *word, *within;
} rows[LOOK_COUNT] = {
    [LOOK_UNKNOWN] = {"unk", "#s-unk", N_("Not measured"), N_("not measured")},
    [LOOK_UP] = {"up", "#s-up", N_("Available"), N_("available")},
    [LOOK_DEGRADED] = {"deg", "#s-deg", N_("Disrupted"), N_("disrupted")},
    [LOOK_MAINTENANCE] = {"maint", "#s-maint", N_("Under maintenance"), N_("under maintenance")},
    [LOOK_DOWN] = {"down", "#s-down", N_("Unavailable"), N_("unavailable")},
};

const char *state_word(struct sheet *sheet, enum look look)
{
    return sheet_text(sheet, rows[look].word, NULL);
}

const char *state_inline(struct sheet *sheet, enum look look)
{
    return sheet_text(sheet, rows[look].within, NULL);
}

static void write_glyph(struct sheet *sheet, enum look look, const char *name)
{
    html_raw(sheet->out, "<svg class=\"g ");
    html_text(sheet->out, rows[look].class);
    html_raw(sheet->out, "\" viewBox=\"0 0 16 16\"");
    if (name) {
        html_raw(sheet->out, " role=\"img\"");
        html_attr(sheet->out, "aria-label", name);
    } else {
        html_raw(sheet->out, " aria-hidden=\"true\"");
    }
    html_raw(sheet->out, "><use");
    html_attr(sheet->out, "href", rows[look].glyph);
    html_raw(sheet->out, "/></svg>");
}

void state_glyph(struct sheet *sheet, enum look look)
{
    write_glyph(sheet, look, NULL);
}

void state_glyph_alone(struct sheet *sheet, enum look look)
{
    write_glyph(sheet, look, state_word(sheet, look));
}

void state_badge(struct sheet *sheet, enum look look, const char *text)
{
    html_raw(sheet->out, "<span class=\"st ");
    html_text(sheet->out, rows[look].class);
    html_raw(sheet->out, "\">");
    state_glyph(sheet, look);
    html_text(sheet->out, text);
    html_raw(sheet->out, "</span>");
}
