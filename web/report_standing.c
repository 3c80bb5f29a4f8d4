#include "report_standing.h"

#include "block.h"
#include "macros.h"
#include "part.h"

#include <string.h>

static void open_mark(const struct report_view *view, const char *word)
{
    html_raw(view->sheet->out, "<p class=\"mark\"><strong>");
    sheet_say(view->sheet, word, NULL);
    html_raw(view->sheet->out, "</strong> ");
}

static void close_mark(const struct report_view *view)
{
    html_raw(view->sheet->out, "</p>\n");
}

static void say_correction(const struct report_view *view, const struct edition *correction)
{
    struct sheet *sheet = view->sheet;
    open_mark(view, N_("Corrected."));
    sheet_say(sheet, N_("On {date}:"), VALUES(sheet_date(sheet, "date", correction->as_of)));
    html_raw(sheet->out, " ");
    block_quote(sheet, &correction->said);
    close_mark(view);
}

void report_standing(const struct report_view *view)
{
    struct sheet *sheet = view->sheet;
    const struct report_standing *standing = &view->report->standing;
    if (standing->comments_until) {
        open_mark(view, N_("Draft."));
        sheet_say(sheet, N_("Hosters are asked for their comments until {date}."),
                  VALUES(sheet_date(sheet, "date", standing->comments_until)));
        close_mark(view);
    }
    if (standing->final) {
        open_mark(view, N_("Final."));
        sheet_say(sheet,
                  N_("Since {date}. The record has the sum of every file; what turns out to be "
                     "wrong is corrected here, in words."),
                  VALUES(sheet_date(sheet, "date", standing->final)));
        close_mark(view);
    }
    for (size_t i = 0; i < standing->correction_count; i++)
        say_correction(view, &standing->corrections[i]);
}

void report_standing_comments(const struct report_view *view, const struct hoster *hoster)
{
    struct sheet *sheet = view->sheet;
    const struct report_standing *standing = &view->report->standing;
    bool open = false;
    for (size_t i = 0; i < standing->comment_count; i++) {
        const struct edition *comment = &standing->comments[i];
        if (strcmp(comment->hoster, hoster->id) != 0)
            continue;
        if (!open)
            part_open(sheet, "comment-h", N_("What the hoster says of its year"));
        open = true;
        html_raw(sheet->out, "<p>");
        block_quote(sheet, &comment->said);
        html_raw(sheet->out, "</p>\n");
    }
    if (open)
        part_close(sheet);
}
