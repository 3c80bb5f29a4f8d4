#include "state.h"

#include "macros.h"

static const struct {
    const char *class, *glyph, *word, *within;
} rows[OUTCOME_COUNT] = {
    [OUTCOME_UNKNOWN] = {"unk", "#s-unk", N_("Not measured"), N_("not measured")},
    [OUTCOME_UP] = {"up", "#s-up", N_("Available"), N_("available")},
    [OUTCOME_DEGRADED] = {"deg", "#s-deg", N_("Disrupted"), N_("disrupted")},
    [OUTCOME_DOWN] = {"down", "#s-down", N_("Unavailable"), N_("unavailable")},
};

const char *state_word(struct sheet *sheet, enum outcome state)
{
    return sheet_text(sheet, rows[state].word, NULL);
}

const char *state_inline(struct sheet *sheet, enum outcome state)
{
    return sheet_text(sheet, rows[state].within, NULL);
}

void state_glyph(struct sheet *sheet, enum outcome state)
{
    html_raw(sheet->out, "<svg class=\"g ");
    html_text(sheet->out, rows[state].class);
    html_raw(sheet->out, "\" viewBox=\"0 0 16 16\" aria-hidden=\"true\"><use");
    html_attr(sheet->out, "href", rows[state].glyph);
    html_raw(sheet->out, "/></svg>");
}

void state_badge(struct sheet *sheet, enum outcome state, const char *text)
{
    html_raw(sheet->out, "<span class=\"st ");
    html_text(sheet->out, rows[state].class);
    html_raw(sheet->out, "\">");
    state_glyph(sheet, state);
    html_text(sheet->out, text);
    html_raw(sheet->out, "</span>");
}
