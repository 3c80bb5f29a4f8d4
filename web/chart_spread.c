#include "chart.h"

#include "macros.h"

static const double bounds_ms[] = {20, 50, 100, 200, 500, 1000, 2000, 5000};

enum { RANGES = ARRAY_LEN(bounds_ms) + 1 };

/* How many answers took at least the bound before and less than the one behind. */
static void count_ranges(const struct histogram *latency, uint64_t counts[RANGES])
{
    uint64_t before = 0;
    for (size_t i = 0; i < ARRAY_LEN(bounds_ms); i++) {
        uint64_t below = histogram_count_below(latency, bounds_ms[i]);
        counts[i] = below - before;
        before = below;
    }
    counts[RANGES - 1] = histogram_count(latency) - before;
}

static const char *range_text(struct sheet *sheet, size_t i)
{
    const struct format *format = &sheet->format;
    if (i == 0)
        return sheet_text(sheet, N_("under {to}"),
                          VALUES(word_plain("to", format_latency(format, bounds_ms[0]))));
    struct word_value from = word_plain("from", format_latency(format, bounds_ms[i - 1]));
    if (i == RANGES - 1)
        return sheet_text(sheet, N_("{from} and more"), VALUES(from));
    return sheet_text(sheet, N_("{from} to {to}"),
                      VALUES(from, word_plain("to", format_latency(format, bounds_ms[i]))));
}

static void write_bar(struct buffer *out, double share)
{
    html_raw(out, "<td class=\"bar\"><svg class=\"phases\" aria-hidden=\"true\" width=\"100%\" "
                  "height=\"12\"><rect class=\"f2\" width=\"");
    html_real(out, share * 100, 1);
    html_raw(out, "%\" height=\"12\"/></svg></td>");
}

static void write_cell(struct sheet *sheet, const char *title, const char *text)
{
    html_raw(sheet->out, "<td class=\"r\"");
    sheet_attr(sheet, "data-l", title);
    html_raw(sheet->out, ">");
    html_text(sheet->out, text);
    html_raw(sheet->out, "</td>");
}

/* The bars are drawn against the longest, so that they compare; a few answers still show. */
static void write_row(struct sheet *sheet, size_t i, const uint64_t counts[RANGES], uint64_t most,
                      uint64_t total)
{
    html_raw(sheet->out, "<tr><th scope=\"row\">");
    html_text(sheet->out, range_text(sheet, i));
    html_raw(sheet->out, "</th>");
    write_bar(sheet->out, (double)counts[i] / (double)most);
    write_cell(sheet, N_("Share"),
               format_percent(&sheet->format, (int64_t)(counts[i] * 100000 / total), 1));
    write_cell(sheet, N_("Answers"), format_count(&sheet->format, (int64_t)counts[i]));
    html_raw(sheet->out, "</tr>\n");
}

static void write_heading(struct sheet *sheet, const char *message)
{
    html_raw(sheet->out, "<th scope=\"col\" class=\"r\">");
    sheet_say(sheet, message, NULL);
    html_raw(sheet->out, "</th>");
}

static void write_head(struct sheet *sheet)
{
    html_raw(sheet->out, "<table class=\"stack split-time\"><caption>");
    sheet_say(sheet, N_("How long the answers took"), NULL);
    html_raw(sheet->out, "</caption><thead><tr><th scope=\"col\" colspan=\"2\">");
    sheet_say(sheet, N_("Response time"), NULL);
    html_raw(sheet->out, "</th>");
    write_heading(sheet, N_("Share"));
    write_heading(sheet, N_("Answers"));
    html_raw(sheet->out, "</tr></thead><tbody>\n");
}

void chart_spread(struct sheet *sheet, const struct histogram *latency)
{
    uint64_t counts[RANGES], most = 0, total = histogram_count(latency);
    size_t first = 0, last = RANGES - 1;
    if (!total)
        return;
    count_ranges(latency, counts);
    for (size_t i = 0; i < RANGES; i++)
        most = counts[i] > most ? counts[i] : most;
    while (!counts[first])
        first++;
    while (!counts[last])
        last--;
    write_head(sheet);
    for (size_t i = first; i <= last; i++)
        write_row(sheet, i, counts, most, total);
    html_raw(sheet->out, "</tbody></table>\n");
}
