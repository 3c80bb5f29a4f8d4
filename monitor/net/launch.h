/* A program that is not ours is begun: never through a shell, in a session of its own, whose group it leads, with little more
 * than PATH in its environment, at the root, and with no file of ours but its streams. The loop's thread. */
#ifndef VIBRISSE_LAUNCH_H
#define VIBRISSE_LAUNCH_H

#include <uv.h>

struct launch {
    uv_loop_t *loop;
    const char *const *arguments; /* its path first; ended by NULL */
    const char *locale;           /* "LC_ALL=C" */
    int input, output, errors;    /* descriptors, lent; -1 = nothing is there */
    uv_exit_cb exited;
};

/* `process` is all zero before. 0 or a negative errno; there is something to close when process->loop is no more NULL. */
int launch(const struct launch *wish, uv_process_t *process);

#endif
