#include "block.h"

#include "macros.h"

#include <string.h>

/* Quotation marks are those of the text's language, whatever the page's. */
static const struct {
    const char *language, *open, *close;
} marks[] = {
    {"fr", "«\u202F", "\u202F»"},
    {"en", "“", "”"},
};

static const struct wording_text *text_of(const struct wording *wording, const char *language)
{
    for (size_t i = 0; i < wording->count; i++)
        if (strcmp(wording->texts[i].language, language) == 0)
            return &wording->texts[i];
    return wording->count ? &wording->texts[0] : NULL;
}

void block_voice(struct sheet *sheet, const struct wording_text *text)
{
    size_t row = ARRAY_LEN(marks) - 1;
    for (size_t i = 0; i < ARRAY_LEN(marks); i++)
        if (strcmp(marks[i].language, text->language) == 0)
            row = i;
    html_raw(sheet->out, "<span class=\"voice\"");
    html_attr(sheet->out, "lang", text->language);
    html_raw(sheet->out, ">");
    html_text(sheet->out, marks[row].open);
    html_text(sheet->out, text->text);
    html_text(sheet->out, marks[row].close);
    html_raw(sheet->out, "</span>");
}

/* Theirs, not ours: no search engine should take it for our word. */
static void write_link(struct sheet *sheet, const char *url)
{
    if (!html_is_web_address(url))
        return;
    html_raw(sheet->out, " · <a rel=\"nofollow noopener\"");
    html_href(sheet->out, url);
    html_raw(sheet->out, ">");
    html_text(sheet->out, block_host(sheet, url));
    html_raw(sheet->out, "</a>");
}

void block_quote(struct sheet *sheet, const struct statement *said)
{
    const struct wording_text *text = text_of(&said->text, sheet->words.language);
    if (!text)
        return;
    block_voice(sheet, text);
    html_raw(sheet->out, " <span class=\"soft\">— ");
    html_text(sheet->out, said->by);
    html_raw(sheet->out, "</span>");
    if (said->link)
        write_link(sheet, said->link);
}
