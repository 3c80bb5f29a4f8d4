#include "service_view.h"

#include "block.h"
#include "certificate_view.h"
#include "macros.h"
#include "state.h"
#include "text.h"

#include <ctype.h>
#include <math.h>
#include <string.h>

/* Whether lines come from more than one vantage: only then does a column say from which. */
static bool several_vantages(const struct service_view *view)
{
    for (size_t i = 1; i < view->line_count; i++)
        if (strcmp(view->lines[i].last.vantage, view->lines[0].last.vantage) != 0)
            return true;
    return false;
}

static void heading(struct sheet *sheet, const char *message, bool right)
{
    html_raw(sheet->out, "<th scope=\"col\"");
    if (right)
        html_raw(sheet->out, " class=\"r\"");
    html_raw(sheet->out, ">");
    sheet_say(sheet, message, NULL);
    html_raw(sheet->out, "</th>");
}

static void line_headings(struct sheet *sheet, bool vantages)
{
    html_raw(sheet->out, "<table class=\"stack\"><thead><tr>");
    heading(sheet, N_("Check"), false);
    if (vantages)
        heading(sheet, N_("From"), false);
    heading(sheet, N_("Over"), false);
    heading(sheet, N_("Found"), false);
    heading(sheet, N_("Answer"), true);
    heading(sheet, N_("Last measured"), true);
    html_raw(sheet->out, "</tr></thead><tbody>\n");
}

static void cell_open(struct sheet *sheet, const char *message, bool right)
{
    html_raw(sheet->out, "<td");
    if (right)
        html_raw(sheet->out, " class=\"r\"");
    sheet_attr(sheet, "data-l", message);
    html_raw(sheet->out, "><span>");
}

static void cell_close(struct sheet *sheet)
{
    html_raw(sheet->out, "</span></td>");
}

static void line_row(struct sheet *sheet, const struct line_belief *line, bool vantages)
{
    struct buffer *out = sheet->out;
    html_raw(out, "<tr><th scope=\"row\">");
    html_text(out, line->last.check);
    html_raw(out, "</th>");
    if (vantages) {
        cell_open(sheet, N_("From"), false);
        html_text(out, line->last.vantage);
        cell_close(sheet);
    }
    cell_open(sheet, N_("Over"), false);
    html_text(out, family_title(line->last.family));
    cell_close(sheet);
    cell_open(sheet, N_("Found"), false);
    state_glyph(sheet, look_of(line->state, false));
    html_raw(out, " ");
    html_text(out, block_reason(sheet, line->reason));
    cell_close(sheet);
    cell_open(sheet, N_("Answer"), true);
    html_text(out, format_latency(&sheet->format, line->last.phases.ms[PHASE_TOTAL]));
    cell_close(sheet);
    cell_open(sheet, N_("Last measured"), true);
    struct word_value moment = sheet_moment(sheet, "moment", wall_seconds(line->last.time));
    sheet_value(sheet, &moment);
    cell_close(sheet);
    html_raw(out, "</tr>\n");
}

void service_view_lines(const struct service_view *view)
{
    struct sheet *sheet = view->sheet;
    bool vantages = several_vantages(view);
    html_raw(sheet->out, "<section aria-labelledby=\"now-h\">\n<h2 id=\"now-h\">");
    if (vantages)
        sheet_say(sheet, N_("Seen from our vantage points"), NULL);
    else
        sheet_say(
            sheet, N_("Seen from {vantage}"),
            VALUES(word_plain("vantage", view->line_count ? view->lines[0].last.vantage
                                                          : sheet->page->collective->vantage)));
    html_raw(sheet->out, "</h2>\n");
    if (view->line_count) {
        line_headings(sheet, vantages);
        for (size_t i = 0; i < view->line_count; i++)
            line_row(sheet, &view->lines[i], vantages);
        html_raw(sheet->out, "</tbody></table>\n");
    } else {
        html_raw(sheet->out, "<p>");
        sheet_say(sheet, N_("Not measured yet"), NULL);
        html_raw(sheet->out, "</p>\n");
    }
    html_raw(sheet->out, "</section>\n");
}

/* The protocol as its scheme in capitals: HTTPS, IMAPS. */
static const char *protocol_of(struct sheet *sheet, const char *url)
{
    char *name = arena_bytes(&sheet->arena, url, strcspn(url, ":"));
    for (char *at = name; *at; at++)
        *at = (char)toupper((unsigned char)*at);
    return name;
}

/* The same host can be looked at in several protocols: "IMAPS, mail.example". */
static const char *endpoint_of(struct sheet *sheet, const struct check *check)
{
    return arena_printf(&sheet->arena, "%s, %s", protocol_of(sheet, check->url),
                        block_host(sheet, check->url));
}

static const char *families_of(struct sheet *sheet, int wish)
{
    if (wish == WISH_IPV4)
        return family_title(FAMILY_IPV4);
    if (wish == WISH_IPV6)
        return family_title(FAMILY_IPV6);
    return sheet_text(sheet, N_("IPv4 and IPv6, as far as it publishes them"), NULL);
}

static bool expects_content(const struct check *check)
{
    for (size_t i = 0; i < check->option_count; i++)
        if (text_starts(check->options[i].name, "expect-"))
            return true;
    return false;
}

/* Only the host is told: paths and options may hold what was meant for us alone. */
static void check_item(struct sheet *sheet, const struct check *check, bool named)
{
    html_raw(sheet->out, "<li>");
    if (named)
        sheet_say(sheet, N_("{check}: "), VALUES(word_strong("check", check->id)));
    sheet_say(
        sheet,
        N_("{host} answers in {protocol} within {timeout}, every {interval}, over {families}"),
        VALUES(word_code("host", block_host(sheet, check->url)),
               word_plain("protocol", protocol_of(sheet, check->url)),
               word_plain("timeout", format_duration(&sheet->format, check->timeout_ms / 1000)),
               word_plain("interval", format_duration(&sheet->format, check->interval_ms / 1000)),
               word_plain("families", families_of(sheet, check->family))));
    if (expects_content(check))
        sheet_say(sheet, N_(", and its answer is what we expect"), NULL);
    if (check->slow_ms > 0) {
        html_raw(sheet->out, " ");
        sheet_say(
            sheet, N_("(slow from {duration} on)"),
            VALUES(word_plain("duration", format_latency(&sheet->format, (double)check->slow_ms))));
    }
    if (check->role == ROLE_EXTRA) {
        html_raw(sheet->out, " ");
        sheet_say(sheet, N_("(not essential: its failure is a disruption)"), NULL);
    }
    html_raw(sheet->out, "</li>");
}

static void write_checks(const struct service_view *view, bool encrypted)
{
    struct sheet *sheet = view->sheet;
    html_raw(sheet->out, "<div>\n<h2>");
    sheet_say(sheet, N_("What we check"), NULL);
    html_raw(sheet->out, "</h2>\n<ul class=\"files\">");
    for (size_t i = 0; i < view->service->check_count; i++)
        check_item(sheet, &view->service->checks[i], view->service->check_count > 1);
    if (encrypted) {
        html_raw(sheet->out, "<li>");
        sheet_say(sheet, N_("the certificate is valid and is for this name"), NULL);
        html_raw(sheet->out, "</li>");
    }
    html_raw(sheet->out, "</ul>\n<p class=\"soft small\">");
    sheet_say(sheet,
              N_("We measure from outside and use no account: a service may answer and misbehave."),
              NULL);
    html_raw(sheet->out, "</p>\n</div>\n");
}

/* One stands beside the checks; several have a section of their own. */
static void write_certificate(struct sheet *sheet, const struct certificate_view *view)
{
    html_raw(sheet->out, "<div>\n<h2>");
    sheet_say(sheet, N_("Certificate"), NULL);
    html_raw(sheet->out, "</h2>\n");
    certificate_view_write(sheet, view);
    html_raw(sheet->out, "</div>\n");
}

static void write_certificates(struct sheet *sheet, const struct certificate_view *views,
                               size_t count)
{
    html_raw(sheet->out, "<section aria-labelledby=\"cert-h\">\n<h2 id=\"cert-h\">");
    sheet_say(sheet, N_("Certificates"), NULL);
    html_raw(sheet->out, "</h2>\n<div class=\"two\">\n");
    for (size_t i = 0; i < count; i++) {
        html_raw(sheet->out, "<div>\n<h3>");
        html_text(sheet->out, endpoint_of(sheet, views[i].check));
        html_raw(sheet->out, "</h3>\n");
        certificate_view_write(sheet, &views[i]);
        html_raw(sheet->out, "</div>\n");
    }
    html_raw(sheet->out, "</div>\n</section>\n");
}

void service_view_checks(const struct service_view *view)
{
    struct sheet *sheet = view->sheet;
    const struct certificate_view *views;
    size_t count = certificate_views(sheet, view->service, view->lines, view->line_count, &views);
    html_raw(sheet->out, "<section class=\"two\"");
    sheet_attr(sheet, "aria-label", count == 1 ? N_("Checks and certificate") : N_("Checks"));
    html_raw(sheet->out, ">\n");
    write_checks(view, count > 0);
    if (count == 1)
        write_certificate(sheet, &views[0]);
    html_raw(sheet->out, "</section>\n");
    if (count > 1)
        write_certificates(sheet, views, count);
}
