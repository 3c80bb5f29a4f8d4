#include "page.h"

#include "block.h"
#include "frame.h"
#include "incident.h"
#include "incident_view.h"
#include "join.h"
#include "macros.h"
#include "state.h"

static const char *state_text(const struct incident_view *view)
{
    static const char *const texts[] = {[OUTAGE_OPEN] = N_("Ongoing"),
                                        [OUTAGE_OVER] = N_("Ended"),
                                        [OUTAGE_LOST] = N_("End not known")};
    return sheet_text(view->sheet, texts[view->past->outage.end], NULL);
}

static void write_lead(const struct incident_view *view)
{
    static const char *const messages[] = {
        [OUTAGE_OPEN] = N_("Unavailable since {date}, {clock}, for {duration} so far: {reason}."),
        [OUTAGE_OVER] = N_("Unavailable for {duration} from {date}, {clock} on: {reason}."),
        [OUTAGE_LOST] = N_("Unavailable from {date}, {clock} on, for {duration} until we stopped "
                           "measuring: {reason}."),
    };
    struct sheet *sheet = view->sheet;
    const struct outage *outage = &view->past->outage;
    html_raw(sheet->out, "<p class=\"lead\">");
    sheet_say(sheet, messages[outage->end],
              VALUES(sheet_date(sheet, "date", outage->from),
                     word_plain("clock", format_clock(&sheet->format, outage->from)),
                     sheet_duration(sheet, "duration", outage->to - outage->from),
                     word_plain("reason", block_reason(sheet, outage->reason))));
    html_raw(sheet->out, "</p>\n");
}

/* The page of what is over does not follow the clock, and says so. */
static void write_made(const struct incident_view *view)
{
    struct sheet *sheet = view->sheet;
    const struct history *history = sheet->page->history;
    if (view->past->outage.end == OUTAGE_OPEN) {
        frame_measured(sheet, history->service(history->owner, view->past->service->key).measured);
        return;
    }
    html_raw(sheet->out, "<p class=\"soft\">");
    sheet_say(
        sheet,
        N_("As it stood on {date}, {clock}: this page changes only when more is learnt of it, "
           "and keeps its address."),
        VALUES(sheet_date(sheet, "date", sheet->page->now),
               word_plain("clock", format_clock(&sheet->format, sheet->page->now))));
    html_raw(sheet->out, "</p>\n");
}

static void card_link(struct sheet *sheet, const char *label, const char *text, const char *path)
{
    html_raw(sheet->out, "<dt>");
    html_text(sheet->out, sheet_text(sheet, label, NULL));
    html_raw(sheet->out, "</dt><dd><a");
    html_href(sheet->out, path);
    html_raw(sheet->out, ">");
    html_text(sheet->out, text);
    html_raw(sheet->out, "</a></dd>\n");
}

static void write_card(const struct incident_view *view)
{
    struct sheet *sheet = view->sheet;
    const char *key = view->past->service->key, *top = sheet->top;
    html_raw(sheet->out, "<aside class=\"card\"");
    sheet_attr(sheet, "aria-label", N_("About"));
    html_raw(sheet->out, ">\n<dl class=\"kv\">\n");
    card_link(sheet, N_("Service"), view->name, JOIN(&sheet->arena, top, "h/", key, "/"));
    card_link(sheet, N_("Hoster"), view->hoster,
              JOIN(&sheet->arena, top, "h/", view->past->service->hoster->id, "/"));
    card_link(sheet, N_("Month"), view->month, JOIN(&sheet->arena, top, view->month_path));
    card_link(sheet, N_("Follow"), sheet_text(sheet, N_("feed (Atom)"), NULL),
              JOIN(&sheet->arena, sheet->root, "h/", key, "/incidents.atom"));
    html_raw(sheet->out, "</dl>\n</aside>\n");
}

static void write_title(const struct incident_view *view)
{
    static const enum look looks[] = {
        [OUTAGE_OPEN] = LOOK_DOWN, [OUTAGE_OVER] = LOOK_UP, [OUTAGE_LOST] = LOOK_UNKNOWN};
    struct sheet *sheet = view->sheet;
    html_raw(sheet->out, "<div class=\"title\">\n<div>\n<h1>");
    sheet_say(sheet, N_("{service} unavailable"), VALUES(word_plain("service", view->name)));
    html_raw(sheet->out, " <span class=\"soft\">· ");
    html_text(sheet->out, view->hoster);
    html_raw(sheet->out, "</span></h1>\n<p>");
    state_badge(sheet, looks[view->past->outage.end], state_text(view));
    html_raw(sheet->out, "</p>\n");
    write_lead(view);
    write_made(view);
    html_raw(sheet->out, "</div>\n");
    write_card(view);
    html_raw(sheet->out, "</div>\n");
}

static void write_page(const struct incident_view *view)
{
    struct sheet *sheet = view->sheet;
    struct word_value name = word_plain("service", view->name),
                      hoster = word_plain("hoster", view->hoster),
                      date = sheet_date(sheet, "date", view->past->outage.from);
    const struct frame_step steps[] = {
        {sheet_text(sheet, N_("Incidents"), NULL), JOIN(&sheet->arena, sheet->top, INCIDENT_ROOT)},
        {view->month, JOIN(&sheet->arena, sheet->top, view->month_path)},
        {sheet_text(sheet, N_("{service}, {hoster}"), VALUES(name, hoster)), NULL},
        {NULL, NULL}};
    struct frame frame = {
        .title = sheet_text(sheet, N_("{service}, {hoster}: unavailable on {date}"),
                            VALUES(name, hoster, date)),
        .description = sheet_text(
            sheet,
            N_("What was measured of the incident of {date} at {hoster}, and what is said of it."),
            VALUES(date, hoster)),
        .path = incident_path(view->past->service->key, view->past->outage.from, &sheet->arena),
        .tab = FRAME_INCIDENTS,
        .steps = steps,
    };
    frame_open(sheet, &frame);
    write_title(view);
    incident_view_times(view);
    incident_view_said(view);
    incident_view_lines(view);
    incident_view_counted(view);
    frame_close(sheet);
}

void page_incident(const struct page *page, const struct incident_past *past, struct buffer *out)
{
    struct sheet sheet;
    struct page then = *page;
    then.now = past->told_at;
    sheet_open(&sheet, &then, out, "../../../../../", "../../../../");
    int64_t month = incident_month(past->outage.from, 0);
    struct incident_view view = {.sheet = &sheet,
                                 .past = past,
                                 .name = block_service_name(&sheet, past->service),
                                 .hoster = block_hoster_name(&sheet, past->service->hoster),
                                 .month = format_month(&sheet.format, month),
                                 .month_path = incident_month_path(month, 1, &sheet.arena)};
    write_page(&view);
    sheet_close(&sheet);
}
