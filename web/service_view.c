#include "service_view.h"

#include "block.h"
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
    state_glyph(sheet, line->state);
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

static const char *families_of(struct sheet *sheet, int wish)
{
    if (wish == WISH_IPV4)
        return family_title(FAMILY_IPV4);
    if (wish == WISH_IPV6)
        return family_title(FAMILY_IPV6);
    return sheet_text(sheet, N_("IPv4 and IPv6, as far as it publishes them"), NULL);
}

/* Only the host is told: paths and options may hold what was meant for us alone. */
static void check_item(struct sheet *sheet, const struct check *check)
{
    html_raw(sheet->out, "<li>");
    sheet_say(
        sheet,
        N_("{host} answers in {protocol} within {timeout}, every {interval}, over {families}"),
        VALUES(word_code("host", block_host(sheet, check->url)),
               word_plain("protocol", protocol_of(sheet, check->url)),
               word_plain("timeout", format_duration(&sheet->format, check->timeout_ms / 1000)),
               word_plain("interval", format_duration(&sheet->format, check->interval_ms / 1000)),
               word_plain("families", families_of(sheet, check->family))));
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

static void write_checks(const struct service_view *view)
{
    struct sheet *sheet = view->sheet;
    html_raw(sheet->out, "<div>\n<h2>");
    sheet_say(sheet, N_("What we check"), NULL);
    html_raw(sheet->out, "</h2>\n<ul class=\"files\">");
    for (size_t i = 0; i < view->service->check_count; i++)
        check_item(sheet, &view->service->checks[i]);
    html_raw(sheet->out, "</ul>\n<p class=\"soft small\">");
    sheet_say(sheet,
              N_("We measure from outside and use no account: a service may answer and misbehave."),
              NULL);
    html_raw(sheet->out, "</p>\n</div>\n");
}

/* The certificate that ends first. */
static const struct certificate *certificate_of(const struct service_view *view)
{
    const struct certificate *first = NULL;
    for (size_t i = 0; i < view->line_count; i++) {
        const struct certificate *seen = &view->lines[i].last.certificate;
        if (*seen->sha256 && seen->not_after.ms &&
            (!first || seen->not_after.ms < first->not_after.ms))
            first = seen;
    }
    return first;
}

static void certificate_state(struct sheet *sheet, const struct certificate *certificate)
{
    enum { WARNING_DAYS = 14 };
    int64_t left = wall_seconds(certificate->not_after) - sheet->page->now;
    enum outcome state = left < 0                        ? OUTCOME_DOWN
                         : left < WARNING_DAYS * 86400LL ? OUTCOME_DEGRADED
                                                         : OUTCOME_UP;
    const char *text =
        left < 0 ? sheet_text(sheet, N_("Expired"), NULL)
                 : sheet_text_plural(
                       sheet, "{n} day left on {date}", "{n} days left on {date}", left / 86400,
                       VALUES(word_plain("date", format_day(&sheet->format, sheet->page->now,
                                                            sheet->page->now))));
    html_raw(sheet->out, "<p>");
    state_badge(sheet, state, text);
    html_raw(sheet->out, "</p>\n");
}

/* "TLSv1.3", as programs call it, as people write it: "TLS 1.3". */
static const char *protocol_version(struct sheet *sheet, const char *name)
{
    return text_starts(name, "TLSv") ? arena_printf(&sheet->arena, "TLS\u00A0%s", name + 4) : name;
}

static void write_certificate(const struct service_view *view)
{
    struct sheet *sheet = view->sheet;
    const struct format *format = &sheet->format;
    const struct certificate *certificate = certificate_of(view);
    if (!certificate)
        return;
    html_raw(sheet->out, "<div>\n<h2>");
    sheet_say(sheet, N_("Certificate"), NULL);
    html_raw(sheet->out, "</h2>\n");
    certificate_state(sheet, certificate);
    html_raw(sheet->out, "<dl class=\"kv\">\n");
    block_fact(sheet, sheet_text(sheet, N_("Issued by"), NULL), certificate->issuer);
    if (certificate->not_before.ms)
        block_fact(sheet, sheet_text(sheet, N_("Valid from"), NULL),
                   format_date(format, wall_seconds(certificate->not_before)));
    block_fact(sheet, sheet_text(sheet, N_("Valid until"), NULL),
               arena_printf(&sheet->arena, "%s, %s",
                            format_date(format, wall_seconds(certificate->not_after)),
                            format_clock(format, wall_seconds(certificate->not_after))));
    if (*certificate->key)
        block_fact(sheet, sheet_text(sheet, N_("Key"), NULL), certificate->key);
    if (*certificate->protocol)
        block_fact(sheet, sheet_text(sheet, N_("Encryption"), NULL),
                   protocol_version(sheet, certificate->protocol));
    html_raw(sheet->out, "</dl>\n</div>\n");
}

void service_view_checks(const struct service_view *view)
{
    html_raw(view->sheet->out, "<section class=\"two\"");
    sheet_attr(view->sheet, "aria-label", N_("Checks and certificate"));
    html_raw(view->sheet->out, ">\n");
    write_checks(view);
    write_certificate(view);
    html_raw(view->sheet->out, "</section>\n");
}
