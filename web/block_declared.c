#include "block.h"

#include "frame.h"
#include "macros.h"
#include "stamp.h"
#include "state.h"

#include <string.h>

static const char *const service_words[] = {
    [DECLARED_UNKNOWN] = NULL,
    [DECLARED_NOMINAL] = N_("works normally"),
    [DECLARED_MAINTENANCE] = N_("under maintenance"),
    [DECLARED_ALERT] = N_("in trouble, or about to close"),
    [DECLARED_DOWN] = N_("unavailable"),
    [DECLARED_OVER] = N_("ended"),
    [DECLARED_DRAFT] = N_("in preparation"),
};

static const char *const hoster_words[] = {
    [PRESENCE_UNKNOWN] = NULL,
    [PRESENCE_ACTIVE] = N_("active"),
    [PRESENCE_IDLE] = N_("paused"),
    [PRESENCE_AWAY] = N_("has left"),
};

/* What it means for us: nothing that is declared changes a figure. */
static const char *const meanings[] = {
    [DECLARED_MAINTENANCE] =
        N_("Declared without a time, it excuses nothing: it is measured as always, and alerts say "
           "so. Only maintenance that is announced here before it begins is counted separately."),
    [DECLARED_ALERT] = N_("It is measured as always, and alerts say what is declared."),
    [DECLARED_DOWN] = N_("It is measured as always, and alerts say what is declared."),
    [DECLARED_DRAFT] = NULL,
};

static const char *word_of(struct sheet *sheet, const char *word)
{
    return word ? sheet_text(sheet, word, NULL) : NULL;
}

const char *block_declared(struct sheet *sheet, const struct service *service)
{
    return word_of(sheet, service_words[service->declared]);
}

const char *block_hosting(struct sheet *sheet, const char *word)
{
    static const char *const texts[] = {
        [HOSTING_UNKNOWN] = N_("nothing declared"),
        [HOSTING_HOME] = N_("at the hoster’s home"),
        [HOSTING_BAY] = N_("the hoster’s own machine, at a provider’s"),
        [HOSTING_SERVER] = N_("a provider’s server, run by the hoster"),
        [HOSTING_OUTSOURCED] = N_("run by a provider"),
    };
    size_t hosting = 0;
    while (hosting_words[hosting] && strcmp(hosting_words[hosting], word) != 0)
        hosting++;
    return sheet_text(sheet, texts[hosting_words[hosting] ? hosting : HOSTING_UNKNOWN], NULL);
}

/* Their words; the language is not told, so it is taken to be that of most. */
static void write_reason(struct sheet *sheet, const char *reason)
{
    const char *const *languages = frame_languages(sheet->page->collective);
    struct wording_text text = {.language = languages[0], .text = reason};
    if (!reason)
        return;
    html_raw(sheet->out, ", ");
    block_voice(sheet, &text);
}

static void write_fact(struct sheet *sheet, const char *word, const char *reason)
{
    html_raw(sheet->out, "<dt>");
    sheet_say(sheet, N_("Declared"), NULL);
    html_raw(sheet->out, "</dt><dd>");
    html_text(sheet->out, word);
    write_reason(sheet, reason);
    html_raw(sheet->out, "</dd>\n");
}

void block_declared_service(struct sheet *sheet, const struct service *service, enum look look)
{
    const char *word = block_declared(sheet, service);
    if (!word)
        return;
    block_fact(sheet, sheet_text(sheet, N_("Found"), NULL), state_inline(sheet, look));
    write_fact(sheet, word, service->declared_reason);
}

void block_declared_hoster(struct sheet *sheet, const struct hoster *hoster)
{
    const char *word = word_of(sheet, hoster_words[hoster->declared]);
    if (word)
        write_fact(sheet, word, hoster->declared_reason);
}

void block_declared_meaning(struct sheet *sheet, const struct service *service)
{
    struct wall day;
    const char *meaning = meanings[service->declared];
    if (meaning) {
        html_raw(sheet->out, "<p>");
        sheet_say(sheet, N_("Declared by its hoster: {state}."),
                  VALUES(word_plain("state", block_declared(sheet, service))));
        html_raw(sheet->out, " ");
        sheet_say(sheet, meaning, NULL);
        html_raw(sheet->out, "</p>\n");
    }
    if (service->until && stamp_parse(service->until, &day)) {
        html_raw(sheet->out, "<p>");
        sheet_say(sheet,
                  N_("It is to end on {date}, its hoster declares. Then it is measured no longer, "
                     "and its record stays."),
                  VALUES(sheet_date(sheet, "date", wall_seconds(day))));
        html_raw(sheet->out, "</p>\n");
    }
}

/* ---- what is not measured ---- */

static void say_fate(struct sheet *sheet, const struct unmeasured_service *service)
{
    struct wall day;
    struct word_value name = word_link("name", service->name, service->source);
    if (!service->source || !html_is_web_address(service->source))
        name = word_plain("name", service->name);
    if (service->fate != FATE_OVER)
        sheet_say(sheet, N_("{name}: its file gives no address that could be measured."),
                  VALUES(name));
    else if (service->until && stamp_parse(service->until, &day))
        sheet_say(sheet, N_("{name}: declared ended on {date}; measured no longer."),
                  VALUES(name, sheet_date(sheet, "date", wall_seconds(day))));
    else
        sheet_say(sheet, N_("{name}: declared ended; measured no longer."), VALUES(name));
}

void block_unmeasured(struct sheet *sheet, const struct hoster *hoster)
{
    if (!hoster->unmeasured_count)
        return;
    html_raw(sheet->out, "<section aria-labelledby=\"off-h\">\n<h2 id=\"off-h\">");
    sheet_say(sheet, N_("Declared and not measured"), NULL);
    html_raw(sheet->out, "</h2>\n<ul>\n");
    for (size_t i = 0; i < hoster->unmeasured_count; i++) {
        html_raw(sheet->out, "<li>");
        say_fate(sheet, &hoster->unmeasured[i]);
        html_raw(sheet->out, "</li>\n");
    }
    html_raw(sheet->out, "</ul>\n</section>\n");
}
