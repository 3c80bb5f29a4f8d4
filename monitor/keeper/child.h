/* A child process of ours that is started again when it ends, later each time (1 s, 2 s, ... 30 s), until it has run well for a
 * minute. All on the loop's thread. */
#ifndef VIBRISSE_CHILD_H
#define VIBRISSE_CHILD_H

#include "fault.h"

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

struct child_rules {
    const char *name;        /* for the log: "prober" */
    const char *const *args; /* the command line, ended by NULL; args[0] is the program's path */
    bool piped;    /* standard input and output are pipes to us; else they go where ours go */
    bool detached; /* own session: it outlives us, and Ctrl-C does not reach it */
    int input;     /* its standard input when it is not piped: a file descriptor; 0 = none */
};

struct child {
    uv_process_t process;
    uv_pipe_t in, out; /* when piped: we write to `in`, read from `out` */
    uv_timer_t again;
    const struct child_rules *rules;
    void (*started)(struct child *child); /* may be NULL */
    void (*ended)(struct child *child,
                  const char *how); /* before it is started again; may be NULL */
    uint64_t started_at_ms;
    unsigned wait_s;
    bool running, stopping;
    int open_handles; /* of the run that is ending: the next one waits for them */
};

/* Embedded by the owner, which sets rules, started and ended first. A failing first start is a fault; later ones are
 * tried again. */
int child_start(struct child *child, uv_loop_t *loop, struct fault *fault);
void child_kill(struct child *child); /* it hangs: SIGKILL; it will be started again */
/* For good: sends the signal, SIGKILL when that has not helped after 5 s, closes everything. A child that was never
 * started is left alone. */
void child_stop(struct child *child, int signal);

#endif
