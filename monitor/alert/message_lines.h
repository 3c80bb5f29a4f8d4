/* message.c's own: what an alert says, line by line. */
#ifndef VIBRISSE_MESSAGE_LINES_H
#define VIBRISSE_MESSAGE_LINES_H

#include "message.h"

/* Fills all but the HTML. */
void message_lines(const struct alert *alert, struct arena *arena, struct message *ret);

#endif
