#include "incident_view.h"

#include "block.h"
#include "join.h"
#include "macros.h"
#include "state.h"

#include <stdbool.h>
#include <string.h>

enum { DAY_S = 86400 };

static void heading_open(struct sheet *sheet, const char *message)
{
    html_raw(sheet->out, "<h2>");
    sheet_say(sheet, message, NULL);
    html_raw(sheet->out, "</h2>\n");
}

/* ---- when ---- */

static void write_step(struct sheet *sheet, int64_t time, const char *message)
{
    struct word_value moment = word_time("moment", format_clock_exact(&sheet->format, time),
                                         format_stamp(&sheet->format, time));
    html_raw(sheet->out, "<li>");
    sheet_value(sheet, &moment);
    html_raw(sheet->out, "<span>");
    sheet_say(sheet, message, VALUES(sheet_date(sheet, "date", time)));
    html_raw(sheet->out, "</span></li>\n");
}

static void write_note(struct sheet *sheet, const char *message)
{
    html_raw(sheet->out, "<li><span></span><span>");
    sheet_say(sheet, message, NULL);
    html_raw(sheet->out, "</span></li>\n");
}

static void write_begin(struct sheet *sheet, const struct outage *outage)
{
    if (outage->last_good)
        write_step(sheet, outage->last_good, N_("{date}: last good answer before it."));
    else
        write_note(sheet, N_("No good answer is known before it."));
    write_step(sheet, outage->from, N_("{date}: first failure. It counts from here."));
}

static void write_end(struct sheet *sheet, const struct outage *outage)
{
    if (outage->end == OUTAGE_OPEN) {
        write_step(sheet, outage->to, N_("{date}: as far as we know, it still fails."));
        return;
    }
    if (outage->last_bad)
        write_step(sheet, outage->last_bad, N_("{date}: last failure."));
    if (outage->end == OUTAGE_OVER)
        write_step(sheet, outage->to, N_("{date}: first good answer. It counts until here."));
    else
        write_step(sheet, outage->to,
                   N_("{date}: we stopped measuring. It counts until here; the time after it is "
                      "not measured, and its end is not known."));
}

/* From the first failure to the last, and from the last good answer to the first one after it. */
static void write_bounds(struct sheet *sheet, const struct outage *outage)
{
    int64_t length = outage->to - outage->from, least = outage->last_bad - outage->from,
            most = outage->to - outage->last_good;
    struct word_value counted = sheet_duration(sheet, "counted", length);
    html_raw(sheet->out, "<p>");
    if (outage->last_good && outage->last_bad && length >= DAY_S) /* told in hours alone */
        sheet_say(
            sheet,
            N_("It counts as {counted}. Its true ends lie between two measurements: it may have "
               "been {shorter} shorter or {longer} longer."),
            VALUES(counted, sheet_duration(sheet, "shorter", length - least),
                   sheet_duration(sheet, "longer", most - length)));
    else if (outage->last_good && outage->last_bad)
        sheet_say(
            sheet,
            N_("It counts as {counted}. Its true ends lie between two measurements: it lasted "
               "{least} at least and {most} at most."),
            VALUES(counted, sheet_duration(sheet, "least", least),
                   sheet_duration(sheet, "most", most)));
    else
        sheet_say(sheet,
                  outage->end == OUTAGE_OPEN
                      ? N_("It counts as {counted} so far.")
                      : N_("It counts as {counted}. How long it really was is not known, since one "
                           "of its ends is not."),
                  VALUES(counted));
    html_raw(sheet->out, "</p>\n");
}

static void write_reason(struct sheet *sheet, const struct outage *outage)
{
    html_raw(sheet->out, "<p>");
    sheet_say(sheet, N_("The first failure: {reason}."),
              VALUES(word_plain("reason", block_reason(sheet, outage->reason))));
    if (*outage->detail) {
        html_raw(sheet->out, " <code lang=\"en\">");
        html_text(sheet->out, outage->detail);
        html_raw(sheet->out, "</code>");
    }
    html_raw(sheet->out, "</p>\n");
}

void incident_view_times(const struct incident_view *view)
{
    struct sheet *sheet = view->sheet;
    html_raw(sheet->out, "<section>\n");
    heading_open(sheet, N_("What we found"));
    html_raw(sheet->out, "<div class=\"inc\"><ol>\n");
    write_begin(sheet, &view->past->outage);
    write_end(sheet, &view->past->outage);
    html_raw(sheet->out, "</ol></div>\n");
    write_bounds(sheet, &view->past->outage);
    write_reason(sheet, &view->past->outage);
    html_raw(sheet->out, "</section>\n");
}

/* ---- what is said ---- */

void incident_view_said(const struct incident_view *view)
{
    struct sheet *sheet = view->sheet;
    const struct incident_past *past = view->past;
    html_raw(sheet->out, "<section>\n");
    heading_open(sheet, N_("What is said of it"));
    if (past->note_count) {
        html_raw(sheet->out, "<p class=\"soft\">");
        sheet_say(sheet,
                  N_("These are the words of those who sign them; they change nothing of what was "
                     "measured."),
                  NULL);
        html_raw(sheet->out, "</p>\n<div class=\"inc\"><ol>");
        for (size_t i = 0; i < past->note_count; i++)
            block_outage_note(sheet, &past->notes[i], past->outage.from, NULL);
        html_raw(sheet->out, "</ol></div>\n");
    } else {
        html_raw(sheet->out, "<p>");
        sheet_say(sheet, N_("Nobody has told us anything about it."), NULL);
        html_raw(sheet->out, "</p>\n");
    }
    html_raw(sheet->out, "</section>\n");
}

/* ---- which lines ---- */

static void cell_open(struct sheet *sheet, const char *message)
{
    html_raw(sheet->out, "<td");
    sheet_attr(sheet, "data-l", message);
    html_raw(sheet->out, "><span>");
}

static void column(struct sheet *sheet, const char *message)
{
    html_raw(sheet->out, "<th scope=\"col\">");
    sheet_say(sheet, message, NULL);
    html_raw(sheet->out, "</th>");
}

/* The first stretch within the incident in which the line was down; NULL = it was not. */
static const struct span *failure_of(const struct line_past *line, const struct outage *outage)
{
    for (size_t i = 0; i < line->span_count; i++)
        if (line->spans[i].state == OUTCOME_DOWN && line->spans[i].to > outage->from &&
            line->spans[i].from < outage->to)
            return &line->spans[i];
    return NULL;
}

static void write_found(struct sheet *sheet, const struct line_past *line,
                        const struct outage *outage)
{
    struct tally tally = tally_of(line->spans, line->span_count, outage->from, outage->to);
    const struct span *failure = failure_of(line, outage);
    enum look look = failure                  ? LOOK_DOWN
                     : tally.degraded         ? LOOK_DEGRADED
                     : tally_good(&tally) > 0 ? LOOK_UP
                                              : LOOK_UNKNOWN;
    state_glyph(sheet, look);
    html_raw(sheet->out, " ");
    if (!failure) {
        html_text(sheet->out, state_word(sheet, look));
        return;
    }
    sheet_say(sheet, N_("{reason}, for {duration}"),
              VALUES(word_plain("reason", block_reason(sheet, failure->reason)),
                     sheet_duration(sheet, "duration", tally.down)));
    if (*span_detail(failure) && strcmp(failure->detail, outage->detail) != 0) {
        html_raw(sheet->out, " <code lang=\"en\">");
        html_text(sheet->out, failure->detail);
        html_raw(sheet->out, "</code>");
    }
}

static void write_line(struct sheet *sheet, const struct line_past *line,
                       const struct outage *outage)
{
    html_raw(sheet->out, "<tr><th scope=\"row\">");
    html_text(sheet->out, line->check);
    html_raw(sheet->out, "</th>");
    cell_open(sheet, N_("From"));
    html_text(sheet->out, line->vantage);
    html_raw(sheet->out, "</span></td>");
    cell_open(sheet, N_("Over"));
    html_text(sheet->out, family_title(line->family));
    html_raw(sheet->out, "</span></td>");
    cell_open(sheet, N_("Found"));
    write_found(sheet, line, outage);
    html_raw(sheet->out, "</span></td></tr>\n");
}

static void write_lines(struct sheet *sheet, const struct line_past *lines, size_t count,
                        const struct outage *outage)
{
    html_raw(sheet->out, "<table class=\"stack\"><thead><tr>");
    column(sheet, N_("Check"));
    column(sheet, N_("From"));
    column(sheet, N_("Over"));
    column(sheet, N_("Found"));
    html_raw(sheet->out, "</tr></thead><tbody>\n");
    for (size_t i = 0; i < count; i++)
        write_line(sheet, &lines[i], outage);
    html_raw(sheet->out, "</tbody></table>\n");
}

/* ---- how well we saw ---- */

static void write_sight(struct sheet *sheet, const struct sight *sight)
{
    html_raw(sheet->out, "<li>");
    sheet_say(
        sheet,
        sight->blind ? N_("From {from} to {to} we saw nothing by one of our senses:")
                     : N_("From {from} to {to} we saw badly by one of our senses:"),
        VALUES(sheet_moment(sheet, "from", sight->from), sheet_moment(sheet, "to", sight->to)));
    html_raw(sheet->out, " <code lang=\"en\">");
    html_text(sheet->out, sight->what);
    html_raw(sheet->out, "</code></li>\n");
}

static void write_sights(struct sheet *sheet, const struct incident_past *past)
{
    if (!past->sight_count) {
        html_raw(sheet->out, "<p>");
        sheet_say(sheet, N_("Nothing we know of impaired our own sight during that time."), NULL);
        html_raw(sheet->out, "</p>\n");
        return;
    }
    html_raw(sheet->out, "<p>");
    sheet_say(sheet,
              N_("Our own sight was impaired; failures that may have been our fault count as not "
                 "measured:"),
              NULL);
    html_raw(sheet->out, "</p>\n<ul class=\"files\">\n");
    for (size_t i = 0; i < past->sight_count && i < 8; i++)
        write_sight(sheet, &past->sights[i]);
    html_raw(sheet->out, "</ul>\n");
}

void incident_view_lines(const struct incident_view *view)
{
    struct sheet *sheet = view->sheet;
    const struct incident_past *past = view->past;
    html_raw(sheet->out, "<section>\n");
    heading_open(sheet, N_("What failed, seen from where"));
    if (past->line_count) {
        write_lines(sheet, past->lines, past->line_count, &past->outage);
    } else {
        html_raw(sheet->out, "<p>");
        sheet_say(sheet, N_("Which checks failed is not known any more."), NULL);
        html_raw(sheet->out, "</p>\n");
    }
    write_sights(sheet, past);
    html_raw(sheet->out, "</section>\n");
}

/* ---- what counts ---- */

static void write_maintained(const struct incident_view *view)
{
    struct sheet *sheet = view->sheet;
    int64_t seconds = view->past->maintained_s;
    if (!seconds)
        return;
    html_raw(sheet->out, "<li>");
    sheet_say(sheet,
              N_("For {duration} of it maintenance had been announced: it is measured as "
                 "unavailable all the same, and a second figure leaves it out."),
              VALUES(sheet_duration(sheet, "duration", seconds)));
    html_raw(sheet->out, "</li>\n");
}

static void write_year(const struct incident_view *view)
{
    struct sheet *sheet = view->sheet;
    struct word_value availability =
        word_plain("availability", block_availability(sheet, &view->past->year));
    struct word_value date = sheet_date(sheet, "date", view->past->year_from);
    int64_t coverage = tally_coverage_e5(&view->past->year);
    html_raw(sheet->out, "<li>");
    sheet_say_plural(
        sheet,
        "From {date} until then the service was unavailable for {duration}, in {n} "
        "interruption: {availability}, and {coverage} of the time was measured.",
        "From {date} until then the service was unavailable for {duration}, in {n} "
        "interruptions: {availability}, and {coverage} of the time was measured.",
        (int64_t)view->past->year_outages,
        VALUES(date, sheet_duration(sheet, "duration", view->past->year.down), availability,
               word_plain("coverage",
                          format_percent(&sheet->format, coverage < 0 ? 0 : coverage, 1))));
    html_raw(sheet->out, "</li>\n");
}

void incident_view_counted(const struct incident_view *view)
{
    struct sheet *sheet = view->sheet;
    html_raw(sheet->out, "<section>\n");
    heading_open(sheet, N_("What was counted"));
    html_raw(sheet->out, "<ul class=\"files\">\n<li>");
    sheet_say(sheet,
              N_("{duration} unavailable, in the year and the month in which each second of it "
                 "fell."),
              VALUES(word_strong("duration",
                                 format_duration(&sheet->format, view->past->outage.to -
                                                                     view->past->outage.from))));
    html_raw(sheet->out, "</li>\n");
    write_maintained(view);
    write_year(view);
    html_raw(sheet->out, "<li>");
    sheet_say(sheet,
              N_("One or two failures alone, before or after it, are no interruption and not among "
                 "these figures. {method} has all rules."),
              VALUES(word_link("method", sheet_text(sheet, N_("The page on method"), NULL),
                               JOIN(&sheet->arena, sheet->top, "method/"))));
    html_raw(sheet->out, "</li>\n</ul>\n</section>\n");
}
