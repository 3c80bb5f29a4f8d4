/* Strangers' words on their way into a chat: what the server there would take for a mention, for markup or for a link of
 * its own is made plain text. Control and bidi characters were dropped where the words entered (text_clean); lines are
 * ours. The results live in the arena. Pure. */
#ifndef VIBRISSE_NEUTRAL_H
#define VIBRISSE_NEUTRAL_H

#include "arena.h"

#include <stddef.h>

typedef const char *neutral_rule(struct arena *arena, const char *text);

neutral_rule neutral_none;     /* as it is: for what shows text and nothing else */
neutral_rule neutral_mentions; /* @everyone, @room, <!channel>, <@U1> call nobody */
neutral_rule
    neutral_markdown; /* the same, and * _ ~ ` [ ] # > | \ are letters (CommonMark 0.30, section 2.4) */
neutral_rule neutral_slack; /* the same, and & < > as Slack's text wants them */

/* One path segment or query value of a URL: what is not unreserved is written %XX (RFC 3986, section 2.3). */
const char *neutral_url(struct arena *arena, const char *text);

size_t neutral_length(const char *text); /* in characters */
/* At most so many characters; what was cut ends in an ellipsis. */
const char *neutral_cut(struct arena *arena, const char *text, size_t characters);

#endif
