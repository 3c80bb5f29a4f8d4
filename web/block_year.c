#include "block.h"

#include "macros.h"

static void write_period(struct sheet *sheet, const struct figures *year, int64_t from,
                         bool several)
{
    html_raw(sheet->out, "<h2 id=\"year-h\">");
    if (year->from > from + 86400)
        sheet_say(sheet, N_("Since {date}"), VALUES(sheet_date(sheet, "date", year->from)));
    else
        sheet_say(sheet, N_("Over twelve months"), NULL);
    html_raw(sheet->out, "</h2>\n");
    if (!several)
        return;
    html_raw(sheet->out, "<p>");
    sheet_say(sheet, N_("On average, for each of its services:"), NULL);
    html_raw(sheet->out, "</p>\n");
}

static void write_down(struct sheet *sheet, const struct figures *year)
{
    const struct tally *tally = &year->tally;
    struct word_value availability = word_plain("availability", block_availability(sheet, tally));
    int64_t mean = tally->down / (int64_t)year->services;
    if (tally->down)
        block_figure(sheet, format_duration(&sheet->format, mean ? mean : 1),
                     sheet_text(sheet, N_("unavailable: {availability}"), VALUES(availability)));
    else
        block_figure(sheet, sheet_text(sheet, N_("No interruption"), NULL), availability.text);
}

static void write_median(struct sheet *sheet, int64_t median_s)
{
    block_figure(
        sheet, format_duration(&sheet->format, median_s),
        sheet_text(sheet, N_("median duration: half of the interruptions were no longer"), NULL));
}

static void write_outages(struct sheet *sheet, const struct figures *year, bool several)
{
    if (!year->outages)
        return;
    block_figure(sheet,
                 sheet_text_plural(sheet, "{n} interruption", "{n} interruptions",
                                   (int64_t)year->outages, NULL),
                 sheet_text(sheet,
                            several ? N_("over all its services; the longest lasted {duration}")
                                    : N_("the longest lasted {duration}"),
                            VALUES(sheet_duration(sheet, "duration", year->longest_s))));
}

void block_year(struct sheet *sheet, const struct past *pasts, size_t count, bool several)
{
    int64_t from = sheet->page->now - BLOCK_YEAR_S;
    struct figures year = past_figures(pasts, count, from);
    if (!year.services || tally_known(&year.tally) == 0)
        return;
    html_raw(sheet->out, "<section aria-labelledby=\"year-h\">\n");
    write_period(sheet, &year, from, several);
    html_raw(sheet->out, "<ul class=\"figs\">\n");
    write_down(sheet, &year);
    write_outages(sheet, &year, several);
    if (year.outages > 1)
        write_median(sheet, past_median_s(pasts, count, from, &sheet->arena));
    block_figure_coverage(sheet, &year.tally);
    html_raw(sheet->out, "</ul>\n");
    block_account(sheet, pasts, count, from);
    html_raw(sheet->out, "</section>\n");
}
