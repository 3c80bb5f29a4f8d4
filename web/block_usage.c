#include "block.h"

#include "macros.h"
#include "part.h"
#include "stamp.h"
#include "text.h"

#include <string.h>

enum { MONTHS_SHOWN = 12 };

static void write_count(struct sheet *sheet, const char *label, int64_t count)
{
    if (count != USERS_UNKNOWN)
        part_fact(sheet, label, format_count(&sheet->format, count));
}

static void write_newest(struct sheet *sheet, const struct usage *newest)
{
    part_say(sheet,
             N_("What its software tells of itself in its NodeInfo document, as read on {date}. "
                "Nobody has verified it."),
             VALUES(sheet_date(sheet, "date", newest->at)));
    html_raw(sheet->out, "<dl class=\"facts\">\n");
    write_count(sheet, N_("Active in thirty days"), newest->users.month);
    write_count(sheet, N_("Active in six months"), newest->users.halfyear);
    write_count(sheet, N_("Accounts"), newest->users.total);
    write_count(sheet, N_("Published here"), newest->users.posts);
    html_raw(sheet->out, "</dl>\n");
}

/* The columns after that of the month. */
static const struct {
    const char *title;
    size_t offset; /* in struct users */
} columns[] = {
    {N_("Active in thirty days"), offsetof(struct users, month)},
    {N_("Active in six months"), offsetof(struct users, halfyear)},
    {N_("Accounts"), offsetof(struct users, total)},
};

static void write_heading(struct sheet *sheet, const char *message)
{
    html_raw(sheet->out, "<th scope=\"col\">");
    sheet_say(sheet, message, NULL);
    html_raw(sheet->out, "</th>");
}

static void write_month(struct sheet *sheet, const struct usage *usage)
{
    html_raw(sheet->out, "<tr><th scope=\"row\">");
    html_text(sheet->out, format_month(&sheet->format, usage->month));
    html_raw(sheet->out, "</th>");
    for (size_t i = 0; i < ARRAY_LEN(columns); i++) {
        int64_t count;
        memcpy(&count, (const char *)&usage->users + columns[i].offset, sizeof count);
        html_raw(sheet->out, "<td");
        html_attr(sheet->out, "data-l", sheet_text(sheet, columns[i].title, NULL));
        html_raw(sheet->out, ">");
        html_text(sheet->out, count == USERS_UNKNOWN ? "–" : format_count(&sheet->format, count));
        html_raw(sheet->out, "</td>");
    }
    html_raw(sheet->out, "</tr>\n");
}

static void write_months(struct sheet *sheet, const struct usage *months, size_t count)
{
    html_raw(sheet->out, "<details><summary>");
    sheet_say(sheet, N_("Month by month"), NULL);
    html_raw(sheet->out, "</summary>\n<div class=\"scroll\" tabindex=\"0\" role=\"region\"");
    sheet_attr(sheet, "aria-label", N_("Month by month"));
    html_raw(sheet->out, "><table class=\"stack\"><thead><tr>");
    write_heading(sheet, N_("Month"));
    for (size_t i = 0; i < ARRAY_LEN(columns); i++)
        write_heading(sheet, columns[i].title);
    html_raw(sheet->out, "</tr></thead><tbody>\n");
    for (size_t i = count; i-- > 0 && count - i <= MONTHS_SHOWN;)
        write_month(sheet, &months[i]);
    html_raw(sheet->out, "</tbody></table></div>\n</details>\n");
}

static void write_said(struct sheet *sheet, const struct service *service)
{
    char day[sizeof "2026-01-15"];
    struct wall time;
    if (!service->use_month || !text_format(day, sizeof day, "%s-15", service->use_month) ||
        !stamp_parse(day, &time))
        return;
    part_say(
        sheet,
        N_("What its hoster writes in its file of figures of {month}. Nobody has verified it."),
        VALUES(word_plain("month", format_month(&sheet->format, wall_seconds(time)))));
    html_raw(sheet->out, "<dl class=\"facts\">\n");
    write_count(sheet, N_("Accounts in use"), service->use_active);
    write_count(sheet, N_("Accounts"), service->use_accounts);
    html_raw(sheet->out, "</dl>\n");
}

void block_usage(struct sheet *sheet, const struct service *service)
{
    const struct history *history = sheet->page->history;
    const struct usage *months;
    size_t count =
        history->usage ? history->usage(history->owner, service->key, &sheet->arena, &months) : 0;
    if (!count && !service->use_month)
        return;
    part_open(sheet, "use-h", N_("Declared use"));
    write_said(sheet, service);
    if (count)
        write_newest(sheet, &months[count - 1]);
    if (count > 1)
        write_months(sheet, months, count);
    part_close(sheet);
}
