#include "block.h"

#include "macros.h"
#include "method.h"
#include "own_api.h"
#include "part.h"

#include <string.h>

enum { BLIPS_SHOWN = 30 };

static const char *const headings[] = {N_("Time"), N_("Check"), N_("Over"), N_("Found"),
                                       N_("Next good answer")};

static void cell_open(struct sheet *sheet, size_t column)
{
    html_raw(sheet->out, "<td");
    sheet_attr(sheet, "data-l", headings[column]);
    html_raw(sheet->out, "><span>");
}

static void cell_close(struct sheet *sheet)
{
    html_raw(sheet->out, "</span></td>");
}

static void write_over(struct sheet *sheet, const struct line_blip *found)
{
    html_text(sheet->out, family_title(found->family));
    if (strcmp(found->vantage, sheet->page->collective->vantage) == 0)
        return;
    html_raw(sheet->out, ", ");
    html_text(sheet->out, found->vantage);
}

static void write_found(struct sheet *sheet, const struct blip *blip)
{
    html_text(sheet->out, block_reason(sheet, blip->reason));
    if (!*blip->detail)
        return;
    html_raw(sheet->out, " <code lang=\"en\">");
    html_text(sheet->out, blip->detail);
    html_raw(sheet->out, "</code>");
}

static void write_then(struct sheet *sheet, const struct blip *blip)
{
    if (outcome_is_good(blip->then))
        html_text(sheet->out, format_moment_exact(&sheet->format, blip->until, blip->at));
    else
        sheet_say(sheet, N_("unknown: what followed was not measured"), NULL);
}

static void write_row(struct sheet *sheet, const struct line_blip *found)
{
    const struct blip *blip = &found->blip;
    struct word_value moment =
        word_time("moment", format_moment_exact(&sheet->format, blip->at, sheet->page->now),
                  format_stamp(&sheet->format, blip->at));
    html_raw(sheet->out, "<tr><th scope=\"row\">");
    sheet_value(sheet, &moment);
    html_raw(sheet->out, "</th>");
    cell_open(sheet, 1);
    html_text(sheet->out, found->check);
    cell_close(sheet);
    cell_open(sheet, 2);
    write_over(sheet, found);
    cell_close(sheet);
    cell_open(sheet, 3);
    write_found(sheet, blip);
    cell_close(sheet);
    cell_open(sheet, 4);
    write_then(sheet, blip);
    cell_close(sheet);
    html_raw(sheet->out, "</tr>\n");
}

static void write_table(struct sheet *sheet, const struct line_blip *blips, size_t count)
{
    html_raw(sheet->out, "<div class=\"scroll\" tabindex=\"0\" role=\"region\" "
                         "aria-labelledby=\"blip-n\"><table class=\"stack\"><thead><tr>");
    for (size_t i = 0; i < ARRAY_LEN(headings); i++) {
        html_raw(sheet->out, "<th scope=\"col\">");
        sheet_say(sheet, headings[i], NULL);
        html_raw(sheet->out, "</th>");
    }
    html_raw(sheet->out, "</tr></thead><tbody>\n");
    for (size_t i = 0; i < count; i++)
        write_row(sheet, &blips[i]);
    html_raw(sheet->out, "</tbody></table></div>\n");
}

static void write_more(struct sheet *sheet, const struct service *service, size_t shown)
{
    part_say(sheet, N_("These are the newest {shown}; {file} has more."),
             VALUES(word_plain("shown", format_count(&sheet->format, (int64_t)shown)),
                    word_link("file", sheet_text(sheet, N_("the service as data"), NULL),
                              arena_printf(&sheet->arena, "%s" OWN_API_SERVICES "%s.json",
                                           sheet->root, service->key))));
}

void block_blips(struct sheet *sheet, const struct service *service, int64_t from)
{
    const struct history *history = sheet->page->history;
    const struct line_blip *blips;
    size_t all = 0, count = 0;
    if (history->blips)
        count = history->blips(history->owner, service->key, from, sheet->page->now, BLIPS_SHOWN,
                               &sheet->arena, &blips, &all);
    if (!count)
        return;
    part_open(sheet, "blip-h", N_("Isolated failures, not counted"));
    part_say(sheet,
             N_("One or two failures in a row that the next check did not confirm are kept and "
                "listed, but are no interruption and in no figure: {rule}."),
             VALUES(word_link("rule", sheet_text(sheet, N_("the rule"), NULL),
                              method_address(sheet, METHOD_CONFIRMED))));
    html_raw(sheet->out, "<details><summary id=\"blip-n\">");
    sheet_say_plural(sheet, "{n} isolated failure in the last 90 days",
                     "{n} isolated failures in the last 90 days", (int64_t)all, NULL);
    html_raw(sheet->out, "</summary>\n");
    write_table(sheet, blips, count);
    if (all > count)
        write_more(sheet, service, count);
    html_raw(sheet->out, "</details>\n");
    part_close(sheet);
}
