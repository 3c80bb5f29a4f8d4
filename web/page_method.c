#include "page.h"

#include "block.h"
#include "frame.h"
#include "macros.h"
#include "method.h"
#include "part.h"

static const struct {
    int64_t e5, seconds_a_year;
} nines[] = {{99000, 315360}, {99900, 31536}, {99990, 3153}};

static void write_nines(struct sheet *sheet)
{
    part_open(sheet, "nine-h", N_("What a percentage means over a year"));
    html_raw(sheet->out, "<table class=\"short\"><thead><tr><th scope=\"col\">");
    sheet_say(sheet, N_("Availability"), NULL);
    html_raw(sheet->out, "</th><th scope=\"col\">");
    sheet_say(sheet, N_("Unavailable in a year"), NULL);
    html_raw(sheet->out, "</th></tr></thead><tbody>");
    for (size_t i = 0; i < ARRAY_LEN(nines); i++) {
        html_raw(sheet->out, "<tr><th scope=\"row\">");
        html_text(sheet->out, format_percent(&sheet->format, nines[i].e5, 2));
        html_raw(sheet->out, "</th><td>");
        html_text(sheet->out, format_duration(&sheet->format, nines[i].seconds_a_year));
        html_raw(sheet->out, "</td></tr>");
    }
    html_raw(sheet->out, "</tbody></table>\n");
    part_close(sheet);
}

void page_method(const struct page *page, struct buffer *out)
{
    static const struct frame frame = {
        .title = N_("How we measure and count"),
        .description = N_("The rules by which availability is measured and counted."),
        .path = "method/",
        .tab = FRAME_METHOD,
        .tab_is_page = true,
    };
    struct sheet sheet;
    part_open_page(&sheet, page, &frame, out);
    part_lead(&sheet,
              N_("The same rules for everybody, method version {version}. Every figure of these "
                 "pages equals them to the second."),
              VALUES(word_plain("version", format_count(&sheet.format, METHOD_VERSION))));
    frame_measured(&sheet, page->history->measured(page->history->owner));
    html_raw(out, "</section>\n");
    method_rules(&sheet);
    method_settings(&sheet);
    write_nines(&sheet);
    method_limits(&sheet, NULL);
    method_versions(&sheet);
    frame_close(&sheet);
    sheet_close(&sheet);
}
