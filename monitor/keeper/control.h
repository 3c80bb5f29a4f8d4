/* Unix sockets in the data folder (mode 0600) where others ask the running monitor: commands at one, the server for its
 * forms at another. One request a connection: one line; the answer ends with the connection. On the loop's thread. */
#ifndef VIBRISSE_CONTROL_H
#define VIBRISSE_CONTROL_H

#include "fault.h"

#include <stddef.h>
#include <uv.h>

struct control;
struct control_asker;

enum { CONTROL_REQUEST_MAX = 32 * 1024 };

/* A socket, and what is asked there. */
struct control_rules {
    const char *name;   /* below the data folder */
    size_t request_max; /* bytes, with the line's end; at most CONTROL_REQUEST_MAX */
    size_t askers_most; /* at once; who comes then is hung up on */
};
extern const struct control_rules control_of_commands;

#define CONTROL_WORD  "word "  /* before a request as desk.h has them */
#define CONTROL_ALERT "alert " /* before one of herald_word() */

/* `rules` is borrowed. `asked` is called with each request ("status"); it leads to at most one control_answer(), then or later, but before
 * control_close(). */
int control_open(uv_loop_t *loop, const char *folder, const struct control_rules *rules,
                 void (*asked)(void *owner, struct control_asker *asker, const char *request),
                 void *owner, struct control **ret, struct fault *fault);
/* Hangs up on all who ask or wait. Frees itself when all handles are closed; NULL is fine. */
void control_close(struct control *control);

/* Takes `text` (malloc) over. The asker may have left: that is no error. */
void control_answer(struct control_asker *asker, char *text, size_t length);

enum { CONTROL_NOBODY = -2 }; /* no monitor listens there */

/* The other side, of commands: asks and copies the answer; it blocks, for 30 s at most when the monitor hangs.
 * *ret_text is the caller's to free. CONTROL_NOBODY or -1, and a sentence. */
int control_ask(const char *folder, const char *request, char **ret_text, size_t *ret_length,
                struct fault *fault);

#endif
