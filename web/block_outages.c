#include "block.h"

#include "calendar.h"
#include "incident.h"
#include "join.h"
#include "macros.h"
#include "state.h"

static const char *title_of(struct sheet *sheet, const struct service *service,
                            const struct outage *outage, enum block_naming naming)
{
    struct word_value reason = word_plain("reason", block_reason(sheet, outage->reason));
    struct word_value name = word_plain("service", block_service_name(sheet, service));
    struct word_value hoster = word_plain("hoster", block_hoster_name(sheet, service->hoster));
    if (naming == BLOCK_OF_ALL)
        return sheet_text(sheet, N_("{hoster}, {service}: {reason}"), VALUES(hoster, name, reason));
    if (naming == BLOCK_OF_HOSTER)
        return sheet_text(sheet, N_("{service}: {reason}"), VALUES(name, reason));
    return sheet_text(sheet, N_("Unavailable: {reason}"), VALUES(reason));
}

static void write_title(struct sheet *sheet, const struct service *service,
                        const struct outage *outage, enum block_naming naming)
{
    const char *title = title_of(sheet, service, outage, naming);
    html_raw(sheet->out, "<h3>");
    if (incident_is(sheet->page, outage)) {
        html_raw(sheet->out, "<a");
        html_href(sheet->out, JOIN(&sheet->arena, sheet->top,
                                   incident_path(service->key, outage->from, &sheet->arena)));
        html_raw(sheet->out, ">");
        html_text(sheet->out, title);
        html_raw(sheet->out, "</a>");
    } else {
        html_text(sheet->out, title);
    }
    html_raw(sheet->out, "</h3>");
}

void block_outage_length(struct sheet *sheet, const struct outage *outage)
{
    html_raw(sheet->out, "<p class=\"len\">");
    sheet_say(sheet,
              outage->end == OUTAGE_OPEN ? N_("{date} · not over when this page was made")
                                         : N_("{date} · {duration}"),
              VALUES(sheet_day(sheet, "date", outage->from),
                     sheet_duration(sheet, "duration", outage->to - outage->from)));
    html_raw(sheet->out, "</p>");
}

static void step_open(struct sheet *sheet, int64_t time)
{
    struct word_value moment =
        word_time("moment", format_clock(&sheet->format, time), format_stamp(&sheet->format, time));
    html_raw(sheet->out, "<li>");
    sheet_value(sheet, &moment);
    html_raw(sheet->out, "<span>");
}

/* Both ends of a bracket, on the clock; the day is in the title unless it changes in between. */
static const char *exact(struct sheet *sheet, int64_t time, int64_t day)
{
    return format_moment_exact(&sheet->format, time, day);
}

static void write_begin(struct sheet *sheet, const struct outage *outage)
{
    step_open(sheet, outage->from);
    if (outage->last_good)
        sheet_say(sheet,
                  N_("It began between {before} (last good answer) and {after} (first failure)."),
                  VALUES(word_plain("before", exact(sheet, outage->last_good, outage->from)),
                         word_plain("after", exact(sheet, outage->from, outage->from))));
    else
        sheet_say(sheet, N_("First failure at {after}; no good answer is known before it."),
                  VALUES(word_plain("after", exact(sheet, outage->from, outage->from))));
    if (*outage->detail) {
        html_raw(sheet->out, " <code lang=\"en\">");
        html_text(sheet->out, outage->detail);
        html_raw(sheet->out, "</code>");
    }
    html_raw(sheet->out, "</span></li>");
}

static void write_end(struct sheet *sheet, const struct outage *outage)
{
    if (outage->end == OUTAGE_OPEN)
        return;
    step_open(sheet, outage->to);
    if (outage->end == OUTAGE_LOST)
        sheet_say(sheet, N_("We stopped measuring at {moment}: its end is not known."),
                  VALUES(word_plain("moment", exact(sheet, outage->to, outage->from))));
    else if (outage->last_bad)
        sheet_say(sheet,
                  N_("It ended between {before} (last failure) and {after} (first good answer)."),
                  VALUES(word_plain("before", exact(sheet, outage->last_bad, outage->from)),
                         word_plain("after", exact(sheet, outage->to, outage->from))));
    else
        sheet_say(sheet, N_("First good answer at {after}."),
                  VALUES(word_plain("after", exact(sheet, outage->to, outage->from))));
    html_raw(sheet->out, "</span></li>");
}

static void write_note(struct sheet *sheet, const struct annotation *note)
{
    struct word_value name = word_plain("name", note->said.by);
    if (note->kind == ANNOTATION_DISPUTE)
        sheet_say(sheet, N_("{name} disputes this interruption:"), VALUES(name));
    else if (note->cause)
        sheet_say(
            sheet, N_("Cause, as {name} says: {cause}."),
            VALUES(name, word_plain("cause",
                                    sheet_text(sheet, annotation_cause_text(note->cause), NULL))));
    if (note->kind == ANNOTATION_DISPUTE || note->cause)
        html_raw(sheet->out, " ");
    block_quote(sheet, &note->said);
}

/* It may be said days later. */
void block_outage_note(struct sheet *sheet, const struct annotation *note, int64_t day,
                       const char *of)
{
    int64_t time = note->recorded_ms / 1000;
    struct word_value moment =
        word_time("moment",
                  calendar_day(time) == calendar_day(day) ? format_clock(&sheet->format, time)
                                                          : format_day(&sheet->format, time, day),
                  format_stamp(&sheet->format, time));
    html_raw(sheet->out, "<li>");
    sheet_value(sheet, &moment);
    html_raw(sheet->out, "<span>");
    if (of) {
        html_text(sheet->out, of);
        html_raw(sheet->out, " · ");
    }
    write_note(sheet, note);
    html_raw(sheet->out, "</span></li>");
}

static void write_notes(struct sheet *sheet, const struct service *service,
                        const struct outage *outage)
{
    const struct history *history = sheet->page->history;
    const struct annotation *notes;
    size_t count =
        history->annotations(history->owner, service->key, outage->from, &sheet->arena, &notes);
    for (size_t i = 0; i < count; i++)
        block_outage_note(sheet, &notes[i], outage->from, NULL);
}

void block_outage_steps(struct sheet *sheet, const struct service *service,
                        const struct outage *outage)
{
    html_raw(sheet->out, "<ol>");
    write_begin(sheet, outage);
    write_end(sheet, outage);
    write_notes(sheet, service, outage);
    html_raw(sheet->out, "</ol>");
}

void block_outage(struct sheet *sheet, const struct service *service, const struct outage *outage,
                  enum block_naming naming)
{
    html_raw(sheet->out, "<article class=\"inc\"><header>");
    state_glyph(sheet, LOOK_DOWN);
    write_title(sheet, service, outage, naming);
    block_outage_length(sheet, outage);
    html_raw(sheet->out, "</header>");
    block_outage_steps(sheet, service, outage);
    html_raw(sheet->out, "</article>\n");
}
