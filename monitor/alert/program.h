/* A program that reads one message on its standard input: never through a shell, in a session of its own, with little
 * more than PATH in its environment. What it writes is kept as far as it serves to say what went wrong. All on the loop's
 * thread. */
#ifndef VIBRISSE_PROGRAM_H
#define VIBRISSE_PROGRAM_H

#include "buffer.h"

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

enum { PROGRAM_OUTPUT_MAX = 4 * 1024 };

/* Embedded in what waits for it; all zero before. */
struct program {
    void (*done)(struct program *program); /* from the loop, once; its memory may then go */
    int64_t status;                        /* its exit status */
    int signal;                            /* that ended it; 0 = none */
    bool overdue;                          /* we did, since its time was over */
    int error;                             /* negative errno: it could not be started; 0 = it was */
    struct buffer output;                  /* the beginning of what it said, both streams */

    uv_process_t process; /* the rest belongs to program.c */
    uv_pipe_t in, out;
    uv_timer_t timer;
    uv_write_t write;
    char room[1024];
    int pending;
    bool running;
};

/* `arguments` and `input` must stay until done(), which is never called from inside. */
void program_start(struct program *program, uv_loop_t *loop, char *const *arguments,
                   const char *input, size_t length, int64_t limit_ms);
void program_kill(struct program *program); /* done() follows */
void program_fini(struct program *program);

#endif
