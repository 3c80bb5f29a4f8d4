#include "page.h"

#include "frame.h"
#include "macros.h"
#include "sheet.h"

#include <stdio.h>

void page_buffer_init(struct buffer *buffer)
{
    enum { USUAL = 100000 };
    buffer_init(buffer, PAGE_MAX);
    buffer_grow(buffer, USUAL);
}

const char *const *page_languages(void)
{
    return words_languages();
}

void page_missing(const struct page *page, struct buffer *out)
{
    struct sheet sheet;
    char top[64];
    snprintf(top, sizeof top, "/%s/", page->language);
    sheet_open(&sheet, page, out, "/", top);
    const char *title = sheet_text(&sheet, N_("There is no such page"), NULL);
    frame_open(&sheet, &(struct frame){.title = title, .description = title});
    html_raw(out, "<section>\n<h1>");
    html_text(out, title);
    html_raw(out, "</h1>\n<p class=\"lead\">");
    sheet_say(
        &sheet,
        N_("The address may hold a slip, or the hoster may have left. {link} shows all hosters."),
        VALUES(word_link("link", sheet_text(&sheet, N_("The first page"), NULL), top)));
    html_raw(out, "</p>\n</section>\n");
    frame_close(&sheet);
    sheet_close(&sheet);
}

void page_stale_notice(const char *language, int64_t measured, struct buffer *out)
{
    struct page page = {.language = language};
    struct words known;
    struct sheet sheet;
    if (!words_open(&known, language))
        return;
    sheet_open(&sheet, &page, out, "", "");
    html_raw(out, "<aside class=\"notice\"");
    sheet_attr(&sheet, "aria-label", N_("Notice"));
    html_raw(out, "><p>");
    if (measured == 0)
        sheet_say(&sheet, N_("Nothing was measured yet."), NULL);
    else
        sheet_say(&sheet,
                  N_("Measurements have stopped since {date}, {clock}: this page shows the last "
                     "known states."),
                  VALUES(sheet_date(&sheet, "date", measured),
                         word_plain("clock", format_clock(&sheet.format, measured))));
    html_raw(out, "</p></aside>");
    sheet_close(&sheet);
}
