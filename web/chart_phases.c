#include "chart.h"

#include "macros.h"

#include <math.h>
#include <stdbool.h>

/* The phases that add up; `total` is their sum and what the attempt did besides. */
static const struct {
    enum phase phase;
    const char *class, *title;
} rows[] = {
    {PHASE_RESOLVE, "f1", N_("Resolving")},
    {PHASE_CONNECT, "f2", N_("Connecting")},
    {PHASE_TLS, "f3", N_("Encrypting")},
    {PHASE_FIRST_BYTE, "f4", N_("First byte")},
};

static bool has_phases(const struct line_belief *line)
{
    return outcome_is_good(line->last.outcome) && isfinite(line->last.phases.ms[PHASE_TOTAL]);
}

/* Everything is drawn against the slowest answer, so that bars compare. */
static double longest(const struct line_belief *lines, size_t count)
{
    double most = 1;
    for (size_t i = 0; i < count; i++)
        if (has_phases(&lines[i]))
            most = fmax(most, lines[i].last.phases.ms[PHASE_TOTAL]);
    return most;
}

static void write_part(struct buffer *out, const char *class, double from, double width)
{
    html_raw(out, "<rect");
    html_attr(out, "class", class);
    html_raw(out, " x=\"");
    html_real(out, from * 100, 1);
    html_raw(out, "%\" width=\"");
    html_real(out, width * 100, 1);
    html_raw(out, "%\" height=\"12\"/>");
}

static void write_bar(struct buffer *out, const struct phases *phases, double most)
{
    double at = 0, total = phases->ms[PHASE_TOTAL];
    html_raw(out, "<svg class=\"phases\" aria-hidden=\"true\" width=\"100%\" height=\"12\">");
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        double ms = phases->ms[rows[i].phase];
        if (!isfinite(ms) || ms <= 0)
            continue;
        ms = fmin(ms, total - at);
        write_part(out, rows[i].class, at / most, ms / most);
        at += ms;
    }
    if (total > at)
        write_part(out, "f5", at / most, (total - at) / most);
    html_raw(out, "</svg>");
}

static void write_cell(struct sheet *sheet, const char *title, double ms)
{
    html_raw(sheet->out, "<td class=\"r\"");
    sheet_attr(sheet, "data-l", title);
    html_raw(sheet->out, ">");
    html_text(sheet->out, format_latency(&sheet->format, ms));
    html_raw(sheet->out, "</td>");
}

static void write_row(struct sheet *sheet, const struct line_belief *line, double most)
{
    const struct phases *phases = &line->last.phases;
    struct buffer *out = sheet->out;
    html_raw(out, "<tr><th scope=\"row\">");
    html_text(out, line->last.check);
    html_raw(out, " <span class=\"soft\">");
    html_text(out, family_title(line->last.family));
    html_raw(out, "</span></th><td class=\"bar\">");
    write_bar(out, phases, most);
    html_raw(out, "</td>");
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        write_cell(sheet, rows[i].title, phases->ms[rows[i].phase]);
    write_cell(sheet, N_("Total"), phases->ms[PHASE_TOTAL]);
    html_raw(out, "</tr>\n");
}

static void write_headings(struct sheet *sheet)
{
    struct buffer *out = sheet->out;
    html_raw(out, "<thead><tr><th scope=\"col\">");
    sheet_say(sheet, N_("Check"), NULL);
    html_raw(out, "</th><th scope=\"col\" class=\"bar\">");
    sheet_say(sheet, N_("Share"), NULL);
    html_raw(out, "</th>");
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        html_raw(
            out,
            "<th scope=\"col\" class=\"r\"><svg class=\"swatch\" aria-hidden=\"true\" width=\"10\" "
            "height=\"10\"><rect");
        html_attr(out, "class", rows[i].class);
        html_raw(out, " width=\"10\" height=\"10\"/></svg> ");
        sheet_say(sheet, rows[i].title, NULL);
        html_raw(out, "</th>");
    }
    html_raw(out, "<th scope=\"col\" class=\"r\">");
    sheet_say(sheet, N_("Total"), NULL);
    html_raw(out, "</th></tr></thead>");
}

void chart_phases(struct sheet *sheet, const struct line_belief *lines, size_t count)
{
    bool any = false;
    for (size_t i = 0; i < count; i++)
        any = any || has_phases(&lines[i]);
    if (!any)
        return;
    html_raw(sheet->out, "<h3>");
    sheet_say(sheet, N_("Where the time of the newest answer went"), NULL);
    html_raw(sheet->out, "</h3>\n<table class=\"stack split-time\">");
    write_headings(sheet);
    html_raw(sheet->out, "<tbody>\n");
    for (size_t i = 0; i < count; i++)
        if (has_phases(&lines[i]))
            write_row(sheet, &lines[i], longest(lines, count));
    html_raw(sheet->out, "</tbody></table>\n");
}
