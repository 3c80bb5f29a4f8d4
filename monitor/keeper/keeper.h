/* The keeper: the process that `vibrisse run` is. It starts the prober and the server as its children, reads the
 * prober's lines and hands them to the recorder. It never parses a stranger's bytes and never waits for a disk. */
#ifndef VIBRISSE_KEEPER_H
#define VIBRISSE_KEEPER_H

#include "config.h"
#include "fault.h"

#include <stdbool.h>

struct keeper_rules {
    const char *program; /* path of this very program, for the children */
    struct config *(*load)(
        void *owner); /* for a reload: the configuration with the command line's overrides, or NULL
                                            after every fault was said */
    void *owner;
    bool once; /* every check once, all pages, end */
};

/* Runs until SIGTERM or SIGINT (or, with `once`, until done). Takes over `config`. 0, or -1 and a sentence. */
int keeper_run(struct config *config, const struct keeper_rules *rules, struct fault *fault);

#endif
