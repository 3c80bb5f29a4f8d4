#include "speaker.h"

#include "calendar.h"

#include <stdlib.h>

void speaker_open(struct speaker *speaker, const struct alert *alert, struct arena *arena)
{
    *speaker = (struct speaker){.alert = alert, .arena = arena};
    if (!words_open(&speaker->words, alert->language))
        words_open(&speaker->words, words_languages()[0]);
    speaker->format = (struct format){.arena = arena, .words = &speaker->words};
}

/* ---- words ---- */

const char *speaker_words(const struct speaker *speaker, const char *message)
{
    return words_context(&speaker->words, "alert", message);
}

const char *speaker_say(const struct speaker *speaker, const char *message,
                        const struct word_value *values)
{
    return words_format(speaker->arena, speaker_words(speaker, message), values);
}

/* «26 novembre 2026, 3 h 12 (UTC+1)»: whoever reads it need not know when it was written, nor where. */
const char *speaker_moment(const struct speaker *speaker, int64_t time)
{
    struct calendar_time at = calendar_at(time);
    int hours = abs(at.offset_s) / 3600, minutes = abs(at.offset_s) / 60 % 60;
    const char *zone = arena_printf(speaker->arena, "UTC%s", at.offset_s < 0 ? "-" : "+");
    zone = minutes ? arena_printf(speaker->arena, "%s%d:%02d", zone, hours, minutes)
                   : arena_printf(speaker->arena, "%s%d", zone, hours);
    if (!at.offset_s)
        zone = "UTC";
    return speaker_say(speaker, NC_("alert", "{date}, {clock} ({zone})"),
                       VALUES(word_plain("date", format_date(&speaker->format, time)),
                              word_plain("clock", format_clock(&speaker->format, time)),
                              word_plain("zone", zone)));
}

const char *speaker_duration(const struct speaker *speaker, int64_t seconds)
{
    return format_duration_short(&speaker->format, seconds > 0 ? seconds : 0);
}

const char *speaker_reason(const struct speaker *speaker, const struct alert_row *row)
{
    return words_get(&speaker->words, reason_sentence(row->reason));
}

/* «Carnets (Le Chat Perché)» */
const char *speaker_row(const struct speaker *speaker, const struct alert_row *row)
{
    const char *name = row->name[0] ? row->name : row->service;
    if (!name[0])
        return speaker_say(speaker, NC_("alert", "Our monitor"), NULL);
    if (!row->hoster[0])
        return name;
    return speaker_say(speaker, NC_("alert", "{name} ({hoster})"),
                       VALUES(word_plain("name", name), word_plain("hoster", row->hoster)));
}

/* ---- the first line ---- */

const char *speaker_how_long(const struct speaker *speaker, const struct alert_row *row)
{
    int64_t end = row->until ? row->until : speaker->alert->at;
    return row->since && end > row->since ? speaker_duration(speaker, end - row->since) : NULL;
}

static const char *with_duration(const struct speaker *speaker, const struct alert_row *row,
                                 const char *with, const char *without)
{
    const char *text = row ? speaker_how_long(speaker, row) : NULL;
    return text ? speaker_say(speaker, with, VALUES(word_plain("duration", text)))
                : speaker_say(speaker, without, NULL);
}

/* What happened, in a few words: the end of the first line. */
const char *speaker_news(const struct speaker *speaker, enum alert_kind kind,
                         const struct alert_row *row)
{
    switch (kind) {
    case ALERT_DOWN:
        return speaker_say(speaker, NC_("alert", "down"), NULL);
    case ALERT_DEGRADED:
        return row && row->before == OUTCOME_DOWN
                   ? speaker_say(speaker, NC_("alert", "no longer down, but disrupted"), NULL)
                   : speaker_say(speaker, NC_("alert", "disrupted"), NULL);
    case ALERT_CERTIFICATE:
        return speaker_say(speaker, NC_("alert", "certificate to be renewed"), NULL);
    case ALERT_RECOVERY:
        return row && row->until
                   ? with_duration(speaker, row, NC_("alert", "available again after {duration}"),
                                   NC_("alert", "available again"))
                   : speaker_say(speaker, NC_("alert", "available again"), NULL);
    case ALERT_FLAPPING:
        return speaker_say(speaker, NC_("alert", "unsteady"), NULL);
    case ALERT_STEADY:
        return speaker_say(speaker, NC_("alert", "steady again"), NULL);
    case ALERT_IMPAIRED:
        return speaker_say(speaker, NC_("alert", "does not see well"), NULL);
    case ALERT_RESTORED:
        return speaker_say(speaker, NC_("alert", "sees well again"), NULL);
    case ALERT_REMINDER:
        return with_duration(speaker, row, NC_("alert", "still failing after {duration}"),
                             NC_("alert", "still failing"));
    default:
        return speaker_say(speaker, NC_("alert", "news"), NULL);
    }
}

/* Whom it happened to: the beginning of the first line, the same from the news to the end. */
const char *speaker_whom(const struct speaker *speaker)
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
        return speaker_row(speaker, &alert->rows[0]);
    if (!alert->row_count)
        return speaker_say(speaker, NC_("alert", "Our monitor"), NULL);
    return speaker_say(
        speaker, forms[alert->common[0] ? alert->factor : FACTOR_NONE],
        VALUES(word_plain("n", format_count(&speaker->format, (int64_t)alert->total)),
               word_plain("common", alert->common)));
}

/* Of several, the others may have been disrupted from the start. */
const struct alert_row *speaker_lead(const struct speaker *speaker)
{
    const struct alert *alert = speaker->alert;
    bool speaks_for_all = alert->total <= 1 || alert->kind != ALERT_DEGRADED;
    return alert->row_count && speaks_for_all ? &alert->rows[0] : NULL;
}

const char *speaker_title(const struct speaker *speaker)
{
    const struct alert *alert = speaker->alert;
    if (alert->kind == ALERT_TEST)
        return speaker_say(speaker, NC_("alert", "Test: alerts arrive here"), NULL);
    if (alert->kind == ALERT_CONFIRM)
        return speaker_say(speaker, NC_("alert", "May we write to you when a service fails?"),
                           NULL);
    const char *text = speaker_news(speaker, alert->kind, speaker_lead(speaker));
    return speaker_say(speaker, NC_("alert", "{whom}: {news}"),
                       VALUES(word_plain("whom", speaker_whom(speaker)), word_plain("news", text)));
}

/* «paris (IPv4), paris (IPv6)»: those that found it good, or those that did not. */
const char *speaker_places(const struct speaker *speaker, const struct alert_row *row, bool good)
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

/* ---- the end ---- */

const char *speaker_link(const struct speaker *speaker)
{
    const struct alert *alert = speaker->alert;
    bool own = alert->kind != ALERT_CONFIRM && alert->row_count == 1 && alert->rows[0].link[0];
    return own ? alert->rows[0].link : alert->link[0] ? alert->link : NULL;
}

bool speaker_asks(enum alert_kind kind)
{
    return kind == ALERT_DOWN || kind == ALERT_DEGRADED || kind == ALERT_REMINDER ||
           kind == ALERT_CERTIFICATE;
}

const char *speaker_acknowledgement(const struct speaker *speaker)
{
    const struct alert *alert = speaker->alert;
    return speaker_asks(alert->kind) && alert->thread[0]
               ? arena_printf(speaker->arena, "vibrisse alert ack %s", alert->thread)
               : NULL;
}

const char *speaker_asking(const struct speaker *speaker)
{
    return speaker_say(speaker,
                       NC_("alert", "To say that you see to it, and to hear no more of it:"), NULL);
}
