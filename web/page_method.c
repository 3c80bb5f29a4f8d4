#include "page.h"

#include "block.h"
#include "frame.h"
#include "macros.h"
#include "state.h"

/* The counting rules of method version 1. */
static const char *const rules[] = {
    N_("We try each check of a service at its own interval ({interval} unless the service says "
       "otherwise), from "
       "{vantage}, once for each of IPv4 and IPv6 that the service publishes. The results of one "
       "check on one of the "
       "two, in the order of time, give the state of that line. Before the first good or confirmed "
       "result the state "
       "is “not measured”."),
    N_("A line is down after three failures in a row, and then from the first of the three: after "
       "a first failure "
       "we look again within seconds. One or two failures alone are kept, but are no "
       "interruption."),
    N_("A line is up again after two good results in a row, and then from the first of the two. A "
       "single good result "
       "between failures does not end an interruption."),
    N_("Results that are not confirmed yet count as the state before them. An answer that is slow, "
       "or a certificate "
       "about to expire, is good for this purpose and shown as a disruption."),
    N_("A result speaks until the next one, at most for two intervals. After that, and whenever "
       "our own network or "
       "monitor failed, or the service asked us to stay away, the time is “not measured”: never "
       "“unavailable”."),
    N_("A check is down when every one of IPv4 and IPv6 that the service publishes is down, and "
       "disrupted when only "
       "one of them is. A service is down when an essential check is down; it is disrupted when a "
       "check is "
       "disrupted or one that is not essential is down."),
    N_("Seconds are whole, and the time of a result is cut to its second. An interruption runs "
       "from the first "
       "failure to the first good answer after it; its true ends lie between two measurements, and "
       "both are shown."),
    N_("An interruption of {incident} or more is an incident. Shorter ones are counted all the "
       "same."),
    N_("Availability is the time available, disrupted time included, over the time measured. It is "
       "cut, never "
       "rounded up: 100% means that no second was down. It stands beside the share of the time "
       "that was measured, "
       "and is not given when that share is under 90%."),
    N_("The figures of a hoster are sums over its services; durations are shown for one service on "
       "average. "
       "A service marked experimental is shown and not counted. In the row of bars, the length of "
       "a day’s bar is that "
       "mean, and a day is marked when any service was hit."),
    N_("Maintenance that was announced before it began is told, and a second figure leaves it out, "
       "up "
       "to twelve hours a service and civil year. Availability itself counts what was measured, "
       "whatever was announced."),
    N_("A day of the bars is a civil day. It is “not measured” when more than half of it was not, "
       "counted from the "
       "first measurement of a service."),
};

static const struct {
    int64_t e5, seconds_a_year;
} nines[] = {{99000, 315360}, {99900, 31536}, {99990, 3153}};

static void write_rules(struct sheet *sheet)
{
    const struct page *page = sheet->page;
    html_raw(sheet->out, "<ol class=\"rules\">\n");
    for (size_t i = 0; i < ARRAY_LEN(rules); i++) {
        html_raw(sheet->out, "<li>");
        sheet_say(sheet, rules[i],
                  VALUES(sheet_duration(sheet, "interval", page->interval_ms / 1000),
                         sheet_duration(sheet, "incident", page->incident_after_ms / 1000),
                         word_plain("vantage", page->collective->vantage)));
        html_raw(sheet->out, "</li>\n");
    }
    html_raw(sheet->out, "</ol>\n");
}

static void write_nines(struct sheet *sheet)
{
    html_raw(sheet->out, "<table><caption>");
    sheet_say(sheet, N_("What a percentage means over a year"), NULL);
    html_raw(sheet->out, "</caption><thead><tr><th scope=\"col\">");
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
}

static void write_limits(struct sheet *sheet)
{
    static const char *const limits[] = {
        N_("We measure from outside. A service may answer and misbehave; a visitor may have a "
           "problem that we do not "
           "see."),
        N_("An interruption shorter than the interval may escape us."),
        N_("Neither the welcome, nor data protection, nor durability shows here. Comparing two "
           "hosters on these "
           "figures alone would be unfair."),
    };
    html_raw(sheet->out, "<section aria-labelledby=\"lim-h\">\n<h2 id=\"lim-h\">");
    sheet_say(sheet, N_("What these figures do not say"), NULL);
    html_raw(sheet->out, "</h2>\n<ul class=\"limits\">\n");
    for (size_t i = 0; i < ARRAY_LEN(limits); i++) {
        html_raw(sheet->out, "<li>");
        sheet_say(sheet, limits[i], NULL);
        html_raw(sheet->out, "</li>\n");
    }
    html_raw(sheet->out, "</ul>\n</section>\n");
}

void page_method(const struct page *page, struct buffer *out)
{
    struct sheet sheet;
    sheet_open(&sheet, page, out, "../../", "../");
    struct frame frame = {
        .title = sheet_text(&sheet, N_("How we measure and count"), NULL),
        .description = sheet_text(
            &sheet, N_("The rules by which availability is measured and counted."), NULL),
        .path = "method/",
        .tab = FRAME_METHOD,
        .tab_is_page = true,
    };
    frame_open(&sheet, &frame);
    html_raw(out, "<section>\n<h1>");
    html_text(out, frame.title);
    html_raw(out, "</h1>\n<p class=\"lead\">");
    sheet_say(&sheet,
              N_("The same rules for everybody, method version 1. Every figure of these pages "
                 "equals them to "
                 "the second."),
              NULL);
    html_raw(out, "</p>\n");
    frame_measured(&sheet, page->history->measured(page->history->owner));
    write_rules(&sheet);
    write_nines(&sheet);
    html_raw(out, "</section>\n");
    write_limits(&sheet);
    frame_close(&sheet);
    sheet_close(&sheet);
}
