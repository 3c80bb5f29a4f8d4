#include "message_lines.h"

#include "calendar.h"
#include "format.h"
#include "macros.h"
#include "words.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* Marks a text with its context where it stands, as N_ does without. */
#define NC_(context, text) text

#define CONTEXT "alert"

struct speaker {
    const struct alert *alert;
    struct arena *arena;
    struct message *message;
    struct words words;
    struct format format;
};

/* ---- words ---- */

static const char *say(const struct speaker *speaker, const char *message,
                       const struct word_value *values)
{
    return words_format(speaker->arena, words_context(&speaker->words, CONTEXT, message), values);
}

static void add(struct speaker *speaker, const char *text, bool ours)
{
    struct message *message = speaker->message;
    assert(message->line_count < MESSAGE_LINES_MAX);
    message->lines[message->line_count++] = (struct message_line){text, ours};
}

/* «26 novembre 2026, 3 h 12 (UTC+1)»: whoever reads it need not know when it was written, nor where. */
static const char *moment(const struct speaker *speaker, int64_t time)
{
    struct calendar_time at = calendar_at(time);
    int hours = abs(at.offset_s) / 3600, minutes = abs(at.offset_s) / 60 % 60;
    const char *zone = arena_printf(speaker->arena, "UTC%s", at.offset_s < 0 ? "-" : "+");
    zone = minutes ? arena_printf(speaker->arena, "%s%d:%02d", zone, hours, minutes)
                   : arena_printf(speaker->arena, "%s%d", zone, hours);
    if (!at.offset_s)
        zone = "UTC";
    return say(speaker, NC_("alert", "{date}, {clock} ({zone})"),
               VALUES(word_plain("date", format_date(&speaker->format, time)),
                      word_plain("clock", format_clock(&speaker->format, time)),
                      word_plain("zone", zone)));
}

static const char *duration(const struct speaker *speaker, int64_t seconds)
{
    return format_duration_short(&speaker->format, seconds > 0 ? seconds : 0);
}

static const char *reason(const struct speaker *speaker, const struct alert_row *row)
{
    return words_get(&speaker->words, reason_sentence(row->reason));
}

/* «Carnets (Le Chat Perché)» */
static const char *row_name(const struct speaker *speaker, const struct alert_row *row)
{
    const char *name = row->name[0] ? row->name : row->service;
    if (!name[0])
        return say(speaker, NC_("alert", "Our monitor"), NULL);
    if (!row->hoster[0])
        return name;
    return say(speaker, NC_("alert", "{name} ({hoster})"),
               VALUES(word_plain("name", name), word_plain("hoster", row->hoster)));
}

/* ---- the first line ---- */

static const char *how_long(const struct speaker *speaker, const struct alert_row *row)
{
    int64_t end = row->until ? row->until : speaker->alert->at;
    return row->since && end > row->since ? duration(speaker, end - row->since) : NULL;
}

static const char *with_duration(const struct speaker *speaker, const struct alert_row *row,
                                 const char *with, const char *without)
{
    const char *text = row ? how_long(speaker, row) : NULL;
    return text ? say(speaker, with, VALUES(word_plain("duration", text)))
                : say(speaker, without, NULL);
}

/* What happened, in a few words: the end of the first line. */
static const char *news(const struct speaker *speaker, enum alert_kind kind,
                        const struct alert_row *row)
{
    switch (kind) {
    case ALERT_DOWN:
        return say(speaker, NC_("alert", "down"), NULL);
    case ALERT_DEGRADED:
        return say(speaker, NC_("alert", "disrupted"), NULL);
    case ALERT_CERTIFICATE:
        return say(speaker, NC_("alert", "certificate to be renewed"), NULL);
    case ALERT_RECOVERY:
        return row && row->until
                   ? with_duration(speaker, row, NC_("alert", "available again after {duration}"),
                                   NC_("alert", "available again"))
                   : say(speaker, NC_("alert", "available again"), NULL);
    case ALERT_FLAPPING:
        return say(speaker, NC_("alert", "unsteady"), NULL);
    case ALERT_STEADY:
        return say(speaker, NC_("alert", "steady again"), NULL);
    case ALERT_IMPAIRED:
        return say(speaker, NC_("alert", "does not see well"), NULL);
    case ALERT_RESTORED:
        return say(speaker, NC_("alert", "sees well again"), NULL);
    case ALERT_REMINDER:
        return with_duration(speaker, row, NC_("alert", "still failing after {duration}"),
                             NC_("alert", "still failing"));
    default:
        return say(speaker, NC_("alert", "news"), NULL);
    }
}

/* Whom it happened to: the beginning of the first line, the same from the news to the end. */
static const char *whom(const struct speaker *speaker)
{
    static const char *const forms[FACTOR_COUNT] = {
        [FACTOR_NONE] = NC_("alert", "{n} services"),
        [FACTOR_ADDRESS] = NC_("alert", "{n} services at the address {common}"),
        [FACTOR_NETWORK] = NC_("alert", "{n} services in the network {common}"),
        [FACTOR_ISSUER] = NC_("alert", "{n} services with certificates of {common}"),
        [FACTOR_HOSTER] = NC_("alert", "{n} services of {common}"),
    };
    const struct alert *alert = speaker->alert;
    if (alert->total <= 1 && alert->row_count)
        return row_name(speaker, &alert->rows[0]);
    if (!alert->row_count)
        return say(speaker, NC_("alert", "Our monitor"), NULL);
    return say(speaker, forms[alert->common[0] ? alert->factor : FACTOR_NONE],
               VALUES(word_plain("n", format_count(&speaker->format, (int64_t)alert->total)),
                      word_plain("common", alert->common)));
}

static const char *title(const struct speaker *speaker)
{
    const struct alert *alert = speaker->alert;
    if (alert->kind == ALERT_TEST)
        return say(speaker, NC_("alert", "Test: alerts arrive here"), NULL);
    if (alert->kind == ALERT_CONFIRM)
        return say(speaker, NC_("alert", "May we write to you when a service fails?"), NULL);
    const struct alert_row *row = alert->row_count ? &alert->rows[0] : NULL;
    return say(speaker, NC_("alert", "{whom}: {news}"),
               VALUES(word_plain("whom", whom(speaker)),
                      word_plain("news", news(speaker, alert->kind, row))));
}

/* ---- one service ---- */

static void tell_times(struct speaker *speaker, const struct alert_row *row)
{
    if (row->since)
        add(speaker,
            say(speaker, NC_("alert", "Since {since}."),
                VALUES(word_plain("since", moment(speaker, row->since)))),
            false);
    if (row->since && row->since_after && row->since_after < row->since)
        add(speaker,
            say(speaker, NC_("alert", "The last look that found otherwise: {time}."),
                VALUES(word_plain("time", moment(speaker, row->since_after)))),
            false);
    if (row->expires)
        add(speaker,
            say(speaker, NC_("alert", "Its certificate expires: {time}."),
                VALUES(word_plain("time", moment(speaker, row->expires)))),
            false);
}

static void tell_whole(struct speaker *speaker, const struct alert_row *row)
{
    const char *from = moment(speaker, row->since), *to = moment(speaker, row->until);
    add(speaker,
        say(speaker, NC_("alert", "It lasted {duration}: from {since} to {until}."),
            VALUES(word_plain("duration", duration(speaker, row->until - row->since)),
                   word_plain("since", from), word_plain("until", to))),
        false);
}

/* «paris (IPv4), paris (IPv6)»: those that found it good, or those that did not. */
static const char *places(const struct speaker *speaker, const struct alert_row *row, bool good)
{
    const char *text = NULL;
    for (size_t i = 0; i < row->sight_count; i++) {
        const struct alert_sight *sight = &row->sights[i];
        if (outcome_is_good(sight->outcome) != good || sight->outcome == OUTCOME_UNKNOWN)
            continue;
        const char *one =
            arena_printf(speaker->arena, "%s (%s)", sight->vantage, family_title(sight->family));
        text = text ? arena_printf(speaker->arena, "%s, %s", text, one) : one;
    }
    return text;
}

static void tell_sights(struct speaker *speaker, const struct alert_row *row)
{
    const char *bad = places(speaker, row, false), *good = places(speaker, row, true);
    if (bad)
        add(speaker,
            say(speaker, NC_("alert", "Seen failing from: {places}."),
                VALUES(word_plain("places", bad))),
            false);
    if (good)
        add(speaker,
            say(speaker, NC_("alert", "Seen working from: {places}."),
                VALUES(word_plain("places", good))),
            false);
}

static void tell_reason(struct speaker *speaker, const struct alert_row *row)
{
    if (row->reason != REASON_ok)
        add(speaker,
            say(speaker, NC_("alert", "Reason: {reason}."),
                VALUES(word_plain("reason", reason(speaker, row)))),
            false);
    if (row->detail[0])
        add(speaker,
            say(speaker, NC_("alert", "What was found: “{detail}”"),
                VALUES(word_plain("detail", row->detail))),
            false);
}

static void tell_row(struct speaker *speaker, const struct alert_row *row)
{
    if (row->until && row->since)
        tell_whole(speaker, row);
    else
        tell_times(speaker, row);
    tell_sights(speaker, row);
    tell_reason(speaker, row);
}

/* ---- several ---- */

/* «- Carnets (Le Chat Perché) : indisponible, depuis …, il refuse la connexion» */
static void tell_item(struct speaker *speaker, const struct alert_row *row)
{
    const char *what = news(speaker, row->kind, row);
    const char *text =
        say(speaker, NC_("alert", "{whom}: {news}"),
            VALUES(word_plain("whom", row_name(speaker, row)), word_plain("news", what)));
    if (row->since && !row->until)
        text =
            say(speaker, NC_("alert", "{text}, since {since}"),
                VALUES(word_plain("text", text), word_plain("since", moment(speaker, row->since))));
    if (row->reason != REASON_ok)
        text = say(speaker, NC_("alert", "{text}; {reason}"),
                   VALUES(word_plain("text", text), word_plain("reason", reason(speaker, row))));
    add(speaker, arena_printf(speaker->arena, "- %s", text), false);
}

static void tell_rows(struct speaker *speaker)
{
    const struct alert *alert = speaker->alert;
    for (size_t i = 0; i < alert->row_count && i < ALERT_ROWS_MAX; i++)
        tell_item(speaker, &alert->rows[i]);
    if (alert->total > alert->row_count) {
        int64_t more = (int64_t)(alert->total - alert->row_count);
        add(speaker,
            say(speaker, NC_("alert", "and others: {n}"),
                VALUES(word_plain("n", format_count(&speaker->format, more)))),
            false);
    }
}

/* ---- the end ---- */

static bool can_be_seen_to(enum alert_kind kind)
{
    return kind == ALERT_DOWN || kind == ALERT_DEGRADED || kind == ALERT_REMINDER ||
           kind == ALERT_CERTIFICATE;
}

static void tell_link(struct speaker *speaker)
{
    const struct alert *alert = speaker->alert;
    const char *link = alert->row_count == 1 && alert->rows[0].link[0] ? alert->rows[0].link
                       : alert->link[0]                                ? alert->link
                                                                       : NULL;
    if (alert->kind == ALERT_CONFIRM && alert->link[0])
        link = alert->link;
    speaker->message->link = link;
    if (!link)
        return;
    add(speaker, "", false);
    add(speaker, link, true);
}

static void tell_acknowledgement(struct speaker *speaker)
{
    if (!can_be_seen_to(speaker->alert->kind) || !speaker->alert->thread[0])
        return;
    add(speaker, "", false);
    add(speaker,
        say(speaker, NC_("alert", "To say that you see to it, and to hear no more of it:"), NULL),
        false);
    add(speaker, arena_printf(speaker->arena, "vibrisse alert ack %s", speaker->alert->thread),
        true);
}

static void tell_body(struct speaker *speaker)
{
    const struct alert *alert = speaker->alert;
    if (alert->kind == ALERT_TEST)
        add(speaker,
            say(speaker,
                NC_("alert", "Somebody asked for this message at {time}. Nothing is wrong."),
                VALUES(word_plain("time", moment(speaker, alert->at)))),
            false);
    else if (alert->kind == ALERT_CONFIRM)
        add(speaker,
            say(speaker,
                NC_("alert",
                    "This address stands in a public list of hosters. Nothing more is sent "
                    "to it unless you say yes here:"),
                NULL),
            false);
    else if (alert->row_count == 1 && alert->total <= 1)
        tell_row(speaker, &alert->rows[0]);
    else
        tell_rows(speaker);
}

void message_lines(const struct alert *alert, struct arena *arena, struct message *ret)
{
    struct speaker speaker = {.alert = alert, .arena = arena, .message = ret};
    if (!words_open(&speaker.words, alert->language))
        words_open(&speaker.words, words_languages()[0]);
    speaker.format = (struct format){arena, &speaker.words};
    ret->language = speaker.words.language;
    ret->title = title(&speaker);
    tell_body(&speaker);
    tell_link(&speaker);
    tell_acknowledgement(&speaker);
}
