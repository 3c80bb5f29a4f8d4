/* A program run once, without a shell, and everything that keeps a foreign program from harming us: it leads a session of
 * its own, so that it and all its offspring are told to end (SIGTERM) when the limit is over and killed soon after; it inherits
 * no descriptor but /dev/null and the pipe that it writes to, no variable but PATH and LC_ALL=C, no folder but /. What it
 * says beyond a maximum is dropped, and one that does not stop talking is killed.
 *
 * A child that made itself a session of its own escapes the killing, but not for long: nobody listens to it any more. All on the
 * loop's thread. */
#ifndef VIBRISSE_PLUGIN_H
#define VIBRISSE_PLUGIN_H

#include "buffer.h"
#include "clock.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uv.h>

enum {
    PLUGIN_OUTPUT_MAX = 8 * 1024,
    PLUGIN_FLOOD = 1024 * 1024, /* bytes that end a program */
    PLUGIN_PATIENCE_MS = 200    /* from SIGTERM to SIGKILL */
};

struct plugin_wish {
    uv_loop_t *loop;
    const char *const
        *args; /* ended by NULL; args[0] is the program's absolute path. Used at once */
    int64_t limit_ms;
};

/* Embedded by its owner. Must not move. */
struct plugin {
    int error;             /* negative errno: it could not be started. 0 = it ran, and: */
    int64_t status;        /* its exit status */
    int signal;            /* that ended it; 0 = none */
    bool overdue, flooded; /* we ended it: the limit was over, it talked without end */
    double ms;             /* how long it ran */
    struct buffer output;  /* its standard output, the first PLUGIN_OUTPUT_MAX bytes */

    void (*done)(struct plugin *plugin); /* the rest belongs to plugin.c */
    uv_process_t process;
    uv_pipe_t pipe;
    uv_timer_t timer;
    struct mono started;
    size_t heard; /* bytes */
    unsigned pending;
    bool running;
    char room[4096];
};

/* Leads to one done(), never from inside, when the program has ended and the loop holds nothing of it any more. */
void plugin_start(struct plugin *plugin, const struct plugin_wish *wish,
                  void (*done)(struct plugin *plugin));
void plugin_cancel(struct plugin *plugin); /* kills it; any time before done() */
void plugin_fini(struct plugin *plugin);   /* from done() on */

#endif
