#include "message_lines.h"

#include "macros.h"
#include "template.h"

#include <assert.h>
#include <string.h>

struct lines {
    const struct speaker *speaker;
    struct message *message;
};

static void add(struct lines *lines, const char *text, bool ours)
{
    struct message *message = lines->message;
    assert(message->line_count < MESSAGE_LINES_MAX);
    message->lines[message->line_count++] = (struct message_line){text, ours};
}

static void add_gap(struct lines *lines)
{
    if (lines->message->line_count)
        add(lines, "", false);
}

/* ---- one service ---- */

static void tell_times(struct lines *lines, const struct alert_row *row)
{
    if (row->since)
        add(lines,
            speaker_say(lines->speaker, NC_("alert", "Since {since}."),
                        VALUES(word_plain("since", speaker_moment(lines->speaker, row->since)))),
            false);
    if (row->since && row->since_after && row->since_after < row->since)
        add(lines,
            speaker_say(
                lines->speaker, NC_("alert", "The last look that found otherwise: {time}."),
                VALUES(word_plain("time", speaker_moment(lines->speaker, row->since_after)))),
            false);
    if (row->expires)
        add(lines,
            speaker_say(lines->speaker, NC_("alert", "Its certificate expires: {time}."),
                        VALUES(word_plain("time", speaker_moment(lines->speaker, row->expires)))),
            false);
}

static void tell_whole(struct lines *lines, const struct alert_row *row)
{
    const char *form = row->times > 1
                           ? NC_("alert", "It happened {n} times between {since} and {until}.")
                           : NC_("alert", "It lasted {duration}: from {since} to {until}.");
    const char *from = speaker_moment(lines->speaker, row->since);
    const char *to = speaker_moment(lines->speaker, row->until);
    add(lines,
        speaker_say(lines->speaker, form,
                    VALUES(word_plain("duration",
                                      speaker_duration(lines->speaker, row->until - row->since)),
                           word_plain("n", format_count(&lines->speaker->format, row->times)),
                           word_plain("since", from), word_plain("until", to))),
        false);
    if (row->until_after && row->until_after < row->until)
        add(lines,
            speaker_say(
                lines->speaker, NC_("alert", "The last look that found it so: {time}."),
                VALUES(word_plain("time", speaker_moment(lines->speaker, row->until_after)))),
            false);
}

static void tell_sights(struct lines *lines, const struct alert_row *row)
{
    const char *bad = speaker_places(lines->speaker, row, false),
               *good = speaker_places(lines->speaker, row, true);
    if (bad)
        add(lines,
            speaker_say(lines->speaker, NC_("alert", "Seen failing from: {places}."),
                        VALUES(word_plain("places", bad))),
            false);
    if (good)
        add(lines,
            speaker_say(lines->speaker, NC_("alert", "Seen working from: {places}."),
                        VALUES(word_plain("places", good))),
            false);
}

static void tell_reason(struct lines *lines, const struct alert_row *row)
{
    if (row->reason != REASON_ok)
        add(lines,
            speaker_say(lines->speaker, NC_("alert", "Reason: {reason}."),
                        VALUES(word_plain("reason", speaker_reason(lines->speaker, row)))),
            false);
    if (row->detail[0])
        add(lines,
            speaker_say(lines->speaker, NC_("alert", "What was found: “{detail}”"),
                        VALUES(word_plain("detail", row->detail))),
            false);
}

/* Nothing is held back for it: files say so for weeks, and often by mistake. */
static void tell_declared(struct lines *lines, const struct alert_row *row)
{
    static const char *const sentences[] = {
        [DECLARED_MAINTENANCE] =
            NC_("alert", "Its hoster’s own file says that it is under maintenance."),
        [DECLARED_ALERT] = NC_("alert", "Its hoster’s own file says that it is in trouble, or "
                                        "about to close."),
        [DECLARED_DOWN] = NC_("alert", "Its hoster’s own file says that it is unavailable."),
        [DECLARED_DRAFT] = NULL,
    };
    if (row->after != OUTCOME_UP && sentences[row->declared])
        add(lines, speaker_say(lines->speaker, sentences[row->declared], NULL), false);
}

static void tell_row(struct lines *lines, const struct alert_row *row)
{
    if (row->until && row->since)
        tell_whole(lines, row);
    else
        tell_times(lines, row);
    tell_sights(lines, row);
    tell_reason(lines, row);
    tell_declared(lines, row);
}

/* ---- several ---- */

/* «- Carnets (Le Chat Perché) : indisponible, depuis …, il refuse la connexion» */
static void tell_item(struct lines *lines, const struct alert_row *row)
{
    const char *what = speaker_news(lines->speaker, row->kind, row);
    const char *text = speaker_say(
        lines->speaker, NC_("alert", "{whom}: {news}"),
        VALUES(word_plain("whom", speaker_row(lines->speaker, row)), word_plain("news", what)));
    if (row->since && !row->until)
        text = speaker_say(lines->speaker, NC_("alert", "{text}, since {since}"),
                           VALUES(word_plain("text", text),
                                  word_plain("since", speaker_moment(lines->speaker, row->since))));
    if (row->times > 1)
        text =
            speaker_say(lines->speaker, NC_("alert", "{text} ({n} times)"),
                        VALUES(word_plain("text", text),
                               word_plain("n", format_count(&lines->speaker->format, row->times))));
    if (row->reason != REASON_ok)
        text = speaker_say(lines->speaker, NC_("alert", "{text}; {reason}"),
                           VALUES(word_plain("text", text),
                                  word_plain("reason", speaker_reason(lines->speaker, row))));
    add(lines, arena_printf(lines->speaker->arena, "- %s", text), false);
}

static void tell_rows(struct lines *lines)
{
    const struct alert *alert = lines->speaker->alert;
    for (size_t i = 0; i < alert->row_count && i < ALERT_ROWS_MAX; i++)
        tell_item(lines, &alert->rows[i]);
    if (alert->total > alert->row_count) {
        int64_t more = (int64_t)(alert->total - alert->row_count);
        add(lines,
            speaker_say(lines->speaker, NC_("alert", "and others: {n}"),
                        VALUES(word_plain("n", format_count(&lines->speaker->format, more)))),
            false);
    }
}

/* ---- the built-in message ---- */

static void tell_details(struct lines *lines)
{
    const struct alert *alert = lines->speaker->alert;
    if (alert->row_count == 1 && alert->total <= 1)
        tell_row(lines, &alert->rows[0]);
    else
        tell_rows(lines);
}

static void tell_question(struct lines *lines)
{
    const struct alert *alert = lines->speaker->alert;
    const char *hoster = alert->total <= 1 && alert->row_count ? alert->rows[0].hoster : "";
    if (hoster[0])
        add(lines,
            speaker_say(lines->speaker, message_confirm_sentence,
                        VALUES(word_plain("hoster", hoster))),
            false);
}

static void tell_body(struct lines *lines)
{
    const struct speaker *speaker = lines->speaker;
    if (speaker->alert->kind == ALERT_TEST)
        add(lines,
            speaker_say(speaker, message_test_sentence,
                        VALUES(word_plain("time", speaker_moment(speaker, speaker->alert->at)))),
            false);
    else if (speaker->alert->kind == ALERT_CONFIRM)
        tell_question(lines);
    else
        tell_details(lines);
}

static void tell_end(struct lines *lines)
{
    const char *link = speaker_link(lines->speaker);
    const char *acknowledgement = speaker_acknowledgement(lines->speaker);
    if (link) {
        add_gap(lines);
        add(lines, link, true);
    }
    if (acknowledgement) {
        add_gap(lines);
        add(lines, speaker_asking(lines->speaker), false);
        add(lines, acknowledgement, true);
    }
}

static void tell_leave(struct lines *lines)
{
    const char *leave = lines->speaker->alert->leave;
    if (!leave[0])
        return;
    add_gap(lines);
    add(lines, speaker_say(lines->speaker, NC_("alert", "To hear no more from us:"), NULL), false);
    add(lines, leave, true);
}

/* ---- an operator's own ---- */

/* The paragraph is of no use: what it is about is not there. */
static bool is_idle(const struct speaker *speaker, const struct template *template, size_t first,
                    size_t end)
{
    for (size_t i = first; i < end; i++)
        if ((strcmp(template->lines[i], "{link}") == 0 && !speaker_link(speaker)) ||
            (strcmp(template->lines[i], "{acknowledge}") == 0 && !speaker_acknowledgement(speaker)))
            return true;
    return false;
}

static void fill_line(struct lines *lines, const char *line)
{
    const char *text;
    if (strcmp(line, "{details}") == 0)
        tell_details(lines);
    else if (strcmp(line, "{link}") == 0)
        add(lines, speaker_link(lines->speaker), true);
    else if (strcmp(line, "{acknowledge}") == 0)
        add(lines, speaker_acknowledgement(lines->speaker), true);
    else if ((text = template_fill(lines->speaker, line)))
        add(lines, text, false);
}

static void fill_paragraph(struct lines *lines, const struct template *template, size_t first,
                           size_t end)
{
    struct message *message = lines->message;
    size_t before = message->line_count;
    if (is_idle(lines->speaker, template, first, end))
        return;
    add_gap(lines);
    size_t begun = message->line_count;
    for (size_t i = first; i < end; i++)
        fill_line(lines, template->lines[i]);
    if (message->line_count == begun)
        message->line_count = before;
}

static void fill_body(struct lines *lines, const struct template *template)
{
    for (size_t first = 0, end; first < template->count; first = end + 1) {
        end = first;
        while (end < template->count && template->lines[end][0])
            end++;
        if (end > first)
            fill_paragraph(lines, template, first, end);
    }
}

/* A subject is needed in any case. */
static const char *fill_title(const struct speaker *speaker, const struct template *template)
{
    const char *title = template_fill(speaker, template->title);
    return title ? title : speaker_title(speaker);
}

void message_lines(const struct alert *alert, const struct templates *templates,
                   struct arena *arena, struct message *ret)
{
    struct speaker speaker;
    struct lines lines = {&speaker, ret};
    speaker_open(&speaker, alert, arena);
    const struct template *template = template_find(templates, alert->kind, speaker.words.language);
    ret->language = speaker.words.language;
    ret->link = speaker_link(&speaker);
    if (template) {
        ret->title = fill_title(&speaker, template);
        fill_body(&lines, template);
    } else {
        ret->title = speaker_title(&speaker);
        tell_body(&lines);
        tell_end(&lines);
    }
    tell_leave(&lines);
}
