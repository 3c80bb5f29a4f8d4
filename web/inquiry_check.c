/* The form that looks through a file of a hoster. */
#include "form_data.h"
#include "inquiry_inside.h"
#include "json.h"
#include "macros.h"
#include "part.h"
#include "reason.h"
#include "text.h"

#include <string.h>

enum { OK = 200, BAD_REQUEST = 400, UNAVAILABLE = 503, BUSY_S = 30, SHOWN_MOST = 100 };

/* ---- what is asked ---- */

static void read_check(struct inquiry *inquiry, const struct inquiry_data *data)
{
    struct buffer line;
    if (!data->is_post) { /* a link may fill in the form */
        form_data_value(data->query, data->query_length, "url", inquiry->url, sizeof inquiry->url);
        return;
    }
    form_data_value(data->body, data->body_length, "url", inquiry->url, sizeof inquiry->url);
    if (!text_starts(inquiry->url, "https://") && !text_starts(inquiry->url, "http://")) {
        inquiry->note = INQUIRY_NO_URL;
        return;
    }
    buffer_init(&line, sizeof inquiry->line - 1);
    buffer_text_add(&line, "{\"form\":\"register\",\"url\":");
    json_add_text(&line, inquiry->url);
    buffer_printf(&line, ",\"language\":\"%s\"}\n", inquiry->language);
    inquiry->note = line.overflow ? INQUIRY_NO_URL : INQUIRY_ASKED;
    text_copy(inquiry->line, sizeof inquiry->line, buffer_text(&line));
    buffer_fini(&line);
}

/* ---- the form ---- */

static void draw_form(const struct inquiry *inquiry, struct sheet *sheet)
{
    struct buffer *out = sheet->out;
    bool wrong = inquiry->note == INQUIRY_NO_URL;
    html_raw(out, "<form class=\"ask\" method=\"post\" action=\"./\">\n<label for=\"url\">");
    sheet_say(sheet, N_("Address of the file"), NULL);
    html_raw(out,
             "</label>\n<input id=\"url\" name=\"url\" type=\"url\" required maxlength=\"1000\" "
             "autocomplete=\"url\" spellcheck=\"false\" placeholder=\"https://\"");
    if (*inquiry->url)
        html_attr(out, "value", inquiry->url);
    if (wrong)
        html_raw(out, " aria-invalid=\"true\" aria-describedby=\"wrong\"");
    html_raw(out, ">\n<button>");
    sheet_say(sheet, N_("Check this file"), NULL);
    html_raw(out, "</button>\n");
    if (wrong) {
        html_raw(out, "<p id=\"wrong\">");
        sheet_say(sheet,
                  N_("This is no address of the web: it begins with https:// or http://, and has "
                     "at most a thousand characters."),
                  NULL);
        html_raw(out, "</p>\n");
    }
    html_raw(out, "</form>\n");
}

/* ---- what was found ---- */

static const struct {
    const char *word, *class, *label;
} severities[] = {
    {"error", "down", N_("Error")},
    {"warning", "deg", N_("Warning")},
    {"notice", "soft", N_("Notice")},
};

static size_t severity_of(const json_t *finding)
{
    const char *word = json_string_value(json_object_get(finding, "severity"));
    for (size_t i = 0; word && i < ARRAY_LEN(severities); i++)
        if (strcmp(severities[i].word, word) == 0)
            return i;
    return ARRAY_LEN(severities) - 1;
}

static const char *text_at(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "";
}

static void draw_finding(struct sheet *sheet, const json_t *finding)
{
    struct buffer *out = sheet->out;
    size_t severity = severity_of(finding);
    int64_t line = json_integer_value(json_object_get(finding, "line"));
    const char *advice = text_at(finding, "advice");
    html_raw(out, "<li>\n<p><b");
    html_attr(out, "class", severities[severity].class);
    html_raw(out, ">");
    sheet_say(sheet, severities[severity].label, NULL);
    html_raw(out, "</b> <span class=\"soft\">");
    sheet_say(sheet, N_("line {n}"), VALUES(word_plain("n", format_count(&sheet->format, line))));
    html_raw(out, "</span></p>\n<p>");
    html_text(out, text_at(finding, "message"));
    html_raw(out, "</p>\n");
    if (*advice) {
        html_raw(out, "<p class=\"soft\">");
        html_text(out, advice);
        html_raw(out, "</p>\n");
    }
    html_raw(out, "</li>\n");
}

static const char *count_text(struct sheet *sheet, size_t severity, int64_t n)
{
    if (severity == 0)
        return sheet_text_plural(sheet, "{n} error", "{n} errors", n, NULL);
    if (severity == 1)
        return sheet_text_plural(sheet, "{n} warning", "{n} warnings", n, NULL);
    return sheet_text_plural(sheet, "{n} notice", "{n} notices", n, NULL);
}

static void draw_counts(struct sheet *sheet, const json_t *findings, int64_t left_out)
{
    int64_t counts[ARRAY_LEN(severities)] = {0};
    const char *list = "";
    for (size_t i = 0; i < json_array_size(findings); i++)
        counts[severity_of(json_array_get(findings, i))]++;
    for (size_t i = 0; i < ARRAY_LEN(severities); i++)
        if (counts[i])
            list = arena_printf(&sheet->arena, "%s%s%s", list, *list ? ", " : "",
                                count_text(sheet, i, counts[i]));
    html_raw(sheet->out, "<p>");
    html_text(sheet->out, list);
    if (left_out > 0) {
        html_raw(sheet->out, ", ");
        sheet_say_plural(sheet, "and {n} more that is not shown", "and {n} more that are not shown",
                         left_out, NULL);
    }
    html_raw(sheet->out, ".</p>\n");
}

static void draw_those(struct sheet *sheet, const json_t *findings, size_t severity)
{
    for (size_t i = 0; i < json_array_size(findings) && i < SHOWN_MOST; i++) {
        const json_t *finding = json_array_get(findings, i);
        if (severity_of(finding) == severity)
            draw_finding(sheet, finding);
    }
}

/* The gravest first. */
static void draw_findings(struct sheet *sheet, const json_t *file)
{
    const json_t *findings = json_object_get(file, "findings");
    int64_t left_out = json_integer_value(json_object_get(file, "left_out"));
    if (!json_array_size(findings)) {
        part_lead(sheet, N_("Nothing is wrong with this file."), NULL);
        return;
    }
    draw_counts(sheet, findings, left_out);
    html_raw(sheet->out, "<ol class=\"found\">\n");
    for (size_t i = 0; i < ARRAY_LEN(severities); i++)
        draw_those(sheet, findings, i);
    html_raw(sheet->out, "</ol>\n");
}

static void draw_lost(struct sheet *sheet, const json_t *file)
{
    enum reason reason;
    int64_t status = json_integer_value(json_object_get(file, "status"));
    const char *why = reason_parse(text_at(file, "reason"), &reason)
                          ? sheet_text(sheet, reason_sentence(reason), NULL)
                          : text_at(file, "reason");
    if (status)
        why = arena_printf(&sheet->arena, "%s (%lld)", why, (long long)status);
    part_lead(sheet, N_("The file cannot be had: {reason}."), VALUES(word_plain("reason", why)));
    if (strcmp(text_at(file, "reason"), reason_code(REASON_refused_by_policy)) == 0)
        part_lead(sheet,
                  N_("Only files on the public internet are asked for, at ports 80, 443 and "
                     "those from 1024 on."),
                  NULL);
    if (*text_at(file, "detail")) {
        html_raw(sheet->out, "<p class=\"soft\" lang=\"en\">");
        html_text(sheet->out, text_at(file, "detail"));
        html_raw(sheet->out, "</p>\n");
    }
}

static void draw_report(const struct inquiry *inquiry, struct sheet *sheet, const json_t *file)
{
    struct buffer *out = sheet->out;
    const char *class = text_at(file, "class");
    html_raw(out, "<section aria-labelledby=\"found-h\">\n<h2 id=\"found-h\">");
    sheet_say(sheet, N_("What was found"), NULL);
    html_raw(out, "</h2>\n<p class=\"where\"><code>");
    html_text(out, inquiry->url);
    html_raw(out, "</code>");
    if (*class) {
        html_raw(out, "<br>");
        sheet_say(sheet, N_("A file of class {class}."), VALUES(word_code("class", class)));
    }
    html_raw(out, "</p>\n");
    if (json_object_get(file, "reason"))
        draw_lost(sheet, file);
    else
        draw_findings(sheet, file);
    html_raw(out, "</section>\n");
}

/* NULL: there is no report. */
static const json_t *report_of(const json_t *answer)
{
    const json_t *file = json_array_get(json_object_get(answer, "report"), 0);
    return strcmp(text_at(answer, "outcome"), "read") == 0 && json_is_object(file) ? file : NULL;
}

static unsigned draw_refusal(struct inquiry *inquiry, const json_t *answer, struct sheet *sheet)
{
    const char *outcome = text_at(answer, "outcome");
    if (strcmp(outcome, "late") == 0) {
        part_lead(sheet, N_("The file cannot be had: its server takes too long."), NULL);
        return OK;
    }
    inquiry->wait_s = BUSY_S;
    if (strcmp(outcome, "busy") == 0)
        part_lead(sheet, N_("Too many files are being checked. Please try again in a minute."),
                  NULL);
    else
        part_lead(sheet, N_("This file could not be checked. Please try again later."), NULL);
    return UNAVAILABLE;
}

static unsigned draw_check(struct inquiry *inquiry, const json_t *answer, struct sheet *sheet)
{
    html_raw(sheet->out, "<div class=\"form\">\n");
    draw_form(inquiry, sheet);
    unsigned status = inquiry_say_trouble(inquiry, answer, sheet);
    bool answered = !status && inquiry->note == INQUIRY_ASKED;
    const json_t *file = answered ? report_of(answer) : NULL;
    if (answered)
        status = file ? OK : draw_refusal(inquiry, answer, sheet);
    html_raw(sheet->out, "</div>\n");
    if (file)
        draw_report(inquiry, sheet, file);
    if (status)
        return status;
    return inquiry->note == INQUIRY_NO_URL ? BAD_REQUEST : OK;
}

const struct inquiry_form inquiry_check = {
    .path = "check/",
    .rules = {.one = {20000, 6}, .all = {1000, 30}},
    .read = read_check,
    .draw = draw_check,
};
