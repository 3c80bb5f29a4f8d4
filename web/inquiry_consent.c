/* The form by which the owner of an address says whether they want to be told (keeper/consent.h). What a link leads to only
 * looks; it is the buttons, or the one click of a mail program (RFC 8058), that change something. */
#include "form_data.h"
#include "frame.h"
#include "inquiry_inside.h"
#include "macros.h"
#include "part.h"
#include "text.h"

#include <string.h>

enum { OK = 200, NOT_FOUND = 404, CONFLICT = 409, UNAVAILABLE = 503, LATER_S = 60 };

/* ---- what is asked ---- */

/* Tokens are ours: anything else needs no asking, and nothing to be escaped. */
static bool is_token(const char *text)
{
    static const char signs[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~";
    return *text && !text[strspn(text, signs)];
}

static bool take_token(struct inquiry *inquiry, const struct inquiry_data *data)
{
    bool found = (data->is_post && form_data_value(data->body, data->body_length, "token",
                                                   inquiry->token, sizeof inquiry->token)) ||
                 form_data_value(data->query, data->query_length, "token", inquiry->token,
                                 sizeof inquiry->token);
    if (found && is_token(inquiry->token))
        return true;
    inquiry->token[0] = '\0';
    return false;
}

/* A POST that wants nothing that we know only looks, too. */
static const char *wanted(const struct inquiry_data *data)
{
    char word[16];
    if (!data->is_post)
        return "look";
    if (form_data_value(data->body, data->body_length, "List-Unsubscribe", word, sizeof word) &&
        strcmp(word, "One-Click") == 0)
        return "stop";
    form_data_value(data->body, data->body_length, "word", word, sizeof word);
    if (strcmp(word, "stop") == 0)
        return "stop";
    return strcmp(word, "confirm") == 0 ? "confirm" : "look";
}

static void read_consent(struct inquiry *inquiry, const struct inquiry_data *data)
{
    if (!take_token(inquiry, data))
        return;
    text_format(inquiry->line, sizeof inquiry->line,
                "{\"form\":\"consent\",\"word\":\"%s\",\"token\":\"%s\",\"language\":\"%s\"}\n",
                wanted(data), inquiry->token, inquiry->language);
    inquiry->note = INQUIRY_ASKED;
}

/* ---- the form ---- */

static const char *text_at(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "";
}

static void draw_button(struct sheet *sheet, const char *word, const char *message, bool soft)
{
    struct buffer *out = sheet->out;
    html_raw(out, "<button name=\"word\"");
    html_attr(out, "value", word);
    if (soft)
        html_raw(out, " class=\"soft\"");
    html_raw(out, ">");
    sheet_say(sheet, message, NULL);
    html_raw(out, "</button>\n");
}

static void draw_buttons(const struct inquiry *inquiry, struct sheet *sheet, const json_t *answer)
{
    struct buffer *out = sheet->out;
    const char *state = text_at(answer, "state");
    bool given = strcmp(state, "given") == 0, stopped = strcmp(state, "stopped") == 0;
    bool may_confirm = json_is_true(json_object_get(answer, "may_confirm")) && !given;
    if (stopped && !may_confirm)
        return;
    html_raw(out, "<form class=\"choice\" method=\"post\" action=\"./\">\n"
                  "<input type=\"hidden\" name=\"token\"");
    html_attr(out, "value", inquiry->token);
    html_raw(out, ">\n");
    if (may_confirm)
        draw_button(sheet, "confirm", N_("Yes, tell this address"), false);
    if (!stopped)
        draw_button(sheet, "stop", N_("No, send nothing more"), may_confirm);
    html_raw(out, "</form>\n");
}

/* The page's own links to other languages know of no token. */
static void draw_languages(const struct inquiry *inquiry, struct sheet *sheet)
{
    struct buffer *out = sheet->out;
    for (const char *const *language = inquiry->languages; language && *language; language++) {
        if (strcmp(*language, inquiry->language) == 0)
            continue;
        html_raw(out, "<p><a");
        html_href(out, arena_printf(&sheet->arena, "%s%s/alerts/?token=%s", sheet->root, *language,
                                    inquiry->token));
        html_attr(out, "lang", *language);
        html_attr(out, "hreflang", *language);
        html_raw(out, ">");
        html_text(out, frame_language_name(*language));
        html_raw(out, "</a></p>\n");
    }
}

static const char *sentence_of(const json_t *answer)
{
    const char *state = text_at(answer, "state");
    bool changed = json_is_true(json_object_get(answer, "changed"));
    if (strcmp(state, "given") == 0)
        return changed ? N_("It is done: {address} is told when a service of {hoster} fails, and "
                            "when it works again.")
                       : N_("{address} is told when a service of {hoster} fails, and when it works "
                            "again.");
    if (strcmp(state, "stopped") == 0)
        return changed ? N_("It is done: nothing more is sent to {address} about {hoster}.")
                       : N_("Nothing is sent to {address} about {hoster}.");
    return N_("Shall {address} be told when a service of {hoster} fails, and when it works again? "
              "As long as nobody says yes, nothing is sent.");
}

static unsigned draw_state(const struct inquiry *inquiry, struct sheet *sheet, const json_t *answer)
{
    bool busy = strcmp(text_at(answer, "outcome"), "busy") == 0;
    if (busy)
        part_lead(sheet,
                  N_("That was changed too often today: the yes is not taken. A no always is."),
                  NULL);
    part_lead(sheet, sentence_of(answer),
              VALUES(word_strong("address", text_at(answer, "address")),
                     word_strong("hoster", text_at(answer, "name"))));
    draw_buttons(inquiry, sheet, answer);
    draw_languages(inquiry, sheet);
    return busy ? CONFLICT : OK;
}

static unsigned draw_answer(struct inquiry *inquiry, struct sheet *sheet, const json_t *answer)
{
    const char *outcome = text_at(answer, "outcome");
    if (strcmp(outcome, "is") == 0 || strcmp(outcome, "busy") == 0)
        return draw_state(inquiry, sheet, answer);
    if (strcmp(outcome, "void") == 0) {
        part_lead(sheet,
                  N_("This link leads to no address any more: it is not whole, or the address is "
                     "gone from the hoster’s file. Nothing is sent to it then."),
                  NULL);
        return NOT_FOUND;
    }
    inquiry->wait_s = LATER_S;
    part_lead(sheet, N_("That could not be kept, and nothing has changed. Please try again later."),
              NULL);
    return UNAVAILABLE;
}

static unsigned draw_consent(struct inquiry *inquiry, const json_t *answer, struct sheet *sheet)
{
    html_raw(sheet->out, "<div class=\"form\">\n");
    unsigned status = inquiry_say_trouble(inquiry, answer, sheet);
    if (!status && inquiry->note == INQUIRY_ASKED)
        status = draw_answer(inquiry, sheet, answer);
    if (!status) {
        part_lead(sheet, N_("Open this page by the link in the message that you received."), NULL);
        status = OK;
    }
    html_raw(sheet->out, "</div>\n");
    return status;
}

const struct inquiry_form inquiry_consent = {
    .path = "alerts/",
    .rules = {.one = {5000, 20}, .all = {500, 100}},
    .read = read_consent,
    .draw = draw_consent,
};
