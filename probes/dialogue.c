#include "dialogue.h"

#include "dialogue_line.h"
#include "text.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const struct dialogue_step *step_of(const struct dialogue *dialogue)
{
    return &dialogue->script->steps[dialogue->step];
}

/* ---- the end ---- */

__attribute__((format(printf, 3, 4))) static void
finish(struct dialogue *dialogue, enum reason reason, const char *format, ...)
{
    char text[2 * RESULT_DETAIL_SIZE] = "";
    if (dialogue->stage == DIALOGUE_ENDED)
        return;
    dialogue->stage = DIALOGUE_ENDED;
    dialogue->reason = dialogue->proved ? REASON_ok : reason;
    if (dialogue->proved)
        return;
    va_list list;
    va_start(list, format);
    vsnprintf(text, sizeof text, format, list);
    va_end(list);
    text_clean(dialogue->detail, sizeof dialogue->detail, text, strlen(text));
}

static void refuse_nonsense(struct dialogue *dialogue)
{
    char awaited[64];
    dialogue_awaited(dialogue, awaited, sizeof awaited);
    finish(dialogue, REASON_protocol_error, "the %s makes no sense: \"%s\"", awaited,
           dialogue->quote);
}

/* ---- from step to step ---- */

static bool is_skipped(const struct dialogue *dialogue, const struct dialogue_step *step)
{
    if (step->upgrade)
        return dialogue->notes & NOTE_SECURE || dialogue->values.starttls == STARTTLS_NEVER ||
               (dialogue->values.starttls == STARTTLS_OPTIONAL && !step->untold &&
                !(dialogue->notes & NOTE_OFFERS_TLS));
    return (dialogue->notes & step->when) != step->when;
}

static void settle(struct dialogue *dialogue)
{
    const struct dialogue_script *script = dialogue->script;
    while (dialogue->step < script->count && is_skipped(dialogue, step_of(dialogue)))
        dialogue->step++;
    dialogue->stage = DIALOGUE_SAYS;
    dialogue->pieces = dialogue->bytes = 0;
    dialogue->depth = dialogue->topic = 0;
    dialogue->proved = dialogue->step == script->count || step_of(dialogue)->parting;
    if (dialogue->step == script->count)
        finish(dialogue, REASON_ok, "%s", "");
}

static void advance(struct dialogue *dialogue)
{
    dialogue->step++;
    settle(dialogue);
}

void dialogue_init(struct dialogue *dialogue, const struct dialogue_script *script,
                   const struct dialogue_values *values)
{
    *dialogue = (struct dialogue){.script = script, .values = *values};
    assert(dialogue_is_fit(values->host) && dialogue_is_fit(values->ehlo));
    buffer_init(&dialogue->in, DIALOGUE_ANSWER_MAX);
    buffer_init(&dialogue->out, DIALOGUE_SEND_MAX);
    settle(dialogue);
}

void dialogue_fini(struct dialogue *dialogue)
{
    buffer_fini(&dialogue->in);
    buffer_fini(&dialogue->out);
}

/* ---- saying ---- */

static void fill_in(struct dialogue *dialogue, const char *text)
{
    while (*text) {
        size_t length = strcspn(text, "{");
        buffer_add(&dialogue->out, text, length);
        text += length;
        if (!*text)
            return;
        buffer_text_add(&dialogue->out, text_starts(text, "{host}") ? dialogue->values.host
                                                                    : dialogue->values.ehlo);
        text += strcspn(text, "}") + 1;
    }
}

static void say(struct dialogue *dialogue)
{
    const struct dialogue_step *step = step_of(dialogue);
    if (step->upgrade && !step->untold && !(dialogue->notes & NOTE_OFFERS_TLS))
        finish(dialogue, REASON_starttls_missing, "it does not offer %s", step->name);
    else if (!step->say)
        dialogue->stage = DIALOGUE_HEARS;
    else if (step->say_length)
        buffer_add(&dialogue->out, step->say, step->say_length);
    else
        fill_in(dialogue, step->say);
    assert(!dialogue->out.overflow);
}

void dialogue_sent(struct dialogue *dialogue)
{
    assert(dialogue->stage == DIALOGUE_SAYS);
    buffer_clear(&dialogue->out);
    dialogue->stage = DIALOGUE_HEARS;
    if (step_of(dialogue)->await == AWAIT_NOTHING)
        advance(dialogue);
}

void dialogue_secured(struct dialogue *dialogue)
{
    bool upgraded = dialogue->stage == DIALOGUE_SECURES;
    dialogue->notes &= ~(unsigned)NOTE_OFFERS_TLS;
    dialogue->notes |= NOTE_SECURE | (upgraded ? NOTE_UPGRADED : 0);
    if (upgraded)
        advance(dialogue);
}

/* ---- hearing ---- */

/* Whatever follows the word that asked for TLS was not sent under TLS, whoever sent it. */
static void begin_tls(struct dialogue *dialogue)
{
    if (dialogue->in.length == 0) {
        dialogue->stage = DIALOGUE_SECURES;
        return;
    }
    dialogue_quote(dialogue, buffer_text(&dialogue->in), dialogue->in.length);
    finish(dialogue, REASON_protocol_error, "plaintext follows the answer to %s: \"%s\"",
           step_of(dialogue)->name, dialogue->quote);
}

static void accept_refusal(struct dialogue *dialogue, enum dialogue_turn turn)
{
    const struct dialogue_step *step = step_of(dialogue);
    enum reason reason = turn == TURN_BLOCKED ? REASON_blocked : REASON_banner_refused;
    if (step->optional || (step->upgrade && dialogue->values.starttls == STARTTLS_OPTIONAL))
        advance(dialogue);
    else
        finish(dialogue, step->upgrade ? REASON_starttls_missing : reason, "%s: \"%s\"", step->name,
               dialogue->quote);
}

static void take_turn(struct dialogue *dialogue, enum dialogue_turn turn)
{
    if (turn == TURN_MORE)
        return;
    if (step_of(dialogue)->parting)
        finish(dialogue, REASON_ok, "%s", "");
    else if (turn == TURN_NONSENSE)
        refuse_nonsense(dialogue);
    else if (turn != TURN_GOOD)
        accept_refusal(dialogue, turn);
    else if (step_of(dialogue)->upgrade)
        begin_tls(dialogue);
    else
        advance(dialogue);
}

static enum dialogue_turn judge_piece(struct dialogue *dialogue, const char *bytes, size_t length)
{
    const struct dialogue_step *step = step_of(dialogue);
    if (step->await == AWAIT_PIECES)
        return step->pieces->judge(dialogue, bytes, length);
    return dialogue_line_judge(dialogue, step, bytes, length);
}

static long measure(const struct dialogue *dialogue)
{
    const struct dialogue_step *step = step_of(dialogue);
    const char *bytes = buffer_text(&dialogue->in);
    if (step->await == AWAIT_PIECES)
        return step->pieces->measure(dialogue, bytes, dialogue->in.length);
    const char *end = memchr(bytes, '\n', dialogue->in.length);
    return end ? end - bytes + 1 : 0;
}

static void complain_of_length(struct dialogue *dialogue, int most)
{
    char awaited[64];
    dialogue_awaited(dialogue, awaited, sizeof awaited);
    finish(dialogue, REASON_protocol_error, "the %s goes over %d bytes", awaited, most);
}

/* False when more bytes have to come first. */
static bool hear(struct dialogue *dialogue)
{
    long length = measure(dialogue);
    size_t whole = length > 0 ? (size_t)length : dialogue->in.length;
    if (whole > DIALOGUE_LINE_MAX) {
        complain_of_length(dialogue, DIALOGUE_LINE_MAX);
        return true;
    }
    if (length == 0)
        return false;
    dialogue->bytes += whole;
    dialogue->pieces++;
    if (dialogue->bytes > DIALOGUE_ANSWER_MAX) {
        complain_of_length(dialogue, DIALOGUE_ANSWER_MAX);
        return true;
    }
    enum dialogue_turn turn = TURN_NONSENSE;
    if (length > 0)
        turn = judge_piece(dialogue, buffer_text(&dialogue->in), whole);
    else
        dialogue_quote(dialogue, buffer_text(&dialogue->in), whole);
    buffer_drop(&dialogue->in, whole);
    take_turn(dialogue, turn);
    return true;
}

enum dialogue_wish dialogue_next(struct dialogue *dialogue)
{
    for (;;) {
        switch (dialogue->stage) {
        case DIALOGUE_SAYS:
            if (!dialogue->out.length)
                say(dialogue);
            if (dialogue->stage == DIALOGUE_SAYS)
                return DIALOGUE_SEND;
            break;
        case DIALOGUE_HEARS:
            if (!hear(dialogue))
                return DIALOGUE_BYTES;
            break;
        case DIALOGUE_SECURES:
            return DIALOGUE_SECURE;
        case DIALOGUE_ENDED:
            return DIALOGUE_OVER;
        }
    }
}

void dialogue_feed(struct dialogue *dialogue, const char *bytes, size_t length)
{
    if (dialogue->stage == DIALOGUE_ENDED)
        return;
    buffer_add(&dialogue->in, bytes, length);
    if (dialogue->stage == DIALOGUE_SECURES)
        begin_tls(dialogue);
    else if (dialogue->in.overflow)
        complain_of_length(dialogue, DIALOGUE_ANSWER_MAX);
}

void dialogue_closed(struct dialogue *dialogue)
{
    char awaited[64];
    dialogue_awaited(dialogue, awaited, sizeof awaited);
    if (dialogue->in.length)
        dialogue_quote(dialogue, buffer_text(&dialogue->in), dialogue->in.length);
    if (dialogue->in.length || dialogue->pieces)
        finish(dialogue, REASON_closed_early, "closed the connection within the %s: \"%s\"",
               awaited, dialogue->quote);
    else
        finish(dialogue, REASON_closed_early, "closed the connection without %s %s",
               strchr("aeiou", awaited[0]) ? "an" : "a", awaited);
}
