#include "page.h"

#include "annals.h"
#include "block.h"
#include "frame.h"
#include "incident.h"
#include "macros.h"
#include "sheet.h"

enum { MONTHS_MAX = 1200 };

/* ---- in words ---- */

static void write_coverage(struct sheet *sheet, const struct tally *tally)
{
    int64_t e5 = tally_coverage_e5(tally);
    struct word_value percent =
        word_plain("percent", format_percent(&sheet->format, e5 < 0 ? 0 : e5, 1));
    if (tally_known(tally) == 0)
        sheet_say(sheet, N_("Nothing was measured."), NULL);
    else if (e5 == 100000)
        sheet_say(sheet, N_("{percent} of the time was measured."), VALUES(percent));
    else
        sheet_say(sheet, N_("{percent} of the time was measured; of the rest we know nothing."),
                  VALUES(percent));
}

/* No incident in a month that was not measured would be no good news. */
static void write_count(struct sheet *sheet, size_t incidents, const struct tally *tally)
{
    if (incidents)
        sheet_say_plural(sheet, "{n} incident.", "{n} incidents.", (int64_t)incidents, NULL);
    else if (tally_known(tally) > 0)
        sheet_say(sheet, N_("No incident recorded."), NULL);
    if (incidents || tally_known(tally) > 0)
        html_raw(sheet->out, " ");
    write_coverage(sheet, tally);
}

static void write_rule(struct sheet *sheet)
{
    html_raw(sheet->out, "<p class=\"soft\">");
    sheet_say(
        sheet,
        N_("An interruption of {incident} or more is an incident; it stands in each month that "
           "it touches. What we found is told by us; what stands in quotation marks, by who "
           "signs it."),
        VALUES(sheet_duration(sheet, "incident", sheet->page->incident_after_ms / 1000)));
    html_raw(sheet->out, "</p>\n");
}

/* ---- the incidents of a month ---- */

static void write_entries(struct sheet *sheet, const struct annals *annals, size_t part)
{
    size_t first = (part - 1) * ANNALS_PART;
    for (size_t i = first; i < annals->count && i < first + ANNALS_PART; i++)
        block_outage(sheet, annals->entries[i].service, &annals->entries[i].outage, BLOCK_OF_ALL);
}

static void write_link(struct sheet *sheet, const char *address, const char *message)
{
    html_raw(sheet->out, "<li><a");
    html_href(sheet->out, address);
    html_raw(sheet->out, ">");
    sheet_say(sheet, message, NULL);
    html_raw(sheet->out, "</a></li>");
}

static void write_part_link(struct sheet *sheet, int64_t month, size_t part, const char *message)
{
    const char *path = incident_month_path(month, part, &sheet->arena);
    write_link(sheet, arena_printf(&sheet->arena, "%s%s", sheet->top, path), message);
}

/* A month with more than one page can hold has several. */
static void write_parts(struct sheet *sheet, const struct annals *annals, size_t part)
{
    size_t parts = annals_sum(annals).parts;
    if (parts == 1)
        return;
    html_raw(sheet->out, "<nav");
    sheet_attr(sheet, "aria-label", N_("More of the same month"));
    html_raw(sheet->out, "><ul class=\"links\">");
    if (part > 1)
        write_part_link(sheet, annals->from, part - 1, N_("Later incidents of this month"));
    if (part < parts)
        write_part_link(sheet, annals->from, part + 1, N_("Earlier incidents of this month"));
    html_raw(sheet->out, "</ul></nav>\n");
}

static void write_incidents(struct sheet *sheet, const struct annals *annals, size_t part)
{
    if (!annals->count)
        return;
    html_raw(sheet->out, "<section aria-labelledby=\"inc-h\">\n<h2 id=\"inc-h\">");
    sheet_say(sheet, N_("Interruptions"), NULL);
    html_raw(sheet->out, "</h2>\n");
    write_rule(sheet);
    write_entries(sheet, annals, part);
    write_parts(sheet, annals, part);
    html_raw(sheet->out, "</section>\n");
}

/* ---- /fr/incidents/2026-03/ ---- */

static void write_month_made(struct sheet *sheet, const struct annals *annals, int64_t now)
{
    const struct history *history = sheet->page->history;
    if (annals->as_of >= now) {
        frame_measured(sheet, history->measured(history->owner));
        return;
    }
    html_raw(sheet->out, "<p class=\"soft\">");
    sheet_say(
        sheet,
        N_("As it stood on {date}, {clock}: the page of a month that is over changes only when "
           "more is learnt of it."),
        VALUES(sheet_date(sheet, "date", annals->as_of),
               word_plain("clock", format_clock(&sheet->format, annals->as_of))));
    html_raw(sheet->out, "</p>\n");
}

static void write_month(struct sheet *sheet, const struct annals *annals, size_t part, int64_t now)
{
    const char *month = format_month(&sheet->format, annals->from);
    const char *title =
        sheet_text(sheet, N_("Incidents, {month}"), VALUES(word_plain("month", month)));
    const struct frame_step steps[] = {
        {sheet_text(sheet, N_("Incidents"), NULL),
         arena_printf(&sheet->arena, "%s" INCIDENT_ROOT, sheet->top)},
        {month, NULL},
        {NULL, NULL}};
    struct frame frame = {
        .title = title,
        .description = sheet_text(sheet, N_("The incidents of all hosters in {month}."),
                                  VALUES(word_plain("month", month))),
        .path = incident_month_path(annals->from, part, &sheet->arena),
        .tab = FRAME_INCIDENTS,
        .steps = steps,
    };
    frame_open(sheet, &frame);
    html_raw(sheet->out, "<section>\n<h1>");
    html_text(sheet->out, title);
    html_raw(sheet->out, "</h1>\n<p class=\"lead\">");
    write_count(sheet, annals->count, &annals->tally);
    html_raw(sheet->out, "</p>\n");
    write_month_made(sheet, annals, now);
    html_raw(sheet->out, "</section>\n");
    write_incidents(sheet, annals, part);
    if (part == 1)
        block_occurrences(sheet, annals->occurrences, annals->occurrence_count, BLOCK_OF_ALL);
    frame_close(sheet);
}

struct page_month page_month(const struct page *page, int64_t month, size_t part,
                             struct buffer *out)
{
    struct arena arena = {0};
    struct sheet sheet;
    struct page then = *page;
    struct annals annals = annals_of(page, month, &arena);
    struct page_month sum = annals_sum(&annals);
    then.now = annals.as_of;
    sheet_open(&sheet, &then, out, part > 1 ? "../../../../" : "../../../",
               part > 1 ? "../../../" : "../../");
    write_month(&sheet, &annals, part, page->now);
    sheet_close(&sheet);
    arena_free(&arena);
    return sum;
}

/* ---- /fr/incidents/ ---- */

static const struct page_month *newest_before(const struct page_month *months, size_t count,
                                              int64_t before)
{
    const struct page_month *newest = NULL;
    for (size_t i = 0; i < count; i++)
        if (months[i].from < before && (!newest || months[i].from > newest->from))
            newest = &months[i];
    return newest;
}

static void write_month_row(struct sheet *sheet, const struct page_month *month)
{
    html_raw(sheet->out, "<dt><a");
    html_href(sheet->out, arena_printf(&sheet->arena, "%s%s", sheet->top,
                                       incident_month_path(month->from, 1, &sheet->arena)));
    html_raw(sheet->out, ">");
    html_text(sheet->out, format_month(&sheet->format, month->from));
    html_raw(sheet->out, "</a></dt><dd>");
    write_count(sheet, month->incidents, &month->tally);
    html_raw(sheet->out, "</dd>\n");
}

static void write_months(struct sheet *sheet, const struct page_month *months, size_t count)
{
    html_raw(sheet->out, "<section aria-labelledby=\"months-h\">\n<h2 id=\"months-h\">");
    sheet_say(sheet, N_("Month by month"), NULL);
    html_raw(sheet->out, "</h2>\n<dl class=\"months\">\n");
    int64_t before = INT64_MAX;
    for (size_t i = 0; i < count && i < MONTHS_MAX; i++) {
        const struct page_month *month = newest_before(months, count, before);
        if (!month)
            break;
        write_month_row(sheet, month);
        before = month->from;
    }
    html_raw(sheet->out, "</dl>\n</section>\n");
}

static void write_present(struct sheet *sheet, const struct annals *annals)
{
    const char *month = format_month(&sheet->format, annals->from);
    html_raw(sheet->out, "<section aria-labelledby=\"inc-h\">\n<h2 id=\"inc-h\">");
    sheet_say(sheet, N_("This month: {month}"), VALUES(word_plain("month", month)));
    html_raw(sheet->out, "</h2>\n<p>");
    write_count(sheet, annals->count, &annals->tally);
    html_raw(sheet->out, "</p>\n");
    if (annals->count)
        write_rule(sheet);
    write_entries(sheet, annals, 1);
    if (annals->count > ANNALS_PART) {
        html_raw(sheet->out, "<ul class=\"links\">");
        write_part_link(sheet, annals->from, 2, N_("Earlier incidents of this month"));
        html_raw(sheet->out, "</ul>\n");
    }
    html_raw(sheet->out, "</section>\n");
}

void page_journal(const struct page *page, const struct page_month *months, size_t count,
                  struct buffer *out)
{
    struct sheet sheet;
    sheet_open(&sheet, page, out, "../../", "../");
    const struct history *history = page->history;
    struct annals annals = annals_of(page, incident_month(page->now, 0), &sheet.arena);
    const char *title = sheet_text(&sheet, N_("Incidents"), NULL);
    struct frame frame = {
        .title = sheet_text(&sheet, N_("{name}: incidents"),
                            VALUES(word_plain("name", page->collective->name))),
        .description =
            sheet_text(&sheet, N_("The public journal of incidents, month by month."), NULL),
        .path = INCIDENT_ROOT,
        .tab = FRAME_INCIDENTS,
        .tab_is_page = true,
    };
    frame_open(&sheet, &frame);
    html_raw(out, "<section>\n<h1>");
    html_text(out, title);
    html_raw(out, "</h1>\n<p class=\"lead\">");
    sheet_say(&sheet,
              N_("All that was recorded of all hosters, in order of time. It is not for comparing "
                 "them: who offers more, or is measured more closely, has more to tell."),
              NULL);
    html_raw(out, "</p>\n");
    frame_measured(&sheet, history->measured(history->owner));
    html_raw(out, "<ul class=\"links\">");
    write_link(&sheet, "#months-h", N_("Month by month"));
    write_link(&sheet, "../../incidents.atom", N_("Interruptions as a feed (Atom)"));
    html_raw(out, "</ul>\n</section>\n");
    write_present(&sheet, &annals);
    block_occurrences(&sheet, annals.occurrences, annals.occurrence_count, BLOCK_OF_ALL);
    write_months(&sheet, months, count);
    frame_close(&sheet);
    sheet_close(&sheet);
}
