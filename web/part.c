#include "part.h"

#include "block.h"

void part_open_page(struct sheet *sheet, const struct page *page, const struct frame *frame,
                    struct buffer *out)
{
    struct frame translated = *frame;
    sheet_open(sheet, page, out, "../../", "../");
    translated.title = sheet_text(sheet, frame->title, NULL);
    translated.description = sheet_text(sheet, frame->description, NULL);
    frame_open(sheet, &translated);
    html_raw(out, "<section>\n<h1>");
    html_text(out, translated.title);
    html_raw(out, "</h1>\n");
}

void part_lead(struct sheet *sheet, const char *message, const struct word_value *values)
{
    html_raw(sheet->out, "<p class=\"lead\">");
    sheet_say(sheet, message, values);
    html_raw(sheet->out, "</p>\n");
}

void part_open(struct sheet *sheet, const char *id, const char *title)
{
    struct buffer *out = sheet->out;
    html_raw(out, "<section");
    html_attr(out, "aria-labelledby", id);
    html_raw(out, ">\n<h2");
    html_attr(out, "id", id);
    html_raw(out, ">");
    sheet_say(sheet, title, NULL);
    html_raw(out, "</h2>\n");
}

void part_close(struct sheet *sheet)
{
    html_raw(sheet->out, "</section>\n");
}

void part_say(struct sheet *sheet, const char *message, const struct word_value *values)
{
    html_raw(sheet->out, "<p>");
    sheet_say(sheet, message, values);
    html_raw(sheet->out, "</p>\n");
}

void part_fact(struct sheet *sheet, const char *label, const char *text)
{
    block_fact(sheet, sheet_text(sheet, label, NULL), text);
}
