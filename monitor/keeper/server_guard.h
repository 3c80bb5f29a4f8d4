/* The server outlives a keeper that died. The next keeper finds it by a note in the data folder and replaces it, so
 * that the pages are served by the program that is in force. */
#ifndef VIBRISSE_SERVER_GUARD_H
#define VIBRISSE_SERVER_GUARD_H

void server_guard_note(const char *data, int pid, const char *site);
/* Ends the server that an earlier keeper of this data folder left, if it is one; waits a moment for its port. */
void server_guard_replace(const char *data);

#endif
