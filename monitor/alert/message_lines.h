/* message.c's own: what an alert says, line by line. */
#ifndef VIBRISSE_MESSAGE_LINES_H
#define VIBRISSE_MESSAGE_LINES_H

#include "message.h"
#include "speaker.h"

/* Fills all but the HTML. */
void message_lines(const struct alert *alert, const struct templates *templates,
                   struct arena *arena, struct message *ret);

static const char message_test_sentence[] =
    NC_("alert", "Somebody asked for this message at {time}. Nothing is wrong.");
static const char message_confirm_sentence[] = NC_(
    "alert", "This address stands in a public list of hosters, for {hoster}. We look whether its "
             "services work, and can write to you when one fails. Nothing more is sent to this "
             "address unless you say yes here:");

#endif
