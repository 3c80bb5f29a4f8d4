/* What the names in braces stand for, and the built-in messages written with them. */
#include "template.h"

#include "message_lines.h"
#include "text.h"

#include <string.h>

enum { VALUES_MAX = 32 };

/* ---- values ---- */

/* What holds of one service says nothing of several. */
static const struct alert_row *only_row(const struct speaker *speaker)
{
    const struct alert *alert = speaker->alert;
    return alert->row_count == 1 && alert->total <= 1 ? &alert->rows[0] : NULL;
}

static const char *filled(const char *text)
{
    return text && text[0] ? text : NULL;
}

static const char *moment_or_none(const struct speaker *speaker, int64_t time)
{
    return time ? speaker_moment(speaker, time) : NULL;
}

static const char *news(const struct speaker *speaker)
{
    return speaker_news(speaker, speaker->alert->kind, speaker_lead(speaker));
}

static const char *service(const struct speaker *speaker)
{
    const struct alert_row *row = only_row(speaker);
    return row ? filled(row->name) : NULL;
}

static const char *hoster(const struct speaker *speaker)
{
    const struct alert_row *row = only_row(speaker);
    return row ? filled(row->hoster) : NULL;
}

static const char *since(const struct speaker *speaker)
{
    const struct alert_row *row = only_row(speaker);
    return row ? moment_or_none(speaker, row->since) : NULL;
}

static const char *until(const struct speaker *speaker)
{
    const struct alert_row *row = only_row(speaker);
    return row ? moment_or_none(speaker, row->until) : NULL;
}

static const char *duration(const struct speaker *speaker)
{
    const struct alert_row *row = only_row(speaker);
    return row ? speaker_how_long(speaker, row) : NULL;
}

static const char *reason(const struct speaker *speaker)
{
    const struct alert_row *row = only_row(speaker);
    return row && row->reason != REASON_ok ? speaker_reason(speaker, row) : NULL;
}

static const char *evidence(const struct speaker *speaker)
{
    const struct alert_row *row = only_row(speaker);
    return row && row->detail[0] ? speaker_say(speaker, NC_("alert", "“{detail}”"),
                                               VALUES(word_plain("detail", row->detail)))
                                 : NULL;
}

static const char *failing(const struct speaker *speaker)
{
    const struct alert_row *row = only_row(speaker);
    return row ? speaker_places(speaker, row, false) : NULL;
}

static const char *working(const struct speaker *speaker)
{
    const struct alert_row *row = only_row(speaker);
    return row ? speaker_places(speaker, row, true) : NULL;
}

static const char *number(const struct speaker *speaker)
{
    return format_count(&speaker->format, (int64_t)speaker->alert->total);
}

static const char *common(const struct speaker *speaker)
{
    return filled(speaker->alert->common);
}

static const char *moment(const struct speaker *speaker)
{
    return moment_or_none(speaker, speaker->alert->at);
}

static const char *target(const struct speaker *speaker)
{
    return speaker->alert->target;
}

const struct template_name template_names[] = {
    {"whom", "who it is about, as the built-in subject begins", false, speaker_whom},
    {"news", "what happened, as the built-in subject ends", false, news},
    {"time", "when it was found", false, moment},
    {"target", "the target's name in the configuration", false, target},
    {"number", "how many services", false, number},
    {"common", "what several services have in common: an address, a network", false, common},
    {"service", "the name of the service, of one alone, as all that follow", false, service},
    {"hoster", "whose it is", false, hoster},
    {"since", "since when it is so", false, since},
    {"until", "when it ended", false, until},
    {"duration", "how long it has lasted", false, duration},
    {"reason", "why it counts as failing", false, reason},
    {"evidence", "what was found, in quotation marks: a stranger's words perhaps", false, evidence},
    {"failing", "where it is seen failing from", false, failing},
    {"working", "where it is seen working from", false, working},
    {"details", "all that the built-in message tells of the services, in several lines", true,
     NULL},
    {"link", "the page about it; must be there", true, NULL},
    {"acknowledge", "the command by which one says that one sees to it", true, NULL},
    {NULL, NULL, false, NULL},
};

/* ---- filling in ---- */

static bool has(const char *line, const char *name)
{
    size_t length = strlen(name);
    for (const char *at = line; (at = strchr(at, '{')); at++)
        if (strncmp(at + 1, name, length) == 0 && at[1 + length] == '}')
            return true;
    return false;
}

const char *template_fill(const struct speaker *speaker, const char *line)
{
    struct word_value values[VALUES_MAX] = {{.name = NULL}};
    size_t count = 0;
    for (const struct template_name *at = template_names; at->name && count < VALUES_MAX - 1;
         at++) {
        if (!at->value || !has(line, at->name))
            continue;
        const char *text = at->value(speaker);
        if (!text)
            return NULL;
        values[count++] = word_plain(at->name, text);
    }
    return words_format(speaker->arena, line, values);
}

/* ---- what is built in ---- */

static const char *builtin_title(const struct speaker *speaker)
{
    enum alert_kind kind = speaker->alert->kind;
    return kind == ALERT_TEST || kind == ALERT_CONFIRM ? speaker_title(speaker)
                                                       : speaker_words(speaker, "{whom}: {news}");
}

static const char *builtin_body(const struct speaker *speaker)
{
    enum alert_kind kind = speaker->alert->kind;
    return kind == ALERT_TEST      ? speaker_words(speaker, message_test_sentence)
           : kind == ALERT_CONFIRM ? speaker_words(speaker, message_confirm_sentence)
                                   : "{details}";
}

bool template_builtin(enum alert_kind kind, const char *language, struct buffer *out)
{
    struct arena arena = {0};
    struct alert *alert = arena_alloc(&arena, sizeof *alert);
    struct speaker speaker;
    alert->kind = kind;
    text_copy(alert->language, sizeof alert->language, language);
    speaker_open(&speaker, alert, &arena);
    bool spoken = strcmp(speaker.words.language, language) == 0;
    if (spoken) {
        buffer_printf(out, "%s\n\n%s\n\n{link}\n", builtin_title(&speaker), builtin_body(&speaker));
        if (speaker_asks(kind))
            buffer_printf(out, "\n%s\n{acknowledge}\n", speaker_asking(&speaker));
    }
    arena_free(&arena);
    return spoken;
}
