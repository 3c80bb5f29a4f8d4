#include "vantage.h"

#include "macros.h"
#include "text.h"

#include <string.h>

static const char *const sense_names[SENSE_COUNT] = {"ipv4", "ipv6", "resolver", "clock"};
static const char *const condition_names[] = {"unjudged", "good", "impaired", "blind"};

const char *vantage_sense_name(enum vantage_sense sense)
{
    return sense_names[sense];
}

const char *vantage_condition_name(enum vantage_condition condition)
{
    return condition_names[condition];
}

bool vantage_condition_parse(const char *name, enum vantage_condition *ret)
{
    for (size_t i = 0; name && i < ARRAY_LEN(condition_names); i++) {
        if (strcmp(name, condition_names[i]) == 0) {
            *ret = (enum vantage_condition)i;
            return true;
        }
    }
    return false;
}

/* Unjudged is no news: a prober that starts again has not looked yet. */
bool vantage_news(struct vantage_state *told, const struct vantage_state *state)
{
    bool was_good = told->condition <= CONDITION_GOOD;
    bool is_news =
        state->condition != CONDITION_UNJUDGED &&
        (state->condition == CONDITION_GOOD ? !was_good : state->condition != told->condition);
    if (is_news)
        *told = *state;
    return is_news;
}

char *vantage_sentence(enum vantage_sense sense, const struct vantage_state *state,
                       char text[VANTAGE_SENTENCE_SIZE])
{
    text_format(text, VANTAGE_SENTENCE_SIZE, "%s %s%s%s", vantage_sense_name(sense),
                vantage_condition_name(state->condition), state->why[0] ? ": " : "", state->why);
    return text;
}
