#include "dialogue_line.h"

#include <ctype.h>
#include <string.h>

/* Whether [pattern, stop) stands at the beginning of [line, end). */
static bool begins(const char *pattern, const char *stop, const char *line, const char *end)
{
    for (; pattern < stop; pattern++, line++) {
        if (*pattern == '%' || *pattern == '&') {
            bool word = *pattern == '%';
            for (const char *at = line; !begins(pattern + 1, stop, at, end); at++)
                if (at == end || (word && *at == ' '))
                    return false;
            return true;
        }
        if (line == end || tolower((unsigned char)*line) != tolower((unsigned char)*pattern))
            return false;
    }
    return true;
}

bool dialogue_line_matches(const char *pattern, const char *line, size_t length)
{
    while (pattern) {
        const char *stop = strchr(pattern, '|');
        if (begins(pattern, stop ? stop : pattern + strlen(pattern), line, line + length))
            return true;
        pattern = stop ? stop + 1 : NULL;
    }
    return false;
}

static enum dialogue_turn classify(const struct dialogue_step *step, const char *line,
                                   size_t length)
{
    if (dialogue_line_matches(step->blocked, line, length))
        return TURN_BLOCKED;
    if (dialogue_line_matches(step->good, line, length))
        return TURN_GOOD;
    return dialogue_line_matches(step->refused, line, length) ? TURN_REFUSED : TURN_NONSENSE;
}

/* The code of a line "250", "250 text" or "250-text"; 0 = it is none. */
static unsigned code_of(const char *line, size_t length)
{
    unsigned code = 0;
    if (length < 3 || (length > 3 && line[3] != ' ' && line[3] != '-'))
        return 0;
    for (size_t i = 0; i < 3; i++) {
        if (!isdigit((unsigned char)line[i]))
            return 0;
        code = 10 * code + (unsigned)(line[i] - '0');
    }
    return code;
}

static enum dialogue_turn judge_reply(struct dialogue *dialogue, const struct dialogue_step *step,
                                      const char *line, size_t length)
{
    unsigned code = code_of(line, length);
    bool first = dialogue->pieces == 1;
    if (first) {
        dialogue->code = code;
        dialogue->verdict = classify(step, line, length);
    }
    if (code == 0 || code != dialogue->code)
        return first || step->await == AWAIT_REPLY ? TURN_NONSENSE : TURN_MORE;
    return length > 3 && line[3] == '-' ? TURN_MORE : dialogue->verdict;
}

static enum dialogue_turn judge_listing(const struct dialogue *dialogue,
                                        const struct dialogue_step *step, const char *line,
                                        size_t length)
{
    if (dialogue->pieces > 1)
        return length == 1 && *line == '.' ? TURN_GOOD : TURN_MORE;
    enum dialogue_turn turn = classify(step, line, length);
    return turn == TURN_GOOD ? TURN_MORE : turn;
}

static enum dialogue_turn judge_until(const struct dialogue_step *step, const char *line,
                                      size_t length)
{
    enum dialogue_turn turn = classify(step, line, length);
    if (turn == TURN_NONSENSE &&
        (!step->between || dialogue_line_matches(step->between, line, length)))
        return TURN_MORE;
    return turn;
}

static enum dialogue_turn judge(struct dialogue *dialogue, const struct dialogue_step *step,
                                const char *line, size_t length)
{
    switch (step->await) {
    case AWAIT_REPLY:
    case AWAIT_LOOSE_REPLY:
        return judge_reply(dialogue, step, line, length);
    case AWAIT_LISTING:
        return judge_listing(dialogue, step, line, length);
    case AWAIT_UNTIL:
        return judge_until(step, line, length);
    case AWAIT_LINE:
    case AWAIT_PIECES:
    case AWAIT_NOTHING:
        break;
    }
    return classify(step, line, length);
}

enum dialogue_turn dialogue_line_judge(struct dialogue *dialogue, const struct dialogue_step *step,
                                       const char *line, size_t length)
{
    while (length && (line[length - 1] == '\n' || line[length - 1] == '\r'))
        length--;
    if (dialogue_line_matches(step->offers, line, length))
        dialogue->notes |= NOTE_OFFERS_TLS;
    enum dialogue_turn turn =
        memchr(line, '\0', length) ? TURN_NONSENSE : judge(dialogue, step, line, length);
    if (dialogue->pieces == 1 || step->await == AWAIT_UNTIL || turn == TURN_NONSENSE)
        dialogue_quote(dialogue, line, length);
    return turn;
}
