/* Result lines from a file, through the whole keeper, under their own time: results are taken as they would have been when
 * they were found, so that a record made by replay equals one made live, however the lines are cut into files.
 *
 * A line that is no result, or speaks of what the configuration does not have, is refused and counted. One that the record
 * is already past changes nothing. */
#ifndef VIBRISSE_REPLAY_H
#define VIBRISSE_REPLAY_H

#include "config.h"
#include "fault.h"
#include "pipeline.h"

#include <stddef.h>
#include <stdint.h>

enum { REPLAY_SAMPLES = 5 };

struct replay_counts {
    int64_t lines, unreadable, foreign_vantage;
    struct pipeline_counts pipeline;
    char samples[REPLAY_SAMPLES]
                [256]; /* why the first unreadable lines were refused: "FILE:LINE: sentence" */
};

struct replay;

/* Opens ledger and series below `config->data`, for writing. */
int replay_open(const struct config *config, struct replay **ret, struct fault *fault);
/* All lines of the open file; `name` is for people. -1 when it cannot be read, or what it says cannot be written down. */
int replay_file(struct replay *replay, int file, const char *name, struct fault *fault);
/* Writes down the rest and frees all. -1 when that fails. */
int replay_close(struct replay *replay, struct replay_counts *ret, struct fault *fault);

#endif
