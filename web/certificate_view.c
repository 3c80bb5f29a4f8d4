#include "certificate_view.h"

#include "block.h"
#include "macros.h"
#include "state.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>

enum { DAY_S = 86400, CHANGES_SHOWN = 10 };

/* ---- which ---- */

static bool is_shown(const struct line_belief *line, const struct check *check)
{
    return line->last.certificate.sha256[0] && strcmp(line->last.check, check->id) == 0;
}

static bool ends_before(const struct certificate *left, const struct certificate *right)
{
    return left->not_after.ms < right->not_after.ms;
}

static void find_shown(struct certificate_view *view, const struct line_belief *lines, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct certificate *seen = &lines[i].last.certificate;
        if (!is_shown(&lines[i], view->check))
            continue;
        if (view->certificate && strcmp(view->certificate->sha256, seen->sha256) != 0)
            view->differs = view->differs || lines[i].last.family != view->line->last.family;
        if (!view->certificate || ends_before(seen, view->certificate)) {
            view->certificate = seen;
            view->line = &lines[i];
        }
    }
}

/* Whoever answers well without a certificate has none any more; whoever fails may still have it. */
static bool works_without(const struct check *check, const struct line_belief *lines, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(lines[i].last.check, check->id) == 0 && outcome_is_good(lines[i].last.outcome) &&
            !lines[i].last.certificate.sha256[0])
            return true;
    return false;
}

static struct certificate_view view_of(struct sheet *sheet, const struct service *service,
                                       const struct check *check, const struct line_belief *lines,
                                       size_t line_count)
{
    const struct history *history = sheet->page->history;
    struct certificate_view view = {.check = check};
    find_shown(&view, lines, line_count);
    if (!view.certificate && works_without(check, lines, line_count))
        return view;
    view.change_count = history->certificates(history->owner, service->key, check->id,
                                              CHANGES_SHOWN + 1, &sheet->arena, &view.changes);
    if (!view.certificate && view.change_count)
        view.certificate = &view.changes[0].now;
    return view;
}

size_t certificate_views(struct sheet *sheet, const struct service *service,
                         const struct line_belief *lines, size_t line_count,
                         const struct certificate_view **ret)
{
    struct certificate_view *views =
        arena_array(&sheet->arena, service->check_count, sizeof *views);
    size_t count = 0;
    for (size_t i = 0; i < service->check_count; i++) {
        views[count] = view_of(sheet, service, &service->checks[i], lines, line_count);
        count += views[count].certificate != NULL;
    }
    *ret = views;
    return count;
}

/* ---- state ---- */

/* A share of the lifetime, which is right for certificates of six days as for those of a year. */
static int64_t margin_s(const struct certificate *certificate, int share, int most_days)
{
    int64_t most = (int64_t)most_days * DAY_S;
    int64_t lifetime = wall_seconds(certificate->not_after) - wall_seconds(certificate->not_before);
    return certificate->not_before.ms && lifetime / share < most ? lifetime / share : most;
}

static int64_t left_s(struct sheet *sheet, const struct certificate *certificate)
{
    return wall_seconds(certificate->not_after) - sheet->page->now;
}

static const char *state_text(struct sheet *sheet, const struct certificate *certificate)
{
    const struct format *format = &sheet->format;
    int64_t now = sheet->page->now, left = left_s(sheet, certificate);
    if (left < 0)
        return sheet_text(
            sheet, N_("Expired on {date}"),
            VALUES(word_plain("date", format_date(format, wall_seconds(certificate->not_after)))));
    return sheet_text_plural(sheet, "{n} day left on {date}", "{n} days left on {date}",
                             left / DAY_S,
                             VALUES(word_plain("date", format_day(format, now, now))));
}

static void paragraph(struct sheet *sheet, const char *message, const struct word_value *values)
{
    html_raw(sheet->out, "<p>");
    sheet_say(sheet, message, values);
    html_raw(sheet->out, "</p>\n");
}

static void write_state(struct sheet *sheet, const struct certificate_view *view)
{
    const struct certificate *certificate = view->certificate;
    int64_t left = left_s(sheet, certificate);
    enum look look = left < 0                              ? LOOK_DOWN
                     : left < margin_s(certificate, 8, 14) ? LOOK_DEGRADED
                                                           : LOOK_UP;
    html_raw(sheet->out, "<p>");
    state_badge(sheet, look, state_text(sheet, certificate));
    html_raw(sheet->out, "</p>\n");
    if (left >= 0 && left < margin_s(certificate, 4, 30))
        paragraph(sheet, N_("Its end is near, and it is not renewed yet."), NULL);
    if (!view->line)
        paragraph(sheet, N_("This is the one shown last: no certificate is to be seen now."), NULL);
    if (view->differs)
        paragraph(sheet,
                  N_("IPv4 and IPv6 show different certificates: this one, over {family}, is the "
                     "first to end."),
                  VALUES(word_plain("family", family_title(view->line->last.family))));
}

/* ---- facts ---- */

/* "TLSv1.3", as programs call it, as people write it: "TLS 1.3". */
static const char *protocol_version(struct sheet *sheet, const char *name)
{
    return text_starts(name, "TLSv") ? arena_printf(&sheet->arena, "TLS\u00A0%s", name + 4) : name;
}

static int count_names(const char *names)
{
    int count = 1;
    for (const char *at = names; (at = strstr(at, ", ")); at += 2)
        count++;
    return count;
}

static const char *names_text(struct sheet *sheet, const struct certificate *certificate)
{
    int more = certificate->sans - count_names(certificate->names);
    if (more <= 0)
        return certificate->names;
    return sheet_text_plural(sheet, "{names} and {n} more", "{names} and {n} more", more,
                             VALUES(word_plain("names", certificate->names)));
}

static const char *trust_text(struct sheet *sheet, const struct line_belief *line)
{
    const struct result *last = &line->last;
    if (last->certificate.chain_ok)
        return sheet_text(sheet, N_("verified for this name"), NULL);
    if (text_starts(reason_code(last->reason), "tls_"))
        return sheet_text(sheet, N_("not verified: {reason}"),
                          VALUES(word_plain("reason", block_reason(sheet, last->reason))));
    return sheet_text(sheet, N_("not verified for this name"), NULL);
}

static int compare_seconds(const void *left, const void *right)
{
    int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;
    return (a > b) - (a < b);
}

/* How long before its end a certificate is renewed: the median, of two or more. -1 = not known. */
static int64_t usual_margin_s(const struct certificate_view *view)
{
    int64_t margins[CHANGES_SHOWN + 1];
    size_t count = 0;
    for (size_t i = 0; i < view->change_count; i++) {
        const struct certificate_change *change = &view->changes[i];
        if (!certificate_change_is_first(change))
            margins[count++] = wall_seconds(change->before.not_after) - change->at;
    }
    if (count < 2)
        return -1;
    qsort(margins, count, sizeof *margins, compare_seconds);
    return margins[(count - 1) / 2];
}

static void fact(struct sheet *sheet, const char *label, const char *text)
{
    if (*text)
        block_fact(sheet, sheet_text(sheet, label, NULL), text);
}

static void write_dates(struct sheet *sheet, const struct certificate_view *view)
{
    const struct format *format = &sheet->format;
    const struct certificate *certificate = view->certificate;
    int64_t end = wall_seconds(certificate->not_after), usual = usual_margin_s(view);
    if (certificate->not_before.ms)
        fact(sheet, N_("Valid from"), format_date(format, wall_seconds(certificate->not_before)));
    fact(
        sheet, N_("Valid until"),
        arena_printf(&sheet->arena, "%s, %s", format_date(format, end), format_clock(format, end)));
    if (usual >= DAY_S)
        fact(sheet, N_("Usual renewal"),
             sheet_text_plural(sheet, "{n} day before the end", "{n} days before the end",
                               usual / DAY_S, NULL));
}

/* That it should be renewed is told with the days that are left. */
static const char *remarks_text(struct sheet *sheet, const struct certificate *certificate)
{
    const char *text = "";
    for (int i = 0; i < NOTICE_COUNT; i++)
        if (i != NOTICE_renew_soon && certificate->notices & notice_bit((enum notice)i))
            text = arena_printf(&sheet->arena, "%s%s%s", text, *text ? ", " : "",
                                sheet_text(sheet, notice_phrase((enum notice)i), NULL));
    return text;
}

static void write_facts(struct sheet *sheet, const struct certificate_view *view)
{
    const struct certificate *certificate = view->certificate;
    html_raw(sheet->out, "<dl class=\"kv\">\n");
    fact(sheet, N_("Issued by"), certificate->issuer);
    if (*certificate->names)
        fact(sheet, N_("For"), names_text(sheet, certificate));
    write_dates(sheet, view);
    fact(sheet, N_("Key"), certificate->key);
    if (view->line) {
        fact(sheet, N_("Encryption"), protocol_version(sheet, certificate->protocol));
        fact(sheet, N_("Trust"), trust_text(sheet, view->line));
        fact(sheet, N_("Remarks"), remarks_text(sheet, certificate));
    }
    html_raw(sheet->out, "</dl>\n");
}

/* ---- history ---- */

static void say_renewed(struct sheet *sheet, const struct certificate_change *change)
{
    int64_t left = wall_seconds(change->before.not_after) - change->at;
    const struct word_value *date = VALUES(sheet_date(sheet, "date", change->at));
    if (left >= DAY_S)
        sheet_say_plural(sheet, "{date}: renewed {n} day before its end.",
                         "{date}: renewed {n} days before its end.", left / DAY_S, date);
    else if (left >= 0)
        sheet_say(sheet, N_("{date}: renewed on its last day."), date);
    else if (left > -DAY_S)
        sheet_say(sheet, N_("{date}: renewed when it had just expired."), date);
    else
        sheet_say_plural(sheet, "{date}: renewed {n} day after its end.",
                         "{date}: renewed {n} days after its end.", -left / DAY_S, date);
}

/* A certificate may leave its issuer without a name. */
static struct word_value issuer_value(const char *name, const char *issuer)
{
    return word_plain(name, *issuer ? issuer : "\u2013");
}

static void say_issuer(struct sheet *sheet, const struct certificate_change *change)
{
    html_raw(sheet->out, " ");
    if (certificate_change_of_issuer(change))
        sheet_say(sheet, N_("Another issuer: {now}, no longer {before}."),
                  VALUES(issuer_value("now", change->now.issuer),
                         issuer_value("before", change->before.issuer)));
    else
        sheet_say(sheet, N_("Same issuer."), NULL);
}

static void say_key(struct sheet *sheet, const struct certificate_change *change)
{
    const char *before = change->before.key, *now = change->now.key;
    html_raw(sheet->out, " ");
    if (!certificate_change_of_key(change))
        sheet_say(sheet, N_("Same key."), NULL);
    else if (*before && *now && strcmp(before, now) != 0)
        sheet_say(sheet, N_("Another kind of key: {now}, no longer {before}."),
                  VALUES(word_plain("now", now), word_plain("before", before)));
    else
        sheet_say(sheet, N_("New key."), NULL);
}

static void write_change(struct sheet *sheet, const struct certificate_change *change)
{
    html_raw(sheet->out, "<li>");
    if (certificate_change_is_first(change)) {
        sheet_say(sheet, N_("{date}: seen for the first time, issued by {issuer}."),
                  VALUES(sheet_date(sheet, "date", change->at),
                         issuer_value("issuer", change->now.issuer)));
    } else {
        say_renewed(sheet, change);
        say_issuer(sheet, change);
        say_key(sheet, change);
    }
    if (change->of_one_family) {
        html_raw(sheet->out, " ");
        sheet_say(sheet, N_("Over {family} only."),
                  VALUES(word_plain("family", family_title(change->family))));
    }
    html_raw(sheet->out, "</li>\n");
}

static void write_history(struct sheet *sheet, const struct certificate_view *view)
{
    if (!view->change_count)
        return;
    html_raw(sheet->out, "<details><summary>");
    sheet_say(sheet, N_("History of the certificate"), NULL);
    html_raw(sheet->out, "</summary>\n<ul class=\"files small\">\n");
    for (size_t i = 0; i < view->change_count && i < CHANGES_SHOWN; i++)
        write_change(sheet, &view->changes[i]);
    html_raw(sheet->out, "</ul>\n");
    if (view->change_count > CHANGES_SHOWN) {
        html_raw(sheet->out, "<p class=\"soft small\">");
        sheet_say(sheet, N_("Earlier changes are in the record and not listed."), NULL);
        html_raw(sheet->out, "</p>\n");
    }
    html_raw(sheet->out, "</details>\n");
}

void certificate_view_write(struct sheet *sheet, const struct certificate_view *view)
{
    write_state(sheet, view);
    write_facts(sheet, view);
    write_history(sheet, view);
}
